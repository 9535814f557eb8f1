//! Functions whose answers are waited for: `#[udf] async fn`.

use super::say;
use crate::messages::messages;

messages! {
    /// A function that does not wait is computed where it is called: there is nothing to bound, to
    /// give up or to ask again. And which errors are asked again for is said where any are.
    F0091 awaited_alone(name: &str, of: &str, form: &str) {
        say(format!("`{name}` is for {of}")).help(format!("write `{form}`, or remove `{name}`"))
    }

    /// What is asked may answer otherwise the next time, so there is nothing to say of its results; and
    /// a call that waits is made by a task that owns all it has.
    F0092 async_with(name: &str, instead: &str) {
        say(format!("an async function has no {name}")).help(instead)
    }

    /// A call waits while its batch is gone; only `&str` and `&[u8]` are lent out of what it keeps.
    F0093 async_lent(found: &str, owned: &str) {
        say(format!("an async function keeps its arguments, which `{found}` only lends"))
            .help(match owned.starts_with("a ") {
                true => format!("take {owned}"),
                false => format!("take `{owned}`"),
            })
    }

    /// The answer outlives the arguments of its call.
    F0094 async_result_lent(found: &str) {
        say(format!("the answer of an async function owns its values, which `{found}` only lends"))
            .help("return `String`, `Vec<u8>` or `Vec<T>`")
    }

    /// `batch` says how many rows one call is about: each argument then has a value for each of them, and
    /// the answer has too.
    F0095 batch_argument(name: &str, found: &str, owned: &str) {
        say(format!("with `batch`, `{name}` has a value for each of many rows, not one `{found}`"))
            .help(format!("take `{name}: Vec<{owned}>`, or mark it `#[literal]`"))
    }

    /// One answer for each row, in the order of the rows.
    F0096 batch_result(found: &str) {
        say(format!("with `batch`, the answer is a `Vec` with a value for each row, not `{found}`"))
            .help("return `Result<Vec<Option<T>>, E>`, or remove `batch`")
    }

    /// Numbers of rows, of calls and of further attempts.
    F0097 awaited_number(name: &str) {
        say(format!("`{name}` is a whole number from 1 on"))
            .help(format!("write `{name} = 8`, or remove it"))
    }

    /// Times have a unit, so that nobody takes seconds for milliseconds.
    F0098 awaited_time(found: &str) {
        say(format!("`{found}` is no time that a call may take"))
            .help("write `timeout = \"500ms\"`; the units are `ms`, `s` and `min`")
    }

    /// A call that is given up has failed, which its signature has to say.
    F0099 awaited_fallible(name: &str, form: &str) {
        say(format!("`{name}` is for a function that can fail")).help(format!("return `{form}`"))
    }
}
