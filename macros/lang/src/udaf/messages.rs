//! What can be wrong with an aggregate: every text, its code, its explanation.
//!
//! Codes are grouped: `F010…` the `impl` and its head, `F011…` its functions, `F012…` their types.

use crate::messages::{Message, messages};
use crate::suggest::nearest;

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

const FORM: &str = "write `#[udaf] impl Aggregate for Total { type State = i64; fn update(…) … }`";

messages! {
    /// `#[udaf]` turns an `impl` with the functions of an aggregate into an SQL function.
    F0100 not_an_impl() {
        say("`#[udaf]` stands above an `impl`").help(FORM)
    }

    /// The item below `#[udaf]` is no Rust.
    F0101 syntax(reason: &str) {
        say(format!("cannot read the aggregate: {reason}")).help(FORM)
    }

    /// The `impl` says that it is one of an aggregate; the word is for readers, there is no trait of
    /// that name to implement by hand.
    F0102 not_an_aggregate() {
        say("`#[udaf]` stands above `impl Aggregate for …`").help(FORM)
    }

    /// The type is declared by the macro: a bare name, which is also that of the SQL function, with
    /// the type parameters in their order.
    F0103 self_type() {
        say("an aggregate is a name of its own, with its type parameters in order")
            .help("write `impl Aggregate for Total`, or `impl<V: SortValue> Aggregate for Last<V>`")
    }

    /// A type parameter stands for the types that have an order, and for nothing narrower: what is
    /// compiled is one loop for all of them.
    F0104 bound(name: &str) {
        say(format!("the type parameter `{name}` has the bound `SortValue`, and no other"))
            .help(format!("write `{name}: SortValue`; for a single type, take that type"))
    }

    /// Type parameters are all that an aggregate can be generic over.
    F0105 no_such_param() {
        say("an aggregate has type parameters, no lifetimes, constants or `where` clauses")
    }

    /// Each type parameter doubles the loops that are compiled.
    F0106 too_many_type_params() {
        say("an aggregate has at most two type parameters")
    }

    /// A call decides the type parameters by its arguments.
    F0107 unbound(name: &str) {
        say(format!("no argument decides what `{name}` is"))
            .help(format!("take `&{name}` in `update`, or remove the parameter"))
    }

    /// The parts of an aggregate are a closed list, so that a slip of the pen is no silent omission.
    F0110 unknown_item(name: &str) {
        let known = ["update", "merge", "finish", "retract", "type State"];
        let message = say(format!("an aggregate has no `{name}`"));
        match nearest(name, known) {
            Some(meant) => message.help(format!("did you mean `{meant}`?")),
            None => message.help(
                "it has `type State`, `update`, `merge`, `finish` and perhaps `retract`; other \
                 functions stand outside",
            ),
        }
    }

    /// `retract` may be missing, nothing else.
    F0111 missing(names: &[&str]) {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        say(format!("the aggregate lacks {}", names.join(", ")))
            .help("`update` adds a row, `merge` another state, `finish` gives the result")
    }

    /// The loops that call the functions are plain and safe code.
    F0112 not_plain(name: &str) {
        say(format!("`{name}` cannot be `async`, `unsafe`, `extern` or generic"))
            .help("type parameters stand at the `impl`")
    }

    /// What an aggregate knows is in its state, which is handed to each function.
    F0113 receiver() {
        say("the functions of an aggregate have no `self`").help("take `state: &mut Self::State`")
    }

    /// Only `finish` gives something.
    F0114 gives_nothing(name: &str) {
        say(format!("`{name}` gives nothing")).help("change the state, and let `finish` give NULL")
    }

    /// `update` adds a row to a state.
    F0115 update_form(name: &str) {
        say(format!("`{name}` takes the state first"))
            .help("write `fn update(state: &mut Self::State, value: i64)`")
    }

    /// What is counted without an argument is rows, which `count(*)` does.
    F0116 no_params() {
        say("an aggregate needs an argument").help("`count(*)` counts rows")
    }

    /// The loops are compiled for up to eight arguments.
    F0117 too_many_params(count: usize) {
        say(format!("an aggregate has at most 8 arguments, this has {count}"))
            .help("take a struct with `#[derive(ArrowType)]`")
    }

    /// `retract` takes out the row that `update` has added.
    F0118 retract_form() {
        say("`retract` takes what `update` takes").help("give both the same parameters")
    }

    /// `merge` adds the rows of a state of another partition, which nobody needs afterwards.
    F0119 merge_form() {
        say("`merge` takes the state and another one by value")
            .help("write `fn merge(state: &mut Self::State, other: Self::State)`")
    }

    /// A frame of a window is finished once for each row, so a state outlives it.
    F0120 finish_form() {
        say("`finish` takes the state by reference and gives the result")
            .help("write `fn finish(state: &Self::State) -> Option<i64>`")
    }

    /// A type parameter may stand for text, which has no size of its own: it is lent.
    F0121 generic_argument(found: &str, name: &str) {
        say(format!("a type parameter is read by reference, not as `{found}`"))
            .help(format!("take `&{name}`, or `Option<&{name}>` to see NULL"))
    }

    /// A result is a value of a type parameter, a list of them, or `Option` of either.
    F0122 generic_result(found: &str, name: &str) {
        say(format!("an aggregate cannot give `{found}`"))
            .help(format!("give `Option<&{name}>`, `{name}::Owned` or `Vec<&{name}>`"))
    }

    /// A bad row must not end a query over a million good ones; what cannot be computed is NULL.
    F0123 fallible() {
        say("an aggregate cannot fail").help("give `Option<T>`: NULL where there is no result")
    }

    /// Arguments are values of each row.
    F0124 param_attribute() {
        say("an argument of an aggregate has no attributes")
            .help("compute what it takes before: `total(coalesce(x, 0))`")
    }

    /// A call of an aggregate has as many arguments as `update`.
    F0125 variadic() {
        say("an aggregate takes no `&[T]`").help("take a list: `List<'_, T>`")
    }

    /// A state travels between partitions as a value of a column, which has no order of its own, no
    /// pointers and no sets. Types of one's own are held against that by rustc.
    F0126 state_type(found: &str) {
        let message = say(format!("`{found}` cannot be in the state of an aggregate"));
        let name = found.split('<').next().unwrap_or(found);
        message.help(match name {
            "HashSet" | "BTreeSet" => {
                "keep `BTreeMap<T, bool>`, or `Counts<T>`, which counts how often values occur"
            }
            "HashMap" | "IndexMap" => "keep `BTreeMap<K, V>`",
            "VecDeque" => "keep `Vec<T>`",
            "Box" | "Rc" | "Arc" => "keep the value itself",
            "usize" | "isize" => "keep `i64`",
            "i128" | "u128" => "keep `Decimal<38, 0>`",
            "char" | "str" => "keep `String`",
            text if text.starts_with('&') && text.ends_with("str") => "keep `String`",
            "NaiveDate" => "keep `Date`",
            "NaiveDateTime" | "DateTime" | "SystemTime" => "keep `Timestamp`",
            _ => {
                "states are `bool`, integers, floats, `Decimal<P, S>`, `Date`, `Time`, `Timestamp`, \
                 `LocalTimestamp`, `Duration`, `Interval`, `String`, `Vec<T>`, `BTreeMap<K, V>`, `Counts<T>`, tuples of two or three, structs with \
                 `#[derive(ArrowType, Clone, Default)]`, and `Option` of each"
            }
        })
    }

    /// A type parameter may stand for text, which is lent: a state keeps what owns it.
    F0127 lent_in_state(name: &str) {
        say(format!("`{name}` is lent, so a state cannot keep it"))
            .help(format!("keep `{name}::Owned`; `value.to_owned()` makes one"))
    }
}
