//! What can be wrong with a table function beyond what can be with any function: every text, its code,
//! its explanation.

use crate::messages::{Message, messages};

fn say(text: impl Into<String>) -> Message {
    Message::new("", text)
}

const FORM: &str = "write `-> impl Iterator<Item = Row>`, or `-> Relation<Row>` for a plan, where \
                    `#[derive(ArrowType)] struct Row { … }`";

messages! {
    /// `#[udtf]` turns a Rust function into an SQL table function.
    F0169 not_a_function() {
        say("`#[udtf]` stands above a function")
            .help("write `#[udtf] pub fn name(argument: i64) -> impl Iterator<Item = Row> { … }`")
    }

    /// A table function gives rows, one after the other: they are asked for as they are needed.
    F0170 not_rows(found: &str) {
        say(format!("a table function gives an iterator of rows, not `{found}`")).help(FORM)
    }

    /// The rows are all that a table function gives.
    F0171 no_rows() {
        say("a table function gives an iterator of rows").help(FORM)
    }

    /// A row is there or it is not; what may be NULL is a column of it.
    F0172 optional_row() {
        say("a row of a table is never `Option`")
            .help("leave out the row, or make a field of it `Option<T>`")
    }

    /// Rows are computed when the query runs, long after the arguments were looked at.
    F0173 lent(found: &str) {
        let owned = match found {
            "&str" => "String",
            "&[u8]" => "Vec<u8>",
            list if list.starts_with("List") => "Vec<T>",
            map if map.starts_with("Map") => "BTreeMap<K, V>",
            _ => "a type that owns its values",
        };
        let help = match owned.starts_with("a ") {
            true => format!("take {owned}"),
            false => format!("take `{owned}`"),
        };
        say(format!("a table function keeps its arguments, which `{found}` only lends")).help(help)
    }

    /// The columns of a table are known before its arguments are.
    F0174 generic() {
        say("a table function has no type parameters and no lifetimes")
    }

    /// A table function has as many arguments as parameters, so that they have names.
    F0175 variadic() {
        say("a table function takes no `&[T]`").help("take a list: `Vec<T>`")
    }

    /// What is made once for many rows is made by the function itself, before its first row.
    F0176 inner(attribute: &str) {
        say(format!("a table function has no `{attribute}`"))
            .help("make it in the function: it is called once")
    }

    /// Text of any type is for columns, which vary, and a session changes defaults of functions of rows;
    /// the arguments of a table are written by hand.
    F0177 param_attribute(attribute: &str) {
        say(format!("an argument of a table function has no `{attribute}`")).help("leave it out")
    }

    /// A plan is computed by the engine, whose rows are there or not; what may go wrong in a row is said by
    /// its functions.
    F0178 fallible_plan(found: &str) {
        say(format!("a row of a plan is never `{found}`"))
            .help("write `-> Result<Relation<Row>, E>` for a plan that may not be made")
    }
}
