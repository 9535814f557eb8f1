//! A type as somebody wrote it: spans, and names that are not resolved yet.
//!
//! The grammar is that of [`super`]; one function reads each production. A name that is not the
//! language's own is looked up by whoever resolves the type: rustc finds its carrier when a crate
//! is compiled, the linked descriptors know it when a program runs.

use proc_macro2::{Delimiter, Ident, Span};
use syn::punctuated::Punctuated;

use super::{Column, StructType, Type, ValueType, digits, foreign};
use crate::sink::Sink;
use crate::tokens::{Range, Reader, name_of};
use crate::view::messages;

/// How deep types may nest, each `Option` counted: what walks them recurses.
pub const DEPTH_MAX: usize = 32;

/// A type as it is written.
#[derive(Clone, Debug)]
pub struct TypeSyntax {
    /// What is written.
    pub kind: TypeSyntaxKind,
    /// Its first and last token.
    pub span: Range,
}

/// The forms that a type can have.
#[derive(Clone, Debug)]
pub enum TypeSyntaxKind {
    /// A type of the language without parameters: `i64`.
    Plain(Type),
    /// `Option<T>`
    Option(Box<TypeSyntax>),
    /// `List<T>`
    List(Box<TypeSyntax>),
    /// `Map<K, V>`
    Map(Box<TypeSyntax>, Box<TypeSyntax>),
    /// `{ line: i64 }`, or resolved `Span { bstart: i64 }`.
    Struct(Option<Ident>, Vec<FieldSyntax>),
    /// A type that has a name of its own: `Span`, `crate::types::Span`.
    Named(syn::Path),
}

/// `name: type`
#[derive(Clone, Debug)]
pub struct FieldSyntax {
    /// The doc comment, lines joined.
    pub doc: String,
    /// The name, without `r#`.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The type.
    pub ty: TypeSyntax,
}

impl TypeSyntax {
    /// Reads one type; `None` after an error, which `sink` has.
    pub fn parse(reader: &mut Reader<'_>, sink: &Sink) -> Option<Self> {
        Self::parse_inside(reader, sink, 0)
    }

    /// Reads a type inside of so many others.
    fn parse_inside(reader: &mut Reader<'_>, sink: &Sink, depth: usize) -> Option<Self> {
        let start = reader.span();
        if depth >= DEPTH_MAX {
            sink.error(start, messages::too_deep());
            return None;
        }
        let kind = if reader.peek_group(Delimiter::Brace) {
            TypeSyntaxKind::Struct(None, parse_braced_fields(reader, sink, depth + 1)?)
        } else if let Some(kind) = parse_fixed_bytes(reader, sink) {
            kind
        } else if reader.punct('?').is_some() {
            TypeSyntaxKind::Plain(Type::Unknown)
        } else {
            parse_named(reader, sink, depth + 1)?
        };
        Some(Self { kind, span: (start, reader.last_span()) })
    }

    /// Calls `visit` with the names that have to be resolved, in the order in which they are
    /// written.
    pub fn visit_names<'a>(&'a self, visit: &mut dyn FnMut(&'a syn::Path)) {
        match &self.kind {
            TypeSyntaxKind::Plain(_) => {}
            TypeSyntaxKind::Option(inner) | TypeSyntaxKind::List(inner) => {
                inner.visit_names(visit);
            }
            TypeSyntaxKind::Map(key, value) => {
                key.visit_names(visit);
                value.visit_names(visit);
            }
            TypeSyntaxKind::Struct(_, fields) => {
                for field in fields {
                    field.ty.visit_names(visit);
                }
            }
            TypeSyntaxKind::Named(path) => visit(path),
        }
    }

    /// The type, once `lookup` has found its names. A name that is not found is reported and
    /// unknown; a name whose own errors hide it is found as [`Type::Unknown`]. `None` when the
    /// type has a form that no column can have, which is reported too.
    pub fn resolve(
        &self,
        lookup: &mut dyn FnMut(&syn::Path) -> Option<Type>,
        sink: &Sink,
    ) -> Option<ValueType> {
        if let TypeSyntaxKind::Option(inner) = &self.kind {
            let value = inner.resolve(lookup, sink)?;
            if value.nullable {
                sink.error_range(self.span, messages::option_of_option());
                return None;
            }
            return Some(ValueType::optional(value.ty));
        }
        Some(ValueType::required(self.resolve_type(lookup, sink)?))
    }

    fn resolve_type(
        &self,
        lookup: &mut dyn FnMut(&syn::Path) -> Option<Type>,
        sink: &Sink,
    ) -> Option<Type> {
        Some(match &self.kind {
            TypeSyntaxKind::Plain(ty) => ty.clone(),
            TypeSyntaxKind::Option(inner) => inner.resolve(lookup, sink)?.ty,
            TypeSyntaxKind::List(item) => Type::List(Box::new(item.resolve(lookup, sink)?)),
            TypeSyntaxKind::Map(key, value) => {
                let key_type = key.resolve(lookup, sink)?;
                let value_type = value.resolve(lookup, sink)?;
                if key_type.nullable {
                    sink.error_range(key.span, messages::nullable_map_key(&key_type.ty));
                }
                Type::Map(Box::new(key_type.ty), Box::new(value_type))
            }
            TypeSyntaxKind::Struct(name, fields) => {
                let mut resolved = Vec::with_capacity(fields.len());
                for field in fields {
                    let ty = field.ty.resolve(lookup, sink)?;
                    resolved.push(Column { name: field.name.clone(), ty });
                }
                Type::Struct(StructType { name: name.as_ref().map(name_of), fields: resolved })
            }
            TypeSyntaxKind::Named(path) => match lookup(path) {
                Some(ty) => ty,
                None => {
                    sink.error_range(self.span, messages::unknown_type(&path_text(path)));
                    Type::Unknown
                }
            },
        })
    }
}

/// A path as it is written: `crate::types::Span`.
#[must_use]
pub fn path_text(path: &syn::Path) -> String {
    let mut text = String::new();
    for (i, segment) in path.segments.iter().enumerate() {
        if i > 0 || path.leading_colon.is_some() {
            text.push_str("::");
        }
        text.push_str(&segment.ident.to_string());
    }
    text
}

/// `[ "::" ] ident { "::" ident }`; the first identifier is read by the caller's leave only, so an
/// empty path gives `None` without an error.
pub(crate) fn parse_path(reader: &mut Reader<'_>) -> Option<syn::Path> {
    let mut ahead = *reader;
    let leading_colon = ahead.op("::").map(|(a, b)| syn::token::PathSep { spans: [a, b] });
    let mut segments = Punctuated::new();
    segments.push_value(syn::PathSegment::from(ahead.ident()?));
    loop {
        let mut next = ahead;
        let Some((a, b)) = next.op("::") else { break };
        let Some(ident) = next.ident() else { break };
        segments.push_punct(syn::token::PathSep { spans: [a, b] });
        segments.push_value(syn::PathSegment::from(ident));
        ahead = next;
    }
    *reader = ahead;
    Some(syn::Path { leading_colon, segments })
}

/// `{ doc comments, ident ":" type, "," }` up to the end of the list.
pub(crate) fn parse_fields(reader: &mut Reader<'_>, sink: &Sink) -> Option<Vec<FieldSyntax>> {
    parse_fields_inside(reader, sink, 0)
}

fn parse_fields_inside(
    reader: &mut Reader<'_>,
    sink: &Sink,
    depth: usize,
) -> Option<Vec<FieldSyntax>> {
    let mut fields = Vec::new();
    while !reader.is_end() {
        fields.push(parse_field_inside(reader, sink, depth)?);
        if reader.punct(',').is_none() && !reader.is_end() {
            sink.error(reader.span(), messages::wanted("`,`", &reader.describe()));
            return None;
        }
    }
    Some(fields)
}

/// `doc comments, ident ":" type`
pub(crate) fn parse_field(reader: &mut Reader<'_>, sink: &Sink) -> Option<FieldSyntax> {
    parse_field_inside(reader, sink, 0)
}

fn parse_field_inside(reader: &mut Reader<'_>, sink: &Sink, depth: usize) -> Option<FieldSyntax> {
    let doc = parse_doc(reader, sink);
    if let Some(span) = visibility(reader) {
        sink.error(span, messages::attribute_here());
    }
    let Some(ident) = reader.ident() else {
        sink.error(reader.span(), messages::wanted("a column name", &reader.describe()));
        return None;
    };
    if reader.peek_path_separator() || reader.punct(':').is_none() {
        let wanted = format!("`{ident}: type`");
        sink.error(reader.span(), messages::wanted(&wanted, &reader.describe()));
        return None;
    }
    let ty = TypeSyntax::parse_inside(reader, sink, depth)?;
    Some(FieldSyntax { doc, name: name_of(&ident), name_span: ident.span(), ty })
}

/// `pub` before the name of a column.
fn visibility(reader: &mut Reader<'_>) -> Option<Span> {
    let mut ahead = *reader;
    let span = ahead.word("pub")?;
    ahead.group(Delimiter::Parenthesis);
    ahead.peek_ident()?;
    *reader = ahead;
    Some(span)
}

/// The doc comments that come next, lines joined; another attribute is an error.
pub(crate) fn parse_doc(reader: &mut Reader<'_>, sink: &Sink) -> String {
    let mut doc = String::new();
    while let Some(hash) = reader.punct('#') {
        let Some((inside, _)) = reader.group(Delimiter::Bracket) else {
            sink.error(hash, messages::wanted("a doc comment", "`#`"));
            continue;
        };
        match doc_line(inside) {
            Some(line) => push_doc_line(&mut doc, &line),
            None => sink.error(inside.span(), messages::attribute_here()),
        }
    }
    doc
}

/// The text of `doc = "…"`, the form in which a macro receives a doc comment.
pub(crate) fn doc_line(mut inside: Reader<'_>) -> Option<String> {
    inside.word("doc")?;
    inside.op("=")?;
    let literal = inside.literal()?;
    match syn::Lit::new(literal) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// Appends a line of a doc comment without the space that follows `///`.
pub(crate) fn push_doc_line(doc: &mut String, line: &str) {
    if !doc.is_empty() {
        doc.push('\n');
    }
    doc.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
}

fn parse_braced_fields(
    reader: &mut Reader<'_>,
    sink: &Sink,
    depth: usize,
) -> Option<Vec<FieldSyntax>> {
    let (mut inside, _) = reader.group(Delimiter::Brace)?;
    parse_fields_inside(&mut inside, sink, depth)
}

fn parse_named(reader: &mut Reader<'_>, sink: &Sink, depth: usize) -> Option<TypeSyntaxKind> {
    let start = reader.span();
    if let Some(name) = reference(reader) {
        let span = (start, reader.last_span());
        let meant = if name == "[u8]" { "Bytes" } else { "String" };
        let message = match Type::from_name(&name) {
            Some(ty) => messages::wrong_type_name(&format!("&{ty}"), Some(&ty.to_string())),
            None => messages::wrong_type_name(&format!("&{name}"), Some(meant)),
        };
        sink.error_range(span, message);
        return Some(TypeSyntaxKind::Plain(Type::Unknown));
    }
    if let Some((written, meant)) = foreign::read(reader) {
        let message = messages::wrong_type_name(&written, Some(&meant));
        sink.error_range((start, reader.last_span()), message);
        return Some(TypeSyntaxKind::Plain(Type::Unknown));
    }
    let Some(path) = parse_path(reader) else {
        let message = messages::expected("a type", &reader.describe());
        let other = match () {
            () if reader.peek_group(Delimiter::Bracket) => message.help(list_form(reader)),
            () if reader.peek_group(Delimiter::Parenthesis) => message.help(struct_form(reader)),
            () => messages::wanted("a type", &reader.describe()),
        };
        sink.error(start, other);
        return None;
    };
    let span = (start, reader.last_span());
    if reader.peek('<') {
        return parse_generic(reader, sink, depth, &path, span);
    }
    let Some(ident) = path.get_ident() else { return Some(TypeSyntaxKind::Named(path)) };
    let name = ident.to_string();
    if let Some(ty) = Type::from_name(&name) {
        return Some(TypeSyntaxKind::Plain(ty));
    }
    if reader.peek_group(Delimiter::Brace) {
        let ident = ident.clone();
        let fields = parse_braced_fields(reader, sink, depth)?;
        return Some(TypeSyntaxKind::Struct(Some(ident), fields));
    }
    if let Some(message) = messages::not_a_type(&name) {
        sink.error_range(span, message);
        return Some(TypeSyntaxKind::Plain(Type::Unknown));
    }
    Some(TypeSyntaxKind::Named(path))
}

/// `&str`, `&'static str`, `&[u8]`, `&i64`: what functions take and columns do not; gives what stands
/// behind the sign.
fn reference(reader: &mut Reader<'_>) -> Option<String> {
    let mut ahead = *reader;
    ahead.punct('&')?;
    ahead.lifetime();
    ahead.word("mut");
    let name = match ahead.ident() {
        Some(name) => name.to_string(),
        None => format!("[{}]", ahead.group(Delimiter::Bracket)?.0.ident()?),
    };
    *reader = ahead;
    let known = matches!(name.as_str(), "str" | "[u8]") || Type::from_name(&name).is_some();
    known.then_some(name)
}

/// `[u8; 16]`
fn parse_fixed_bytes(reader: &mut Reader<'_>, sink: &Sink) -> Option<TypeSyntaxKind> {
    let mut ahead = *reader;
    let (mut inside, _) = ahead.group(Delimiter::Bracket)?;
    inside.word("u8")?;
    inside.punct(';')?;
    *reader = ahead;
    let start = inside.span();
    let mut width = inside.literal().and_then(|token| digits::number(&syn::Lit::new(token)));
    while !inside.is_end() {
        width = None;
        inside.skip();
    }
    let end = if width.is_some() { start } else { inside.last_span() };
    Some(TypeSyntaxKind::Plain(match digits::fixed_bytes((width, (start, end))) {
        Ok(width) => Type::FixedBytes(width),
        Err(wrong) => {
            sink.error_range(wrong.span, messages::wrong_width(&wrong.reason));
            Type::Unknown
        }
    }))
}

/// The numbers of `Decimal<12, 2>` and what closes them.
fn parse_decimal(reader: &mut Reader<'_>, sink: &Sink, name_span: Range) -> Option<TypeSyntaxKind> {
    let mut numbers = Vec::new();
    while !reader.is_end() && !reader.peek('>') {
        let start = reader.span();
        let mut number = reader.literal().and_then(|token| digits::number(&syn::Lit::new(token)));
        while !reader.is_end() && !reader.peek(',') && !reader.peek('>') {
            number = None;
            reader.skip();
        }
        let end = if number.is_some() { start } else { reader.last_span() };
        numbers.push((number, (start, end)));
        if reader.punct(',').is_none() {
            break;
        }
    }
    if reader.punct('>').is_none() {
        sink.error(reader.span(), messages::wanted("`>`", &reader.describe()));
        return None;
    }
    Some(TypeSyntaxKind::Plain(match digits::decimal(&numbers, name_span) {
        Ok(decimal) => Type::Decimal(decimal),
        Err(wrong) => {
            sink.error_range(wrong.span, messages::wrong_decimal(&wrong.reason));
            Type::Unknown
        }
    }))
}

/// `Option<T>`, `List<T>`, `Map<K, V>`; nothing else has types as parameters.
fn parse_generic(
    reader: &mut Reader<'_>,
    sink: &Sink,
    depth: usize,
    path: &syn::Path,
    name_span: Range,
) -> Option<TypeSyntaxKind> {
    let name = path.get_ident().map(Ident::to_string).unwrap_or_default();
    reader.punct('<')?;
    if name == "Decimal" {
        return parse_decimal(reader, sink, name_span);
    }
    let mut arguments = Vec::new();
    while !reader.is_end() && !reader.peek('>') {
        arguments.push(TypeSyntax::parse_inside(reader, sink, depth)?);
        if reader.punct(',').is_none() {
            break;
        }
    }
    if reader.punct('>').is_none() {
        sink.error(reader.span(), messages::wanted("`>`", &reader.describe()));
        return None;
    }
    let mut arguments = arguments.into_iter();
    let (first, second, third) = (arguments.next(), arguments.next(), arguments.next());
    match (name.as_str(), first, second, third) {
        ("Option", Some(value), None, None) => Some(TypeSyntaxKind::Option(Box::new(value))),
        ("List", Some(item), None, None) => Some(TypeSyntaxKind::List(Box::new(item))),
        ("Map", Some(key), Some(value), None) => {
            Some(TypeSyntaxKind::Map(Box::new(key), Box::new(value)))
        }
        ("Option" | "List" | "Map", ..) => {
            sink.error_range(name_span, messages::type_parameters(&name));
            Some(TypeSyntaxKind::Plain(Type::Unknown))
        }
        _ => {
            sink.error_range(name_span, messages::no_type_parameters(&path_text(path)));
            Some(TypeSyntaxKind::Plain(Type::Unknown))
        }
    }
}

/// What is meant by `[T; 3]` and `[T]`.
fn list_form(reader: &Reader<'_>) -> String {
    let mut ahead = *reader;
    match ahead.group(Delimiter::Bracket).and_then(|(mut inside, _)| inside.ident()) {
        Some(item) if item == "u8" => "write `Bytes`".to_owned(),
        Some(item) if Type::from_name(&item.to_string()).is_some() => {
            format!("write `List<{item}>`")
        }
        _ => "write `List<…>`".to_owned(),
    }
}

/// What is meant by `(A, B)`.
fn struct_form(reader: &Reader<'_>) -> String {
    let mut ahead = *reader;
    let mut fields = Vec::new();
    if let Some((mut inside, _)) = ahead.group(Delimiter::Parenthesis) {
        while let Some(ty) = inside.ident().filter(|ty| Type::from_name(&ty.to_string()).is_some())
        {
            fields.push(format!("field{}: {ty}", fields.len() + 1));
            inside.punct(',');
        }
        if inside.is_end() && !fields.is_empty() {
            return format!("a struct has names, write `{{ {} }}`", fields.join(", "));
        }
    }
    "a struct is `{ field: type, … }`".to_owned()
}
