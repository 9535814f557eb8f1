//! The text form of columns and types: what carriers hold and descriptors store.
//!
//! Reading uses the same grammar as a type that somebody writes in a `table!`; what a program
//! printed has no unresolved names, so a name without fields is an error here.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr as _;

use proc_macro2::{Span, TokenStream};
use syn::buffer::TokenBuffer;

use super::{Column, Form, StructType, Type, TypeSyntax, ValueType, syntax, write_columns};
use crate::lex;
use crate::sink::Sink;
use crate::tokens::{Reader, name_of};
use crate::view::messages;

/// A text that is not in the text form. Only a program that wrote it by hand can cause one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read `{}`: {}", self.text, self.reason)
    }
}

impl std::error::Error for TextError {}

/// Reads `"file_id: String, span: Span { bstart: i64 }"`.
///
/// # Errors
///
/// The text is not in the text form.
pub fn parse_columns(text: &str) -> Result<Vec<Column>, TextError> {
    read_text(text, |reader, sink| {
        let fields = syntax::parse_fields(reader, sink)?;
        fields.iter().map(|field| resolved_field(field, sink)).collect()
    })
}

/// Reads `"Option<List<i64>>"`.
///
/// # Errors
///
/// The text is not in the text form.
pub fn parse_value_type(text: &str) -> Result<ValueType, TextError> {
    read_text(text, |reader, sink| resolved(&TypeSyntax::parse(reader, sink)?, sink))
}

/// Reads `"Span { bstart: i64, bend: i64 }"`, the text of a type's carrier.
///
/// # Errors
///
/// The text is not in the text form, or not a struct.
pub fn parse_struct(text: &str) -> Result<StructType, TextError> {
    match parse_value_type(text)? {
        ValueType { ty: Type::Struct(ty), nullable: false } => Ok(ty),
        _ => Err(TextError { text: text.to_owned(), reason: "it is not a struct".to_owned() }),
    }
}

/// Whether a column or a field of a struct can be called `name`: an identifier that is no word of
/// paths. A type need not be written `r#…` to have a keyword for a name.
#[must_use]
pub fn is_column_name(name: &str) -> bool {
    let read = parse_columns(&format!("{name}: bool"));
    !is_path_word(name)
        && read.is_ok_and(|columns| matches!(&columns[..], [only] if only.name == name))
}

fn is_path_word(name: &str) -> bool {
    matches!(name, "self" | "super" | "crate" | "Self" | "_")
}

/// Whether a struct can be called `name`: an identifier that is no type of the language.
#[must_use]
pub fn is_struct_name(name: &str) -> bool {
    let read = parse_struct(&format!("{name} {{ field: bool }}"));
    let taken = is_path_word(name) || Type::NAMES.contains(&name);
    !taken && read.is_ok_and(|ty| ty.name.as_deref() == Some(name) && ty.fields.len() == 1)
}

/// The text of a struct with type parameters, `<K, V> { key: K, value: V }`, with the texts of types
/// in their places. Names that nobody knows are type parameters of a function around it.
///
/// # Errors
///
/// A text is not in the text form, or has more or fewer types than there are parameters.
pub fn instantiate(generic: &str, arguments: &[String]) -> Result<String, TextError> {
    let fail = |reason: &str| TextError { text: generic.to_owned(), reason: reason.to_owned() };
    let rest = generic.strip_prefix('<').ok_or_else(|| fail("it has no type parameters"))?;
    let (names, body) = rest.split_once('>').ok_or_else(|| fail("it is incomplete"))?;
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    if names.len() != arguments.len() {
        return Err(fail(&format!("it has {} type parameters", names.len())));
    }
    let arguments = arguments.iter().map(|text| parse_open(text)).collect::<Result<Vec<_>, _>>()?;
    let bindings = names.into_iter().map(str::to_owned).zip(arguments).collect();
    Ok(substitute(&parse_open(body)?, &bindings).to_full_text())
}

/// Reads a type in which names stand for type parameters.
fn parse_open(text: &str) -> Result<ValueType, TextError> {
    read_text(text, |reader, sink| {
        let mut lookup = |path: &syn::Path| path.get_ident().map(|name| Type::Param(name_of(name)));
        TypeSyntax::parse(reader, sink)?.resolve(&mut lookup, sink)
    })
}

/// What type parameters stand for.
pub(crate) type Bindings = HashMap<String, ValueType>;

/// The type with type parameters replaced by what they stand for.
pub(crate) fn substitute(value: &ValueType, bindings: &Bindings) -> ValueType {
    match &value.ty {
        Type::Param(name) => match bindings.get(name) {
            Some(bound) => bound.clone().or_null(value.nullable),
            None => value.clone(),
        },
        ty => ValueType { ty: substitute_type(ty, bindings), nullable: value.nullable },
    }
}

fn substitute_type(ty: &Type, bindings: &Bindings) -> Type {
    match ty {
        Type::Param(name) => bindings.get(name).map_or(ty.clone(), |bound| bound.ty.clone()),
        Type::List(item) => Type::List(Box::new(substitute(item, bindings))),
        Type::Map(key, value) => Type::Map(
            Box::new(substitute_type(key, bindings)),
            Box::new(substitute(value, bindings)),
        ),
        Type::Struct(StructType { name, fields }) => {
            let field = |field: &Column| Column {
                name: field.name.clone(),
                ty: substitute(&field.ty, bindings),
            };
            Type::Struct(StructType {
                name: name.clone(),
                fields: fields.iter().map(field).collect(),
            })
        }
        ty => ty.clone(),
    }
}

/// The text that [`parse_columns`] reads.
#[must_use]
pub fn columns_to_text(columns: &[Column]) -> String {
    full(|f| write_columns(f, columns, Form::Full))
}

/// Collects what `write` writes.
pub(crate) fn full(write: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text);
    text
}

/// Runs `parse` over the tokens of `text`, which it has to read to their end.
pub(crate) fn read_text<T>(
    text: &str,
    parse: impl FnOnce(&mut Reader<'_>, &Sink) -> Option<T>,
) -> Result<T, TextError> {
    let fail = |reason: String| TextError { text: text.to_owned(), reason };
    let tokens = TokenStream::from_str(text).map_err(|error| fail(error.to_string()))?;
    // Most texts have too few delimiters to nest so.
    let opened = text.bytes().filter(|byte| matches!(byte, b'{' | b'(' | b'[')).count();
    if opened > lex::DEPTH_MAX && lex::too_deep(&tokens).is_some() {
        return Err(fail(messages::too_deep().text));
    }
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::new(buffer.begin(), Span::call_site());
    let sink = Sink::new();
    let parsed = parse(&mut reader, &sink);
    let first = sink.into_diagnostics().into_iter().next();
    match (parsed, first) {
        (Some(_), None) if !reader.is_end() => {
            Err(fail(format!("{} is left over", reader.describe())))
        }
        (Some(parsed), None) => Ok(parsed),
        (_, Some(diagnostic)) => Err(fail(diagnostic.message.text)),
        (None, None) => Err(fail("it is incomplete".to_owned())),
    }
}

/// Resolves a type of a text, in which every name is followed by its fields.
fn resolved(syntax: &TypeSyntax, sink: &Sink) -> Option<ValueType> {
    syntax.resolve(&mut |_| None, sink)
}

fn resolved_field(field: &syntax::FieldSyntax, sink: &Sink) -> Option<Column> {
    Some(Column { name: field.name.clone(), ty: resolved(&field.ty, sink)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_nests_without_end_is_refused() {
        let levels = 20_000;
        for (open, close) in [("{ a: ", " }"), ("[", "]"), ("(", ")"), ("List<", ">")] {
            let text = format!("{}i64{}", open.repeat(levels), close.repeat(levels));
            let error = parse_value_type(&text).expect_err("too deep");
            assert_eq!(error.reason, "this is nested too deeply");
            assert!(!is_column_name(&text));
            assert!(!is_struct_name(&text));
        }
        // A quote that a raw string does not end at hides none of them.
        let hidden = format!("br#\"\\\"# {}{}", "(".repeat(levels), ")".repeat(levels));
        assert_eq!(
            parse_value_type(&hidden).expect_err("deep").reason,
            "this is nested too deeply"
        );
    }

    #[test]
    fn what_nests_as_deeply_as_types_may_is_read() {
        let text = format!("{}i64{}", "{ a: ".repeat(31), " }".repeat(31));
        let read = parse_value_type(&text).expect("a type");
        assert_eq!(read.to_string(), text);
        assert!(parse_value_type(&format!("{{ a: {text} }}")).is_err());
    }
}
