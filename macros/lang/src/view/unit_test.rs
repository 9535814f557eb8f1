//! Unit tests of views: rows that are given, and rows that are expected.
//!
//! ```text
//! test   = { doc } [ name ":" ] path "given" "{" [ path ":" rows { "," path ":" rows } [ "," ] ] "}" "expect" rows
//! rows   = "[" [ row { "," row } [ "," ] ] "]"
//! row    = "{" [ name ":" value { "," name ":" value } ] [ "," ] [ ".." ] "}"
//! value  = literal | "-" number | "true" | "false" | "null" | "[" values "]"
//!        | "{" name ":" value … "}"                                  a struct
//!        | "{" literal ":" value … "}"                               a map
//! ```
//!
//! `..` stands for the columns that a test says nothing of: NULL where there can be one, otherwise 0, `""`,
//! `false` and the like in a row that is given; anything in one that is expected. Values are checked
//! against the columns and become JSON, which the runtime reads by their types.

mod check;

use proc_macro2::{Delimiter, Ident, TokenStream};
use syn::buffer::TokenBuffer;

pub use self::check::Fixture;
use super::messages;
use crate::sink::Sink;
use crate::tokens::{Range, Reader};
use crate::types::{doc_line, parse_path, push_doc_line};

/// How deep values may nest.
const DEPTH_MAX: usize = 32;

/// A test as it is written.
#[derive(Clone, Debug)]
pub struct UnitTest {
    /// The doc comment.
    pub doc: String,
    /// The name, if it is given one.
    pub name: Option<Ident>,
    /// The view, then the relations whose rows are given.
    pub relations: Vec<syn::Path>,
    /// The rows of each relation that is given.
    pub given: Vec<Vec<RowSyntax>>,
    /// The rows that the view should have.
    pub expected: Vec<RowSyntax>,
}

/// A row as it is written.
#[derive(Clone, Debug)]
pub struct RowSyntax {
    fields: Vec<(Ident, ValueSyntax)>,
    /// Whether `..` stands for the other columns.
    open: bool,
    span: Range,
}

/// A value as it is written.
#[derive(Clone, Debug)]
struct ValueSyntax {
    kind: ValueKind,
    span: Range,
}

#[derive(Clone, Debug)]
enum ValueKind {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<ValueSyntax>),
    Struct(RowSyntax),
    Map(Vec<(ValueSyntax, ValueSyntax)>),
}

/// Reads the body of a `view_test!`.
pub fn parse_unit_test(tokens: TokenStream, sink: &Sink) -> Option<UnitTest> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let mut parser = Parser { sink, depth: 0 };
    parser.test(&mut reader)
}

struct Parser<'s> {
    sink: &'s Sink,
    depth: usize,
}

impl Parser<'_> {
    fn test(&mut self, reader: &mut Reader<'_>) -> Option<UnitTest> {
        let mut doc = String::new();
        while reader.punct('#').is_some() {
            let (inside, _) = reader.group(Delimiter::Bracket)?;
            match doc_line(inside) {
                Some(line) => push_doc_line(&mut doc, &line),
                None => self.expected(&inside, "`/// …`"),
            }
        }
        let mut ahead = *reader;
        let name = ahead.ident().filter(|_| ahead.peek(':') && !ahead.peek_path_separator());
        if name.is_some() {
            ahead.punct(':');
            *reader = ahead;
        }
        let view = self.path(reader, "the name of a view")?;
        let mut relations = vec![view];
        let mut given = Vec::new();
        self.word(reader, "given")?;
        let (mut inside, _) = self.group(reader, Delimiter::Brace, "`{ table: [ … ] }`")?;
        while !inside.is_end() {
            relations.push(self.path(&mut inside, "the name of a table or view")?);
            self.sign(&mut inside, ':')?;
            given.push(self.rows(&mut inside)?);
            self.comma(&mut inside)?;
        }
        self.word(reader, "expect")?;
        let expected = self.rows(reader)?;
        if !reader.is_end() {
            self.expected(reader, "nothing after the rows");
        }
        Some(UnitTest { doc, name, relations, given, expected })
    }

    fn rows(&mut self, reader: &mut Reader<'_>) -> Option<Vec<RowSyntax>> {
        let (mut inside, _) =
            self.group(reader, Delimiter::Bracket, "`[ { column: value, … } ]`")?;
        let mut rows = Vec::new();
        while !inside.is_end() {
            let (mut row, span) =
                self.group(&mut inside, Delimiter::Brace, "`{ column: value, … }`")?;
            rows.push(self.row(&mut row, span)?);
            self.comma(&mut inside)?;
        }
        Some(rows)
    }

    fn row(&mut self, reader: &mut Reader<'_>, span: Range) -> Option<RowSyntax> {
        let mut fields = Vec::new();
        let mut open = false;
        while !reader.is_end() {
            if reader.op("..").is_some() {
                open = true;
                if !reader.is_end() {
                    self.expected(reader, "nothing after `..`");
                    return None;
                }
                break;
            }
            let Some(name) = reader.ident() else {
                self.expected(reader, "the name of a column, or `..`");
                return None;
            };
            self.sign(reader, ':')?;
            fields.push((name, self.value(reader)?));
            self.comma(reader)?;
        }
        Some(RowSyntax { fields, open, span })
    }

    fn value(&mut self, reader: &mut Reader<'_>) -> Option<ValueSyntax> {
        if self.depth == DEPTH_MAX {
            self.sink.error(reader.span(), messages::too_deep());
            return None;
        }
        self.depth += 1;
        let value = self.value_within(reader);
        self.depth -= 1;
        value
    }

    fn value_within(&mut self, reader: &mut Reader<'_>) -> Option<ValueSyntax> {
        let start = reader.span();
        let kind = if let Some((mut inside, _)) = reader.group(Delimiter::Bracket) {
            let mut items = Vec::new();
            while !inside.is_end() {
                items.push(self.value(&mut inside)?);
                self.comma(&mut inside)?;
            }
            ValueKind::List(items)
        } else if let Some((mut inside, span)) = reader.group(Delimiter::Brace) {
            match inside.peek_literal() || inside.peek('-') {
                true => ValueKind::Map(self.entries(&mut inside)?),
                false => ValueKind::Struct(self.row(&mut inside, span)?),
            }
        } else {
            self.scalar(reader)?
        };
        Some(ValueSyntax { kind, span: (start, reader.last_span()) })
    }

    fn entries(&mut self, reader: &mut Reader<'_>) -> Option<Vec<(ValueSyntax, ValueSyntax)>> {
        let mut entries = Vec::new();
        while !reader.is_end() {
            let key = self.value(reader)?;
            self.sign(reader, ':')?;
            entries.push((key, self.value(reader)?));
            self.comma(reader)?;
        }
        Some(entries)
    }

    fn scalar(&self, reader: &mut Reader<'_>) -> Option<ValueKind> {
        for (text, value) in [
            ("null", ValueKind::Null),
            ("true", ValueKind::Bool(true)),
            ("false", ValueKind::Bool(false)),
        ] {
            if reader.word(text).is_some() {
                return Some(value);
            }
        }
        let start = reader.span();
        let negative = reader.punct('-').is_some();
        let Some(token) = reader.literal() else {
            self.expected(reader, "a value");
            return None;
        };
        let literal = syn::Lit::new(token);
        let value = match &literal {
            _ if !literal.suffix().is_empty() => None,
            syn::Lit::Str(text) if !negative => Some(ValueKind::Text(text.value())),
            syn::Lit::Bool(value) if !negative => Some(ValueKind::Bool(value.value)),
            syn::Lit::Int(int) => int
                .base10_parse::<i128>()
                .ok()
                .map(|value| ValueKind::Int(if negative { -value } else { value })),
            syn::Lit::Float(float) => float
                .base10_parse::<f64>()
                .ok()
                .map(|value| ValueKind::Float(if negative { -value } else { value })),
            _ => None,
        };
        if value.is_none() {
            self.sink.error_range((start, reader.last_span()), messages::not_a_literal());
        }
        value
    }

    fn path(&self, reader: &mut Reader<'_>, wanted: &str) -> Option<syn::Path> {
        let path = parse_path(reader);
        if path.is_none() {
            self.expected(reader, wanted);
        }
        path
    }

    fn word(&self, reader: &mut Reader<'_>, word: &str) -> Option<()> {
        if reader.word(word).is_none() {
            self.expected(reader, &format!("`{word}`"));
            return None;
        }
        Some(())
    }

    fn sign(&self, reader: &mut Reader<'_>, sign: char) -> Option<()> {
        if reader.punct(sign).is_none() {
            self.expected(reader, &format!("`{sign}`"));
            return None;
        }
        Some(())
    }

    fn comma(&self, reader: &mut Reader<'_>) -> Option<()> {
        if reader.is_end() { Some(()) } else { self.sign(reader, ',') }
    }

    fn group<'r>(
        &self,
        reader: &mut Reader<'r>,
        delimiter: Delimiter,
        wanted: &str,
    ) -> Option<(Reader<'r>, Range)> {
        let group = reader.group(delimiter);
        if group.is_none() {
            self.expected(reader, wanted);
        }
        group
    }

    fn expected(&self, reader: &Reader<'_>, wanted: &str) {
        self.sink.error(reader.span(), messages::wanted(wanted, &reader.describe()));
    }
}
