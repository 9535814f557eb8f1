//! What can be wrong with a text that arrives while a program runs: its tokens, and the names in it,
//! of which rustc speaks in a macro.

use super::say;
use crate::messages::{Message, messages};
use crate::types::Type;

/// Whether a terminal shows nothing of it, or shows what follows elsewhere.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name that is nowhere, with the nearest, or all that there are.
fn unknown(what: &str, name: &str, near: Option<&str>, known: &str) -> Message {
    let message = say(format!("no {what} is called `{name}`"));
    match near {
        Some(near) => message.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => message.help(format!("there is no {what} at all")),
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
    ///
    /// A path is one of a function of the program; built-ins are called by their bare names.
    V0271 unknown_function_name(path: &str, advice: &str) {
        say(format!("no function is called `{path}`")).help(advice)
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
    V0274 unclosed(open: &str, close: &str) {
        say(format!("`{open}` is not closed")).help(format!("`{close}` closes it"))
    }

    /// A closing delimiter that nothing has opened.
    V0275 closes_nothing(close: char) {
        say(format!("`{close}` closes nothing")).help("leave it out, or open it before")
    }

    /// Delimiters close in the order in which they are opened, the last one first.
    V0276 closes_another(close: char, open: char, line: usize, column: usize) {
        say(format!("`{close}` closes `{open}`"))
            .note(format!("`{open}` stands in line {line}, column {column}"))
            .help("delimiters close in the order in which they are opened, the last one first")
    }

    /// The language is made of names, numbers, texts in double quotes and the signs of its operators.
    V0277 no_token(found: Option<char>) {
        match found {
            Some(c) if is_invisible(c) => {
                say(format!("there is a character that is not shown, U+{:04X}", u32::from(c)))
                    .help("delete it; in a text in double quotes it may stand")
            }
            Some(c) => {
                let message = say(format!("`{c}` begins nothing that the language knows"));
                match c {
                    '\'' => message.help("texts stand in double quotes: `\"it's\"`"),
                    '`' => message.help("names stand without quotes; a keyword is written raw: `r#type`"),
                    '\\' => message.help("a text stands in double quotes, in which `\\` begins an escape"),
                    '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                        message.help("texts stand in plain double quotes: `\"…\"`")
                    }
                    '≠' => message.help("`!=`"),
                    '≤' => message.help("`<=`"),
                    '≥' => message.help("`>=`"),
                    '×' => message.help("`*`"),
                    '÷' => message.help("`/`"),
                    '–' | '—' | '−' => message.help("`-`"),
                    _ => message.help("in a text in double quotes it may stand: `\"…\"`"),
                }
            }
            None => say("the text ends within a comment or a text")
                .help("close it by `*/` or `\"`"),
        }
    }

    /// A text that is longer than any that people write is not read.
    V0278 text_too_long(length: usize, max: usize) {
        say(format!("the text has {length} bytes; no more than {max} are read"))
            .help("constants belong into a table that is joined, parts of a query into views")
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
            .help("a file holds definitions, or one query or view without `view!`")
    }

    /// Two definitions of a file have one name.
    V0282 defined_twice(name: &str) {
        say(format!("`{name}` is defined twice")).help("the first one is what others read")
    }

    /// Views read each other in a circle, so that none can be computed first.
    V0283 circle(path: &str) {
        say(format!("views read each other in a circle: {path}"))
            .help("let one of them read what the other is made of")
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
        say(format!("`{name}` has two values in one row")).help("leave one of them out")
    }

    /// A value is given for a parameter that the view or the query does not have: `--param`, `.params` in
    /// the line editor, `Query::param`, `RunRequest::params`. Parameters stand before the steps:
    /// `param since: Date = "2024-01-01"`.
    V0289 unknown_param(view: &str, name: &str, near: Option<&str>, known: &str) {
        let message = say(format!("`{view}` has no parameter `{name}`"));
        match near {
            Some(near) => message.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => message
                .help(format!("it has none; one is declared before `from`: `param {name}: i64 = 1`")),
            None => message.help(format!("there is {known}")),
        }
    }

    /// The value of a parameter is one of its type, written as in a constant, and text without quotes.
    V0290 param_value(view: &str, name: &str, ty: &Type, numbers: Option<&str>) {
        let form = match ty {
            Type::Bool => "true",
            Type::Date => "2024-02-29",
            Type::Timestamp => "2024-02-29T12:00:00Z",
            Type::LocalTimestamp => "2024-02-29T12:00:00",
            Type::F32 | Type::F64 | Type::Decimal(_) => "1.5",
            Type::String => "text",
            _ => "1",
        };
        match numbers {
            Some(numbers) => {
                say(format!("the value for `{name}` of `{view}` does not fit `{ty}`")).help(numbers)
            }
            None => say(format!("the value for `{name}` of `{view}` is no `{ty}`"))
                .help(format!("it is written as in `{name}={form}`")),
        }
    }

    /// A query is given its parameters with the text, unless they have defaults.
    V0291 param_missing(view: &str, name: &str, ty: &str) {
        say(format!("`{view}` needs a value for `{name}: {ty}`")).help(format!(
            "give it, by `--param {name}=…` on the command line, or a default: `param {name}: {ty} = …`"
        ))
    }

    /// The language reads. What is stored is the rows of a view, which `belvedere run` computes, and those of
    /// a table, which its source gives.
    V0292 read_only(word: &str, advice: &str) {
        say(format!("`{word}` is SQL, and this language only reads")).help(advice)
    }

    /// A backslash in a text in double quotes begins an escape: `\n`, `\r`, `\t`, `\0`, `\\`, `\"`, `\'`,
    /// `\x41` and `\u{e9}`. In `r"…"` a backslash is one.
    V0293 no_escape(escape: &str, text: &str) {
        let doubled: String = text.replace('\\', "\\\\");
        let message = say(format!("`{escape}` is no escape of a text"));
        match text.contains(['"', '\n']) || text.chars().count() > 40 {
            true => message.help(format!("a backslash is written `\\\\`: `\\{escape}`")),
            false => message.help(format!("`r\"{text}\"`, where a backslash is one, or `\"{doubled}\"`")),
        }
    }
}
