//! The syntax tree of tables and views: what was written, with spans, and nothing derived from it.
//!
//! Names of relations, functions and types are numbered in the order of their first mention. The
//! numbers are positions in [`super::env::Env`]: whoever resolves the names (rustc through the
//! carriers, the runtime through the linked descriptors) fills it in that order.

mod expression;
mod step;
mod template;
mod walk;
mod window;

use std::collections::BTreeMap;
use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream};

pub use self::expression::{Arg, Call, Callee, Expr, ExprKind, Filter, Joined};
pub use self::step::{ColumnName, Item, Pivot, SortKey, Source, Star, Step, StepKind};
pub use self::template::{Instance, Param, ParamKind, Template, Value};
pub use self::walk::Subquery;
pub use self::window::{Frame, FrameBound, FrameBoundKind, Window};

use crate::tokens::{Range, name_of};
use crate::types::{FieldSyntax, Type};

/// The body of a `table!`.
#[derive(Clone, Debug)]
pub struct Table {
    /// The doc comment, lines joined.
    pub doc: String,
    /// The visibility.
    pub vis: syn::Visibility,
    /// The name.
    pub name: Ident,
    /// The columns in order.
    pub columns: Vec<FieldSyntax>,
    /// The schema file that has the columns instead, if others write the table; an empty name where one is
    /// missing.
    pub file: Option<syn::LitStr>,
    /// What is asked of its rows.
    pub asked: Asked,
    /// Whether every column was understood.
    pub whole: bool,
    pub(super) types: Vec<syn::Path>,
}

/// What is asked of the rows that a source gives a table.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The columns that identify a row: `#[table(key = [a, b])]`.
    pub key: Vec<Ident>,
    /// `audit { … }` as it is written.
    pub audits: TokenStream,
}

impl Table {
    /// The named types that it mentions, each once, in the order of their first mention.
    #[must_use]
    pub fn types(&self) -> &[syn::Path] {
        &self.types
    }
}

/// The body of a `view!`.
#[derive(Clone, Debug)]
pub struct View {
    /// The doc comment, lines joined.
    pub doc: String,
    /// What `#[view(…)]` says.
    pub options: Options,
    /// The attributes `#[derive(…)]`, for the struct of its rows.
    pub derives: TokenStream,
    /// The struct that types the view: `<Row>`.
    pub row: Option<syn::Path>,
    /// The visibility.
    pub vis: syn::Visibility,
    /// The name.
    pub name: Ident,
    /// The queries inside of it, each behind those that it reads.
    pub queries: Vec<Query>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// What is asked of its rows before they are published.
    pub audits: Vec<Audit>,
    /// What the view promises.
    pub contract: Option<Contract>,
    /// The docs of columns, by name, in the order in which they are written.
    pub docs: Vec<(String, String)>,
    /// Whether every step was understood; if not, the view's columns are unknown.
    pub whole: bool,
    /// Whether a query stands in the place of a value.
    pub(super) has_subqueries: bool,
    pub(super) sources: Vec<syn::Path>,
    pub(super) functions: Vec<syn::Path>,
    pub(super) types: Vec<syn::Path>,
    pub(super) templates: Vec<syn::Path>,
    /// The constants that are known only where the view is used.
    pub(super) values: Vec<Value>,
}

impl View {
    /// The parameters, each with its type, in the order in which they are declared.
    pub fn params(&self) -> impl Iterator<Item = (String, Type)> {
        self.values.iter().map(|value| (name_of(&value.name), value.to_type()))
    }

    /// The doc of a column of the result: that of the contract, or else the last one that a step gives to
    /// the name.
    #[must_use]
    pub fn doc_of(&self, column: &str) -> Option<&str> {
        let promised = self.contract.iter().flat_map(|contract| &contract.columns);
        let promised = promised.filter(|field| field.name == column).map(|field| &*field.doc);
        let written = self.docs.iter().rev().filter(|(name, _)| name == column);
        promised.chain(written.map(|(_, doc)| &**doc)).find(|doc| !doc.is_empty())
    }

    /// The templates that it uses, each once, in the order of their first mention.
    #[must_use]
    pub fn templates(&self) -> &[syn::Path] {
        &self.templates
    }

    /// The relations that it reads, each once, in the order of their first mention.
    #[must_use]
    pub fn sources(&self) -> &[syn::Path] {
        &self.sources
    }

    /// The user's functions that it calls (all but built-ins called by a bare name), each once, in
    /// the order of their first mention.
    #[must_use]
    pub fn functions(&self) -> &[syn::Path] {
        &self.functions
    }

    /// The named types that it mentions, each once, in the order of their first mention.
    #[must_use]
    pub fn types(&self) -> &[syn::Path] {
        &self.types
    }
}

/// What `#[view(…)]` says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether the rows are stored.
    pub materialize: Materialize,
    /// The columns that identify a row.
    pub key: Vec<Ident>,
    /// The columns by which the stored table is partitioned.
    pub partition_by: Vec<Ident>,
    /// The columns by which rows are sorted when they are stored.
    pub cluster_by: Vec<Ident>,
    /// Who answers for it.
    pub owner: Vec<String>,
    /// Labels by which views are selected.
    pub tags: Vec<Ident>,
    /// What is asked of its refresh.
    pub refresh: RefreshOption,
}

/// What a view asks of its refresh.
#[derive(Clone, Copy, Debug, Default)]
pub enum RefreshOption {
    /// Nothing.
    #[default]
    Auto,
    /// That it can follow a change without all rows; it is said here.
    Strict(Span),
}

/// Whether a view's rows are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Materialize {
    /// In a Delta table, refreshed by a run.
    #[default]
    Table,
    /// Not at all: the view is computed where it is read.
    View,
}

/// An entry of `audit { … }`: `[name:] e [fail | warn | quarantine]`
#[derive(Clone, Debug)]
pub struct Audit {
    /// The name that it is given.
    pub name: Option<Ident>,
    /// What is true of every row.
    pub condition: Expr,
    /// What becomes of a run, or of the rows, where it is not.
    pub outcome: AuditOutcome,
    /// The word that says so, if there is one.
    pub outcome_span: Option<Span>,
    /// The word `audit` before it.
    pub keyword: Span,
}

/// What happens where a condition of an audit is not true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditOutcome {
    /// Nothing is published.
    #[default]
    Fail,
    /// It is told and noted.
    Warn,
    /// The rows are stored elsewhere.
    Quarantine,
}

impl AuditOutcome {
    /// How it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Quarantine => "quarantine",
        }
    }
}

/// `contract { … }`
#[derive(Clone, Debug)]
pub struct Contract {
    /// The word `contract`.
    pub keyword: Span,
    /// The promised columns in order.
    pub columns: Vec<FieldSyntax>,
    /// Whether every column was understood; if not, what is promised is unknown.
    pub whole: bool,
}

/// Steps in parentheses, which are read as a relation is.
#[derive(Clone, Debug)]
pub struct Query {
    /// The name that `with` gives it.
    pub name: Option<Ident>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The parentheses.
    pub span: Range,
    /// Whether something reads it by its name.
    pub is_read: bool,
    /// The use of a template that it is, or is inside of.
    pub instance: Option<Rc<Instance>>,
    /// Whether its steps are not known, so that it has any column.
    pub is_hidden: bool,
    /// The columns of the row around a query in the place of a value, and how it can write each; `None`
    /// for one that has no qualifier, which it cannot see.
    pub around: BTreeMap<String, Option<String>>,
}
