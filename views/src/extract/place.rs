//! The text of a file, and where something lies in it.

use tree_sitter::Node;

use crate::extract::lang::Lang;

/// The text of one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// Its key.
    pub(crate) path: &'a str,
    /// Its language.
    pub(crate) lang: Lang,
    /// The text that was parsed.
    pub(crate) text: &'a str,
    /// Where the text begins in the file.
    pub(crate) base: usize,
}

impl<'a> Source<'a> {
    /// Where the text lies, all of it.
    pub(crate) fn place(&self) -> Place {
        let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let span = (signed(self.base), signed(self.base + self.text.len()));
        Place { span, lines: (1, signed(self.text.lines().count().max(1))) }
    }

    /// The text of a node.
    pub(crate) fn text_of(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or("")
    }
}

/// Where something lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// First byte and the byte after the last.
    pub(crate) span: (i64, i64),
    /// First and last line, from 1.
    pub(crate) lines: (i64, i64),
}
