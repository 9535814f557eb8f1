//! What steps and conditions are made of: relations, conjuncts, and the sides of a comparison.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use crate::tokens::name_of;
use crate::view::model::{BinaryOp, Literal, SourceRef};
use crate::view::syntax::{Expr, ExprKind, Item, Source, Step, StepKind, Subquery};

pub(super) fn keeps_relations(kind: &StepKind) -> bool {
    match kind {
        // A window is over the rows that are left: what leaves rows out later is another thing.
        StepKind::Derive(items) => !have_windows(items),
        StepKind::From(_)
        | StepKind::Join { .. }
        | StepKind::Where(_)
        | StepKind::Unnest { .. }
        | StepKind::Leave(_) => true,
        _ => false,
    }
}

/// Whether a value is computed out of other rows.
pub(in crate::view::check) fn have_windows(items: &[Item]) -> bool {
    let value = |item: &Item| matches!(item, Item::Value { expr, .. } if has_window(expr));
    items.iter().any(value)
}

pub(super) fn has_window(expr: &Expr) -> bool {
    let mut found = matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some());
    expr.for_each_child(&mut |child| found |= has_window(child));
    found
}

/// The relations of the row around a query that the query can speak of: its own come first.
pub(super) fn without_own(steps: &[Step], aliases: &BTreeSet<String>) -> BTreeSet<String> {
    let mut outer = aliases.clone();
    for step in steps {
        let mut own = BTreeSet::new();
        note_aliases(&step.kind, &mut own);
        own.iter().for_each(|alias| _ = outer.remove(alias));
    }
    outer
}

/// Whether nothing is left of a condition.
pub(super) fn is_always(kind: &StepKind) -> bool {
    let StepKind::Where(condition) = kind else { return false };
    matches!(condition.kind, ExprKind::Literal(Literal::Bool(true)))
}

pub(super) fn is_one_group(kind: &StepKind) -> bool {
    matches!(kind, StepKind::Aggregate { keys, .. } if keys.is_empty())
}

pub(super) fn is_exists(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Subquery(Subquery::Exists, _))
}

/// The names by which a step's columns can be qualified, those of the steps before it with them.
pub(super) fn note_aliases(kind: &StepKind, aliases: &mut BTreeSet<String>) {
    match kind {
        StepKind::From(source) | StepKind::Asof { source, .. } => {
            aliases.insert(name_of(&source.alias));
        }
        StepKind::Join { kind, source, .. } if !kind.only_filters() && !source.is_value => {
            aliases.insert(name_of(&source.alias));
        }
        StepKind::Unnest { alias, .. } => _ = aliases.insert(name_of(alias)),
        StepKind::Select(_) | StepKind::Aggregate { .. } => aliases.clear(),
        _ => {}
    }
}

/// The query that a step has joined in the place of a value.
pub(super) fn joined_by(step: &Step) -> Option<usize> {
    match &step.kind {
        StepKind::Join {
            source: Source { what: SourceRef::Query(query), is_value: true, .. },
            ..
        } => Some(*query),
        _ => None,
    }
}

/// Takes a condition apart at its `and`s.
pub(super) fn conjuncts(condition: Expr) -> Vec<Expr> {
    match condition.kind {
        ExprKind::Binary(BinaryOp::And, left, right) => {
            let mut all = conjuncts(*left);
            all.extend(conjuncts(*right));
            all
        }
        kind => vec![Expr { kind, span: condition.span }],
    }
}

/// Whether an expression is a column of one of these relations.
pub(super) fn is_of(expr: &Expr, relations: &BTreeSet<String>) -> bool {
    match &expr.kind {
        ExprKind::Field(base, _) | ExprKind::Unfinished(base) => {
            matches!(&base.kind, ExprKind::Name(name) if relations.contains(&name_of(name)))
        }
        _ => false,
    }
}

pub(super) fn mentions(expr: &Expr, relations: &BTreeSet<String>) -> bool {
    let mut found = is_of(expr, relations);
    expr.for_each_child(&mut |child| found |= mentions(child, relations));
    found
}

pub(super) fn has_column(expr: &Expr) -> bool {
    let mut found = matches!(
        expr.kind,
        ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Unfinished(_) | ExprKind::Joined(_)
    );
    expr.for_each_child(&mut |child| found |= has_column(child));
    found
}

/// Calls `visit` with the largest parts of a condition that are computed from the query alone.
pub(super) fn inner_parts(
    expr: &mut Expr,
    outer: &BTreeSet<String>,
    visit: &mut dyn FnMut(&mut Expr),
) {
    if is_of(expr, outer) {
        return;
    }
    if !mentions(expr, outer) {
        if has_column(expr) {
            visit(expr);
        }
        return;
    }
    expr.for_each_child_mut(&mut |child| inner_parts(child, outer, visit));
}

/// The two sides of an equality between the row around a query and the query.
pub(super) fn sides(conjunct: &Expr, aliases: &BTreeSet<String>) -> Option<(Expr, Expr)> {
    let ExprKind::Binary(BinaryOp::Eq, left, right) = &conjunct.kind else { return None };
    let is_outer = |expr: &Expr| {
        let mut inner = false;
        let mut copy = expr.clone();
        inner_parts(&mut copy, aliases, &mut |_| inner = true);
        mentions(expr, aliases) && !inner
    };
    match (is_outer(left), is_outer(right)) {
        (true, false) if !mentions(right, aliases) => Some(((**left).clone(), (**right).clone())),
        (false, true) if !mentions(left, aliases) => Some(((**right).clone(), (**left).clone())),
        _ => None,
    }
}

/// Calls `visit` with the expressions of a step.
pub(super) fn for_each_expr(kind: &mut StepKind, visit: &mut dyn FnMut(&mut Expr)) {
    let items = |items: &mut Vec<Item>, visit: &mut dyn FnMut(&mut Expr)| {
        for item in items {
            if let Item::Value { expr, .. } = item {
                visit(expr);
            }
        }
    };
    match kind {
        StepKind::Join { on, .. } | StepKind::Asof { on, .. } => visit(on),
        StepKind::Where(condition) => visit(condition),
        StepKind::Unnest { list, .. } => visit(list),
        StepKind::Derive(list) | StepKind::Select(list) => items(list, visit),
        StepKind::Aggregate { keys, aggregates } => {
            items(keys, visit);
            items(aggregates, visit);
        }
        StepKind::Pivot(pivot) => {
            items(&mut pivot.aggregates, visit);
            visit(&mut pivot.value);
            items(&mut pivot.keys, visit);
        }
        StepKind::OrderBy(keys) => keys.iter_mut().for_each(|key| visit(&mut key.expr)),
        StepKind::DistinctOn { keys, order_by } => {
            keys.iter_mut().for_each(&mut *visit);
            order_by.iter_mut().for_each(|key| visit(&mut key.expr));
        }
        StepKind::Window(windows) => {
            for (_, window) in windows {
                window.partition_by.iter_mut().for_each(&mut *visit);
                window.order_by.iter_mut().for_each(|key| visit(&mut key.expr));
            }
        }
        _ => {}
    }
}

/// A name for what is compared: that of the column, so that messages show it.
pub(super) fn key_name(expr: &Expr, keys: &[Item]) -> String {
    let name = name_of_column(expr).map(|name| name_of(&name)).filter(|name| name != "value");
    let taken = |wanted: &String| {
        keys.iter().any(
            |key| matches!(key, Item::Value { name: Some(name), .. } if name_of(name) == *wanted),
        )
    };
    name.filter(|name| !taken(name)).unwrap_or_else(|| format!("key_{}", keys.len() + 1))
}

/// The name that a query gives to its only column, if it gives one.
pub(super) fn name_of_value(steps: &[Step]) -> Option<Ident> {
    let items = steps.iter().rev().find_map(|step| match &step.kind {
        StepKind::Aggregate { aggregates: items, .. } | StepKind::Select(items) => Some(items),
        _ => None,
    });
    match items?.as_slice() {
        [Item::Value { name, expr }] => name.clone().or_else(|| name_of_column(expr)),
        _ => None,
    }
}

/// The name that a column would have of itself.
pub(super) fn name_of_column(expr: &Expr) -> Option<Ident> {
    match &expr.kind {
        ExprKind::Name(name) | ExprKind::Field(_, name) => Some(name.clone()),
        _ => None,
    }
}
