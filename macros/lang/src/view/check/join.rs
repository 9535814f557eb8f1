//! Joins: the condition is split into equal pairs, which the engine joins by, and the rest.

use super::expression::Place;
use super::scope::{RowColumn, RowRelation};
use super::{Checker, messages};
use crate::view::model::{self, BinaryOp, Expr, ExprKind, JoinKind, Literal};
use crate::view::syntax::{self, Source};

impl Checker<'_> {
    pub(super) fn join(&mut self, kind: JoinKind, source: &Source, on: &syntax::Expr) {
        let narrows = matches!(kind, JoinKind::Inner | JoinKind::Semi);
        let Some(Joined { alias, width, pairs, rest }) = self.joined(source, on, narrows) else {
            return;
        };
        let filter = rest.into_iter().reduce(both);

        // Rows without a partner have NULL there, but not yet in the condition.
        let (left_stays, right_stays) = kind.keeps();
        for (position, column) in self.scope.columns.iter_mut().enumerate() {
            column.ty.nullable |= if position < width { right_stays } else { left_stays };
        }
        if right_stays {
            // What they say of columns that are never NULL is over.
            self.scope.windows.clear();
        }
        if kind.only_filters() {
            self.scope.columns.truncate(width);
            self.scope.relations.pop();
            if !source.is_value {
                self.scope.tested.push((alias.clone(), kind));
            }
        }
        let source = source.what;
        self.steps.push(model::Step::Join { kind, source, alias, on: pairs, filter });
    }

    /// Appends the columns of a source to the row and takes the condition apart; `None` where the
    /// source has no name of its own. `narrows` says that only rows are left for which it is true.
    pub(super) fn joined(
        &mut self,
        source: &Source,
        on: &syntax::Expr,
        narrows: bool,
    ) -> Option<Joined> {
        let (relation, columns) = self.source(source);
        if self.alias_is_taken(&relation, &columns, source) {
            // Which of the two a name means would be asked again and again.
            self.scope.open = true;
            return None;
        }
        let alias = relation.alias.clone();
        let width = self.scope.columns.len();
        self.scope.relations.push(relation);
        self.scope.columns.extend(columns);

        let condition = self.typer(Place::Row("on")).condition(on, "on");
        self.influence(&condition);
        if narrows {
            self.scope.narrow(&condition);
        }
        let mut joined = Joined { alias, width, pairs: Vec::new(), rest: Vec::new() };
        split(condition, width, &mut joined.pairs, &mut joined.rest);
        Some(joined)
    }

    /// The name of a relation has to be its own; a query in the place of a value has none.
    fn alias_is_taken(
        &self,
        relation: &RowRelation,
        columns: &[RowColumn],
        source: &Source,
    ) -> bool {
        if source.is_value {
            return false;
        }
        let alias = &relation.alias;
        let column_is_called_so = self.scope.columns.iter().any(|column| {
            // A column that belongs to no relation is spoken of by its name alone.
            column.relation.is_none() && column.name == *alias && !columns.is_empty()
        });
        let taken = self.scope.relation(alias).is_some() || column_is_called_so;
        if taken {
            self.sink.error(source.alias.span(), messages::alias_taken(alias, true));
        }
        taken
    }
}

/// A condition taken apart.
pub(super) struct Joined {
    pub(super) alias: String,
    /// How many columns the left row has.
    pub(super) width: usize,
    /// Equal pairs: (over the left row, over the right source's own row).
    pub(super) pairs: Vec<(Expr, Expr)>,
    /// What the condition says besides, over the joined row.
    pub(super) rest: Vec<Expr>,
}

/// Takes a condition apart at its `and`s.
fn split(condition: Expr, width: usize, pairs: &mut Vec<(Expr, Expr)>, rest: &mut Vec<Expr>) {
    let Expr { kind, ty, span } = condition;
    match kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            split(*left, width, pairs, rest);
            split(*right, width, pairs, rest);
        }
        ExprKind::Binary(BinaryOp::Eq, left, right) => {
            match (side(&left, width), side(&right, width)) {
                (Side::Left, Side::Right) => pairs.push((*left, shifted(*right, width))),
                (Side::Right, Side::Left) => pairs.push((*right, shifted(*left, width))),
                _ => {
                    rest.push(Expr { kind: ExprKind::Binary(BinaryOp::Eq, left, right), ty, span })
                }
            }
        }
        // `on true` joins all pairs of rows.
        ExprKind::Literal(Literal::Bool(true)) => {}
        kind => rest.push(Expr { kind, ty, span }),
    }
}

/// Which rows an expression is computed from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Neither,
    Left,
    Right,
    Both,
}

pub(super) fn side(expr: &Expr, width: usize) -> Side {
    let mut found = match expr.kind {
        ExprKind::Column(position) if position < width => Side::Left,
        ExprKind::Column(_) => Side::Right,
        _ => Side::Neither,
    };
    expr.for_each_child(&mut |child| {
        found = match (found, side(child, width)) {
            (one, Side::Neither) => one,
            (Side::Neither, other) => other,
            (one, other) if one == other => one,
            _ => Side::Both,
        };
    });
    found
}

/// An expression over the joined row as one over the right source's own row.
pub(super) fn shifted(mut expr: Expr, width: usize) -> Expr {
    if let ExprKind::Column(position) = &mut expr.kind {
        *position -= width;
    }
    expr.for_each_child_mut(&mut |child| {
        let hole =
            Expr { kind: ExprKind::Literal(Literal::Null), ty: child.ty.clone(), span: child.span };
        *child = shifted(std::mem::replace(child, hole), width);
    });
    expr
}

fn both(left: Expr, right: Expr) -> Expr {
    let span = (left.span.0, right.span.1);
    let ty = left.ty.clone().or_null(right.ty.nullable);
    Expr { kind: ExprKind::Binary(BinaryOp::And, Box::new(left), Box::new(right)), ty, span }
}
