//! Every text that a user of the language can be shown: one table, each entry with its code.
//!
//! `F…` speaks of functions and derived types, `V…` of tables and views. A code is never reused.
//! A message says what is wrong with names in backticks, then `note:` or `help:` lines with the
//! form that would work; lower case, no full stop, at most six lines, its code at the end of the
//! first line.

use std::fmt;

/// A worded error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The code, such as `V0012`.
    pub code: &'static str,
    /// What is wrong.
    pub text: String,
    /// What is known about it.
    pub notes: Vec<String>,
    /// What would work.
    pub helps: Vec<String>,
}

impl Message {
    /// A message without notes or help.
    #[must_use]
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), notes: Vec::new(), helps: Vec::new() }
    }

    /// Adds a `note:` line.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a `help:` line.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

/// The form that rustc is given: it indents the second and later lines itself.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.text, self.code)?;
        for note in &self.notes {
            write!(f, "\nnote: {note}")?;
        }
        for help in &self.helps {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

/// A message with its code, also where `word` returns early.
pub(crate) fn coded(code: &'static str, word: impl FnOnce() -> Message) -> Message {
    Message { code, ..word() }
}

/// Declares the constructors and the table of their explanations.
macro_rules! messages {
    ($(
        $(#[doc = $doc:literal])+
        $code:ident $name:ident($($arg:ident: $ty:ty),*) $body:block
    )*) => {
        $(
            $(#[doc = $doc])+
            #[must_use]
            pub fn $name($($arg: $ty),*) -> $crate::messages::Message {
                $crate::messages::coded(stringify!($code), || $body)
            }
        )*

        /// Every code with its explanation, in the order of the codes.
        pub const EXPLANATIONS: &[(&str, &str)] = &[
            $((stringify!($code), concat!($($doc, "\n"),+))),*
        ];
    };
}

/// Joins the tables of the modules beside it into one, in their order.
macro_rules! join_tables {
    ($($module:ident)*) => {
        const EXPLANATIONS_LENGTH: usize = 0 $(+ self::$module::EXPLANATIONS.len())*;

        const JOINED: [(&str, &str); EXPLANATIONS_LENGTH] = {
            let mut joined = [("", ""); EXPLANATIONS_LENGTH];
            let mut length = 0;
            $(
                let mut i = 0;
                while i < self::$module::EXPLANATIONS.len() {
                    joined[length] = self::$module::EXPLANATIONS[i];
                    length += 1;
                    i += 1;
                }
            )*
            joined
        };

        /// Every code with its explanation, in the order of the codes.
        pub const EXPLANATIONS: &[(&str, &str)] = &JOINED;
    };
}

pub(crate) use {join_tables, messages};
