//! Expressions as they are written.

use proc_macro2::{Ident, Span};

use super::{SortKey, Subquery, Window};
use crate::tokens::Range;
use crate::types::TypeSyntax;
use crate::view::model::{BinaryOp, Literal};

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
    /// A query of `View::queries`, by its position, in the place of a value.
    Subquery(Subquery, usize),
    /// What stands for a query in the place of a value once a join has brought it.
    Joined(Box<Joined>),
    /// A column of a query in the place of a value, by the position of the query.
    OfQuery(usize, String),
    /// A condition that is never NULL.
    NeverNull(Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: x, b: y }`
    Struct(Vec<(Ident, Expr)>),
    /// `list[n]`, `map[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `e.` with nothing behind the dot, which is reported.
    Unfinished(Box<Expr>),
    /// Something that could not be read, which is reported.
    Error,
}

/// What stands for a query in the place of a value, or for a part of it.
#[derive(Clone, Debug)]
pub struct Joined {
    /// What is written there, for messages.
    pub shown: Expr,
    /// The name that the query gives to its column.
    pub name: Option<Ident>,
    /// What is computed in its place.
    pub value: Expr,
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

/// What a call names.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    /// The built-in of this name.
    Builtin,
    /// The user's function at this position of `View::functions`.
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
