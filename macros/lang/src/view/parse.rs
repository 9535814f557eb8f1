//! Tokens to syntax trees, by recursive descent; one function reads each production.
//!
//! ```text
//! view      = { attribute | "<" path ">" } [ visibility ] name "=" { param } { with } { step } [ audits ] [ contract ]
//! param     = "param" name ":" type [ "=" constant ]
//! with      = "with" name "=" query
//! query     = "(" { step } ")"
//! step      = "from" source
//!           | [ "inner" | "left" | "right" | "full" | "semi" | "anti" ] "join" source "on" expr
//!           | [ "left" ] "asof" "join" source "on" expr
//!           | "cross" "join" source
//!           | ( "union" [ "all" ] | "except" | "intersect" ) operand
//!           | "distinct" [ "on" items "order" "by" key { "," key } ]
//!           | "where" expr
//!           | "unnest" expr [ "outer" ] "as" name
//!           | "window" windows
//!           | "derive" items | "select" items
//!           | "group" "by" items [ "aggregate" items ] | "aggregate" items
//!           | "pivot" items "for" sum "in" "(" constant { "," constant } ")" [ "by" items ]
//!           | "order" "by" key { "," key }
//!           | "limit" integer
//! audits    = "audit" "{" [ audit { "," audit } [ "," ] ] "}"
//! audit     = [ name ":" ] expr [ "fail" | "warn" | "quarantine" ]
//! contract  = "contract" "{" columns "}"
//! source    = path [ "as" name ] | ( query | use of a template ) "as" name
//! operand   = path | query
//! items     = "{" [ item { "," item } [ "," ] ] "}"
//! item      = star | [ name ":" ] expr
//! star      = ( "*" | name { "." name } "." "*" )
//!             [ "except" "(" column { "," column } ")" ]
//!             [ "rename" "(" name ":" column { "," name ":" column } ")" ]
//! column    = [ name "." ] name
//! constant  = sum [ "as" name ]
//! key       = expr [ "asc" | "desc" ] [ "nulls" ( "first" | "last" ) ]
//! bare      = { with } { step } [ contract ]
//! table     = { attribute } [ visibility ] name ( "{" columns "}" [ audits ] | "from" string )
//! columns   = [ field { "," field } [ "," ] ]          field = { doc } name ":" type
//! ```
//!
//! The grammar of expressions is in [`expression`] and [`call`], that of windows in [`window`], that of
//! templates in [`template`], that of types in [`crate::types`]; what is
//! written otherwise in other languages is read in [`foreign`].
//!
//! An error does not end the reading: after one in a list the next comma is looked for, after one
//! in a step the next word that begins a step, so that all errors of a view are reported at once.

mod audit;
mod bind;
mod call;
mod case;
mod comparison;
mod distinct;
pub(super) mod expression;
mod file;
mod foreign;
mod habits;
mod head;
mod item;
mod join;
mod nested;
mod order;
mod param;
mod pivot;
mod query;
mod set;
mod source;
mod sql;
mod sql_from;
mod sql_text;
mod star;
mod step;
mod substitute;
mod template;
mod window;
pub(super) mod words;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use syn::buffer::TokenBuffer;

use self::head::Head;
pub use self::template::{Known, is_template, parse_template};
use super::messages;
use super::model::{QUARANTINE, SourceRef};
use super::syntax::{
    Asked, Audit, Expr, ExprKind, Materialize, Options, Query, Table, Value, View,
};
use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::{Range, Reader, name_of};
use crate::types::{self, FieldSyntax, path_text};

/// Reads the body of a `view!`. `None` when not even a name was found; a view with errors in its
/// steps is given nevertheless, with [`View::whole`] unset.
pub fn parse_view(tokens: TokenStream, sink: &Sink) -> Option<View> {
    view(tokens, None, sink)
}

/// As [`parse_view`], with the steps of the templates that it uses.
pub fn parse_view_with(tokens: TokenStream, known: Known<'_>, sink: &Sink) -> Option<View> {
    view(tokens, Some(known), sink)
}

fn view(tokens: TokenStream, known: Option<Known<'_>>, sink: &Sink) -> Option<View> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let mut parser = Parser::new(sink);
    parser.known = known;
    let head = parser.head(&mut reader)?;
    if reader.op("=").is_none() {
        let wanted = format!("`{} = from …`", head.name);
        parser.expected(&reader, &wanted);
        parser.whole = false;
        parser.skip_to_step(&mut reader);
    }
    Some(parser.body(&mut reader, head))
}

/// Reads a bare query: the steps of a view that has no name, and whose rows are not stored.
pub fn parse_query(tokens: TokenStream, sink: &Sink) -> View {
    query(tokens, None, sink)
}

/// As [`parse_query`], with the steps of the templates that it uses.
pub fn parse_query_with(tokens: TokenStream, known: Known<'_>, sink: &Sink) -> View {
    query(tokens, Some(known), sink)
}

fn query(tokens: TokenStream, known: Option<Known<'_>>, sink: &Sink) -> View {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let mut parser = Parser::new(sink);
    (parser.known, parser.may_end) = (known, true);
    if let Some(name) = named(&mut reader) {
        parser.error(name.span(), messages::named_query(&name_of(&name)));
    }
    let options = Options { materialize: Materialize::View, ..Options::default() };
    // No relation can be called so.
    let name = Ident::new("_", Span::call_site());
    let vis = syn::Visibility::Inherited;
    let derives = TokenStream::new();
    let head = Head { doc: String::new(), options, derives, row: None, vis, name };
    parser.body(&mut reader, head)
}

/// Reads over `[ "pub" ] name "="`.
fn named(reader: &mut Reader<'_>) -> Option<Ident> {
    let mut ahead = *reader;
    ahead.word("pub");
    let name = ahead.ident()?;
    ahead.op("=").filter(|_| !ahead.peek('='))?;
    *reader = ahead;
    Some(name)
}

/// Reads the body of a `table!`. `None` when not even a name was found.
pub fn parse_table(tokens: TokenStream, sink: &Sink) -> Option<Table> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let mut parser = Parser::new(sink);
    let (head, key) = parser.table_head(&mut reader)?;
    if let Some(keyword) = reader.word("from") {
        if let Some(column) = key.first() {
            parser.error(column.span(), messages::asked_of_file());
        }
        return Some(parser.table_of_file(&mut reader, head, keyword));
    }
    let mut misplaced = false;
    if !reader.peek_group(Delimiter::Brace) {
        parser.expected(&reader, "`{ column: type, … }`");
        misplaced = true;
        while !reader.is_end() && !reader.peek_group(Delimiter::Brace) {
            reader.skip();
        }
    }
    let columns = reader.group(Delimiter::Brace);
    let (columns, whole) =
        columns.map_or((Vec::new(), false), |(mut inside, _)| parser.columns(&mut inside));
    let audits = parser.table_audits(&mut reader);
    if !reader.is_end() && !misplaced {
        match reader.peek_ident() {
            Some(_) => parser.error(reader.span(), messages::one_definition("table")),
            None => parser.expected(&reader, "nothing after the columns"),
        }
    }
    let (doc, vis, name, asked) = (head.doc, head.vis, head.name, Asked { key, audits });
    Some(Table { doc, vis, name, columns, file: None, asked, whole, types: parser.types.paths })
}

/// Paths, each once, numbered in the order of their first mention.
#[derive(Default)]
struct Names {
    /// The number of the first.
    first: usize,
    paths: Vec<syn::Path>,
    numbers: HashMap<String, usize>,
}

impl Names {
    fn number(&mut self, path: &syn::Path) -> usize {
        *self.numbers.entry(path_text(path)).or_insert_with(|| {
            self.paths.push(path.clone());
            self.first + self.paths.len() - 1
        })
    }
}

struct Parser<'s> {
    sink: &'s Sink,
    sources: Names,
    functions: Names,
    types: Names,
    templates: Names,
    /// What the templates say, once that is known.
    known: Option<Known<'s>>,
    queries: Vec<Query>,
    /// The names that `with` gives queries, and their numbers.
    locals: Vec<(String, usize)>,
    /// In a template, the names of its relations, what they stand for and how that is written.
    relations: Vec<(String, SourceRef, String)>,
    /// The names that stand for constants.
    values: Vec<(String, Expr)>,
    /// The constants that are known only where the text is used.
    declared: Vec<Value>,
    /// Those that are mentioned.
    mentioned: RefCell<BTreeSet<String>>,
    /// Whether the text is a template.
    is_template: bool,
    /// Whether a query stands in the place of a value.
    has_subqueries: bool,
    audits: Vec<Audit>,
    /// The docs of columns, by name.
    docs: Vec<(String, String)>,
    /// Whether a `;` may stand behind the steps.
    may_end: bool,
    /// What the first relation is called, as long as it is the only one: for messages.
    only_alias: Option<String>,
    /// Whether a step behind an audit has been reported.
    audit_misplaced: bool,
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
            templates: Names::default(),
            known: None,
            queries: Vec::new(),
            locals: Vec::new(),
            relations: Vec::new(),
            values: Vec::new(),
            declared: Vec::new(),
            mentioned: RefCell::default(),
            is_template: false,
            has_subqueries: false,
            audits: Vec::new(),
            docs: Vec::new(),
            may_end: false,
            only_alias: None,
            audit_misplaced: false,
            depth: 0,
            whole: true,
        }
    }

    /// Reads the steps behind a head.
    fn body(mut self, reader: &mut Reader<'_>, head: Head) -> View {
        self.params(reader);
        self.with(reader);
        let (steps, contract) = self.steps(reader);
        // The constants of a query that arrives while a program runs are given with it.
        self.check_params(head.name != "_");
        View {
            doc: head.doc,
            options: head.options,
            derives: head.derives,
            row: head.row,
            vis: head.vis,
            name: head.name,
            queries: self.queries,
            steps,
            audits: self.audits,
            docs: self.docs,
            contract,
            whole: self.whole,
            sources: self.sources.paths,
            functions: self.functions.paths,
            types: self.types.paths,
            templates: self.templates.paths,
            has_subqueries: self.has_subqueries,
            values: self.declared,
        }
    }

    fn error(&self, span: Span, message: Message) {
        self.sink.error(span, message);
    }

    fn expected(&self, reader: &Reader<'_>, wanted: &str) {
        self.error(reader.span(), messages::wanted(wanted, &reader.describe()));
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
    fn name(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        let Some(name) = reader.ident() else {
            let message = messages::expected("a name", &reader.describe());
            let message = match reader.peek('=') {
                true => message.help("write one before it, such as `large =`"),
                false => messages::wanted("a name", &reader.describe()),
            };
            self.error(reader.span(), message);
            return None;
        };
        let plain = name_of(&name);
        match plain.as_str() {
            "core" | "std" | "belvedere" => {
                self.error(name.span(), messages::reserved_module(&plain));
            }
            "self" | "super" | "crate" | "Self" | "_" => {
                self.error(name.span(), messages::not_a_name(&plain, None));
                return None;
            }
            _ if plain.ends_with(QUARANTINE) => {
                self.error(name.span(), messages::reserved_ending(&plain, QUARANTINE));
            }
            _ if self.keyword_of_rust(&syn::Path::from(name.clone())) => return None,
            _ => {}
        }
        Some(name)
    }

    /// Reports a keyword of Rust in a path: rustc, which resolves the path, could not read it.
    fn keyword_of_rust(&self, path: &syn::Path) -> bool {
        let keyword = path.segments.iter().map(|segment| &segment.ident).find(|ident| {
            let text = ident.to_string();
            let path_word = matches!(text.as_str(), "self" | "super" | "crate" | "Self");
            !path_word && syn::parse_str::<Ident>(&text).is_err() && !text.starts_with("r#")
        });
        if let Some(keyword) = keyword {
            let raw = format!("r#{keyword}");
            self.error(keyword.span(), messages::not_a_name(&keyword.to_string(), Some(&raw)));
        }
        keyword.is_some()
    }

    /// Words before the name, as other languages have them: `create view v`, `struct t`.
    fn words_before_name(&self, reader: &mut Reader<'_>, form: &str) {
        const WORDS: [&str; 12] = [
            "create", "or", "replace", "table", "view", "let", "fn", "struct", "const", "static",
            "type", "mod",
        ];
        let mut begun = None;
        while let Some(word) = reader.peek_ident() {
            let text = word.to_string();
            let mut ahead = *reader;
            ahead.skip();
            let another = ahead.peek_ident().filter(|next| *next != "as" && *next != "from");
            if another.is_none() || !WORDS.contains(&text.to_lowercase().as_str()) {
                break;
            }
            begun.get_or_insert(word);
            *reader = ahead;
        }
        if let Some(first) = begun {
            // Where the rest is as it should be, the name alone is what is wanted.
            let name = reader.peek_ident().filter(|_| {
                let mut ahead = *reader;
                ahead.skip();
                ahead.peek('=') || ahead.peek_group(Delimiter::Brace)
            });
            let form = name.map_or_else(|| form.to_owned(), |name| name.to_string());
            self.error(first.span(), messages::not_a_name(&first.to_string(), Some(&form)));
        }
    }
}

/// An expression that could not be read.
pub(super) fn error_expr(span: Range) -> Expr {
    Expr { kind: ExprKind::Error, span }
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
