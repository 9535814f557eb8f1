//! Names and types of a spec as the language reads them.
//!
//! A name that is a word of the language, here or in another, is written raw: then it is a name
//! wherever it stands.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::buffer::TokenBuffer;

use crate::lex::tokens;
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::Reader;
use crate::types::{TypeSyntax, is_column_name};
use crate::view::messages;

/// How many bytes a name or a type may have.
const LENGTH_MAX: usize = 4096;

/// Words that mean something at one place or another, or that the parser tells about. Case does not
/// count: those of SQL are told about in any.
const WORDS: &[&str] = &[
    "aggregate",
    "and",
    "anti",
    "array",
    "as",
    "asc",
    "asof",
    "audit",
    "between",
    "by",
    "case",
    "cast",
    "collate",
    "contract",
    "cross",
    "current",
    "derive",
    "desc",
    "distinct",
    "else",
    "end",
    "except",
    "exclude",
    "exists",
    "fail",
    "false",
    "fetch",
    "filter",
    "first",
    "following",
    "for",
    "from",
    "full",
    "group",
    "groups",
    "having",
    "if",
    "ignore",
    "ilike",
    "in",
    "inner",
    "intersect",
    "interval",
    "is",
    "join",
    "last",
    "left",
    "let",
    "like",
    "limit",
    "map",
    "match",
    "minus",
    "natural",
    "nil",
    "none",
    "not",
    "null",
    "nulls",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "param",
    "partition",
    "pivot",
    "preceding",
    "pub",
    "qualify",
    "quarantine",
    "range",
    "regexp",
    "rename",
    "renaming",
    "respect",
    "return",
    "right",
    "rlike",
    "row",
    "rows",
    "select",
    "semi",
    "set",
    "similar",
    "some",
    "sort",
    "take",
    "then",
    "true",
    "try_cast",
    "unbounded",
    "union",
    "unnest",
    "using",
    "values",
    "warn",
    "when",
    "where",
    "window",
    "with",
    "within",
];

/// A name that the language can have.
pub(super) struct Name<'n> {
    /// Whether it is written `r#name`.
    pub(super) raw: bool,
    pub(super) text: &'n str,
}

impl<'n> Name<'n> {
    /// Looks at a name; `None` where it is none.
    pub(super) fn new(text: &'n str) -> Option<Self> {
        let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '_';
        let could_be = text.len() <= LENGTH_MAX && text.chars().all(is_plain);
        if !could_be || !is_column_name(text) {
            return None;
        }
        let is_word = || WORDS.contains(&text.to_lowercase().as_str());
        // What is no identifier of Rust and yet a name is one of its keywords.
        let raw = is_word() || syn::parse_str::<proc_macro2::Ident>(text).is_err();
        Some(Self { raw, text })
    }
}

/// A type as it is written, its tokens alone: a text that is no type, or goes on behind one, is
/// refused.
pub(super) fn type_text(text: &str) -> Result<String, Message> {
    let sink = Sink::new();
    let read = tokens(text, LENGTH_MAX, &sink);
    let read = read.filter(|read| {
        let buffer = TokenBuffer::new2(read.clone());
        let mut reader = Reader::of_text(buffer.begin());
        let ty = TypeSyntax::parse(&mut reader, &sink);
        if ty.is_some() && !reader.is_end() {
            let message = messages::wanted("the end of the type", &reader.describe());
            sink.error(reader.span(), message);
        }
        ty.is_some()
    });
    let wrong = sink.into_diagnostics().into_iter().next();
    match (wrong, read) {
        (Some(wrong), _) => Err(wrong.message),
        (None, Some(read)) => {
            let mut written = String::new();
            write_tokens(read, &mut written);
            Ok(written.trim_end().to_owned())
        }
        (None, None) => Err(messages::wanted("a type", "none")),
    }
}

/// Writes tokens of a type: comments and line breaks are no tokens.
fn write_tokens(tokens: TokenStream, text: &mut String) {
    let mut in_path = false;
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let space = matches!(group.delimiter(), Delimiter::Brace)
                    && text.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                text.push_str(if space { " " } else { "" });
                text.push_str(open);
                write_tokens(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                let joins = punct.spacing() == Spacing::Joint || in_path;
                let ends =
                    matches!(punct.as_char(), ',' | ';') || (punct.as_char() == ':' && !joins);
                in_path = punct.as_char() == ':' && punct.spacing() == Spacing::Joint;
                text.push_str(if ends { " " } else { "" });
            }
            // Writing to a string does not fail.
            other => _ = write!(text, "{other}"),
        }
    }
}
