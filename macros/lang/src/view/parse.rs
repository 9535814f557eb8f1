//! Tokens to syntax trees, by recursive descent; one function reads each production.
//!
//! ```text
//! view      = { attribute | "<" path ">" } [ visibility ] name "=" { step } [ contract ]
//! step      = "from" source
//!           | [ "inner" | "left" ] "join" source "on" expr
//!           | "where" expr
//!           | "unnest" expr [ "outer" ] "as" name
//!           | "derive" items | "select" items
//!           | "group" "by" items [ "aggregate" items ] | "aggregate" items
//!           | "order" "by" key { "," key }
//!           | "limit" integer
//! contract  = "contract" "{" columns "}"
//! source    = path [ "as" name ]
//! items     = "{" [ item { "," item } [ "," ] ] "}"
//! item      = "*" | name "." "*" | [ name ":" ] expr
//! key       = expr [ "asc" | "desc" ] [ "nulls" ( "first" | "last" ) ]
//! table     = { doc } [ visibility ] name "{" columns "}"
//! columns   = [ column { "," column } [ "," ] ]        column = { doc } name ":" type
//! ```
//!
//! The grammar of expressions is in [`expression`], that of types in [`crate::types`].
//!
//! An error does not end the reading: after one in a list the next comma is looked for, after one
//! in a step the next word that begins a step, so that all errors of a view are reported at once.

mod expression;
mod head;
mod step;

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use syn::buffer::TokenBuffer;

use super::messages;
use super::syntax::{Table, View};
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::{Reader, name_of};
use crate::types::{self, FieldSyntax, path_text};

/// Reads the body of a `view!`. `None` when not even a name was found; a view with errors in its
/// steps is given nevertheless, with [`View::whole`] unset.
pub fn parse_view(tokens: TokenStream, sink: &Sink) -> Option<View> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::new(buffer.begin(), Span::call_site());
    let mut parser = Parser::new(sink);
    let head = parser.head(&mut reader)?;
    if reader.op("=").is_none() {
        let wanted = format!("`{} = from …`", head.name);
        parser.expected(&reader, &wanted);
        parser.whole = false;
        parser.skip_to_step(&mut reader);
    }
    let (steps, contract) = parser.steps(&mut reader);
    Some(View {
        doc: head.doc,
        options: head.options,
        row: head.row,
        vis: head.vis,
        name: head.name,
        steps,
        contract,
        whole: parser.whole,
        sources: parser.sources.paths,
        functions: parser.functions.paths,
        types: parser.types.paths,
    })
}

/// Reads the body of a `table!`. `None` when not even a name was found.
pub fn parse_table(tokens: TokenStream, sink: &Sink) -> Option<Table> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::new(buffer.begin(), Span::call_site());
    let mut parser = Parser::new(sink);
    let head = parser.table_head(&mut reader)?;
    let columns = match reader.group(proc_macro2::Delimiter::Brace) {
        Some((mut inside, _)) => parser.columns(&mut inside).0,
        None => {
            parser.expected(&reader, "`{ column: type, … }`");
            Vec::new()
        }
    };
    if !reader.is_end() {
        parser.expected(&reader, "nothing after the columns");
    }
    let (doc, vis, name) = (head.doc, head.vis, head.name);
    Some(Table { doc, vis, name, columns, types: parser.types.paths })
}

/// Paths, each once, numbered in the order of their first mention.
#[derive(Default)]
struct Names {
    paths: Vec<syn::Path>,
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, path: &syn::Path) -> usize {
        *self.numbers.entry(path_text(path)).or_insert_with(|| {
            self.paths.push(path.clone());
            self.paths.len() - 1
        })
    }
}

struct Parser<'s> {
    sink: &'s Sink,
    sources: Names,
    functions: Names,
    types: Names,
    depth: usize,
    whole: bool,
}

impl<'s> Parser<'s> {
    fn new(sink: &'s Sink) -> Self {
        Self {
            sink,
            sources: Names::default(),
            functions: Names::default(),
            types: Names::default(),
            depth: 0,
            whole: true,
        }
    }

    fn error(&self, span: Span, message: Message) {
        self.sink.error(span, message);
    }

    fn expected(&self, reader: &Reader<'_>, wanted: &str) {
        self.error(reader.span(), messages::expected(wanted, &reader.describe()));
    }

    /// `columns`, and whether all could be read; one that cannot is skipped up to its comma.
    fn columns(&mut self, reader: &mut Reader<'_>) -> (Vec<FieldSyntax>, bool) {
        let mut columns = Vec::new();
        let mut whole = true;
        while !reader.is_end() {
            if let Some(column) = types::parse_field(reader, self.sink) {
                column.ty.visit_names(&mut |path| {
                    self.types.number(path);
                });
                columns.push(column);
                if reader.punct(',').is_some() || reader.is_end() {
                    continue;
                }
                self.expected(reader, "`,`");
            }
            whole = false;
            skip_past_comma(reader);
        }
        (columns, whole)
    }

    /// The name of a relation, which becomes the name of a Rust module.
    fn name(&self, reader: &mut Reader<'_>) -> Option<proc_macro2::Ident> {
        let Some(name) = reader.ident() else {
            self.expected(reader, "a name");
            return None;
        };
        let plain = name_of(&name);
        match plain.as_str() {
            "core" | "std" | "alloc" | "belvedere" => {
                self.error(name.span(), messages::reserved_module(&plain));
            }
            "self" | "super" | "crate" | "Self" | "_" => {
                self.error(name.span(), messages::not_a_name(&plain));
                return None;
            }
            _ => {}
        }
        Some(name)
    }
}

/// Skips the rest of an entry and the comma after it.
fn skip_past_comma(reader: &mut Reader<'_>) {
    while !reader.is_end() {
        if reader.punct(',').is_some() {
            return;
        }
        reader.skip();
    }
}
