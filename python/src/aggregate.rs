//! One row for each group: aggregates, and what is computed from them.
//!
//! The engine computes aggregates alone; what stands around them, `sum(a) / count(b)`, is a step behind.

use datafusion::common::Column;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::find_aggregate_exprs;
use datafusion::prelude::DataFrame;
use pyo3::prelude::*;

use crate::error::{plan_error, refused};
use crate::place::{Place, check, check_names, is_plain_aggregate, name, over, shown};

/// Computes values for each group of rows that agree in keys.
pub(crate) fn aggregate(
    frame: DataFrame,
    keys: Vec<Expr>,
    values: Vec<Expr>,
) -> PyResult<DataFrame> {
    if keys.is_empty() && values.is_empty() {
        return Err(plan_error(
            "`aggregate` computes nothing here\nhelp: `aggregate(keys, n=builtin.count(col(\"…\")))`",
        ));
    }
    let schema = frame.schema();
    for key in &keys {
        check(key, Place::By, schema)?;
    }
    for value in &values {
        check(value, Place::Aggregate, schema)?;
    }
    check_names(keys.iter().chain(&values).map(name), |name| {
        format!(
            "give one of them another name: `{}`",
            crate::types::named(&format!("{name}_2"), "…")
        )
    })?;
    if values.iter().all(is_plain_aggregate) {
        return frame.aggregate(keys, values).map_err(|error| refused(&error));
    }
    let calls = find_aggregate_exprs(&values);
    let computed: Vec<(Expr, Expr)> = keys
        .iter()
        .map(|key| (unaliased(key).clone(), column(key)))
        .chain(calls.iter().map(|call| (call.clone(), column(call))))
        .collect();
    let of_groups = || -> Result<Vec<Expr>> {
        let values = values.iter().map(|value| over(value.clone(), &computed));
        keys.iter().map(|key| Ok(column(key))).chain(values).collect()
    };
    let of_groups = of_groups().map_err(|error| refused(&error))?;
    for (expr, value) in of_groups[keys.len()..].iter().zip(&values) {
        let known = |found: &&Column| computed.iter().any(|(_, of)| is_column(of, found));
        if let Some(rest) = expr.column_refs().into_iter().find(|found| !known(found)) {
            return Err(plan_error(format!(
                "`{}` in `{}` is neither a key nor in an aggregate\n\
                 help: group by it, or `builtin.any_value(col({:?}))`",
                rest.name,
                shown(value),
                rest.name
            )));
        }
    }
    let computed =
        frame.aggregate(written(keys), written(calls)).and_then(|frame| frame.select(of_groups));
    computed.map_err(|error| refused(&error))
}

/// Named as they are written: the engine would put the name of the table into those of calls.
fn written(exprs: Vec<Expr>) -> Vec<Expr> {
    let named = exprs.into_iter().map(|expr| match expr {
        Expr::Column(_) | Expr::Alias(_) => expr,
        other => {
            let name = name(&other);
            other.alias(name)
        }
    });
    named.collect()
}

fn is_column(expr: &Expr, column: &Column) -> bool {
    matches!(expr, Expr::Column(of) if of == column)
}

fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        other => other,
    }
}

/// The column that an expression is behind the step that computes it.
fn column(expr: &Expr) -> Expr {
    match expr {
        Expr::Column(_) => expr.clone(),
        other => Expr::Column(Column::from_name(name(other))),
    }
}
