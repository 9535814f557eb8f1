//! What can be wrong with a text that arrives while a program runs: its tokens, and the names in it,
//! of which rustc speaks in a macro.

use super::say;
use crate::messages::{Message, messages};

/// A name that is nowhere, with the nearest, or all that there are.
fn unknown(what: &str, name: &str, near: Option<&str>, known: &str) -> Message {
    let message = say(format!("no {what} is called `{name}`"));
    match near {
        Some(near) => message.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => message,
        None => message.help(format!("there is {known}")),
    }
}

messages! {
    /// A text names tables and views of the program, and of the warehouse, by their names.
    V0270 unknown_table(name: &str, near: Option<&str>, known: &str) {
        unknown("table or view", name, near, known)
    }

    /// A text calls built-ins, and functions of the program by their Rust names or their SQL names.
    /// `functions` on the command line lists those of the program.
    V0271 unknown_function_name(name: &str, near: Option<&str>) {
        unknown("function", name, near, "")
    }

    /// A text knows the named structs that columns and functions of the program have.
    V0272 unknown_struct(name: &str, near: Option<&str>, known: &str) {
        unknown("struct", name, near, known)
    }

    /// Several functions of the program have this Rust name: a path tells them apart.
    V0273 ambiguous_function(name: &str, paths: &str, one: &str) {
        say(format!("several functions are called `{name}`: {paths}"))
            .help(format!("write the path: `{one}`"))
    }

    /// What is opened has to be closed.
    V0274 unclosed(open: char) {
        let close = match open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            other => other,
        };
        say(format!("`{open}` is not closed")).help(format!("`{close}` closes it"))
    }

    /// A closing delimiter that nothing has opened.
    V0275 closes_nothing(close: char) {
        say(format!("`{close}` closes nothing"))
    }

    /// Delimiters close in the order in which they are opened, the last one first.
    V0276 closes_another(close: char, open: char, line: usize, column: usize) {
        say(format!("`{close}` closes `{open}`"))
            .note(format!("`{open}` stands in line {line}, column {column}"))
    }

    /// The language is made of names, numbers, texts in double quotes and the signs of its operators.
    V0277 no_token(found: Option<char>) {
        match found {
            Some(c) if c.is_control() => {
                say(format!("there is a control character, U+{:04X}", u32::from(c)))
            }
            Some(c) => say(format!("`{c}` begins nothing that the language knows")),
            None => say("the text ends within a comment or a text"),
        }
    }

    /// A text that is longer than any that people write is not read.
    V0278 text_too_long(length: usize, max: usize) {
        say(format!("the text has {length} bytes; no more than {max} are read"))
    }

    /// Plans are walked step by step, each step within the one before.
    V0279 too_many_steps(steps: usize, max: usize) {
        say(format!("the text has {steps} steps; no more than {max} can be planned"))
            .help("name a part of it as a view, `view! { part = … }`, and begin with `from part`")
    }

    /// A query is what stands behind the `=` of a view.
    V0280 named_query(name: &str) {
        say(format!("a query has no name, this one is called `{name}`"))
            .help("begin with `from …`")
    }

    /// A file for `check` holds tables and views as a Rust file does, or one view without `view!`.
    V0281 no_definition(found: &str) {
        say(format!("expected `view! {{ … }}` or `table! {{ … }}`, found {found}"))
    }

    /// Two definitions of a file have one name.
    V0282 defined_twice(name: &str) {
        say(format!("`{name}` is defined twice")).help("the first one is what others read")
    }

    /// Views read each other in a circle, so that none can be computed first.
    V0283 circle(path: &str) {
        say(format!("views read each other in a circle: {path}"))
    }

    /// A value of a test has the type of its column. What JSON has no form for is a text: dates, times,
    /// decimals, bytes.
    V0284 wrong_value(column: &str, found: &str, form: &str) {
        say(format!("`{column}` cannot be {found}")).help(form)
    }

    /// A row of a test has all columns, or says by `..` that the others do not matter.
    V0285 values_missing(columns: &str, given: bool) {
        let message = say(format!("the row says nothing of {columns}"));
        message.help(match given {
            true => "`..` at its end fills them: NULL, 0, `\"\"`, `false`",
            false => "`..` at the end of each row leaves them out of the comparison",
        })
    }

    /// Rows that are expected are compared as a table is, in the columns that the first one names.
    V0286 unequal_rows(columns: &str) {
        say("the row does not name the columns that the first one does")
            .help(format!("rows with `..` all name the same columns, here {columns}"))
    }

    /// The rows of a relation stand in one list.
    V0287 given_twice(path: &str) {
        say(format!("the rows of `{path}` are given twice"))
            .help("write them in one list: `[ { … }, { … } ]`")
    }

    /// A column has one value in a row.
    V0288 value_twice(name: &str) {
        say(format!("`{name}` has two values in one row"))
    }
}
