//! The steps of views as they are written.

use proc_macro2::Ident;

use super::{Expr, Window};
use crate::tokens::{Range, name_of};
use crate::view::model::{JoinKind, SetKind, SourceRef};

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
    /// Leaves out what joins for subqueries have brought, by the positions of the queries.
    Leave(Vec<usize>),
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
    /// A relation of `View::sources` or a query of `View::queries`.
    pub what: SourceRef,
    /// The path as it is written; the alias of a query without a name, or a word for it.
    pub path: String,
    /// Where the path or the query stands.
    pub span: Range,
    /// The name under which the view speaks of it; what a `union` reads is not spoken of.
    pub alias: Ident,
    /// Whether it stands for a query in the place of a value, which no name of the view speaks of.
    pub is_value: bool,
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
    pub(in crate::view) fn text(&self) -> String {
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
