//! The syntax tree of tables and views: what was written, with spans, and nothing derived from it.
//!
//! Names of relations, functions and types are numbered in the order of their first mention. The
//! numbers are positions in [`super::env::Env`]: whoever resolves the names (rustc through the
//! carriers, the runtime through the linked descriptors) fills it in that order.

mod template;
mod walk;

use std::rc::Rc;

use proc_macro2::{Ident, Span};

pub use self::template::{Instance, Param, ParamKind, Template, Value};
pub use self::walk::Subquery;

use super::model::{BinaryOp, FrameUnits, JoinKind, Literal, SetKind, SourceRef};
use crate::tokens::{Range, name_of};
use crate::types::{FieldSyntax, TypeSyntax};

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
    /// Whether every column was understood.
    pub whole: bool,
    pub(super) types: Vec<syn::Path>,
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
    /// Labels by which views are selected.
    pub tags: Vec<Ident>,
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
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The words that it begins with.
    pub keyword: Range,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `from p [as a]`
    From(Source),
    /// `[inner | left | right | full | semi | anti] join p [as a] on e`; `cross join p` is `on true`.
    Join {
        /// Which rows are kept.
        kind: JoinKind,
        /// What is joined.
        source: Source,
        /// The condition.
        on: Expr,
    },
    /// `union [all] p`, `except p`, `intersect p`
    Set {
        /// Which rows are left.
        kind: SetKind,
        /// What the rows meet.
        source: Source,
    },
    /// `distinct on { … } order by …`
    DistinctOn {
        /// The values of which each combination stays once.
        keys: Vec<Expr>,
        /// Which row of them is the first.
        order_by: Vec<SortKey>,
    },
    /// `distinct`
    Distinct,
    /// `[left] asof join p [as a] on e`
    Asof {
        /// Whether left rows without a partner stay.
        outer: bool,
        /// What is joined.
        source: Source,
        /// The condition.
        on: Expr,
    },
    /// `where e`
    Where(Expr),
    /// `unnest e [outer] as a`
    Unnest {
        /// The list or the struct.
        list: Expr,
        /// Whether rows with NULL or an empty list stay.
        outer: bool,
        /// The name of the element, or of the relation that the fields become.
        alias: Ident,
    },
    /// `window { name: …, … }`
    Window(Vec<(Ident, Window)>),
    /// `derive { … }`
    Derive(Vec<Item>),
    /// `select { … }`
    Select(Vec<Item>),
    /// `[group by { … }] [aggregate { … }]`
    Aggregate {
        /// The group keys; empty for one row in all.
        keys: Vec<Item>,
        /// What is computed for each group.
        aggregates: Vec<Item>,
    },
    /// `pivot { … } for e in (…) [by { … }]`
    Pivot(Box<Pivot>),
    /// `order by e [asc | desc] [nulls first | nulls last], …`
    OrderBy(Vec<SortKey>),
    /// `limit n`
    Limit(u64),
    /// Leaves out what joins for subqueries have brought, by the names of their relations.
    Leave(Vec<Ident>),
}

/// What a `pivot` says.
#[derive(Clone, Debug)]
pub struct Pivot {
    /// What is computed for each group and each constant.
    pub aggregates: Vec<Item>,
    /// The value whose constants become columns.
    pub value: Expr,
    /// The constants, and the names that they are given.
    pub columns: Vec<(Expr, Option<Ident>)>,
    /// The group keys; empty for one row in all.
    pub keys: Vec<Item>,
}

/// What a step reads.
#[derive(Clone, Debug)]
pub struct Source {
    /// A relation of [`View::sources`] or a query of [`View::queries`].
    pub what: SourceRef,
    /// The path as it is written; the alias of a query without a name, or a word for it.
    pub path: String,
    /// Where the path or the query stands.
    pub span: Range,
    /// The name under which the view speaks of it; what a `union` reads is not spoken of.
    pub alias: Ident,
}

/// An entry of `select`, `derive`, `group by` or `aggregate`.
#[derive(Clone, Debug)]
pub enum Item {
    /// `e` or `name: e`
    Value {
        /// The name of the column, if it is given one.
        name: Option<Ident>,
        /// What it holds.
        expr: Expr,
    },
    /// `*` or `c.*`
    Star(Star),
}

/// `*` or `c.*`, and what it leaves out or gives another name.
#[derive(Clone, Debug)]
pub struct Star {
    /// The relation or the struct whose columns are meant, or all.
    pub of: Option<Expr>,
    /// What is left out.
    pub except: Vec<ColumnName>,
    /// The new name, and which column has it.
    pub rename: Vec<(Ident, ColumnName)>,
    /// Where it stands, without what it leaves out.
    pub span: Range,
}

/// A column, as a star speaks of it.
#[derive(Clone, Debug)]
pub struct ColumnName {
    /// Its relation, if it says so.
    pub relation: Option<Ident>,
    /// Its name.
    pub name: Ident,
}

impl ColumnName {
    /// The name as it is written.
    pub(super) fn text(&self) -> String {
        let name = name_of(&self.name);
        self.relation.as_ref().map_or_else(|| name.clone(), |of| format!("{}.{name}", name_of(of)))
    }
}

/// One key of `order by`.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The value to sort by.
    pub expr: Expr,
    /// Largest first.
    pub descending: bool,
    /// NULLs first.
    pub nulls_first: bool,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its form.
    pub kind: ExprKind,
    /// Its first and last token.
    pub span: Range,
}

/// The forms of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A name on its own: a column.
    Name(Ident),
    /// `e.field`, or a relation's column: `c.bend`.
    Field(Box<Expr>, Ident),
    /// A constant.
    Literal(Literal),
    /// A constant that is known where the view is used: its position among the view's.
    Value(usize),
    /// `-e`
    Negative(Box<Expr>),
    /// `not e`
    Not(Box<Expr>),
    /// `left op right`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `e is [not] null`
    IsNull {
        /// What is tested.
        expr: Box<Expr>,
        /// `is not null`
        negated: bool,
    },
    /// `a || b`: `or` in some languages, the joining of texts in others.
    Bars {
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
        /// Where `||` stands.
        sign: Range,
    },
    /// `e [not] between low and high`
    Between {
        /// The value.
        expr: Box<Expr>,
        /// The least value that it may have.
        low: Box<Expr>,
        /// The greatest.
        high: Box<Expr>,
        /// `not between`
        negated: bool,
    },
    /// `e [not] in (…)`
    In {
        /// What is looked for.
        expr: Box<Expr>,
        /// Where.
        items: Vec<Expr>,
        /// `not in`
        negated: bool,
    },
    /// `e [not] like pattern`
    Like {
        /// The text.
        expr: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// `not like`
        negated: bool,
    },
    /// `case when … then … [else …] end`
    Case {
        /// (condition, value)
        branches: Vec<(Expr, Expr)>,
        /// The value where no condition is true.
        otherwise: Option<Box<Expr>>,
    },
    /// `cast(e as T)`, `try_cast(e as T)`
    Cast {
        /// What is converted.
        expr: Box<Expr>,
        /// The type to convert to.
        to: TypeSyntax,
        /// Whether a value that cannot be converted gives NULL.
        lenient: bool,
    },
    /// `f(…)`
    Call(Box<Call>),
    /// A query of [`View::queries`], by its position, in the place of a value.
    Subquery(Subquery, usize),
    /// A condition that is never NULL.
    NeverNull(Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `list[n]`
    Index(Box<Expr>, Box<Expr>),
    /// Something that could not be read, which is reported.
    Error,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The name as it is written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Range,
    /// `distinct` before the first argument.
    pub distinct: Option<Span>,
    /// The arguments.
    pub args: Vec<Arg>,
    /// `order by …` behind the arguments.
    pub order_by: Vec<SortKey>,
    /// `filter (…)`
    pub filter: Option<Filter>,
    /// `ignore nulls`
    pub ignore_nulls: Option<Range>,
    /// `over …`
    pub over: Option<Box<Window>>,
}

/// `filter (…)`: which rows a call sees.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The condition.
    pub condition: Box<Expr>,
    /// Where it stands, from `filter` on.
    pub span: Range,
}

/// The rows around a row: `[ name ] [ partition by … ] [ order by … ] [ frame ]`.
#[derive(Clone, Debug)]
pub struct Window {
    /// The window that this one begins with.
    pub base: Option<Ident>,
    /// The values that the rows share.
    pub partition_by: Vec<Expr>,
    /// How the rows are sorted.
    pub order_by: Vec<SortKey>,
    /// Which of them a call sees.
    pub frame: Option<Frame>,
    /// Where it stands, from `over` on.
    pub span: Range,
}

/// `rows between … and …`
#[derive(Clone, Debug)]
pub struct Frame {
    /// What is counted.
    pub units: FrameUnits,
    /// Where it begins.
    pub start: FrameBound,
    /// Where it ends: at the row itself where that is not said.
    pub end: FrameBound,
    /// Where it stands.
    pub span: Range,
}

/// An end of a frame.
#[derive(Clone, Debug)]
pub struct FrameBound {
    /// Which.
    pub kind: FrameBoundKind,
    /// Where it stands.
    pub span: Range,
}

/// An end of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameBoundKind {
    /// `unbounded preceding`
    Start,
    /// `1 preceding`
    Preceding(Literal),
    /// `current row`
    Current,
    /// `1 following`
    Following(Literal),
    /// `unbounded following`
    End,
}

/// What a call names.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    /// The built-in of this name.
    Builtin,
    /// The user's function at this position of [`View::functions`].
    User(usize),
}

/// An argument: `e` or `name => e`.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The parameter that it is for, if it says so.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}
