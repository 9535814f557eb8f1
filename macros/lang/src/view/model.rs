//! The typed view: what the checker makes of a view's text, and all that lowering needs.
//!
//! Nothing here is left to be inferred: every expression has its type, every implicit widening is
//! an explicit [`ExprKind::Cast`], every omitted argument is filled in with its default. Columns
//! are positions in the row that a step receives, so that lowering never resolves a name.

mod window;

mod literal;

use proc_macro2::Span;

pub use self::literal::Literal;

pub use self::window::{Clauses, Distance, Frame, FrameBound, FrameUnits, Window};
use super::syntax::{AuditOutcome, Materialize};
use crate::types::{Column, Type, ValueType};

/// A checked table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name, without `r#`.
    pub name: String,
    /// The doc comment, lines joined.
    pub doc: String,
    /// The columns in order.
    pub columns: Vec<TableColumn>,
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
    /// Labels by which views are selected.
    pub tags: Vec<String>,
    /// The constants that are known where it is used.
    pub values: Vec<Value>,
    /// What is asked of its rows before they are published.
    pub audits: Vec<Audit>,
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
    /// Columns that decide which rows there are (conditions, join and group keys), sorted.
    pub influences: Vec<(usize, String)>,
}

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
        /// Expressions over the row before, with [`ExprKind::Aggregate`] inside. A column outside
        /// of an aggregate is a mention of a key: [`ExprKind::Key`].
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
    pub(super) const fn keeps(self) -> (bool, bool) {
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

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: ValueType,
    /// Its first and last token.
    pub span: (Span, Span),
}

/// The one list of what each kind of expression is made of: `$iter` is `iter` or `iter_mut`.
macro_rules! each_child {
    ($kind:expr, $visit:ident, $iter:ident) => {
        match $kind {
            ExprKind::Column(_) | ExprKind::Key(_) | ExprKind::Literal(_) | ExprKind::Value(_) => {}
            ExprKind::Not(expr)
            | ExprKind::Negative(expr)
            | ExprKind::IsNull(expr)
            | ExprKind::IsNotNull(expr)
            | ExprKind::Cast { expr, .. }
            | ExprKind::Field { expr, .. } => $visit(expr),
            ExprKind::Binary(_, left, right) => {
                $visit(left);
                $visit(right);
            }
            ExprKind::Like { expr, pattern, .. } => {
                $visit(expr);
                $visit(pattern);
            }
            ExprKind::In { expr, items, .. } => {
                $visit(expr);
                items.$iter().for_each($visit);
            }
            ExprKind::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    $visit(condition);
                    $visit(value);
                }
                otherwise.$iter().for_each(|expr| $visit(expr));
            }
            ExprKind::Call { args, .. } => args.$iter().for_each($visit),
            ExprKind::Aggregate { args, clauses, .. } => {
                args.$iter().for_each(&mut *$visit);
                clauses.filter.$iter().for_each(|filter| $visit(filter));
                for SortKey { expr, .. } in clauses.order_by.$iter() {
                    $visit(expr);
                }
            }
            ExprKind::Window { args, filter, over, .. } => {
                args.$iter().for_each(&mut *$visit);
                filter.$iter().for_each(|filter| $visit(filter));
                over.partition_by.$iter().for_each(&mut *$visit);
                for SortKey { expr, .. } in over.order_by.$iter() {
                    $visit(expr);
                }
            }
        }
    };
}

impl Expr {
    /// Calls `visit` with the expressions that this one is made of, not with theirs.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        each_child!(&self.kind, visit, iter);
    }

    /// Calls `visit` with the expressions that this one is made of, to change them.
    pub(super) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        each_child!(&mut self.kind, visit, iter_mut);
    }

    /// The columns that are not NULL where this condition is true: a comparison with NULL is not.
    #[must_use]
    pub fn present_where_true(&self) -> Vec<usize> {
        match &self.kind {
            ExprKind::Binary(BinaryOp::And, left, right) => {
                [left.present_where_true(), right.present_where_true()].concat()
            }
            ExprKind::Binary(BinaryOp::Or, left, right) => {
                let others = right.present_where_true();
                let both = left.present_where_true().into_iter();
                both.filter(|column| others.contains(column)).collect()
            }
            ExprKind::IsNotNull(expr) => expr.null_with(),
            _ => self.null_with(),
        }
    }

    /// The columns whose NULL makes this value NULL, as far as its own form says so.
    #[must_use]
    pub fn null_with(&self) -> Vec<usize> {
        match &self.kind {
            ExprKind::Column(position) => vec![*position],
            ExprKind::Field { expr, .. }
            | ExprKind::Cast { expr, .. }
            | ExprKind::Not(expr)
            | ExprKind::Negative(expr) => expr.null_with(),
            // `and` and `or` may know their result without one of their operands.
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..) => Vec::new(),
            ExprKind::Binary(_, left, right) => [left.null_with(), right.null_with()].concat(),
            ExprKind::Like { expr, pattern, .. } => {
                [expr.null_with(), pattern.null_with()].concat()
            }
            // Nothing is in an empty list, not even NULL.
            ExprKind::In { expr, items, .. } if !items.is_empty() => expr.null_with(),
            _ => Vec::new(),
        }
    }

    /// Whether two expressions over one row are the same text, spans and spaces aside.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.ty == other.ty && self.shape() == other.shape() && {
            let (mut own, mut others) = (Vec::new(), Vec::new());
            self.for_each_child(&mut |child| own.push(child));
            other.for_each_child(&mut |child| others.push(child));
            own.len() == others.len()
                && own.iter().zip(&others).all(|(one, other)| one.is_same_as(other))
        }
    }

    /// What the expression says besides its children.
    fn shape(&self) -> Shape<'_> {
        match &self.kind {
            ExprKind::Column(position) => Shape::Column(*position),
            ExprKind::Key(position) => Shape::Key(*position),
            ExprKind::Literal(literal) => Shape::Literal(literal),
            ExprKind::Value(position) => Shape::Value(*position),
            ExprKind::Binary(op, ..) => Shape::Binary(*op),
            ExprKind::Not(_) => Shape::Word("not", false),
            ExprKind::Negative(_) => Shape::Word("-", false),
            ExprKind::IsNull(_) => Shape::Word("is null", false),
            ExprKind::IsNotNull(_) => Shape::Word("is not null", false),
            ExprKind::In { negated, .. } => Shape::Word("in", *negated),
            ExprKind::Like { negated, .. } => Shape::Word("like", *negated),
            ExprKind::Case { otherwise, .. } => Shape::Word("case", otherwise.is_some()),
            ExprKind::Cast { lenient, .. } => Shape::Word("cast", *lenient),
            ExprKind::Field { field, .. } => Shape::Word(field, false),
            ExprKind::Call { function, .. } => Shape::Call(function),
            ExprKind::Aggregate { function, distinct, clauses, .. } => {
                let ignores = (*distinct, clauses.ignore_nulls, clauses.filter.is_some());
                Shape::Aggregate(function, ignores, directions(&clauses.order_by))
            }
            ExprKind::Window { function, distinct, ignore_nulls, filter, over, .. } => {
                let ignores = (*distinct, *ignore_nulls, filter.is_some());
                let partition = over.partition_by.len();
                Shape::Window(function, ignores, partition, directions(&over.order_by), &over.frame)
            }
        }
    }
}

/// An expression without its children.
#[derive(PartialEq)]
enum Shape<'a> {
    Column(usize),
    Key(usize),
    Literal(&'a Literal),
    Value(usize),
    Binary(BinaryOp),
    Call(&'a FunctionRef),
    Aggregate(&'a FunctionRef, (bool, bool, bool), Vec<(bool, bool)>),
    Window(&'a FunctionRef, (bool, bool, bool), usize, Vec<(bool, bool)>, &'a Frame),
    /// Any other, by a word of it and what it may add.
    Word(&'a str, bool),
}

/// What sort keys say besides their values.
fn directions(keys: &[SortKey]) -> Vec<(bool, bool)> {
    keys.iter().map(|key| (key.descending, key.nulls_first)).collect()
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// The column at this position of the row.
    Column(usize),
    /// The key at this position of the `group by` list, inside of an aggregate step.
    Key(usize),
    /// A constant.
    Literal(Literal),
    /// A constant that is known where the view is used: its position among the view's.
    Value(usize),
    /// `left op right`; operands have the same type (lowering adds nothing).
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `not e`
    Not(Box<Expr>),
    /// `-e`
    Negative(Box<Expr>),
    /// `e is null`
    IsNull(Box<Expr>),
    /// `e is not null`
    IsNotNull(Box<Expr>),
    /// `e [not] in (…)`; items have the type of `e`.
    In {
        /// What is looked for.
        expr: Box<Expr>,
        /// Where.
        items: Vec<Expr>,
        /// `not in`
        negated: bool,
    },
    /// `e [not] like "…"`
    Like {
        /// The text.
        expr: Box<Expr>,
        /// The pattern: `%` any text, `_` one character.
        pattern: Box<Expr>,
        /// `not like`
        negated: bool,
    },
    /// `case when … then … else … end`; branches have the type of the whole.
    Case {
        /// (condition, value)
        branches: Vec<(Expr, Expr)>,
        /// The value where no condition is true; NULL when absent.
        otherwise: Option<Box<Expr>>,
    },
    /// A conversion, written by the user or inserted by the checker.
    Cast {
        /// What is converted.
        expr: Box<Expr>,
        /// The type to convert to.
        to: Type,
        /// Whether a value that cannot be converted gives NULL instead of an error.
        lenient: bool,
    },
    /// A field of a struct; NULL where the struct is NULL.
    Field {
        /// The struct.
        expr: Box<Expr>,
        /// The field's name.
        field: String,
    },
    /// A call of a scalar function, arguments in order, defaults filled in.
    Call {
        /// Which.
        function: FunctionRef,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// A call of an aggregate function.
    Aggregate {
        /// Which.
        function: FunctionRef,
        /// Its arguments, over the row before the step; `count()` has none.
        args: Vec<Expr>,
        /// Whether equal arguments count once.
        distinct: bool,
        /// Which rows it sees, and in which order.
        clauses: Box<Clauses>,
    },
    /// A call of an aggregate or a window function for each row, over the rows around it.
    Window {
        /// Which: a window function of the engine wins over its aggregate of the same name.
        function: FunctionRef,
        /// Its arguments, over the row before the step; `count()` has none.
        args: Vec<Expr>,
        /// Whether equal arguments count once.
        distinct: bool,
        /// The rows that it sees.
        filter: Option<Box<Expr>>,
        /// Whether rows with a NULL argument are passed over.
        ignore_nulls: bool,
        /// The rows around the row.
        over: Box<Window>,
    },
}

/// A function that a view calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionRef {
    /// A built-in, by its name in DataFusion.
    Builtin(&'static str),
    /// Position in the view's list of functions.
    User(usize),
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
    And,
    Or,
}
