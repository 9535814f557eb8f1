//! `asof join`: each row meets the nearest of another relation.

use super::join::{Joined, Side, shifted, side};
use super::{Checker, messages};
use crate::view::model::{self, BinaryOp, Expr, ExprKind, Literal};
use crate::view::syntax::{self, Source};

impl Checker<'_> {
    /// The condition is equal pairs and one comparison between the sides.
    pub(super) fn asof(&mut self, outer: bool, source: &Source, on: &syntax::Expr) {
        let Some(Joined { alias, width, pairs, mut rest }) = self.joined(source, on, !outer) else {
            return;
        };
        for column in &mut self.scope.columns[width..] {
            column.ty.nullable |= outer;
        }
        let hidden = rest.iter().any(is_hidden);
        let compared = rest.pop().filter(|_| rest.is_empty());
        let Some((left, op, right)) = compared.and_then(|expr| comparison(expr, width)) else {
            if !hidden {
                self.sink.error_range(on.span, messages::asof_condition(&alias));
            }
            // Whatever the condition is, it is no other error that the columns are there.
            self.scope.open = true;
            return;
        };
        let (source, at) = (source.what, (Box::new(left), Box::new(right)));
        self.steps.push(model::Step::Asof { outer, source, alias, on: pairs, at, op });
    }
}

/// What an error hides is typed as NULL.
fn is_hidden(expr: &Expr) -> bool {
    let mut hidden = matches!(expr.kind, ExprKind::Literal(Literal::Null));
    expr.for_each_child(&mut |child| hidden |= is_hidden(child) || child.ty.ty.has_unknown());
    hidden
}

/// A comparison of the left row with the right source's own.
fn comparison(expr: Expr, width: usize) -> Option<(Expr, BinaryOp, Expr)> {
    let ExprKind::Binary(op, left, right) = expr.kind else { return None };
    let turned = match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::LtEq => BinaryOp::GtEq,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::GtEq => BinaryOp::LtEq,
        _ => return None,
    };
    match (side(&left, width), side(&right, width)) {
        (Side::Left, Side::Right) => Some((*left, op, shifted(*right, width))),
        (Side::Right, Side::Left) => Some((*right, turned, shifted(*left, width))),
        _ => None,
    }
}
