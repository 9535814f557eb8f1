//! The outline of a text that somebody is writing: its statements, and what is open at its end.
//!
//! A statement ends with `;`, which means nothing else in the language. What an editor has to decide
//! while a text is written (does Enter run it, what can stand here) hangs on that and on no more.

use std::ops::Range;

use super::{End, Scan};
use crate::sink::Sink;

/// The outline of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The statements that have ended, in bytes, without their `;`. What has nothing but blanks and
    /// comments is none.
    pub statements: Vec<Range<usize>>,
    /// The byte behind the last `;`.
    pub rest: usize,
    /// Whether anything but blanks and comments stands behind the last `;`.
    pub goes_on: bool,
    /// The bytes of the delimiters that are open at the end.
    pub open: Vec<usize>,
    /// What the text ends in.
    pub end: End,
}

impl Outline {
    /// Reads a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let sink = Sink::ignoring();
        let mut scan = Scan::new(text, &sink);
        let mut outline = Self::default();
        while let Some(c) = scan.rest().chars().next() {
            let before = scan.at;
            let opaque = scan.skip_opaque(c);
            let is_comment = opaque.is_some() && c == '/';
            outline.end = opaque.unwrap_or_default();
            match c {
                _ if opaque.is_some() => {}
                '\'' => scan.quote(),
                '(' | '[' | '{' => outline.open.push(before),
                ')' | ']' | '}' => _ = outline.open.pop(),
                ';' => outline.end_statement(before),
                _ => {}
            }
            if scan.at == before {
                scan.at += c.len_utf8();
            }
            outline.goes_on |= c != ';' && !is_comment && !c.is_whitespace();
        }
        outline
    }

    fn end_statement(&mut self, semicolon: usize) {
        if self.goes_on {
            self.statements.push(self.rest..semicolon);
        }
        self.rest = semicolon + 1;
        self.goes_on = false;
        self.open.clear();
    }

    /// All statements, the last of which nothing has ended.
    #[must_use]
    pub fn into_statements(self, text: &str) -> Vec<Range<usize>> {
        let mut statements = self.statements;
        if self.goes_on {
            statements.push(self.rest..text.len());
        }
        statements
    }

    /// Whether somebody who presses Enter has written all of it: it ends with `;`, or with an empty line
    /// where nothing is open.
    #[must_use]
    pub fn is_entered(&self, text: &str) -> bool {
        if !self.goes_on {
            return self.end != End::Quoted;
        }
        let last = text.rsplit_once('\n').map(|(_, last)| last);
        let is_empty = last.is_some_and(|last| last.trim().is_empty());
        is_empty && self.open.is_empty() && self.end != End::Quoted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        Outline::new(text).into_statements(text).into_iter().map(|at| &text[at]).collect()
    }

    #[test]
    fn statements_end_with_semicolons() {
        for (text, expected) in [
            ("", &[][..]),
            (" \n// nothing\n", &[]),
            (";; ; /* ; */", &[]),
            ("from a", &["from a"]),
            ("from a;", &["from a"]),
            ("from a; from b", &["from a", " from b"]),
            (
                "from a where x == \";\"; // ;\nfrom b;",
                &["from a where x == \";\"", " // ;\nfrom b"],
            ),
            ("from a where x == ';'; from b", &["from a where x == ';'", " from b"]),
            ("from a where x == r#\"\";\"#; from b", &["from a where x == r#\"\";\"#", " from b"]),
            ("from a where x == '\\'' ; from b", &["from a where x == '\\'' ", " from b"]),
            ("from a where (x; from b", &["from a where (x", " from b"]),
        ] {
            assert_eq!(statements(text), expected, "{text}");
        }
    }

    #[test]
    fn enter_runs_what_a_semicolon_or_an_empty_line_ends() {
        for text in [
            "",
            "  ",
            "from a;",
            "from a; from b;",
            "from a\n",
            "from a\nwhere x > 1\n  ",
            "from a; // done",
        ] {
            assert!(Outline::new(text).is_entered(text), "{text:?}");
        }
        for text in [
            "from a",
            "from a\nwhere x > 1",
            "from a;\nfrom b",
            "from a select {\n",
            "from a where x == \"\n",
            "from a where x == \";",
            "from a; /* ",
            "from a /*;\n",
        ] {
            assert!(!Outline::new(text).is_entered(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_open_at_the_end_is_known() {
        let outline = Outline::new("from a select { x: f(\"(\", [1], (");
        assert_eq!(outline.open, [14, 20, 31]);
        assert_eq!(outline.end, End::Code);
        assert_eq!(Outline::new("from a // b").end, End::LineComment);
        assert_eq!(Outline::new("from a where x == \"b").end, End::Quoted);
        assert_eq!(Outline::new("from a where x == \"b\"").end, End::Code);
        assert_eq!(Outline::new(")(").open, [1]);
    }
}
