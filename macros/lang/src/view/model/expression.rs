//! Typed expressions, and what they are made of.

use proc_macro2::Span;

use super::{Clauses, Frame, Literal, SortKey, Window};
use crate::types::{Type, ValueType};

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
            ExprKind::Struct(values) => values.$iter().for_each($visit),
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
    pub(in crate::view) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        each_child!(&mut self.kind, visit, iter_mut);
    }

    /// Whether it is the same for all rows, by its own form: what functions give is not looked into.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Value(_) => true,
            ExprKind::Column(_)
            | ExprKind::Key(_)
            | ExprKind::Call { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::Window { .. } => false,
            _ => {
                let mut constant = true;
                self.for_each_child(&mut |child| constant &= child.is_constant());
                constant
            }
        }
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
    pub(in crate::view) fn is_same_as(&self, other: &Self) -> bool {
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
            ExprKind::Struct(_) => Shape::Word("{}", false),
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
    /// A struct of these values, whose type names its fields.
    Struct(Vec<Expr>),
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
