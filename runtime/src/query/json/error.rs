//! What is wrong with a text of JSON, in the words of the language: serde has its own.

use std::fmt::{self, Display};

use belvedere_lang::suggest::{listed, nearest};
use serde::de::{self, Expected, Unexpected};

/// What is wrong with a text of JSON.
#[derive(Debug)]
pub(in crate::query) struct Error {
    /// In words.
    pub(in crate::query) text: String,
    /// What would be right, if that is known.
    pub(in crate::query) help: Option<String>,
    /// The digits of a whole number that is too large, which has a message of its own.
    pub(in crate::query) too_large: Option<String>,
}

impl Error {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), help: None, too_large: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(text: T) -> Self {
        Self::new(text.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (expected, form) = wanted(&expected.to_string());
        let error = Self::new(format!("expected {expected}, found {}", shown(found)));
        match form {
            Some(form) => error.help(form),
            None => error,
        }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(n: usize, expected: &dyn Expected) -> Self {
        let (expected, _) = wanted(&expected.to_string());
        Self::new(format!("expected {expected}, found a list of {n}"))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("`{}` is unknown here", shortened(found))).help(known(found, expected))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let text = format!("nothing is called `{}` in this object", shortened(found));
        Self::new(text).help(known(found, expected))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(format!("`{name}` is missing in this object"))
            .help(format!("add `\"{name}\": …`"))
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(format!("`{name}` stands twice in this object")).help("leave one of them out")
    }
}

fn known(found: &str, known: &'static [&'static str]) -> String {
    match nearest(found, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "leave it out".to_owned(),
        None => format!("there is {}", listed(known.iter().copied())),
    }
}

/// A name as it can stand in a message, whatever it is.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    let shown: String = text.chars().take(SHOWN).collect();
    format!("{}{more}", shown.escape_debug())
}

/// What serde calls a value that is found.
fn shown(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("the number {value}"),
        Unexpected::Signed(value) => format!("the number {value}"),
        Unexpected::Float(value) => format!("the number {value}"),
        Unexpected::Str(text) => format!("the text \"{}\"", shortened(text)),
        Unexpected::Unit | Unexpected::Option => "`null`".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// What serde calls a value that is wanted, and how one is written.
fn wanted(expected: &str) -> (String, Option<&'static str>) {
    let (wanted, form) = match expected {
        "a string" | "str" | "string" => ("a text", Some("texts stand in double quotes")),
        "a boolean" => ("`true` or `false`", Some("without quotes")),
        "a sequence" => ("a list", Some("`[…]`, with one item too")),
        "a map" => ("an object", Some("`{ \"name\": … }`")),
        "u8" | "u16" | "u32" | "u64" | "usize" | "a nonzero u32" | "a nonzero u64" => {
            ("a whole number from 0 on", Some("without quotes, point and exponent"))
        }
        "i8" | "i16" | "i32" | "i64" => {
            ("a whole number", Some("without quotes, point and exponent"))
        }
        "f32" | "f64" => ("a number", Some("without quotes")),
        name if name.starts_with("struct ") => ("an object", Some("`{ \"name\": … }`")),
        name if name.starts_with("enum ") => ("one of the words for it", None),
        other => return (other.to_owned(), None),
    };
    (wanted.to_owned(), form)
}
