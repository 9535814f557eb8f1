//! Descriptors of tables and views: constant data, written by the macros.

use super::rows::RowType;

/// A table or a view.
#[derive(Debug)]
pub struct Relation {
    /// The name, unique among the linked relations: the Delta table and the SQL table are called so.
    pub name: &'static str,
    /// The path of the Rust module that defines it.
    pub module: &'static str,
    /// The doc comment.
    pub doc: &'static str,
    /// The columns in the text form of `belvedere_lang::types`: `"file_id: String, size: i64"`.
    pub columns: &'static str,
    /// The doc comments of columns, each after the name of its column; none for those without.
    pub docs: &'static [(&'static str, &'static str)],
    /// The text of a view of all rows of a table, whose key and audits are asked of what a source gives.
    /// Those of a view are in its own text.
    pub audits: Option<&'static str>,
    /// Stored or derived.
    pub kind: RelationKind,
}

impl Relation {
    /// A table without docs. `columns` are in the text form of `belvedere_lang::types`.
    #[must_use]
    pub const fn table(name: &'static str, module: &'static str, columns: &'static str) -> Self {
        let (doc, docs, audits) = ("", &[], None);
        Self { name, module, doc, columns, docs, audits, kind: RelationKind::Table }
    }

    /// A view without docs.
    #[must_use]
    pub const fn view(
        name: &'static str,
        module: &'static str,
        columns: &'static str,
        text: ViewText,
    ) -> Self {
        Self { kind: RelationKind::View(text), ..Self::table(name, module, columns) }
    }

    /// A table that others write, without docs: at `uri`, described by the schema file `file`.
    #[must_use]
    pub const fn external(
        name: &'static str,
        module: &'static str,
        columns: &'static str,
        uri: &'static str,
        file: &'static str,
    ) -> Self {
        let kind = RelationKind::External { uri, file };
        Self { kind, ..Self::table(name, module, columns) }
    }

    /// The same relation with doc comments of columns, each after the name of its column.
    #[must_use]
    pub const fn with_docs(self, docs: &'static [(&'static str, &'static str)]) -> Self {
        Self { docs, ..self }
    }

    /// The same relation with a doc comment.
    #[must_use]
    pub const fn with_doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }

    /// The same table with the text of the view `__rows = from NAME`, whose key and audits are asked of
    /// the rows that a source gives.
    #[must_use]
    pub const fn with_audits(self, text: &'static str) -> Self {
        Self { audits: Some(text), ..self }
    }

    /// The doc comment of a column, if it has one of its own; `ViewGraph::docs` has also those of the
    /// columns that a view passes on.
    #[must_use]
    pub fn doc_of(&self, column: &str) -> Option<&'static str> {
        self.docs.iter().find(|(name, _)| *name == column).map(|(_, doc)| *doc)
    }
}

/// How a relation comes to its rows.
#[derive(Debug)]
pub enum RelationKind {
    /// A source writes it.
    Table,
    /// Others write it: a Delta table that a schema file describes.
    External {
        /// Where it is: a path or a URL, as the file says.
        uri: &'static str,
        /// The schema file, relative to the package.
        file: &'static str,
    },
    /// It is computed from other relations.
    View(ViewText),
}

/// The text of a view and what it refers to, by position.
#[derive(Debug)]
pub struct ViewText {
    /// The tokens of the view, as `view!` was given them, without doc comments.
    pub text: &'static str,
    /// The relations that it reads, in the order in which the text first names them.
    pub sources: &'static [&'static Relation],
    /// The functions that it calls, in the order in which the text first names them.
    pub functions: &'static [&'static crate::udf::Function],
    /// The full texts of the named types that it mentions, in the order in which the text first
    /// names them: `"Span { bstart: i64, bend: i64 }"`.
    pub types: &'static [&'static str],
    /// The columns of the struct that types it (`view! { <Row> … }`), if there is one.
    pub row: &'static [&'static str],
    /// The templates that it uses, in the order in which the text first names them.
    pub templates: &'static [&'static Template],
    /// Which struct that is.
    pub row_type: Option<RowType>,
}

impl ViewText {
    /// The text of a view that reads `sources`, without functions and named types.
    #[must_use]
    pub const fn new(text: &'static str, sources: &'static [&'static Relation]) -> Self {
        let (functions, types, row, row_type) = (&[], &[], &[], None);
        Self { text, sources, functions, types, row, templates: &[], row_type }
    }

    /// The same text with the functions that it calls.
    #[must_use]
    pub const fn calling(self, functions: &'static [&'static crate::udf::Function]) -> Self {
        Self { functions, ..self }
    }

    /// The same text with the full texts of the named types that it mentions.
    #[must_use]
    pub const fn mentioning(self, types: &'static [&'static str]) -> Self {
        Self { types, ..self }
    }

    /// The same text with the columns of the struct that types the view, and which struct that is, if
    /// there is one.
    #[must_use]
    pub const fn typed_by(self, row: &'static [&'static str], row_type: Option<RowType>) -> Self {
        Self { row, row_type, ..self }
    }

    /// The same text with the templates that it uses.
    #[must_use]
    pub const fn using(self, templates: &'static [&'static Template]) -> Self {
        Self { templates, ..self }
    }

    /// The relations that it reads: its own, then those that its templates name. Numbers of sources
    /// in the checked view are positions in this list.
    #[must_use]
    pub fn all_sources(&self) -> Vec<&'static Relation> {
        let mut sources = self.sources.to_vec();
        self.for_each_template(&mut |template| sources.extend(template.sources));
        sources
    }

    /// The functions that it calls: its own, then those that its templates name.
    #[must_use]
    pub fn all_functions(&self) -> Vec<&'static crate::udf::Function> {
        let mut functions = self.functions.to_vec();
        self.for_each_template(&mut |template| functions.extend(template.functions));
        functions
    }

    /// Calls `visit` with each template that it uses, and behind each with those that that one uses.
    pub fn for_each_template(&self, visit: &mut dyn FnMut(&'static Template)) {
        self.templates.iter().for_each(|template| template.for_each(visit));
    }
}

/// A view over relations that each use of it names.
#[derive(Debug)]
pub struct Template {
    /// The name.
    pub name: &'static str,
    /// The path of the Rust module that defines it.
    pub module: &'static str,
    /// The doc comment.
    pub doc: &'static str,
    /// What its users check it by: the text and the texts of all that it mentions, in the form of
    /// `belvedere_lang::view::template`.
    pub text: &'static str,
    /// The relations that it reads besides those that a use names, in the order in which its text
    /// first names them.
    pub sources: &'static [&'static Relation],
    /// The functions that it calls, in the order in which its text first names them.
    pub functions: &'static [&'static crate::udf::Function],
    /// The templates that it uses, in the order in which its text first names them.
    pub templates: &'static [&'static Self],
}

impl Template {
    /// Calls `visit` with this template, then with those that it uses.
    pub(crate) fn for_each(&'static self, visit: &mut dyn FnMut(&'static Self)) {
        visit(self);
        self.templates.iter().for_each(|template| template.for_each(visit));
    }
}

inventory::collect!(&'static Relation);
inventory::collect!(&'static Template);
