//! Files of views: what `check` reads.
//!
//! ```text
//! file  = { use | [ path "::" ] ( "view" | "table" ) "!" "{" … "}" } | view | query
//! ```
//!
//! Definitions are those of a Rust file and can be pasted both ways: `use …;` is read over, since
//! names are found by their last name. They stand in any order and know each other; a name of the file
//! comes before one of the program. A `view!` may be a template, for the views of the file.

mod template;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use super::constants::check_constants;
use super::env::{TEMPLATE, relation_to_text};
use super::model;
use super::names::{self, Names, last_name};
use super::query::check_query;
use super::syntax::{Table, Template, View};
use super::{
    check_schema_file, check_table, check_view, is_template, messages, parse_table, parse_template,
    parse_view, parse_view_with, promised_columns,
};
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types::{Column, Type, path_text};

/// What a file defines.
enum Definition {
    Table(Table),
    View(Box<View>, TokenStream),
    Template(Box<Template>, TokenStream),
    /// Steps without a name: the only ones of a file.
    Query(TokenStream),
}

/// A definition of a file that has been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Its name; a query has none.
    pub name: Option<String>,
    /// Whether it is a view.
    pub is_view: bool,
    /// Its columns, unless errors hide them; those of a template are known where it is used.
    pub columns: Option<Vec<Column>>,
}

/// Checks all definitions of a file against each other and against what is known besides.
pub fn check_file(tokens: TokenStream, names: &dyn Names, sink: &Sink) -> Vec<Checked> {
    let definitions = parse_file(tokens, sink);
    let mut known = Defined { texts: BTreeMap::new(), templates: BTreeMap::new(), others: names };
    let mut seconds = BTreeSet::new();
    for (position, definition) in definitions.iter().enumerate() {
        let Some(ident) = definition.ident() else { continue };
        if known.texts.contains_key(&name_of(ident)) {
            sink.error(ident.span(), messages::defined_twice(&name_of(ident)));
            seconds.insert(position);
            continue;
        }
        let text = match definition {
            Definition::Template(..) => {
                // Until it is checked it is hidden.
                known.templates.insert(name_of(ident), "?".to_owned());
                TEMPLATE.to_owned()
            }
            _ => relation_to_text(None),
        };
        known.texts.insert(name_of(ident), text);
    }
    let mut checked: Vec<Option<Checked>> = vec![None; definitions.len()];
    for position in order(&definitions, sink) {
        let found = check(&definitions[position], &known, sink);
        if let (Definition::Template(template, tokens), Some(name)) =
            (&definitions[position], &found.name)
        {
            let text = template::check(template, tokens, &known, sink);
            if !seconds.contains(&position) {
                known.templates.insert(name.clone(), text);
            }
        } else if let Some(name) = &found.name
            && !seconds.contains(&position)
        {
            known.texts.insert(name.clone(), relation_to_text(found.columns.as_deref()));
        }
        checked[position] = Some(found);
    }
    checked.into_iter().flatten().collect()
}

/// Checks one definition.
fn check(definition: &Definition, names: &dyn Names, sink: &Sink) -> Checked {
    match definition {
        Definition::Table(Table { file: Some(file), name, .. }) => {
            let read = check_schema_file(file, &|path| names.schema_file(path), sink);
            let columns = read.map(|read| read.columns.into_iter().map(|read| read.column));
            let columns = columns.map(Iterator::collect);
            Checked { name: Some(name_of(name)), is_view: false, columns }
        }
        Definition::Table(table) => {
            let types = table.types().iter().map(|path| {
                let text = names.named_type(&path_text(path));
                let ty = text.and_then(|text| super::env::parse_hidden_struct(&text).ok());
                ty.unwrap_or_else(|| {
                    names::unknown_struct(path, names, sink);
                    Type::Unknown
                })
            });
            let types: Vec<Type> = types.collect();
            let table = check_table(table, &types, sink);
            let columns = table.columns.into_iter().map(|column| column.column).collect();
            Checked { name: Some(table.name), is_view: false, columns: Some(columns) }
        }
        Definition::View(view, tokens) => {
            let env = names::env(view, names, sink);
            let with_templates = match view.templates().is_empty() {
                true => None,
                false => parse_view_with(tokens.clone(), env.known(sink), &Sink::ignoring()),
            };
            let reported = sink.count();
            let model = check_view(with_templates.as_ref().unwrap_or(view), &env, sink);
            if let Some(model) = model.as_ref().filter(|_| sink.count() == reported) {
                check_constants(model, names, sink);
            }
            let columns = model.map(|model| model.columns);
            let columns = columns.or_else(|| promised_columns(view, &env.types));
            Checked { name: Some(name_of(&view.name)), is_view: true, columns }
        }
        // It is checked for what it hands on.
        Definition::Template(template, _) => {
            Checked { name: Some(name_of(&template.view.name)), is_view: true, columns: None }
        }
        Definition::Query(tokens) => {
            let query = check_query(tokens.clone(), names, sink);
            let columns = query.model.map(|model| model.columns);
            Checked { name: None, is_view: true, columns }
        }
    }
}

impl Definition {
    fn ident(&self) -> Option<&Ident> {
        match self {
            Self::Table(table) => Some(&table.name),
            Self::View(view, _) => Some(&view.name),
            Self::Template(template, _) => Some(&template.view.name),
            Self::Query(_) => None,
        }
    }

    /// The relations and templates that it reads.
    fn sources(&self) -> impl Iterator<Item = &syn::Path> {
        let view = match self {
            Self::Table(_) | Self::Query(_) => None,
            Self::View(view, _) => Some(&**view),
            Self::Template(template, _) => Some(&template.view),
        };
        view.into_iter().flat_map(|view| view.sources().iter().chain(view.templates()))
    }
}

/// The names of a file before those that are known besides.
struct Defined<'a> {
    /// The columns of each relation, in the text form of carriers.
    texts: BTreeMap<String, String>,
    /// What each template hands on.
    templates: BTreeMap<String, String>,
    others: &'a dyn Names,
}

impl Names for Defined<'_> {
    fn relation(&self, path: &str) -> Option<String> {
        let own = self.texts.get(last_name(path)).cloned();
        own.or_else(|| self.others.relation(path))
    }

    fn function(&self, path: &str) -> Result<Option<String>, Vec<String>> {
        self.others.function(path)
    }

    fn named_type(&self, path: &str) -> Option<String> {
        self.others.named_type(path)
    }

    fn schema_file(&self, path: &str) -> Result<Vec<u8>, String> {
        self.others.schema_file(path)
    }

    fn fails(&self, view: &model::View, expr: &model::Expr) -> Option<String> {
        self.others.fails(view, expr)
    }

    fn template(&self, path: &str) -> Option<String> {
        let own = self.templates.get(last_name(path)).cloned();
        own.or_else(|| self.others.template(path))
    }

    fn templates(&self) -> Vec<String> {
        self.templates.keys().cloned().chain(self.others.templates()).collect()
    }

    fn relations(&self) -> Vec<String> {
        let own = self.texts.keys().cloned();
        own.chain(self.others.relations()).collect()
    }

    fn functions(&self) -> Vec<String> {
        self.others.functions()
    }

    fn types(&self) -> Vec<String> {
        self.others.types()
    }
}

/// The positions of the definitions, each after all that it reads; those that read each other in a
/// circle come last, and the circle is reported.
fn order(definitions: &[Definition], sink: &Sink) -> Vec<usize> {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (position, definition) in definitions.iter().enumerate() {
        if let Some(ident) = definition.ident() {
            by_name.entry(name_of(ident)).or_insert(position);
        }
    }
    let sources = |position: usize| {
        let paths = definitions[position].sources();
        let named = paths.filter_map(|path| by_name.get(last_name(&path_text(path))).copied());
        // That a view reads itself is for the check to report.
        named.filter(|source| *source != position).collect::<Vec<usize>>()
    };
    let sources: Vec<Vec<usize>> = (0..definitions.len()).map(sources).collect();
    let mut missing: Vec<usize> = sources.iter().map(Vec::len).collect();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); definitions.len()];
    for (reader, sources) in sources.iter().enumerate() {
        sources.iter().for_each(|source| readers[*source].push(reader));
    }
    let ready = (0..definitions.len()).filter(|position| missing[*position] == 0);
    let mut ready: VecDeque<usize> = ready.collect();
    let mut order = Vec::with_capacity(definitions.len());
    while let Some(next) = ready.pop_front() {
        order.push(next);
        for reader in &readers[next] {
            missing[*reader] -= 1;
            if missing[*reader] == 0 {
                ready.push_back(*reader);
            }
        }
    }
    let stuck = |position: &usize| missing[*position] > 0;
    let circle = circle(&sources, &missing);
    if let Some(ident) = circle.first().and_then(|first| definitions[*first].ident()) {
        let names = circle.iter().filter_map(|position| definitions[*position].ident());
        let path = names.map(name_of).collect::<Vec<_>>().join(" → ");
        sink.error(ident.span(), messages::circle(&path));
    }
    order.extend((0..definitions.len()).filter(stuck));
    order
}

/// A circle among the definitions that miss something, the first one again at its end: each of them
/// reads another such one.
fn circle(sources: &[Vec<usize>], missing: &[usize]) -> Vec<usize> {
    let stuck = |position: &usize| missing[*position] > 0;
    let mut path: Vec<usize> = Vec::new();
    let mut next = (0..sources.len()).find(stuck);
    let mut seen = vec![None; sources.len()];
    while let Some(position) = next {
        if let Some(start) = seen[position] {
            path.drain(..start);
            path.push(position);
            break;
        }
        seen[position] = Some(path.len());
        path.push(position);
        next = sources[position].iter().copied().find(stuck);
    }
    path
}

/// Reads the definitions of a file.
fn parse_file(tokens: TokenStream, sink: &Sink) -> Vec<Definition> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if !(0..trees.len()).any(|at| invocation(&trees[at..]).is_some()) {
        let definition = match begins_with_name(&trees) {
            true => view_definition(tokens, sink),
            false => Some(Definition::Query(tokens)),
        };
        return definition.into_iter().collect();
    }
    let mut definitions = Vec::new();
    let mut at = 0;
    let mut reported = false;
    while at < trees.len() {
        if let Some((is_view, group)) = invocation(&trees[at..]) {
            let inside = group.stream();
            definitions.extend(match is_view {
                true => view_definition(inside, sink),
                false => parse_table(inside, sink).map(Definition::Table),
            });
            at += 3;
            reported = false;
            continue;
        }
        let skipped = read_over(&trees[at..]);
        if skipped == 0 && !reported {
            let found = &trees[at];
            let (open, shown) = match found {
                TokenTree::Group(group) => (group.span_open(), "a list".to_owned()),
                other => (other.span(), format!("`{other}`")),
            };
            sink.error(open, messages::no_definition(&shown));
            // Up to the next definition it is one mistake.
            reported = true;
        }
        at += skipped.max(1);
    }
    definitions
}

fn view_definition(tokens: TokenStream, sink: &Sink) -> Option<Definition> {
    if is_template(&tokens) {
        let template = parse_template(tokens.clone(), None, sink)?;
        return Some(Definition::Template(Box::new(template), tokens));
    }
    parse_view(tokens.clone(), sink).map(|view| Definition::View(Box::new(view), tokens))
}

/// `view ! { … }` or `table ! { … }`, and which of them.
fn invocation(trees: &[TokenTree]) -> Option<(bool, &Group)> {
    let [TokenTree::Ident(word), TokenTree::Punct(mark), TokenTree::Group(group), ..] = trees
    else {
        return None;
    };
    let is_view = *word == "view";
    ((is_view || *word == "table") && mark.as_char() == '!').then_some((is_view, group))
}

/// How many trees stand before a definition that say nothing of it: an attribute, `use …;`, the path of
/// the macro, `;` behind it.
fn read_over(trees: &[TokenTree]) -> usize {
    let is = |at: usize, c: char| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    let bracket = |at: usize| {
        matches!(trees.get(at), Some(TokenTree::Group(group))
            if group.delimiter() == Delimiter::Bracket)
    };
    match &trees[0] {
        TokenTree::Punct(punct) if punct.as_char() == ';' => 1,
        TokenTree::Punct(punct) if punct.as_char() == '#' => match (is(1, '!'), bracket(1)) {
            (true, _) if bracket(2) => 3,
            (_, true) => 2,
            _ => 0,
        },
        TokenTree::Ident(word) if *word == "use" => {
            let end = (1..trees.len()).find(|at| is(*at, ';'));
            end.map_or(0, |end| end + 1)
        }
        TokenTree::Ident(_) if is(1, ':') && is(2, ':') => 3,
        TokenTree::Punct(punct) if punct.as_char() == ':' && is(1, ':') => 2,
        _ => 0,
    }
}

/// Whether a bare text begins as a view does, `name = …`, and not with its steps.
fn begins_with_name(trees: &[TokenTree]) -> bool {
    match trees {
        [TokenTree::Punct(punct), ..] => matches!(punct.as_char(), '#' | '<'),
        [TokenTree::Ident(word), ..] if *word == "pub" => true,
        [TokenTree::Ident(_), TokenTree::Punct(equals), ..] => equals.as_char() == '=',
        _ => false,
    }
}
