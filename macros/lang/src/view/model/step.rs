//! The steps of checked views.

use super::{BinaryOp, Expr, SourceRef};
use crate::types::{Column, ValueType};

/// One step. A row is a list of columns; each step receives the row of the one before it.
#[derive(Clone, Debug)]
pub enum Step {
    /// Reads a source; its columns are the row.
    From {
        /// What is read.
        source: SourceRef,
        /// The name under which the view speaks of it.
        alias: String,
    },
    /// Appends the columns of a source to the row; a semi or anti join appends none.
    Join {
        /// Which rows are kept.
        kind: JoinKind,
        /// What is read.
        source: SourceRef,
        /// The name under which the view speaks of it.
        alias: String,
        /// Equal pairs: (over the left row, over the right source's own row), types equal.
        on: Vec<(Expr, Expr)>,
        /// What `on` says besides, over the joined row.
        filter: Option<Expr>,
    },
    /// Brings rows together with those of a source, which have the same names and types.
    Set {
        /// Which rows are left.
        kind: SetKind,
        /// What is read.
        source: SourceRef,
        /// The columns, over the row before.
        left: Vec<NamedExpr>,
        /// The same columns, over the source's own row.
        right: Vec<NamedExpr>,
    },
    /// Keeps one row of those that are equal.
    Distinct,
    /// Appends the columns of a source's nearest row to the row.
    Asof {
        /// Whether rows without a partner stay, with NULL in the new columns.
        outer: bool,
        /// What is read.
        source: SourceRef,
        /// The name under which the view speaks of it.
        alias: String,
        /// Equal pairs: (over the left row, over the right source's own row), types equal.
        on: Vec<(Expr, Expr)>,
        /// What is compared, of either side, types equal.
        at: (Box<Expr>, Box<Expr>),
        /// The operator between these, the left row on its left: of the rows for which it is true the
        /// nearest is the partner, and of those as near the largest by their columns.
        op: BinaryOp,
    },
    /// Keeps the rows for which the condition is true.
    Where(Expr),
    /// Repeats the row for each element of a list and appends the element as a column `alias`.
    Unnest {
        /// The list, over the row before.
        list: Expr,
        /// The name of the new column.
        alias: String,
        /// Its type.
        element: ValueType,
        /// Whether rows with a NULL or empty list stay, with a NULL element.
        outer: bool,
    },
    /// Appends the fields of a struct as columns.
    Spread {
        /// The struct, over the row before.
        value: Expr,
        /// The name under which the view speaks of the fields.
        alias: String,
        /// The new columns.
        fields: Vec<Column>,
        /// Whether rows where the struct is NULL stay, with NULL in each field.
        outer: bool,
    },
    /// Appends computed columns.
    Derive(Vec<NamedExpr>),
    /// Replaces the row by these columns.
    Select(Vec<NamedExpr>),
    /// Replaces the row by the keys, then the aggregates, one row for each distinct key.
    Aggregate {
        /// What is grouped by; empty for one row in all.
        keys: Vec<NamedExpr>,
        /// Expressions over the row before, with `ExprKind::Aggregate` inside. A column outside
        /// of an aggregate is a mention of a key: `ExprKind::Key`.
        aggregates: Vec<NamedExpr>,
    },
    /// Keeps the first row of those that share these values, which NULL does with NULL.
    DistinctOn {
        /// The values.
        keys: Vec<Expr>,
        /// Which row is the first.
        order_by: Vec<SortKey>,
    },
    /// Sorts the rows.
    OrderBy(Vec<SortKey>),
    /// Keeps the first rows.
    Limit(u64),
    /// Keeps the columns at these positions.
    Keep(Vec<usize>),
}

impl Step {
    /// What it reads besides the row before it.
    #[must_use]
    pub fn source(&self) -> Option<SourceRef> {
        match self {
            Self::From { source, .. }
            | Self::Join { source, .. }
            | Self::Asof { source, .. }
            | Self::Set { source, .. } => Some(*source),
            Self::Distinct
            | Self::DistinctOn { .. }
            | Self::Where(_)
            | Self::Unnest { .. }
            | Self::Spread { .. }
            | Self::Derive(_)
            | Self::Select(_)
            | Self::Aggregate { .. }
            | Self::OrderBy(_)
            | Self::Limit(_)
            | Self::Keep(_) => None,
        }
    }
}

/// How a join treats rows without a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// Drops them.
    Inner,
    /// Keeps the left ones; the right columns become nullable.
    Left,
    /// Keeps the right ones; the left columns become nullable.
    Right,
    /// Keeps all; all columns become nullable.
    Full,
    /// Keeps each left row that has a partner, once.
    Semi,
    /// Keeps each left row that has none.
    Anti,
}

impl JoinKind {
    /// The word before `join`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::Left => "left",
            Self::Right => "right",
            Self::Full => "full",
            Self::Semi => "semi",
            Self::Anti => "anti",
        }
    }

    /// Whether rows on the left are kept beside NULLs, and rows on the right.
    pub(in crate::view) const fn keeps(self) -> (bool, bool) {
        match self {
            Self::Inner | Self::Semi | Self::Anti => (false, false),
            Self::Left => (true, false),
            Self::Right => (false, true),
            Self::Full => (true, true),
        }
    }

    /// Whether the row is the left one alone.
    #[must_use]
    pub const fn only_filters(self) -> bool {
        matches!(self, Self::Semi | Self::Anti)
    }
}

/// Which rows of two sources are left. NULL equals NULL here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// Those of both, as often as they are there.
    UnionAll,
    /// Those of both, one of those that are equal.
    Union,
    /// The left ones that the right side lacks, one of those that are equal.
    Except,
    /// The left ones that the right side has too, one of those that are equal.
    Intersect,
}

impl SetKind {
    /// The step's first word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnionAll | Self::Union => "union",
            Self::Except => "except",
            Self::Intersect => "intersect",
        }
    }

    /// Whether rows of the source are rows of the result.
    #[must_use]
    pub const fn is_union(self) -> bool {
        matches!(self, Self::UnionAll | Self::Union)
    }
}

/// An expression and the name of the column that it makes.
#[derive(Clone, Debug)]
pub struct NamedExpr {
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub expr: Expr,
}

/// One key of `order by`.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The value to sort by.
    pub expr: Expr,
    /// Largest first.
    pub descending: bool,
    /// NULLs first; by default they come last in either direction.
    pub nulls_first: bool,
}
