//! The types of a signature as words: what [`crate::types`] calls them.
//!
//! Rust's own types decide what a function does; the words are for texts and messages, and for the
//! few things that an expansion must know before rustc has resolved anything: whether there is an
//! `Option`, a `Result`, a slice.

mod digits;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type};

use self::digits::{array_word, decimal_word};
use super::messages::{self, Place};
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types;

/// A type as a word.
#[derive(Clone, Debug)]
pub struct Word {
    /// What it is called.
    pub kind: WordKind,
    /// Its first and last token.
    pub span: (Span, Span),
}

/// The forms that a type can have.
#[derive(Clone, Debug)]
pub enum WordKind {
    /// A type of the language: one without parameters, where it is written in Rust.
    Plain(types::Type),
    /// `Option<T>`
    Option(Box<Word>),
    /// `List<'_, T>`, `Vec<T>`
    List(Box<Word>),
    /// `Map<'_, K, V>`, `BTreeMap<K, V>`
    Map(Box<Word>, Box<Word>),
    /// `Result<T, E>`
    Result(Box<Word>),
    /// `&[T]`: all the remaining arguments.
    Variadic(Box<Word>),
    /// A type of the user.
    Named(syn::Path),
    /// A type of the user with type parameters: `Entry<K, V>`.
    Generic(syn::Path, Vec<Word>),
    /// A type parameter of the function.
    Param(String),
    /// One that an error hides.
    Unknown,
}

/// A part of a text whose named types only rustc can resolve.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A part that is known.
    Text(String),
    /// The text of a type's carrier.
    Type(syn::Path),
    /// The same for a type with type parameters, with what stands in their places.
    Generic(syn::Path, Vec<Vec<Piece>>),
}

/// The text with `?` in the place of each named type.
#[must_use]
pub fn pieces_to_text(pieces: &[Piece]) -> Option<String> {
    pieces.iter().try_fold(String::new(), |text, piece| match piece {
        Piece::Text(part) => Some(text + part),
        Piece::Type(_) | Piece::Generic(..) => None,
    })
}

impl Word {
    /// Reads a type. What is wrong with it is in `sink`, and the word is then unknown.
    pub fn read(ty: &Type, place: Place, sink: &Sink) -> Self {
        let span = range(ty);
        let kind = match ty {
            Type::Paren(inner) => return Self::read(&inner.elem, place, sink),
            Type::Group(inner) => return Self::read(&inner.elem, place, sink),
            Type::Reference(reference) => reference_word(reference, place, sink),
            Type::Array(array) if is_byte(&array.elem) => array_word(array, sink),
            Type::Path(path) if path.qself.is_none() => path_word(path, place, sink),
            other => {
                sink.error_range(span, messages::unsupported(&text_of(other), place));
                WordKind::Unknown
            }
        };
        Self { kind, span }
    }

    /// Text, or text that may be NULL.
    pub(super) fn text(nullable: bool, span: (Span, Span)) -> Self {
        let word = Self { kind: WordKind::Plain(types::Type::String), span };
        if nullable { Self { kind: WordKind::Option(Box::new(word)), span } } else { word }
    }

    /// The type inside of an `Option`, or the type itself, and whether there was one.
    #[must_use]
    pub fn without_option(&self) -> (&Self, bool) {
        match &self.kind {
            WordKind::Option(inner) => (inner, true),
            _ => (self, false),
        }
    }

    /// The word in a place where these names are type parameters.
    #[must_use]
    pub fn with_params(self, names: &[Ident]) -> Self {
        let inside = |word: Box<Self>| Box::new(word.with_params(names));
        let kind = match self.kind {
            WordKind::Named(path) => match path.get_ident() {
                Some(name) if names.contains(name) => WordKind::Param(name_of(name)),
                _ => WordKind::Named(path),
            },
            WordKind::Option(word) => WordKind::Option(inside(word)),
            WordKind::List(word) => WordKind::List(inside(word)),
            WordKind::Result(word) => WordKind::Result(inside(word)),
            WordKind::Variadic(word) => WordKind::Variadic(inside(word)),
            WordKind::Map(key, value) => WordKind::Map(inside(key), inside(value)),
            WordKind::Generic(path, words) => {
                let words = words.into_iter().map(|word| word.with_params(names)).collect();
                WordKind::Generic(path, words)
            }
            kind @ (WordKind::Plain(_) | WordKind::Param(_) | WordKind::Unknown) => kind,
        };
        Self { kind, span: self.span }
    }

    /// Calls `visit` with the names of type parameters.
    pub fn visit_params<'w>(&'w self, visit: &mut dyn FnMut(&'w str)) {
        match &self.kind {
            WordKind::Plain(_) | WordKind::Named(_) | WordKind::Unknown => {}
            WordKind::Param(name) => visit(name),
            WordKind::Option(inner)
            | WordKind::List(inner)
            | WordKind::Result(inner)
            | WordKind::Variadic(inner) => inner.visit_params(visit),
            WordKind::Map(key, value) => {
                key.visit_params(visit);
                value.visit_params(visit);
            }
            WordKind::Generic(_, arguments) => {
                arguments.iter().for_each(|argument| argument.visit_params(visit));
            }
        }
    }

    /// Whether it is text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.kind, WordKind::Plain(types::Type::String))
    }

    /// The type's text in pieces.
    pub fn pieces(&self, out: &mut Vec<Piece>) {
        match &self.kind {
            WordKind::Plain(ty) => push(out, &ty.to_full_text()),
            WordKind::Option(inner) => wrapped(out, "Option<", &[inner]),
            WordKind::List(item) => wrapped(out, "List<", &[item]),
            WordKind::Map(key, value) => wrapped(out, "Map<", &[key, value]),
            WordKind::Result(inner) | WordKind::Variadic(inner) => inner.pieces(out),
            WordKind::Named(path) => out.push(Piece::Type(path.clone())),
            WordKind::Generic(path, arguments) => {
                let pieces = |word: &Word| {
                    let mut pieces = Vec::new();
                    word.pieces(&mut pieces);
                    pieces
                };
                out.push(Piece::Generic(path.clone(), arguments.iter().map(pieces).collect()));
            }
            WordKind::Param(name) => push(out, name),
            WordKind::Unknown => push(out, "?"),
        }
    }

    /// Calls `visit` with the user's types.
    pub fn visit_names<'w>(&'w self, visit: &mut dyn FnMut(&'w syn::Path)) {
        match &self.kind {
            WordKind::Plain(_) | WordKind::Param(_) | WordKind::Unknown => {}
            WordKind::Generic(_, arguments) => {
                arguments.iter().for_each(|argument| argument.visit_names(visit));
            }
            WordKind::Option(inner)
            | WordKind::List(inner)
            | WordKind::Result(inner)
            | WordKind::Variadic(inner) => inner.visit_names(visit),
            WordKind::Map(key, value) => {
                key.visit_names(visit);
                value.visit_names(visit);
            }
            WordKind::Named(path) => visit(path),
        }
    }
}

/// Appends text to the last piece.
pub(super) fn push(out: &mut Vec<Piece>, part: &str) {
    match out.last_mut() {
        Some(Piece::Text(text)) => text.push_str(part),
        _ => out.push(Piece::Text(part.to_owned())),
    }
}

fn wrapped(out: &mut Vec<Piece>, head: &str, inner: &[&Word]) {
    push(out, head);
    for (i, word) in inner.iter().enumerate() {
        if i > 0 {
            push(out, ", ");
        }
        word.pieces(out);
    }
    push(out, ">");
}

/// The first and the last token of something.
pub(crate) fn range(tokens: &impl quote::ToTokens) -> (Span, Span) {
    let mut spans = tokens.to_token_stream().into_iter().map(|tree| match tree {
        proc_macro2::TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    });
    let Some((start, end)) = spans.next() else {
        return (Span::call_site(), Span::call_site());
    };
    (start, spans.last().map_or(end, |(_, last)| last))
}

/// A type as it is written, without the spaces that tokens are printed with.
pub(crate) fn text_of(tokens: &impl quote::ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut out = String::with_capacity(text.len());
    for part in text.split(' ') {
        let glued = out.ends_with(['<', '&', ':', '[', '(']) || out.is_empty();
        let opens = part.starts_with(['<', '>', ',', ':', ']', ')', ';']);
        if !glued && !opens {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

fn reference_word(reference: &syn::TypeReference, place: Place, sink: &Sink) -> WordKind {
    if let Some(word) = &reference.mutability {
        sink.error_range((reference.and_token.span(), word.span()), messages::mutable());
        return WordKind::Unknown;
    }
    match reference.elem.as_ref() {
        Type::Path(path) if path.path.is_ident("str") => WordKind::Plain(types::Type::String),
        Type::Slice(slice) if is_byte(&slice.elem) => WordKind::Plain(types::Type::Bytes),
        Type::Slice(slice) if place == Place::Argument => {
            WordKind::Variadic(Box::new(Word::read(&slice.elem, place, sink)))
        }
        Type::Path(path) if path.path.is_ident("String") => {
            sink.error_range(range(reference), messages::unsupported("&String", place));
            WordKind::Unknown
        }
        other => {
            let text = text_of(other);
            let message = match (place, other) {
                (Place::Argument, Type::Array(array)) if is_byte(&array.elem) => {
                    messages::reference(&text, &text)
                }
                (Place::Argument, Type::Path(path)) => {
                    messages::reference(&text, &by_value(path).unwrap_or_else(|| text.clone()))
                }
                _ => messages::unsupported(&format!("&{text}"), place),
            };
            sink.error_range(range(reference), message);
            WordKind::Unknown
        }
    }
}

/// What is taken in place of a reference to one of Rust's own collections.
fn by_value(path: &syn::TypePath) -> Option<String> {
    let last = path.path.segments.last()?;
    if is_known_root(&path.path) && last.ident == "Text" {
        return Some("&mut Text".to_owned());
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types: Vec<String> = arguments.args.iter().map(text_of).collect();
    match (name_of(&last.ident).as_str(), types.as_slice()) {
        ("Vec", [item]) if item == "u8" => Some("&[u8]".to_owned()),
        ("Vec", [item]) => Some(format!("List<'_, {item}>")),
        ("BTreeMap" | "HashMap", [key, value]) => Some(format!("Map<'_, {key}, {value}>")),
        _ => None,
    }
}

pub(super) fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

/// Whether a path may name a type of the language: a bare name, or one of Rust's or our crates.
fn is_known_root(path: &syn::Path) -> bool {
    let roots = ["std", "core", "alloc", "belvedere", "uuid"];
    path.segments.len() == 1
        || path.segments.first().is_some_and(|first| roots.iter().any(|root| first.ident == root))
}

/// Whether a path begins with a crate of Rust's own, which has no type of the user.
pub(super) fn is_of_rust(path: &syn::Path) -> bool {
    let crates = ["std", "core", "alloc"];
    path.segments.len() > 1
        && path.segments.first().is_some_and(|first| crates.iter().any(|name| first.ident == name))
}

fn path_word(ty: &syn::TypePath, place: Place, sink: &Sink) -> WordKind {
    let path = &ty.path;
    let Some(last) = path.segments.last() else { return WordKind::Unknown };
    let name = name_of(&last.ident);
    let types: Vec<&Type> = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    };
    // `Result` is most often an alias, of whatever crate.
    if name == "Result" {
        return result_word(ty, &types, place, sink);
    }
    if is_known_root(path) && name == "Decimal" {
        return decimal_word(last, sink);
    }
    if is_known_root(path)
        && let Some(kind) = language_word(ty, &name, &types, place, sink)
    {
        return kind;
    }
    if types.is_empty() {
        return WordKind::Named(path.clone());
    }
    let words = types.into_iter().map(|ty| part(ty, place, sink));
    WordKind::Generic(path.clone(), words.collect())
}

/// A type inside of another.
fn part(ty: &Type, place: Place, sink: &Sink) -> Word {
    let word = Word::read(ty, place, sink);
    match &word.kind {
        WordKind::Result(_) => sink.error_range(word.span, messages::result_inside()),
        WordKind::Variadic(_) => {
            sink.error_range(word.span, messages::unsupported(&text_of(ty), place));
        }
        _ => {}
    }
    word
}

fn result_word(ty: &syn::TypePath, types: &[&Type], place: Place, sink: &Sink) -> WordKind {
    match (place, types.first()) {
        (Place::Result, Some(value)) => {
            WordKind::Result(Box::new(Word::read(value, Place::Result, sink)))
        }
        (Place::Result, None) => {
            sink.error_range(range(ty), messages::type_parameters("Result", "Result<T, E>"));
            WordKind::Unknown
        }
        _ => {
            sink.error_range(range(ty), messages::result_inside());
            WordKind::Unknown
        }
    }
}

/// The word for a type of the language, if the name is one.
fn language_word(
    ty: &syn::TypePath,
    name: &str,
    types: &[&Type],
    place: Place,
    sink: &Sink,
) -> Option<WordKind> {
    let argument = place == Place::Argument;
    let inner = |ty: &Type| Box::new(part(ty, place, sink));
    let refused = |text: &str| {
        sink.error_range(range(ty), messages::unsupported(text, place));
        Some(WordKind::Unknown)
    };
    match (name, types) {
        ("Option", [value]) => {
            let value = inner(value);
            if matches!(value.kind, WordKind::Option(_)) {
                sink.error_range(range(ty), messages::option_of_option());
                return Some(WordKind::Unknown);
            }
            Some(WordKind::Option(value))
        }
        ("Vec", [item]) if is_byte(item) => Some(WordKind::Plain(types::Type::Bytes)),
        ("Vec", [item]) => Some(WordKind::List(inner(item))),
        ("List", [item]) if argument => Some(WordKind::List(inner(item))),
        ("Map", [key, value]) if argument => Some(map_word(inner(key), inner(value), sink)),
        ("BTreeMap", [key, value]) => Some(map_word(inner(key), inner(value), sink)),
        ("IndexMap", [key, value]) if place == Place::Result => {
            Some(map_word(inner(key), inner(value), sink))
        }
        ("Cow", [item]) if !argument && text_of(item) == "str" => {
            Some(WordKind::Plain(types::Type::String))
        }
        ("Chars", []) if argument && !is_of_rust(&ty.path) => {
            Some(WordKind::Plain(types::Type::String))
        }
        ("Chars", []) => refused(name),
        ("Cow", _) if argument => refused(name),
        ("List" | "Map", [_, ..]) if !argument => refused(name),
        ("Option" | "Vec" | "List", _) => {
            let form = if name == "List" { "List<'_, T>".to_owned() } else { format!("{name}<T>") };
            sink.error_range(range(ty), messages::type_parameters(name, &form));
            Some(WordKind::Unknown)
        }
        ("Map" | "BTreeMap", _) => {
            let form = if name == "Map" { "Map<'_, K, V>" } else { "BTreeMap<K, V>" };
            sink.error_range(range(ty), messages::type_parameters(name, form));
            Some(WordKind::Unknown)
        }
        (types::ANY_STRUCT, []) if place != Place::Field => {
            Some(WordKind::Plain(types::Type::AnyStruct))
        }
        (types::ANY_STRUCT, []) => refused(name),
        (types::ANY_UNION, []) if argument => Some(WordKind::Plain(types::Type::AnyUnion)),
        (types::ANY_UNION, []) => refused(name),
        ("Bytes", []) => None,
        (_, []) => match types::Type::from_name(name) {
            // Another type of this name.
            Some(types::Type::Duration) if is_of_rust(&ty.path) => refused(name),
            Some(plain) => Some(WordKind::Plain(plain)),
            None if is_foreign(name) || is_of_rust(&ty.path) => refused(name),
            None => None,
        },
        (_, _) if is_foreign(name) => refused(name),
        _ => None,
    }
}

fn map_word(key: Box<Word>, value: Box<Word>, sink: &Sink) -> WordKind {
    if matches!(key.kind, WordKind::Option(_)) {
        sink.error_range(key.span, messages::nullable_key());
        return WordKind::Unknown;
    }
    WordKind::Map(key, value)
}

/// Types of Rust's world that people reach for and SQL does not have.
pub(crate) fn is_foreign(name: &str) -> bool {
    let names = [
        "usize",
        "isize",
        "i128",
        "u128",
        "char",
        "str",
        "HashMap",
        "IndexMap",
        "HashSet",
        "BTreeSet",
        "VecDeque",
        "Box",
        "Rc",
        "Arc",
        "NaiveDate",
        "NaiveDateTime",
        "DateTime",
        "SystemTime",
        "Self",
    ];
    names.contains(&name)
}
