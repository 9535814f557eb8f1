//! Constants that have no value, found while a program runs.
//!
//! What functions make of constants the language does not know. Where an engine is at hand it is asked,
//! through [`Names::fails`], before any row is read: of each part of a text that is the same for all rows,
//! and of each call that looks at a constant by itself, such as a regular expression.
//!
//! What a branch of `case` guards may be for no row at all, so it is not asked there: but for casts of
//! constants, which the engine computes when it plans.

use super::messages;
use super::model::{BinaryOp, Expr, ExprKind, FunctionRef, Literal, SortKey, Step, View};
use super::names::Names;
use crate::sink::Sink;
use crate::types::Type;

/// Calls whose constants are looked at by themselves, with the position of the text that they are asked
/// of: an empty one tells as much.
const OF_TEXTS: [(&str, usize); 5] = [
    ("regexp_count", 0),
    ("regexp_instr", 0),
    ("regexp_like", 0),
    ("regexp_match", 0),
    ("regexp_replace", 0),
];

/// Reports the constants of a view that have no value.
pub(super) fn check_constants(view: &View, names: &dyn Names, sink: &Sink) {
    let mut check = |expr: &Expr| walk(expr, false, (view, names), sink);
    view.queries.iter().flat_map(|query| &query.steps).for_each(|step| of_step(step, &mut check));
    view.steps.iter().for_each(|step| of_step(step, &mut check));
    view.audits.iter().for_each(|audit| check(&audit.condition));
}

/// `guarded` says that no row may need the value.
fn walk(expr: &Expr, guarded: bool, asks: (&View, &dyn Names), sink: &Sink) {
    let (view, names) = asks;
    let known = is_known(expr);
    let asked = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Key(_) | ExprKind::Value(_) => {
            return;
        }
        ExprKind::Cast { expr: inner, lenient: false, .. } if known && guarded => {
            let has_value = can_fail(expr) && names.fails(view, inner).is_none();
            has_value.then(|| expr.clone())
        }
        _ if guarded => None,
        _ if known => can_fail(expr).then(|| expr.clone()),
        _ => of_text(expr),
    };
    match asked.and_then(|asked| names.fails(view, &asked)) {
        Some(reason) => sink.error_range(expr.span, messages::constant_fails(&reason, guarded)),
        None if known && !guarded => {}
        None => for_each_part(expr, guarded, &mut |part, guarded| walk(part, guarded, asks, sink)),
    }
}

/// Calls `visit` with the parts of an expression, and whether no row may need them.
fn for_each_part(expr: &Expr, guarded: bool, visit: &mut dyn FnMut(&Expr, bool)) {
    let is_lazy = match &expr.kind {
        ExprKind::Case { .. } => true,
        ExprKind::Call { function, .. } => *function == FunctionRef::Builtin("coalesce"),
        _ => false,
    };
    let mut is_first = true;
    expr.for_each_child(&mut |child| {
        visit(child, guarded || (is_lazy && !is_first));
        is_first = false;
    });
}

/// Whether the engine knows the value of an expression: it has no columns, no parameters, and none of the
/// user's functions, which may give another value each time.
fn is_known(expr: &Expr) -> bool {
    let mut known = match &expr.kind {
        ExprKind::Column(_)
        | ExprKind::Key(_)
        | ExprKind::Value(_)
        | ExprKind::Aggregate { .. }
        | ExprKind::Window { .. } => false,
        ExprKind::Call { function, .. } => matches!(function, FunctionRef::Builtin(_)),
        _ => true,
    };
    expr.for_each_child(&mut |child| known = known && is_known(child));
    known
}

/// Whether there are constants for which such an expression has no value: most have nothing but numbers
/// that are brought to another type.
fn can_fail(expr: &Expr) -> bool {
    let mut can = match &expr.kind {
        ExprKind::Call { .. } | ExprKind::Negative(_) => true,
        ExprKind::Binary(op, ..) => matches!(
            op,
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem
        ),
        ExprKind::Cast { expr, lenient, .. } => !lenient && expr.ty.ty == Type::String,
        _ => false,
    };
    expr.for_each_child(&mut |child| can = can || can_fail(child));
    can
}

/// The call over an empty text, if its other arguments are constants.
fn of_text(expr: &Expr) -> Option<Expr> {
    let ExprKind::Call { function: FunctionRef::Builtin(name), args } = &expr.kind else {
        return None;
    };
    let (_, position) = OF_TEXTS.iter().find(|(known, _)| known == name)?;
    let others = || args.iter().enumerate().filter(|(i, _)| i != position);
    if !others().all(|(_, arg)| is_known(arg)) {
        return None;
    }
    let mut asked = expr.clone();
    if let ExprKind::Call { args, .. } = &mut asked.kind {
        let text = args.get_mut(*position)?;
        text.kind = ExprKind::Literal(Literal::String(String::new()));
        text.ty.nullable = false;
    }
    Some(asked)
}

/// Calls `visit` with the expressions of a step.
fn of_step(step: &Step, visit: &mut dyn FnMut(&Expr)) {
    let keys = |keys: &[SortKey], visit: &mut dyn FnMut(&Expr)| {
        keys.iter().for_each(|key| visit(&key.expr));
    };
    match step {
        Step::From { .. } | Step::Distinct | Step::Keep(_) | Step::Limit(_) => {}
        Step::Join { on, filter, .. } => {
            for (left, right) in on {
                visit(left);
                visit(right);
            }
            filter.iter().for_each(visit);
        }
        Step::Asof { on, at, .. } => {
            for (left, right) in on {
                visit(left);
                visit(right);
            }
            visit(&at.0);
            visit(&at.1);
        }
        Step::Set { left, right, .. } => {
            left.iter().chain(right).for_each(|column| visit(&column.expr));
        }
        Step::DistinctOn { keys: on, order_by } => {
            on.iter().for_each(&mut *visit);
            keys(order_by, visit);
        }
        Step::Where(condition) => visit(condition),
        Step::Unnest { list, .. } => visit(list),
        Step::Spread { value, .. } => visit(value),
        Step::Derive(columns) | Step::Select(columns) => {
            columns.iter().for_each(|column| visit(&column.expr));
        }
        Step::Aggregate { keys, aggregates } => {
            keys.iter().chain(aggregates).for_each(|column| visit(&column.expr));
        }
        Step::OrderBy(order_by) => keys(order_by, visit),
    }
}
