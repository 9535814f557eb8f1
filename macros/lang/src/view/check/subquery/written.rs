//! Steps and expressions as they would have been written, at the place of what they stand for.

use proc_macro2::Ident;

use crate::tokens::Range;
use crate::view::model::{BinaryOp, JoinKind, Literal, SourceRef};
use crate::view::syntax::{
    Arg, Call, Callee, Expr, ExprKind, Item, Joined, Source, Step, StepKind,
};

pub(super) fn join(kind: JoinKind, query: usize, alias: Ident, on: Vec<Expr>, span: Range) -> Step {
    let on = on.into_iter().reduce(and).unwrap_or_else(|| literal(Literal::Bool(true), span));
    let what = SourceRef::Query(query);
    let source = Source { what, path: "the query".to_owned(), span, alias, is_value: true };
    Step { kind: StepKind::Join { kind, source, on }, keyword: span }
}

pub(super) fn named(name: &str, expr: Expr, span: Range) -> Item {
    Item::Value { name: Some(Ident::new(name, span.0)), expr }
}

/// A column of a query that has been joined.
pub(super) fn of_query(query: usize, column: &str, span: Range) -> Expr {
    Expr { kind: ExprKind::OfQuery(query, column.to_owned()), span }
}

/// What is computed in the place of `shown`.
pub(super) fn instead(shown: Expr, name: Option<Ident>, value: Expr) -> Expr {
    let span = shown.span;
    Expr { kind: ExprKind::Joined(Box::new(Joined { shown, name, value })), span }
}

pub(super) fn literal(literal: Literal, span: Range) -> Expr {
    Expr { kind: ExprKind::Literal(literal), span }
}

pub(super) fn call(name: &str, args: Vec<Expr>, span: Range) -> Expr {
    let args = args.into_iter().map(|value| Arg { name: None, value }).collect();
    let name = name.to_owned();
    let call = Call {
        callee: Callee::Builtin,
        name,
        name_span: span,
        distinct: None,
        args,
        order_by: Vec::new(),
        filter: None,
        ignore_nulls: None,
        over: None,
    };
    Expr { kind: ExprKind::Call(Box::new(call)), span }
}

pub(super) fn binary(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    let span = (left.span.0, right.span.1);
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}

pub(super) fn and(left: Expr, right: Expr) -> Expr {
    binary(left, BinaryOp::And, right)
}

pub(super) fn equal(left: Expr, right: Expr) -> Expr {
    binary(left, BinaryOp::Eq, right)
}

/// An equality that is never NULL: else `not in` would keep no row at all.
pub(super) fn never_null_equal(left: Expr, right: Expr) -> Expr {
    let span = left.span;
    let kind = ExprKind::NeverNull(Box::new(equal(left, right)));
    Expr { kind, span }
}
