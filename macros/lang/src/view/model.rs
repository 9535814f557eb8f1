//! The typed view: what the checker makes of a view's text, and all that lowering needs.
//!
//! Nothing here is left to be inferred: every expression has its type, every implicit widening is
//! an explicit [`ExprKind::Cast`], every omitted argument is filled in with its default. Columns
//! are positions in the row that a step receives, so that lowering never resolves a name.

mod expression;
mod literal;
mod refresh;
mod step;
mod window;

pub use self::expression::{BinaryOp, Expr, ExprKind, FunctionRef};
pub use self::literal::Literal;
pub(in crate::view) use self::literal::is_exact;
pub use self::refresh::{Cause, Refresh, RefreshClass};
pub use self::step::{JoinKind, NamedExpr, SetKind, SortKey, Step};
pub use self::window::{Clauses, Distance, Frame, FrameBound, FrameUnits, Window};

use super::syntax::{AuditOutcome, Materialize};
use crate::types::{Column, Type};

/// A checked table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name, without `r#`.
    pub name: String,
    /// The doc comment, lines joined.
    pub doc: String,
    /// The columns in order.
    pub columns: Vec<TableColumn>,
    /// The text of a view of all its rows, whose key and audits are asked of what a source gives.
    pub asked: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// Its name and type.
    pub column: Column,
    /// Its doc comment, lines joined.
    pub doc: String,
}

/// A checked view.
#[derive(Clone, Debug)]
pub struct View {
    /// The name, without `r#`.
    pub name: String,
    /// The doc comment, lines joined.
    pub doc: String,
    /// Whether its rows are stored.
    pub materialize: Materialize,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// The columns by which the stored table is partitioned.
    pub partition_by: Vec<String>,
    /// The columns by which rows are sorted when they are stored.
    pub cluster_by: Vec<String>,
    /// Who answers for it.
    pub owner: Vec<String>,
    /// Labels by which views are selected.
    pub tags: Vec<String>,
    /// The constants that are known where it is used.
    pub values: Vec<Value>,
    /// What is asked of its rows before they are published.
    pub audits: Vec<Audit>,
    /// What a refresh of it would compute.
    pub refresh: Refresh,
    /// The queries inside of it, each behind those that it reads.
    pub queries: Vec<Pipeline>,
    /// The steps in the order in which they run.
    pub steps: Vec<Step>,
    /// The row that the last step leaves. Where a contract or a row type promises less (`Option<T>`
    /// for a column that is never NULL), it is what is promised.
    pub columns: Vec<Column>,
    /// For each column of the result, where it comes from.
    pub lineage: Vec<Lineage>,
}

/// A constant that is known where a view is used.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// Its type; it is never NULL.
    pub ty: Type,
    /// What it is if nothing else is said.
    pub default: Option<Literal>,
}

/// Steps that are read as a relation is.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The steps in the order in which they run.
    pub steps: Vec<Step>,
    /// The row that the last step leaves; no two columns have one name.
    pub columns: Vec<Column>,
}

/// What a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceRef {
    /// The relation at this position of the view's list of sources.
    Relation(usize),
    /// The query at this position of [`View::queries`].
    Query(usize),
}

/// How the name of the table ends in which rows are that an audit has put aside.
pub const QUARANTINE: &str = "__quarantine";

/// The column of such a table that says which audits a row has not passed.
pub const QUARANTINE_REASON: &str = "failed_audits";

/// A condition that is true of every row of a view.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Its name, or its text for messages; unique in the view.
    pub name: String,
    /// Over the row that the last step leaves; NULL is not true.
    pub condition: Expr,
    /// What happens where it is not.
    pub outcome: AuditOutcome,
}

/// Where a result column comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Columns whose values it is computed from: (position of the source, column name), sorted.
    pub values: Vec<(usize, String)>,
    /// The columns that are passed on in it as they are, sorted: one, or one of each side of a `union`.
    /// None where something is computed.
    pub same_as: Vec<(usize, String)>,
    /// Columns that decide which rows there are (conditions, join and group keys), sorted.
    pub influences: Vec<(usize, String)>,
}
