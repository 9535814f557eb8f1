//! Columns that are computed again and again from themselves are computed as often as it is written.
//!
//! `select a + 1 as a from (select a + 1 as a from t)`: of two projections with the same expressions, one
//! above the other, the engine's rule for projections takes one away, as if `a` were the same column in
//! both. What it compares is made different for it, by a second name behind the one that a column gets,
//! and the same again behind it.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};

/// The name of the engine's rule.
const RULE: &str = "optimize_projections";

/// What the second names begin with, which no column of a plan does.
const MARK: &str = "belvedere: projection ";

/// The rules, of which the one that merges projections sees no two that are equal.
pub(in crate::session) fn mend(
    rules: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
) -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mend =
        |rule: Arc<dyn OptimizerRule + Send + Sync>| -> Arc<dyn OptimizerRule + Send + Sync> {
            if rule.name() == RULE { Arc::new(Apart { rule }) } else { rule }
        };
    rules.into_iter().map(mend).collect()
}

/// The engine's rule, before which projections are told apart.
#[derive(Debug)]
struct Apart {
    rule: Arc<dyn OptimizerRule + Send + Sync>,
}

impl OptimizerRule for Apart {
    fn name(&self) -> &str {
        RULE
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.rule.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut count = 0;
        let marked = plan.transform_up_with_subqueries(|plan| mark(plan, &mut count))?;
        if !marked.transformed {
            return self.rule.rewrite(marked.data, config);
        }
        self.rule
            .rewrite(marked.data, config)?
            .map_data(|plan| Ok(plan.transform_up_with_subqueries(unmark)?.data))
    }
}

/// Gives a projection that stands on another one, and that other one, a name of its own.
fn mark(plan: LogicalPlan, count: &mut usize) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Projection(upper) = plan else { return Ok(Transformed::no(plan)) };
    let LogicalPlan::Projection(lower) = upper.input.as_ref() else {
        return Ok(Transformed::no(LogicalPlan::Projection(upper)));
    };
    // The lower one of a chain has been marked as the upper one of the two below.
    let lower = match is_marked(lower) {
        true => Arc::clone(&upper.input),
        false => Arc::new(LogicalPlan::Projection(renamed(lower.clone(), count)?)),
    };
    let upper = Projection::try_new_with_schema(upper.expr, lower, upper.schema)?;
    let upper = renamed(upper, count)?;
    Ok(Transformed::yes(LogicalPlan::Projection(upper)))
}

/// The projection with a second name for its first column that is given one.
fn renamed(projection: Projection, count: &mut usize) -> Result<Projection> {
    let Projection { mut expr, input, schema, .. } = projection;
    if let Some(alias) = expr.iter_mut().find_map(named) {
        *count += 1;
        let inner = std::mem::take(alias.expr.as_mut());
        *alias.expr = inner.alias(format!("{MARK}{count}"));
    }
    Projection::try_new_with_schema(expr, input, schema)
}

fn unmark(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Projection(projection) = plan else { return Ok(Transformed::no(plan)) };
    if !is_marked(&projection) {
        return Ok(Transformed::no(LogicalPlan::Projection(projection)));
    }
    let Projection { mut expr, input, schema, .. } = projection;
    for alias in expr.iter_mut().filter_map(named) {
        if let Expr::Alias(second) = alias.expr.as_mut()
            && second.name.starts_with(MARK)
        {
            *alias.expr = std::mem::take(second.expr.as_mut());
        }
    }
    let projection = Projection::try_new_with_schema(expr, input, schema)?;
    Ok(Transformed::yes(LogicalPlan::Projection(projection)))
}

fn is_marked(projection: &Projection) -> bool {
    projection.expr.iter().any(|expr| match expr {
        Expr::Alias(Alias { expr, .. }) => {
            matches!(expr.as_ref(), Expr::Alias(second) if second.name.starts_with(MARK))
        }
        _ => false,
    })
}

fn named(expr: &mut Expr) -> Option<&mut Alias> {
    match expr {
        Expr::Alias(alias) => Some(alias),
        _ => None,
    }
}
