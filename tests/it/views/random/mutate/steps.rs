//! Changes of steps: one left out, one before another, columns of a set operation in another order, no order
//! or no limit, another frame.

use fastrand::Rng;

use super::super::tree::{Expr, Frame, Step, View};

/// Frames that not every call can be asked over, and some that are none.
const FRAMES: [Frame; 5] = [
    ("rows 2 preceding", "rows 2 preceding"),
    ("range 5 preceding", "range 5 preceding"),
    ("groups 1 preceding", "groups 1 preceding"),
    ("rows between 1 following and 1 preceding", "rows between 1 following and 1 preceding"),
    ("range \"1 day\" preceding", "range interval '1 day' preceding"),
];

/// Whether a step could be changed.
pub(super) fn change(view: &mut View, rng: &mut Rng) -> bool {
    let position = rng.usize(0..view.steps.len());
    match rng.u8(0..5) {
        0 if position > 0 => {
            view.steps.remove(position);
        }
        1 if position > 1 => view.steps.swap(position, position - 1),
        _ => return inside(&mut view.steps[position], rng),
    }
    true
}

fn inside(step: &mut Step, rng: &mut Rng) -> bool {
    match step {
        Step::OrderLimit(keys, count) if rng.bool() => {
            *step = Step::Limit(std::mem::take(keys), *count, rng.bool());
        }
        Step::DistinctOn(_, order) => order.clear(),
        Step::Set(_, steps) => match steps.last_mut() {
            Some(Step::Select(items)) if items.len() > 1 => match rng.bool() {
                true => items.reverse(),
                false => items.truncate(1),
            },
            _ => return false,
        },
        Step::Derive(items) | Step::Select(items) => {
            let mut overs = items.iter_mut().filter_map(|(_, expr)| match expr {
                Expr::Over(_, _, order, frame) => Some((order, frame)),
                _ => None,
            });
            let Some((order, frame)) = overs.next() else { return false };
            match rng.bool() {
                true => order.clear(),
                false => *frame = FRAMES[rng.usize(0..FRAMES.len())],
            }
        }
        _ => return false,
    }
    true
}

/// A call without its order, its frame or what it passes over.
pub(super) fn without_clause(expr: &Expr, columns: usize, rng: &mut Rng) -> Expr {
    match expr {
        Expr::Like(_, pattern) => Expr::Like(Box::new(Expr::Null), pattern),
        Expr::Over(call, partition, _, frame) if rng.bool() => {
            Expr::Over(call.clone(), partition.clone(), Vec::new(), *frame)
        }
        Expr::Over(call, partition, order, _) => {
            let frame = FRAMES[rng.usize(0..FRAMES.len())];
            Expr::Over(call.clone(), partition.clone(), order.clone(), frame)
        }
        Expr::Ordered(call, _) => (**call).clone(),
        Expr::InQuery(parts, source, column, negated) => {
            Expr::InQuery(parts.clone(), source.clone(), *column, !negated)
        }
        Expr::Call(name, args) if args.len() == 1 => Expr::Distinct(*name, args.clone()),
        Expr::Call(..) => Expr::IgnoreNulls(Box::new(expr.clone())),
        Expr::Scalar(source, condition, aggregate) => {
            let mut aggregate = aggregate.clone();
            if let Some(argument) = aggregate.children().into_iter().next() {
                // The first columns are those of the first relation.
                *argument = Expr::Column(rng.usize(0..columns.min(12)));
            }
            Expr::Scalar(source.clone(), condition.clone(), aggregate)
        }
        other => other.clone(),
    }
}
