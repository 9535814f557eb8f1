//! What a view is checked against: its sources and functions, by position.
//!
//! The same texts come from two places: from the carriers that rustc's name resolution found, when
//! a macro is expanded, and from the linked descriptors, when the program runs.

use std::ops::Add;

use crate::messages::Message;
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types::{self, Column, TextError, Type, columns_to_text, parse_columns, path_text};
use crate::view::messages;
use crate::view::parse::Known;
use crate::view::signature::Signature;
use crate::view::syntax::View;
use crate::view::template::Bundle;

/// The surroundings of one view.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// Relations, in the order in which [`super::syntax::View::sources`] names them.
    pub relations: Vec<Relation>,
    /// Functions, in the order in which [`super::syntax::View::functions`] names them; `None` for
    /// one whose own errors hide it, which then takes and gives anything.
    pub functions: Vec<Option<Signature>>,
    /// The positions of functions that are nowhere: what is near to a built-in's name is reported.
    pub missing: Vec<usize>,
    /// Types, in the order in which [`super::syntax::View::types`] names them;
    /// [`Type::Unknown`] for one whose own errors hide it.
    pub types: Vec<Type>,
    /// The row type that `<Row>` names, if the view has one.
    pub row: Option<RowType>,
    /// The templates, in the order in which [`super::syntax::View::templates`] names them. What they
    /// mention is behind what the view itself does: of each template its own, then what the
    /// templates mention that it uses.
    pub templates: Vec<Bundle>,
    /// How much the view itself mentions.
    pub own: Counts,
}

/// How many relations, functions and types there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Relations.
    pub relations: usize,
    /// Functions.
    pub functions: usize,
    /// Types.
    pub types: usize,
}

impl Counts {
    /// What a template mentions, without what the templates mention that it uses.
    #[must_use]
    pub fn of(bundle: &Bundle) -> Self {
        Self {
            relations: bundle.relations.len(),
            functions: bundle.functions.len(),
            types: bundle.types.len(),
        }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            relations: self.relations + other.relations,
            functions: self.functions + other.functions,
            types: self.types + other.types,
        }
    }
}

impl Env {
    /// Reads the texts of a view's carriers: of its relations, its functions, its types, its row
    /// type and its templates, in this order. What no text says is unknown; what another version
    /// wrote and this one cannot read is reported.
    #[must_use]
    pub fn from_texts(view: &View, texts: &[&str], sink: &Sink) -> Self {
        let mut texts = texts.iter().copied().chain(std::iter::repeat(HIDDEN));
        let mut read = Reading { view, sink, texts: &mut texts };
        let relations = view.sources().iter().map(|path| {
            let columns = read.relation(path);
            Relation { name: path_text(path), columns }
        });
        let relations = relations.collect();
        let mut missing = Vec::new();
        let functions = view.functions().iter().enumerate();
        let functions = functions.map(|(position, path)| {
            let signature = |text: &str| {
                missing.extend((text == MISSING).then_some(position));
                Signature::parse_carrier(text)
            };
            read.next(path, signature).flatten()
        });
        let functions = functions.collect();
        let types = view.types().iter();
        let types = types
            .map(|path| read.next(path, parse_hidden_struct).unwrap_or(Type::Unknown))
            .collect();
        let row = view.row.as_ref().map(|path| {
            let columns = read.next(path, parse_hidden_columns).flatten();
            RowType { name: path_text(path), columns, spans: Vec::new() }
        });
        let templates = view.templates().iter();
        let templates = templates
            .map(|path| read.next(path, Bundle::parse).flatten().unwrap_or_default())
            .collect();
        Self { relations, functions, missing, types, row, ..Self::default() }.with(templates)
    }

    /// Adds templates and what they mention.
    #[must_use]
    pub fn with(mut self, templates: Vec<Bundle>) -> Self {
        self.own = Counts {
            relations: self.relations.len(),
            functions: self.functions.len(),
            types: self.types.len(),
        };
        for template in &templates {
            template.visit(&mut |bundle| {
                // They were read where the template is defined, by this version.
                let relations = bundle.relations.iter().map(|(name, text)| Relation {
                    name: name.clone(),
                    columns: parse_hidden_columns(text).ok().flatten(),
                });
                self.relations.extend(relations);
                let functions = bundle.functions.iter();
                let functions = functions.map(|text| Signature::parse_carrier(text).ok().flatten());
                self.functions.extend(functions);
                let types = bundle.types.iter();
                let types = types.map(|text| parse_hidden_struct(text).unwrap_or(Type::Unknown));
                self.types.extend(types);
            });
        }
        self.templates = templates;
        self
    }

    /// Adds the relations of a template, which have any column, before those that it mentions.
    #[must_use]
    pub fn over(mut self, relations: &[proc_macro2::Ident]) -> Self {
        let open = relations.iter();
        let open = open.map(|name| Relation { name: name_of(name), columns: None });
        self.relations.splice(0..0, open);
        self.own.relations += relations.len();
        self
    }

    /// What the parser of a view needs to know of its templates.
    #[must_use]
    pub fn known<'a>(&'a self, sink: &'a Sink) -> Known<'a> {
        Known { bundles: &self.templates, first: self.own, sink }
    }
}

/// The texts of a view's carriers, one after the other.
struct Reading<'a> {
    view: &'a View,
    sink: &'a Sink,
    texts: &'a mut dyn Iterator<Item = &'a str>,
}

impl Reading<'_> {
    /// Reads the columns of a relation.
    fn relation(&mut self, path: &syn::Path) -> Option<Vec<Column>> {
        let mut is_template = false;
        let columns = self.next(path, |text| {
            is_template = text == TEMPLATE;
            parse_hidden_columns(if is_template { HIDDEN } else { text })
        });
        if is_template {
            let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            self.error(path, messages::template_without_arguments(&name));
        }
        columns.flatten()
    }

    /// Reads the next text, which is that of `path`.
    fn next<T, E>(
        &mut self,
        path: &syn::Path,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.texts.next()?;
        let read = parse(text).ok();
        if read.is_none() {
            self.error(path, unreadable(path, text));
        }
        read
    }

    fn error(&self, path: &syn::Path, message: Message) {
        let ends = path.segments.first().zip(path.segments.last());
        let name = self.view.name.span();
        let span =
            ends.map_or((name, name), |(first, last)| (first.ident.span(), last.ident.span()));
        self.sink.error_range(span, message);
    }
}

/// Why the text of a carrier cannot be read.
pub(crate) fn unreadable(path: &syn::Path, text: &str) -> Message {
    match text.starts_with('<') {
        true => messages::generic_struct(&path_text(path)),
        false => messages::other_version(&path_text(path)),
    }
}

/// A relation that a view reads.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name, for messages.
    pub name: String,
    /// Its columns, or `None` when its own errors hide them: then it has any column.
    pub columns: Option<Vec<Column>>,
}

/// The struct that `<Row>` names.
#[derive(Clone, Debug)]
pub struct RowType {
    /// Its name, for messages.
    pub name: String,
    /// Its fields, or `None` when its own errors hide them.
    pub columns: Option<Vec<Column>>,
    /// Where the fields stand, if the carrier brought their tokens; empty otherwise.
    pub spans: Vec<proc_macro2::Span>,
}

/// The text of a relation whose columns its own errors hide.
const HIDDEN: &str = "?";

/// What stands in the place of a text when a name is nowhere; nothing is known of it either.
pub const MISSING: &str = "!";

/// What stands in the place of a relation's text when the name is that of a template.
pub const TEMPLATE: &str = "<template>";

pub(super) fn is_hidden(text: &str) -> bool {
    [HIDDEN, MISSING].contains(&text.trim())
}

impl Relation {
    /// Reads the text of a relation's carrier.
    ///
    /// # Errors
    ///
    /// The text is neither columns nor `?`.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Self, TextError> {
        Ok(Self { name: name.into(), columns: parse_hidden_columns(text)? })
    }
}

impl RowType {
    /// Reads the text of a row type's carrier.
    ///
    /// # Errors
    ///
    /// The text is neither columns nor `?`.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Self, TextError> {
        let columns = parse_hidden_columns(text)?;
        Ok(Self { name: name.into(), columns, spans: Vec::new() })
    }
}

fn parse_hidden_columns(text: &str) -> Result<Option<Vec<Column>>, TextError> {
    if is_hidden(text) { Ok(None) } else { parse_columns(text).map(Some) }
}

/// Reads the text of a type's carrier; a type that its own errors hide is unknown.
///
/// # Errors
///
/// The text is neither a struct nor `?`.
pub fn parse_hidden_struct(text: &str) -> Result<Type, TextError> {
    match is_hidden(text) {
        true => Ok(Type::Unknown),
        false => types::parse_struct(text).map(Type::Struct),
    }
}

/// The text that [`Relation::parse`] reads; `None` says "any column".
///
/// A type that cannot be stored has been refused where the relation is defined, so readers, which
/// would be refused it again, are not told it.
#[must_use]
pub fn relation_to_text(columns: Option<&[Column]>) -> String {
    let Some(columns) = columns else { return HIDDEN.to_owned() };
    if columns.iter().all(|column| column.ty.ty.unstorable_part().is_none()) {
        return columns_to_text(columns);
    }
    let mut told = columns.to_vec();
    for column in told.iter_mut().filter(|column| column.ty.ty.unstorable_part().is_some()) {
        column.ty.ty = Type::Unknown;
    }
    columns_to_text(&told)
}

#[cfg(test)]
mod tests {
    use crate::types::{columns_to_text, parse_columns};

    #[test]
    fn columns_round_trip_whatever_they_are_called() {
        let text = "type: String, match: Option<Bytes>, at: { line: i64, col: i32 }, s: Span { \
                    bstart: u32, inner: Span { a: Date } }, t: List<Option<Timestamp>>, u: ?";
        assert_eq!(columns_to_text(&parse_columns(text).unwrap()), text);
        assert_eq!(parse_columns("r#type: i64").unwrap()[0].name, "type");
        assert_eq!(parse_columns("").unwrap(), []);
        assert_eq!(columns_to_text(&parse_columns("a: {}").unwrap()), "a: { }");
        assert!(parse_columns("a: i64 b: i64").is_err());
        assert!(parse_columns("a: Option<Option<i64>>").is_err());
    }
}
