//! Small changes that may make a view wrong: another column, another constant, an argument more or
//! less, a cast or a guard left out.

use fastrand::Rng;

use super::tree::{Expr, Step, View};

/// The view with one expression changed.
pub(super) fn mutate(view: &View, rng: &mut Rng) -> View {
    let mut mutant = view.clone();
    let columns = mutant.columns.len();
    let mut count = 0;
    visit_steps(&mut mutant, &mut |_| count += 1);
    let (chosen, mut position) = (rng.usize(0..count), 0);
    visit_steps(&mut mutant, &mut |expr| {
        if position == chosen {
            change(expr, columns, rng);
        }
        position += 1;
    });
    mutant
}

fn change(expr: &mut Expr, columns: usize, rng: &mut Rng) {
    let inner = |expr: &mut Expr| expr.children().into_iter().next().map(|child| child.clone());
    let changed = match rng.u8(0..10) {
        0..=3 => Expr::Column(rng.usize(0..columns)),
        4 => Expr::Int(rng.u8(0..3)),
        5 => Expr::Text("a"),
        6 => Expr::Null,
        7 => Expr::Nowhere,
        8 => match &*expr {
            Expr::Call(name, args) if rng.bool() && !args.is_empty() => {
                Expr::Call(name, args[1..].to_vec())
            }
            Expr::Call(name, args) => Expr::Call(name, [args.as_slice(), &[Expr::Int(1)]].concat()),
            other => Expr::Call("max", vec![other.clone()]),
        },
        _ => match inner(expr) {
            Some(inner) => inner,
            None => Expr::IsNull(Box::new(expr.clone()), false),
        },
    };
    *expr = changed;
}

fn visit_steps(view: &mut View, visit: &mut dyn FnMut(&mut Expr)) {
    visit_all(&mut view.steps, visit);
}

fn visit_all(steps: &mut [Step], visit: &mut dyn FnMut(&mut Expr)) {
    for step in steps {
        match step {
            // What stands for an asof join in SQL is none, and may be any condition.
            Step::From(_) | Step::Distinct | Step::Star { .. } | Step::Asof(..) => {}
            Step::Unnest { value, .. } => visit_expr(value, visit),
            Step::Pivot { values, of, by, .. } => {
                values.iter_mut().for_each(|(_, value)| visit_expr(value, visit));
                visit_expr(of, visit);
                by.iter_mut().for_each(|(_, key)| visit_expr(key, visit));
            }
            Step::Set(_, steps) => visit_all(steps, visit),
            Step::Join(_, _, expr) | Step::Where(expr) => visit_expr(expr, visit),
            Step::Derive(items) | Step::Select(items) => {
                items.iter_mut().for_each(|(_, expr)| visit_expr(expr, visit));
            }
            Step::Group(keys, values) => {
                keys.iter_mut().chain(values).for_each(|(_, expr)| visit_expr(expr, visit));
            }
            Step::OrderLimit(keys, _) => keys.iter_mut().for_each(|key| visit_expr(key, visit)),
        }
    }
}

/// Children first, so that a changed expression is not visited again.
fn visit_expr(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    for child in expr.children() {
        visit_expr(child, visit);
    }
    visit(expr);
}
