//! What expressions are made of, and queries in the place of values.

use super::{Arg, Call, Expr, ExprKind, Filter, SortKey, Window};

/// What is asked of a query.
#[derive(Clone, Debug)]
pub enum Subquery {
    /// `exists (…)`: whether it has a row.
    Exists,
    /// `e [not] in (…)`: whether a value is among those of its column.
    In {
        /// What is looked for.
        expr: Box<Expr>,
        /// `not in`
        negated: bool,
    },
    /// `(…)`: its only value.
    Scalar,
}

/// The one list of what each form of expression is made of: `$iter` is `iter` or `iter_mut`, `$box`
/// `as_ref` or `as_mut`.
macro_rules! each_child {
    ($kind:expr, $visit:ident, $iter:ident, $box:ident) => {
        match $kind {
            ExprKind::Name(_)
            | ExprKind::Literal(_)
            | ExprKind::Value(_)
            | ExprKind::Subquery(Subquery::Exists | Subquery::Scalar, _)
            | ExprKind::Joined(_)
            | ExprKind::OfQuery(..)
            | ExprKind::Error => {}
            ExprKind::Field(expr, _)
            | ExprKind::Unfinished(expr)
            | ExprKind::Negative(expr)
            | ExprKind::Not(expr)
            | ExprKind::NeverNull(expr)
            | ExprKind::Subquery(Subquery::In { expr, .. }, _)
            | ExprKind::IsNull { expr, .. }
            | ExprKind::Cast { expr, .. } => $visit(expr),
            ExprKind::Binary(_, left, right)
            | ExprKind::Bars { left, right, .. }
            | ExprKind::Index(left, right)
            | ExprKind::Like { expr: left, pattern: right, .. } => {
                $visit(left);
                $visit(right);
            }
            ExprKind::Between { expr, low, high, .. } => {
                $visit(expr);
                $visit(low);
                $visit(high);
            }
            ExprKind::List(items) => items.$iter().for_each($visit),
            ExprKind::Struct(fields) => fields.$iter().for_each(|(_, value)| $visit(value)),
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
            ExprKind::Call(call) => {
                let Call { args, order_by, filter, over, .. } = call.$box();
                args.$iter().for_each(|Arg { value, .. }| $visit(value));
                order_by.$iter().for_each(|SortKey { expr, .. }| $visit(expr));
                filter.$iter().for_each(|Filter { condition, .. }| $visit(condition));
                if let Some(window) = over {
                    let Window { partition_by, order_by, .. } = window.$box();
                    partition_by.$iter().for_each(|expr| $visit(expr));
                    order_by.$iter().for_each(|SortKey { expr, .. }| $visit(expr));
                }
            }
        }
    };
}

impl Expr {
    /// Calls `visit` with the expressions that this one is made of, not with theirs.
    pub(in crate::view) fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        each_child!(&self.kind, visit, iter, as_ref);
    }

    /// Calls `visit` with the expressions that this one is made of, to change them.
    pub(in crate::view) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        each_child!(&mut self.kind, visit, iter_mut, as_mut);
    }
}
