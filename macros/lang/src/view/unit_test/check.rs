//! Rows of a test against the columns of their relations, and as JSON.

use std::fmt::Write as _;

use proc_macro2::Span;

use super::{RowSyntax, UnitTest, ValueKind, ValueSyntax};
use crate::messages::Message;
use crate::sink::Sink;
use crate::suggest::{listed, nearest};
use crate::tokens::{Range, name_of};
use crate::types::{Column, StructType, Type, ValueType, path_text};
use crate::view::messages;
use crate::view::names::last_name;

/// The rows of a test, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    /// JSON objects, one on each line.
    pub rows: String,
    /// The columns that the rows name, in the order of the relation.
    pub columns: Vec<String>,
}

impl UnitTest {
    /// The rows that are given and those that are expected, checked against the columns of
    /// [`UnitTest::relations`]; `None` for columns that an error hides, whose rows are not looked at.
    pub fn check(&self, columns: &[Option<Vec<Column>>], sink: &Sink) -> (Vec<Fixture>, Fixture) {
        for (i, path) in self.relations.iter().enumerate().skip(1) {
            let name = path_text(path);
            let same = |before: &syn::Path| last_name(&path_text(before)) == last_name(&name);
            if self.relations[1..i].iter().any(same) {
                sink.error_range(ends(path), messages::given_twice(&name));
            }
        }
        let of = |position: usize| columns.get(position).and_then(|columns| columns.as_deref());
        let name =
            |position: usize| self.relations.get(position).map(path_text).unwrap_or_default();
        let given = self.given.iter().enumerate().map(|(i, rows)| {
            let known = Rows { relation: name(i + 1), columns: of(i + 1), fill: true, sink };
            known.fixture(rows)
        });
        let given = given.collect();
        let known = Rows { relation: name(0), columns: of(0), fill: false, sink };
        (given, known.fixture(&self.expected))
    }
}

/// The rows of one relation, being checked.
struct Rows<'a> {
    relation: String,
    columns: Option<&'a [Column]>,
    /// Whether what `..` stands for is filled in.
    fill: bool,
    sink: &'a Sink,
}

impl Rows<'_> {
    fn fixture(&self, rows: &[RowSyntax]) -> Fixture {
        let Some(columns) = self.columns else {
            return Fixture { rows: String::new(), columns: Vec::new() };
        };
        let place = format!("`{}`", self.relation);
        let names = |row: &RowSyntax| {
            let is_named =
                |column: &&Column| row.fields.iter().any(|(name, _)| name_of(name) == column.name);
            columns.iter().filter(is_named).map(|column| column.name.clone()).collect::<Vec<_>>()
        };
        let all = || columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let compared = |row: &RowSyntax| if row.open && !self.fill { names(row) } else { all() };
        let first = rows.first().map_or_else(all, compared);
        let mut text = String::new();
        for row in rows {
            if !self.fill && compared(row) != first {
                let shown = listed(first.iter().map(String::as_str));
                self.sink.error_range(row.span, messages::unequal_rows(&shown));
            }
            self.object(row, columns, &place, &mut text);
            text.push('\n');
        }
        Fixture { rows: text, columns: first }
    }

    /// A row or a struct as a JSON object.
    fn object(&self, row: &RowSyntax, columns: &[Column], place: &str, out: &mut String) {
        for (i, (name, _)) in row.fields.iter().enumerate() {
            let text = name_of(name);
            let known = || columns.iter().map(|column| column.name.as_str());
            if !known().any(|column| column == text) {
                let near = nearest(&text, known());
                let known = listed(known());
                let message =
                    messages::unknown_column(&text, place, messages::Hint::of(near, &known));
                self.sink.error(name.span(), message);
            } else if row.fields[..i].iter().any(|(before, _)| name_of(before) == text) {
                self.sink.error(name.span(), messages::value_twice(&text));
            }
        }
        out.push('{');
        let mut missing = Vec::new();
        let mut count = 0;
        for column in columns {
            let found = row.fields.iter().find(|(name, _)| name_of(name) == column.name);
            let mut value = String::new();
            match found {
                Some((_, found)) => self.value(found, &column.ty, &column.name, &mut value),
                None if row.open && !self.fill => continue,
                None if row.open => push_default(&column.ty, &mut value),
                None => {
                    missing.push(column.name.as_str());
                    continue;
                }
            }
            if count > 0 {
                out.push(',');
            }
            count += 1;
            push_text(&column.name, out);
            out.push(':');
            out.push_str(&value);
        }
        out.push('}');
        if !missing.is_empty() {
            let message = messages::values_missing(&listed(missing), self.fill);
            self.sink.error_range(row.span, message);
        }
    }

    /// A value of a type as JSON.
    fn value(&self, value: &ValueSyntax, ty: &ValueType, name: &str, out: &mut String) {
        let item = |out: &mut String, item: &ValueSyntax, ty: &ValueType| {
            self.value(item, ty, name, out);
        };
        match (&value.kind, &ty.ty) {
            (_, Type::Unknown) => out.push_str("null"),
            (ValueKind::Null, _) if ty.nullable => out.push_str("null"),
            (ValueKind::Bool(value), Type::Bool) => out.push_str(&value.to_string()),
            (ValueKind::Int(number), Type::Int(int)) if int.holds(*number) => {
                out.push_str(&number.to_string());
            }
            (ValueKind::Int(number), Type::F32 | Type::F64) => out.push_str(&number.to_string()),
            (ValueKind::Float(number), Type::F32 | Type::F64) => out.push_str(&number.to_string()),
            (ValueKind::Int(number), Type::Decimal(_)) => push_text(&number.to_string(), out),
            (
                ValueKind::Text(text),
                Type::String
                | Type::Json
                | Type::Bytes
                | Type::FixedBytes(_)
                | Type::Uuid
                | Type::Date
                | Type::Timestamp
                | Type::LocalTimestamp
                | Type::Time
                | Type::Decimal(_),
            ) => push_text(text, out),
            (ValueKind::List(items), Type::List(ty)) => {
                out.push('[');
                for (i, value) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item(out, value, ty);
                }
                out.push(']');
            }
            (ValueKind::Struct(row), Type::Struct(StructType { fields, .. })) => {
                self.object(row, fields, &format!("`{name}`"), out);
            }
            (ValueKind::Struct(row), Type::Map(..)) if row.fields.is_empty() && !row.open => {
                out.push_str("{}");
            }
            (ValueKind::Map(entries), Type::Map(key, ty)) => {
                out.push('{');
                for (i, (entry, value)) in entries.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    let mut text = String::new();
                    self.value(entry, &ValueType::required((**key).clone()), name, &mut text);
                    // Keys of JSON are texts, whatever they are read as.
                    if text.starts_with('"') {
                        out.push_str(&text)
                    } else {
                        push_text(&text, out)
                    }
                    out.push(':');
                    item(out, value, ty);
                }
                out.push('}');
            }
            _ => {
                let column = Column { name: name.to_owned(), ty: ty.clone() };
                self.sink.error_range(value.span, wrong_value(&column, &value.kind));
                out.push_str("null");
            }
        }
    }
}

fn wrong_value(column: &Column, value: &ValueKind) -> Message {
    let found = match value {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(value) => value.to_string(),
        ValueKind::Int(value) => value.to_string(),
        ValueKind::Float(value) => value.to_string(),
        ValueKind::Text(text) => format!("{text:?}"),
        ValueKind::List(_) => "a list".to_owned(),
        ValueKind::Struct(_) => "a struct".to_owned(),
        ValueKind::Map(_) => "a map".to_owned(),
    };
    let help = match (&column.ty.ty, value) {
        (Type::String, ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)) => {
            format!("`{found:?}`")
        }
        (Type::Int(int), ValueKind::Text(text))
            if text.parse().is_ok_and(|number| int.holds(number)) =>
        {
            format!("`{text}`")
        }
        _ => format!("it is written as {}", form_of(&column.ty)),
    };
    messages::wrong_value(&column.to_string(), &found, &help)
}

/// How a value of a type is written in a test.
fn form_of(ty: &ValueType) -> &'static str {
    match &ty.ty {
        Type::Bool => "`true` or `false`",
        Type::Int(_) => "a whole number that fits",
        Type::F32 | Type::F64 => "a number",
        Type::Decimal(_) => "`\"12.34\"`",
        Type::Date => "`\"2024-01-31\"`",
        Type::Timestamp => "`\"2024-01-31T12:00:00Z\"`",
        Type::LocalTimestamp => "`\"2024-01-31T12:00:00\"`",
        Type::Time => "`\"12:00:00\"`",
        Type::Bytes | Type::FixedBytes(_) | Type::Uuid => "text of hexadecimal digits, `\"00ff\"`",
        Type::List(_) => "`[ … ]`",
        Type::Map(..) => "`{ \"key\": … }`",
        Type::Struct(_) => "`{ field: … }`",
        _ => "text in double quotes",
    }
}

/// What stands for a column of which a test says nothing.
fn push_default(ty: &ValueType, out: &mut String) {
    if ty.nullable {
        out.push_str("null");
        return;
    }
    match &ty.ty {
        Type::Bool => out.push_str("false"),
        Type::Int(_) | Type::F32 | Type::F64 => out.push('0'),
        Type::Decimal(_) => out.push_str("\"0\""),
        Type::Date => out.push_str("\"1970-01-01\""),
        Type::Timestamp => out.push_str("\"1970-01-01T00:00:00Z\""),
        Type::LocalTimestamp => out.push_str("\"1970-01-01T00:00:00\""),
        Type::Time => out.push_str("\"00:00:00\""),
        Type::FixedBytes(width) => push_text(&"00".repeat(*width as usize), out),
        Type::Uuid => push_text(&"00".repeat(16), out),
        Type::Json => out.push_str("\"null\""),
        Type::List(_) => out.push_str("[]"),
        Type::Map(..) => out.push_str("{}"),
        Type::Struct(StructType { fields, .. }) => {
            out.push('{');
            for (i, field) in fields.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                push_text(&field.name, out);
                out.push(':');
                push_default(&field.ty, out);
            }
            out.push('}');
        }
        _ => out.push_str("\"\""),
    }
}

/// A text as JSON has it.
fn push_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Writing to a `String` never fails.
            c if c < ' ' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn ends(path: &syn::Path) -> Range {
    let span = |segment: Option<&syn::PathSegment>| {
        segment.map_or_else(Span::call_site, |segment| segment.ident.span())
    };
    (span(path.segments.first()), span(path.segments.last()))
}
