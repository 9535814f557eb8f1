//! What can be wrong with a window function: every text, its code, its explanation.
//!
//! Codes are grouped: `F014…` the `impl` and its head, `F015…` its function, `F016…` its types.

use crate::messages::{Message, messages};
use crate::suggest::nearest;

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

const FORM: &str = "write `#[udwf] impl Window for Total { type State = i64; fn next(…) -> … }`";

/// What a window function is made of.
const PARTS: &str = "it has one of `next`, with `type State`, `frame` and `partition`";

messages! {
    /// `#[udwf]` turns an `impl` with one function into an SQL window function.
    F0140 not_an_impl() {
        say("`#[udwf]` stands above an `impl`").help(FORM)
    }

    /// The item below `#[udwf]` is no Rust.
    F0141 syntax(reason: &str) {
        say(format!("cannot read the window function: {reason}")).help(FORM)
    }

    /// The `impl` says that it is one of a window function; the word is for readers, there is no
    /// trait of that name to implement by hand.
    F0142 not_a_window() {
        say("`#[udwf]` stands above `impl Window for …`").help(FORM)
    }

    /// The type is declared by the macro: a bare name, which is also that of the SQL function, with
    /// the type parameters in their order.
    F0143 self_type() {
        say("a window function is a name of its own, with its type parameters in order")
            .help("write `impl Window for Total`, or `impl<N: Number> Window for Total<N>`")
    }

    /// A type parameter stands for the types that have an order, or for numbers: what is compiled is
    /// one loop for all of them, or one for each width of numbers.
    F0144 bound(name: &str) {
        say(format!("the type parameter `{name}` has one bound, `SortValue` or `Number`"))
            .help(format!("write `{name}: SortValue`; for a single type, take that type"))
    }

    /// Type parameters are all that a window function can be generic over.
    F0145 no_such_param() {
        say("a window function has type parameters, no lifetimes, constants or `where` clauses")
            .help("lifetimes stand at its function")
    }

    /// Each type parameter multiplies the loops that are compiled.
    F0146 too_many_type_params() {
        say("a window function has at most two type parameters")
    }

    /// A call decides the type parameters by its arguments.
    F0147 unbound(name: &str) {
        say(format!("no argument decides what `{name}` is"))
            .help("take it as an argument, or remove the parameter")
    }

    /// The parts of a window function are a closed list, so that a slip of the pen is no silent
    /// omission.
    F0150 unknown_item(name: &str) {
        let known = ["next", "frame", "partition", "type State"];
        let message = say(format!("a window function has no `{name}`"));
        match nearest(name, known) {
            Some(meant) => message.help(format!("did you mean `{meant}`?")),
            None => message.help(format!("{PARTS}; other functions stand outside")),
        }
    }

    /// Which function there is says what it is called for: rows in turn, frames or partitions.
    F0151 one_function() {
        say("a window function is one function").help(format!(
            "{PARTS}: rows in turn, the frame of each row, or all rows of a partition"
        ))
    }

    /// What is known of the rows before is in the state. A frame and a partition are given whole.
    F0152 state(name: &str) {
        match name {
            "next" => say("`next` has a state").help("write `type State = i64;`"),
            name => say(format!("`{name}` has no state"))
                .help("leave out `type State`; `next` has one"),
        }
    }

    /// The loop that calls the function is plain and safe code.
    F0153 not_plain(name: &str) {
        say(format!("`{name}` cannot be `async`, `unsafe`, `extern` or generic"))
            .help("type parameters stand at the `impl`")
    }

    /// What a window function knows is in its state and its arguments.
    F0154 receiver() {
        say("a window function has no `self`").help("take `state: &mut Self::State`")
    }

    /// `next` sees the rows in the order of the window, one after the other.
    F0155 next_form() {
        say("`next` takes the state first")
            .help("write `fn next(state: &mut Self::State, value: i64) -> i64`")
    }

    /// Without arguments there is nothing to see in a frame or a partition but how many rows it has.
    F0156 no_params(name: &str) {
        say(format!("`{name}` needs an argument"))
            .help("`next` counts rows: `fn next(count: &mut i64) -> i64`")
    }

    /// The loops are compiled for up to eight arguments.
    F0157 too_many_params(count: usize) {
        say(format!("a window function has at most 8 arguments, this has {count}"))
            .help("take a struct with `#[derive(ArrowType)]`")
    }

    /// A frame and a partition have several values of each argument.
    F0158 not_rows(name: &str, found: &str) {
        let of = if found.starts_with("Rows") { "T" } else { found };
        say(format!("`{name}` takes the values of several rows, not `{found}`"))
            .help(format!("take `Rows<'_, {of}>`"))
    }

    /// Each row has a result.
    F0159 no_result(name: &str) {
        say(format!("`{name}` gives a result")).help(match name {
            "partition" => "write `-> Vec<i64>`, or `-> impl Iterator<Item = i64>`",
            _ => "write `-> i64`, or `-> Option<i64>` where there may be none",
        })
    }

    /// A type parameter may stand for text, which has no size of its own: it is lent. A number is
    /// read as it is.
    F0160 generic_argument(found: &str, name: &str, number: bool) {
        let form = if number { name.to_owned() } else { format!("&{name}") };
        say(format!("`{name}` is read as `{form}`, not as `{found}`"))
            .help(format!("take `{form}`, or `Option<{form}>` to see NULL"))
    }

    /// A result is a value of a type parameter, a list of them, or `Option` of either.
    F0161 generic_result(found: &str, name: &str, number: bool) {
        let form = if number { name.to_owned() } else { format!("&{name}") };
        say(format!("a window function cannot give `{found}`"))
            .help(format!("give `{form}`, `Option<{form}>` or `Vec<{form}>`"))
    }

    /// An error is told once: the query ends with it.
    F0162 fails_twice() {
        say("a result fails once").help("give `Result<T>`, or `Result<Option<T>>` for NULL beside it")
    }

    /// Arguments are values of each row.
    F0163 param_attribute() {
        say("an argument of a window function has no attributes")
            .help("compute what it takes before: `total(coalesce(x, 0))`")
    }

    /// A call of a window function has as many arguments as its function.
    F0164 variadic() {
        say("a window function takes no `&[T]`").help("take a list: `List<'_, T>`")
    }

    /// A partition has a result for each of its rows.
    F0165 not_results(found: &str) {
        say(format!("`partition` gives a result for each row, not `{found}`"))
            .help("give `Vec<T>`, or `impl Iterator<Item = T>`; `T` may be a `Result`")
    }

    /// Rows are sorted by results only where results follow the order of the rows, which those of
    /// frames and partitions need not.
    F0166 ascending(name: &str) {
        say(format!("`ascending` is said of `next`, not of `{name}`")).help("leave it out")
    }
}
