//! A position in a token stream: what the hand-written parsers of the language read from.
//!
//! It is a thin layer over syn's [`Cursor`], which is a copyable pointer: looking ahead is copying,
//! and nothing is allocated but the words that are read. Words are compared as written, so a raw
//! identifier (`r#where`) is never a keyword.

use proc_macro2::{Delimiter, Ident, Literal, Punct, Spacing, Span};
use syn::buffer::Cursor;
use syn::ext::IdentExt as _;

/// The first and the last token of something.
pub type Range = (Span, Span);

/// What tells two spans apart: their debug form is all that does.
#[must_use]
pub fn place(span: Span) -> String {
    format!("{span:?}")
}

/// A position among the tokens of one delimited list.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    cursor: Cursor<'a>,
    last: Span,
    /// `None` where a text ends with its last token.
    end: Option<Span>,
}

impl<'a> Reader<'a> {
    /// The start of a list; `end` is where an error about its end is shown.
    #[must_use]
    pub fn new(cursor: Cursor<'a>, end: Span) -> Self {
        Self { cursor, last: end, end: Some(end) }
    }

    /// The start of a text: an error about its end is shown at its last token.
    #[must_use]
    pub fn of_text(cursor: Cursor<'a>) -> Self {
        let whole = Span::call_site();
        Self { cursor, last: whole, end: None }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.cursor.eof()
    }

    /// The next token's span, or the end's.
    #[must_use]
    pub fn span(&self) -> Span {
        if self.is_end() { self.end.unwrap_or(self.last) } else { open_span(self.cursor) }
    }

    /// The span of the token that was read last.
    #[must_use]
    pub fn last_span(&self) -> Span {
        self.last
    }

    /// The next token as it is written, shortened: for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.cursor.token_tree() {
            None => "the end".to_owned(),
            Some((proc_macro2::TokenTree::Group(group), _)) => match group.delimiter() {
                Delimiter::Parenthesis => "`(`".to_owned(),
                Delimiter::Brace => "`{`".to_owned(),
                Delimiter::Bracket => "`[`".to_owned(),
                Delimiter::None => "a macro's argument".to_owned(),
            },
            Some((tree, _)) => format!("`{tree}`"),
        }
    }

    /// Reads any identifier, keywords of Rust included.
    pub fn ident(&mut self) -> Option<Ident> {
        let (ident, rest) = self.cursor.ident()?;
        self.advance(rest, ident.span());
        Some(ident)
    }

    /// The next identifier, unread.
    #[must_use]
    pub fn peek_ident(&self) -> Option<Ident> {
        self.cursor.ident().map(|(ident, _)| ident)
    }

    /// Whether the next token is this word.
    #[must_use]
    pub fn peek_word(&self, word: &str) -> bool {
        self.cursor.ident().is_some_and(|(ident, _)| ident == word)
    }

    /// Reads this word and gives its span, if it is next.
    pub fn word(&mut self, word: &str) -> Option<Span> {
        let (ident, rest) = self.cursor.ident().filter(|(ident, _)| ident == word)?;
        self.advance(rest, ident.span());
        Some(ident.span())
    }

    /// Whether the next word is this one in another case: `SELECT` for `select`.
    #[must_use]
    pub fn peek_other_case(&self, word: &str) -> Option<Ident> {
        let (ident, _) = self.cursor.ident()?;
        let text = ident.to_string();
        (text != word && text.eq_ignore_ascii_case(word)).then_some(ident)
    }

    /// Reads this operator of one or more characters, if it is next; `=` is not read from `==`.
    pub fn op(&mut self, op: &str) -> Option<Range> {
        let mut cursor = self.cursor;
        let mut span: Option<Range> = None;
        let mut chars = op.chars().peekable();
        while let Some(wanted) = chars.next() {
            let (punct, rest) = cursor.punct().filter(|(punct, _)| punct.as_char() == wanted)?;
            if chars.peek().is_some() && punct.spacing() != Spacing::Joint {
                return None;
            }
            span = Some((span.map_or(punct.span(), |(first, _)| first), punct.span()));
            cursor = rest;
        }
        let (_, last) = span?;
        self.advance(cursor, last);
        span
    }

    /// Reads this one character, if it is next, whatever follows it.
    pub fn punct(&mut self, wanted: char) -> Option<Span> {
        let (punct, rest) = self.cursor.punct().filter(|(punct, _)| punct.as_char() == wanted)?;
        self.advance(rest, punct.span());
        Some(punct.span())
    }

    /// Reads a lifetime.
    pub fn lifetime(&mut self) -> Option<syn::Lifetime> {
        let (lifetime, rest) = self.cursor.lifetime()?;
        self.advance(rest, lifetime.span());
        Some(lifetime)
    }

    /// The next punctuation, unread.
    #[must_use]
    pub fn peek_punct(&self) -> Option<Punct> {
        self.cursor.punct().map(|(punct, _)| punct)
    }

    /// Whether the next token is this character.
    #[must_use]
    pub fn peek(&self, wanted: char) -> bool {
        self.peek_punct().is_some_and(|punct| punct.as_char() == wanted)
    }

    /// Whether a literal is next.
    #[must_use]
    pub fn peek_literal(&self) -> bool {
        self.cursor.literal().is_some()
    }

    /// Whether this operator of one or more characters is next.
    #[must_use]
    pub fn peek_op(mut self, op: &str) -> bool {
        self.op(op).is_some()
    }

    /// Whether `::` is next.
    #[must_use]
    pub fn peek_path_separator(mut self) -> bool {
        self.op("::").is_some()
    }

    /// Reads a literal.
    pub fn literal(&mut self) -> Option<Literal> {
        let (literal, rest) = self.cursor.literal()?;
        self.advance(rest, literal.span());
        Some(literal)
    }

    /// Whether a list between these delimiters is next.
    #[must_use]
    pub fn peek_group(&self, delimiter: Delimiter) -> bool {
        self.cursor.group(delimiter).is_some()
    }

    /// Reads a list between these delimiters and gives a reader of what is inside and the spans of
    /// the delimiters.
    pub fn group(&mut self, delimiter: Delimiter) -> Option<(Self, Range)> {
        let (inside, span, rest) = self.cursor.group(delimiter)?;
        self.advance(rest, span.close());
        Some((Self::new(inside, span.close()), (span.open(), span.close())))
    }

    /// Reads whatever is next: a token or a whole delimited list.
    pub fn skip(&mut self) {
        if let Some((tree, rest)) = self.cursor.token_tree() {
            let last = match &tree {
                proc_macro2::TokenTree::Group(group) => group.span_close(),
                other => other.span(),
            };
            self.advance(rest, last);
        }
    }

    /// Whether the next token is the same as that of another reader.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        self.cursor == other.cursor
    }

    /// The tokens from here to where `later` is, as they are written in a message.
    #[must_use]
    pub fn text_before(mut self, later: &Self) -> String {
        let mut text = String::new();
        while self.cursor != later.cursor && !self.is_end() {
            text.push_str(self.describe().trim_matches('`'));
            self.skip();
        }
        text
    }

    /// What is left, as tokens.
    #[must_use]
    pub fn rest(&self) -> proc_macro2::TokenStream {
        self.cursor.token_stream()
    }

    fn advance(&mut self, cursor: Cursor<'a>, last: Span) {
        self.cursor = cursor;
        self.last = last;
    }
}

/// An identifier without `r#`.
#[must_use]
pub fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The span of the next token; of a delimited list, that of its opening delimiter.
fn open_span(cursor: Cursor<'_>) -> Span {
    match cursor.any_group() {
        Some((_, _, span, _)) => span.open(),
        None => cursor.span(),
    }
}
