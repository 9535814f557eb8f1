//! Small changes that may make a view wrong: another column, another constant, an argument more or
//! less, a cast or a guard left out; and [changes of steps](steps).

mod steps;

use fastrand::Rng;

use super::tree::{Expr, Source, Step, View, What};

/// The view with one expression or one step changed.
pub(super) fn mutate(view: &View, rng: &mut Rng) -> View {
    let mut mutant = view.clone();
    if rng.u8(0..3) == 0 && steps::change(&mut mutant, rng) {
        return mutant;
    }
    let columns = mutant.columns.len();
    let mut count = 0;
    visit_all(&mut mutant.steps, &mut |_| count += 1);
    let (chosen, mut position) = (rng.usize(0..count), 0);
    visit_all(&mut mutant.steps, &mut |expr| {
        if position == chosen {
            change(expr, columns, rng);
        }
        position += 1;
    });
    mutant
}

fn change(expr: &mut Expr, columns: usize, rng: &mut Rng) {
    let inner = |expr: &mut Expr| expr.children().into_iter().next().map(|child| child.clone());
    let choice = match expr {
        Expr::Like(..) | Expr::Scalar(..) if rng.bool() => 9,
        _ => rng.u8(0..12),
    };
    let changed = match choice {
        0..=3 => Expr::Column(rng.usize(0..columns)),
        4 => Expr::Int(rng.u8(0..3)),
        5 => Expr::Text("a"),
        6 => Expr::Null,
        7 => Expr::Nowhere,
        8 => match &*expr {
            Expr::Call(name, args) if rng.bool() && !args.is_empty() => {
                Expr::Call(*name, args[1..].to_vec())
            }
            Expr::Call(name, args) => {
                Expr::Call(*name, [args.as_slice(), &[Expr::Int(1)]].concat())
            }
            other => Expr::Call("max".into(), vec![other.clone()]),
        },
        9 => steps::without_clause(expr, columns, rng),
        10 => match &*expr {
            Expr::Int(_) => Expr::Float(rng.u8(0..3)),
            Expr::Float(_) => Expr::Int(rng.u8(0..3)),
            other => Expr::List(vec![other.clone(), Expr::Float(1)]),
        },
        _ => match inner(expr) {
            Some(inner) => inner,
            None => Expr::IsNull(Box::new(expr.clone()), false),
        },
    };
    *expr = changed;
}

fn visit_all(steps: &mut [Step], visit: &mut dyn FnMut(&mut Expr)) {
    for step in steps {
        match step {
            // What stands for an asof join in SQL is none, and may be any condition; and what a window is
            // called stands beside the calls too.
            Step::Distinct | Step::Star { .. } | Step::Asof(..) | Step::Windows(_) => {}
            Step::From(source) | Step::Cross(source) => visit_source(source, visit),
            Step::Unnest { value, .. } => visit_expr(value, visit),
            Step::Pivot { values, of, by, .. } => {
                values.iter_mut().for_each(|(_, value)| visit_expr(value, visit));
                visit_expr(of, visit);
                by.iter_mut().for_each(|(_, key)| visit_expr(key, visit));
            }
            Step::Set(_, steps) => visit_all(steps, visit),
            Step::Join(_, source, expr) => {
                visit_source(source, visit);
                visit_expr(expr, visit);
            }
            Step::Where(expr) => visit_expr(expr, visit),
            Step::Derive(items) | Step::Select(items) => {
                items.iter_mut().for_each(|(_, expr)| visit_expr(expr, visit));
            }
            Step::Group(keys, values) => {
                keys.iter_mut().chain(values).for_each(|(_, expr)| visit_expr(expr, visit));
            }
            Step::DistinctOn(keys, order) => {
                keys.iter_mut().chain(order).for_each(|key| visit_expr(key, visit));
            }
            Step::OrderLimit(keys, _) | Step::Limit(keys, ..) => {
                keys.iter_mut().for_each(|key| visit_expr(key, visit));
            }
        }
    }
}

fn visit_source(source: &mut Source, visit: &mut dyn FnMut(&mut Expr)) {
    if let What::Query(query) = &mut source.what {
        visit_all(&mut query.steps, visit);
    }
}

/// Children first, so that a changed expression is not visited again.
fn visit_expr(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    for child in expr.children() {
        visit_expr(child, visit);
    }
    visit(expr);
}
