//! Templates: `name<R: Relation>(column, …) = steps`, and their uses in the place of a relation.
//!
//! ```text
//! template  = { attribute } [ visibility ] name "<" name ":" "Relation" { "," … } ">"
//!             "(" [ parameter { "," parameter } ] ")" "=" { with } { step }
//! parameter = name | "..." name | name ":" type [ "=" constant ]
//! use       = path "<" path { "," path } ">" "(" [ [ name ":" ] value { "," … } ] ")" "as" name
//! value     = name | constant
//! ```
//!
//! A use is a query of the view whose steps are those of the template, read where the use stands:
//! every token of them is at the template's name there, but for the columns, which are the user's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::buffer::TokenBuffer;

use super::Parser;
use super::bind::Given;
use super::expression::WORDS;
use super::substitute::{Columns, placed, substituted};
use super::words::begins_step;
use crate::sink::Sink;
use crate::tokens::{Reader, name_of};
use crate::types::{TypeSyntax, parse_path, path_text};
use crate::view::env::Counts;
use crate::view::messages;
use crate::view::model::SourceRef;
use crate::view::syntax::{
    Instance, Param, ParamKind, Query, RefreshOption, Source, Step, Template, Value,
};
use crate::view::template::Bundle;

/// The templates that a text uses, in the order in which it names them; one without a text is
/// hidden by its own errors.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What their carriers say.
    pub bundles: &'a [Bundle],
    /// How many relations, functions and types are before those of the first template.
    pub first: Counts,
    /// Where errors of the uses go.
    pub sink: &'a Sink,
}

/// Whether `view!` is given a template: `<` follows the name. Every view is asked, so no more is read
/// than stands before the steps.
#[must_use]
pub fn is_template(tokens: &TokenStream) -> bool {
    let is =
        |tree: &TokenTree, sign: char| matches!(tree, TokenTree::Punct(p) if p.as_char() == sign);
    let mut trees = tokens.clone().into_iter();
    while let Some(tree) = trees.next() {
        match &tree {
            // `#[…]`, and what `pub` is limited to.
            tree if is(tree, '#') => {}
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {}
            TokenTree::Ident(word) if *word == "pub" => {}
            tree if is(tree, '<') => _ = trees.find(|tree| is(tree, '>')),
            TokenTree::Ident(_) => return trees.next().is_some_and(|tree| is(&tree, '<')),
            _ => return false,
        }
    }
    false
}

/// Reads the body of a `view!` that is a template. `None` when not even its parameters were found.
pub fn parse_template(
    tokens: TokenStream,
    known: Option<Known<'_>>,
    sink: &Sink,
) -> Option<Template> {
    let buffer = TokenBuffer::new2(tokens);
    let mut reader = Reader::of_text(buffer.begin());
    let mut parser = Parser::new(sink);
    (parser.known, parser.is_template) = (known, true);
    let head = parser.head(&mut reader)?;
    parser.refuse_promises(&head);
    let (relations, params) = parser.signature(&mut reader)?;
    if reader.op("=").is_none() {
        parser.expected(&reader, "`= from …`");
        parser.whole = false;
    }
    for (position, relation) in relations.iter().enumerate() {
        let name = name_of(relation);
        parser.relations.push((name.clone(), SourceRef::Relation(position), name));
    }
    parser.sources.first = relations.len();
    let mut columns = Vec::new();
    for param in &params {
        let name = name_of(&param.name);
        match &param.kind {
            ParamKind::Value(value) => parser.declare(value.clone()),
            kind => columns.push(Columns {
                name,
                columns: vec![param.name.clone()],
                many: matches!(kind, ParamKind::Columns),
            }),
        }
    }
    let mut head = head;
    head.row = None;
    let text = reader.rest();
    parser.check_used(&text, &relations, &params);
    let text = substituted(text, &columns, &mut |ident| {
        sink.error(ident.span(), messages::columns_without_dots(&name_of(ident)));
    });
    let buffer = TokenBuffer::new2(text);
    let view = parser.body(&mut Reader::of_text(buffer.begin()), head);
    for path in view.templates.iter().filter(|path| is_itself(path, &view.name)) {
        let end = |segment: Option<&syn::PathSegment>| {
            segment.map_or_else(Span::call_site, |segment| segment.ident.span())
        };
        let span = (end(path.segments.first()), end(path.segments.last()));
        sink.error_range(span, messages::template_of_itself(&name_of(&view.name)));
    }
    if let Some(audit) = view.audits.first() {
        sink.error(audit.keyword, messages::promise_of_template("audit"));
    }
    if let Some(contract) = &view.contract {
        sink.error(contract.keyword, messages::promise_of_template("a contract"));
    }
    Some(Template { relations, params, view })
}

impl Parser<'_> {
    /// What a view promises it promises of its own columns.
    fn refuse_promises(&self, head: &super::head::Head) {
        let options = &head.options;
        let option = [&options.key, &options.partition_by, &options.cluster_by, &options.tags];
        if let Some(word) = option.into_iter().flatten().next() {
            self.error(word.span(), messages::promise_of_template("`#[view(…)]`"));
        } else if let RefreshOption::Strict(span) = options.refresh {
            self.error(span, messages::promise_of_template("`#[view(…)]`"));
        }
        if let Some(derive) = head.derives.clone().into_iter().next() {
            self.error(derive.span(), messages::promise_of_template("`#[derive(…)]`"));
        }
        if let Some(last) = head.row.as_ref().and_then(|path| path.segments.last()) {
            self.error(last.ident.span(), messages::promise_of_template("`<Row>`"));
        }
    }

    /// `"<" name ":" "Relation" { "," … } ">" "(" [ parameter { "," parameter } ] ")"`
    fn signature(&mut self, reader: &mut Reader<'_>) -> Option<(Vec<Ident>, Vec<Param>)> {
        reader.punct('<')?;
        let mut relations: Vec<Ident> = Vec::new();
        loop {
            let name = self.parameter_name(reader)?;
            let relation = reader.punct(':').is_some() && reader.word("Relation").is_some();
            if !relation {
                self.expected(reader, &format!("`{name}: Relation`"));
                return None;
            }
            self.once(&name, &relations, &[]);
            relations.push(name);
            if reader.punct(',').is_none() || reader.peek('>') {
                break;
            }
        }
        if reader.punct('>').is_none() {
            self.expected(reader, "`>`");
            return None;
        }
        let Some((mut inside, _)) = reader.group(Delimiter::Parenthesis) else {
            self.expected(reader, "`(…)`, the parameters of the template");
            return None;
        };
        let mut params = Vec::new();
        while !inside.is_end() {
            let param = self.parameter(&mut inside)?;
            self.once(&param.name, &relations, &params);
            params.push(param);
            if inside.punct(',').is_none() && !inside.is_end() {
                self.expected(&inside, "`,`");
                return None;
            }
        }
        Some((relations, params))
    }

    /// Each parameter has a name of its own.
    fn once(&self, name: &Ident, relations: &[Ident], params: &[Param]) {
        let mut known = relations.iter().chain(params.iter().map(|param| &param.name));
        if known.any(|known| name_of(known) == name_of(name)) {
            self.error(name.span(), messages::parameter_twice(&name_of(name)));
        }
    }

    /// `name | "..." name | name ":" type [ "=" constant ]`
    fn parameter(&mut self, reader: &mut Reader<'_>) -> Option<Param> {
        if reader.op("...").is_some() {
            let name = self.parameter_name(reader)?;
            return Some(Param { name, kind: ParamKind::Columns });
        }
        let name = self.parameter_name(reader)?;
        if !reader.peek(':') {
            return Some(Param { name, kind: ParamKind::Column });
        }
        let value = self.value(reader, name.clone())?;
        Some(Param { name, kind: ParamKind::Value(value) })
    }

    /// `":" type [ "=" constant ]`, after the name of a constant that a use gives.
    pub(super) fn value(&mut self, reader: &mut Reader<'_>, name: Ident) -> Option<Value> {
        reader.punct(':')?;
        let ty = TypeSyntax::parse(reader, self.sink)?;
        if !super::bind::is_type_of_constants(&ty) {
            self.sink.error_range(ty.span, messages::type_of_value(&name_of(&name)));
            return None;
        }
        let mut default = None;
        if reader.op("=").is_some() {
            let (literal, span) = self.constant(reader)?;
            if !literal.is_of(&super::bind::plain(&ty)) {
                self.sink
                    .error_range(span, messages::value_type(&name_of(&name), &ty, Some(&literal)));
            }
            default = Some(literal);
        }
        Some(Value { name, ty, default })
    }

    /// A name that is no word of the language.
    pub(super) fn parameter_name(&self, reader: &mut Reader<'_>) -> Option<Ident> {
        const CONSTANTS: [&str; 4] = ["true", "false", "null", "case"];
        let is_step = begins_step(reader);
        let Some(name) = reader.ident() else {
            self.expected(reader, "a name");
            return None;
        };
        let text = name.to_string();
        let word = is_step || WORDS.contains(&text.as_str()) || CONSTANTS.contains(&text.as_str());
        if word || matches!(text.as_str(), "self" | "super" | "crate" | "Self" | "_") {
            self.error(name.span(), messages::not_a_name(&text, None));
            return None;
        }
        Some(name)
    }

    /// What a template does not mention its uses need not give.
    fn check_used(&self, text: &TokenStream, relations: &[Ident], params: &[Param]) {
        for name in relations.iter().chain(params.iter().map(|param| &param.name)) {
            if !mentions(text.clone(), name) {
                self.error(name.span(), messages::parameter_unused("template", &name_of(name)));
            }
        }
    }

    /// The rest of a use, after the path: `"<" path … ">" "(" value … ")"`.
    pub(super) fn template_source(
        &mut self,
        reader: &mut Reader<'_>,
        path: &syn::Path,
        start: Span,
    ) -> Option<Source> {
        let name = path.segments.last()?.ident.clone();
        let relations = self.use_relations(reader)?;
        let Some((mut inside, (_, close))) = reader.group(Delimiter::Parenthesis) else {
            let wanted = format!("`{name}<…>(…)`, the columns that the template needs");
            let message = messages::expected(&wanted, &reader.describe());
            let form = format!("`{name}<…>(column, …) as {name}`");
            self.error(reader.span(), message.help(form));
            return None;
        };
        let given = self.given(&mut inside)?;
        let span = (start, close);
        let Some(alias) = self.source_alias(reader)? else {
            self.sink.error_range(span, messages::query_without_name(Some(&name_of(&name))));
            return None;
        };
        let position = self.templates.number(path);
        let query = self.instance(position, &name, &relations, &given);
        let query = query.unwrap_or_else(|| {
            let span = (name.span(), name.span());
            Query {
                name: None,
                steps: Vec::new(),
                span,
                is_read: true,
                instance: None,
                is_hidden: true,
                around: BTreeMap::new(),
            }
        });
        self.queries.push(query);
        let what = SourceRef::Query(self.queries.len() - 1);
        Some(Source { what, path: path_text(path), span, alias, is_value: false })
    }

    /// `"<" path { "," path } ">"`: the sources, and how they are written.
    fn use_relations(&mut self, reader: &mut Reader<'_>) -> Option<Vec<(SourceRef, String)>> {
        reader.punct('<')?;
        let mut relations = Vec::new();
        loop {
            let Some(path) = parse_path(reader) else {
                self.expected(reader, "the name of a table or view");
                return None;
            };
            if self.keyword_of_rust(&path) {
                return None;
            }
            let text = self.written(&path);
            relations.push((self.relation(&path), text));
            if reader.punct(',').is_none() {
                break;
            }
        }
        if reader.punct('>').is_none() {
            self.expected(reader, "`>`");
            return None;
        }
        Some(relations)
    }

    /// The name of a relation for messages: inside of a template that of the user.
    pub(super) fn written(&self, path: &syn::Path) -> String {
        let given = path.get_ident().and_then(|name| self.given_relation(name));
        given.map_or_else(|| path_text(path), |(_, written)| written)
    }

    /// What a use of the template that is read gives for a name.
    pub(super) fn given_relation(&self, name: &Ident) -> Option<(SourceRef, String)> {
        let name = name_of(name);
        let (_, source, written) = self.relations.iter().find(|(known, ..)| *known == name)?;
        Some((*source, written.clone()))
    }

    /// The steps of a template over these relations and columns; `None` where they are not known or
    /// an error hides them.
    fn instance(
        &mut self,
        position: usize,
        name: &Ident,
        relations: &[(SourceRef, String)],
        given: &[Given],
    ) -> Option<Query> {
        let known = self.known?;
        let bundle = known.bundles.get(position).filter(|bundle| !bundle.text.is_empty())?;
        let mut first = known.first;
        for before in &known.bundles[..position] {
            before.visit(&mut |bundle| first = first + Counts::of(bundle));
        }
        let span = name.span();
        let tokens = placed(bundle.text.parse().ok()?, span);
        let buffer = TokenBuffer::new2(tokens);
        let mut reader = Reader::of_text(buffer.begin());
        let mut inner = Parser::new(known.sink);
        // A level of templates is as deep as one of parentheses.
        inner.depth = self.depth;
        inner.sources.first = first.relations;
        inner.functions.first = first.functions;
        inner.types.first = first.types;
        let of_templates = first + Counts::of(bundle);
        inner.known = Some(Known { bundles: &bundle.templates, first: of_templates, ..known });
        inner.head(&mut reader)?;
        let (formal, params) = inner.signature(&mut reader)?;
        let bound = self.bind(name, (&formal, &params), relations, given, known.sink)?;
        reader.op("=")?;
        inner.relations = bound.relations;
        inner.values = bound.values;
        let text = substituted(reader.rest(), &bound.columns, &mut |_| {});
        let before = self.queries.len();
        inner.queries = std::mem::take(&mut self.queries);
        let steps = inner.instance_steps(text);
        let place = bundle.place.clone();
        let types = (first.types, std::mem::take(&mut inner.types.paths));
        let span = (span, span);
        let instance = Rc::new(Instance {
            name: name_of(name),
            place,
            span,
            types,
            reported: RefCell::default(),
        });
        for query in &mut inner.queries[before..] {
            query.instance.get_or_insert_with(|| Rc::clone(&instance));
        }
        self.queries = inner.queries;
        self.has_subqueries |= inner.has_subqueries;
        let steps = steps?;
        let instance = Some(instance);
        let around = BTreeMap::new();
        Some(Query { name: None, steps, span, is_read: true, instance, is_hidden: false, around })
    }

    fn instance_steps(&mut self, text: TokenStream) -> Option<Vec<Step>> {
        let buffer = TokenBuffer::new2(text);
        let mut reader = Reader::of_text(buffer.begin());
        self.deeper(&mut reader, |parser, reader| {
            parser.with(reader);
            let (steps, _) = parser.steps(reader);
            parser.whole.then_some(steps)
        })
    }
}

/// Whether a path is the name of what stands beside it.
fn is_itself(path: &syn::Path, name: &Ident) -> bool {
    let (path, name) = (path_text(path), name_of(name));
    path == name || path.strip_prefix("self::") == Some(&name)
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => name_of(&ident) == name_of(name),
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
