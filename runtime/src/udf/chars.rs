//! Text whose characters are counted: in a column of ASCII, which is decided once a batch, they are
//! its bytes.

use std::fmt;
use std::ops::Deref;

use super::node::Node;
use super::node::TextNode;
use super::read::{Read, Slot};
use super::types::{Type, Typed};

/// A text argument of a function that counts characters.
///
/// It is a `&str` that knows whether all texts of its batch are ASCII. In those every byte is a
/// character, and counting takes no time.
///
/// ```
/// use belvedere::Chars;
///
/// fn length(text: Chars<'_>) -> i64 {
///     text.count() as i64
/// }
///
/// assert_eq!(length(Chars::from("né")), 2);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chars<'a> {
    text: &'a str,
    ascii: bool,
}

impl<'a> Chars<'a> {
    /// The text.
    #[inline]
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.text
    }

    /// Whether every byte is a character, as far as that is known without a look at the text.
    #[inline]
    #[must_use]
    pub const fn is_ascii(self) -> bool {
        self.ascii
    }

    /// The number of characters.
    #[inline]
    #[must_use]
    pub fn count(self) -> usize {
        if self.ascii { self.text.len() } else { self.text.chars().count() }
    }

    /// The byte at which the character at a position begins; the end, where there is no such.
    #[inline]
    #[must_use]
    pub fn byte_of(self, position: usize) -> usize {
        if self.ascii {
            return position.min(self.text.len());
        }
        self.text.char_indices().nth(position).map_or(self.text.len(), |(byte, _)| byte)
    }
}

impl<'a> From<&'a str> for Chars<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, ascii: text.is_ascii() }
    }
}

impl Deref for Chars<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.text
    }
}

impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Display for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Typed for Chars<'_> {
    const TYPE: Type = Type::String;
}

impl Read for Chars<'_> {
    type Item<'a> = Chars<'a>;
    type Column<'a> = (TextNode<'a>, bool);
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        (node.text(), node.is_ascii())
    }

    #[inline]
    fn get<'a>((texts, ascii): &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        Chars { text: texts.value(row), ascii: *ascii }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, LargeStringArray, StringArray, StringViewArray};

    use super::Chars;
    use crate::udf::node::Node;
    use crate::udf::read::Read as _;
    use crate::udf::types::Type;

    fn encodings(texts: &[Option<&str>]) -> [ArrayRef; 3] {
        let texts = || texts.iter().copied();
        [
            Arc::new(texts().collect::<StringArray>()),
            Arc::new(texts().collect::<LargeStringArray>()),
            Arc::new(texts().collect::<StringViewArray>()),
        ]
    }

    #[test]
    fn characters_are_counted_in_every_encoding() {
        for (texts, ascii) in [
            ([Some("one"), None, Some("a text that has no other")], true),
            ([Some("one"), None, Some("naïve: a text that has another")], false),
        ] {
            for array in encodings(&texts) {
                let node = Node::new(&array, &Type::String).unwrap();
                let column = Chars::column(&node);
                for row in [0, 2] {
                    let (found, text) = (Chars::get(&column, row), texts[row].unwrap_or_default());
                    assert_eq!((found.as_str(), found.is_ascii()), (text, ascii));
                    assert_eq!(found.count(), text.chars().count());
                }
                let part = array.slice(0, 2);
                let node = Node::new(&part, &Type::String).unwrap();
                assert!(Chars::get(&Chars::column(&node), 0).is_ascii(), "of the part alone");
            }
        }
    }

    #[test]
    fn characters_begin_at_bytes() {
        for (position, byte) in [(0, 0), (1, 1), (2, 3), (3, 4), (4, 4), (9, 4)] {
            assert_eq!(Chars::from("néa").byte_of(position), byte);
        }
        assert_eq!([0, 2, 3].map(|at| Chars::from("no").byte_of(at)), [0, 2, 2]);
    }
}
