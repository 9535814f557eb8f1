//! The arguments of a function in the examples of its docs: calls that are known to succeed.

use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::engine::Engine;
use crate::udf::Function;

/// So many rows of an example are as good as all of them.
const ROWS: usize = 8;

/// The arguments of one call, fewer than there are parameters where defaults stand in for them.
pub(super) type Seed = Vec<ScalarValue>;

/// The calls in the examples; one that cannot be run is [`crate::testing::check_examples`]'s to tell.
pub(super) fn seeds(engine: &Engine, function: &Function) -> Vec<Seed> {
    let examples = function.examples.iter();
    examples
        .filter_map(|example| of_statement(engine, function, example.sql).ok())
        .flatten()
        .collect()
}

fn of_statement(engine: &Engine, function: &Function, sql: &str) -> Result<Vec<Seed>> {
    let plan = engine.block_on(engine.state().create_logical_plan(sql))?;
    let mut calls: Vec<(LogicalPlan, Vec<Expr>)> = Vec::new();
    plan.apply_with_subqueries(|node| {
        let [input] = node.inputs()[..] else { return Ok(TreeNodeRecursion::Continue) };
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                if let Expr::ScalarFunction(ScalarFunction { func, args }) = expr
                    && func.name() == function.name
                {
                    calls.push((input.clone(), args.clone()));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    let mut seeds = Vec::new();
    for (input, args) in calls {
        let named = args.into_iter().enumerate().map(|(i, arg)| arg.alias(format!("argument{i}")));
        let plan = LogicalPlanBuilder::from(input).project(named)?.build()?;
        let batches = engine.block_on(engine.session().execute_logical_plan(plan))?;
        for batch in engine.block_on(batches.collect())? {
            for row in 0..batch.num_rows().min(ROWS) {
                let values = batch.columns().iter();
                let values = values.map(|column| ScalarValue::try_from_array(column, row));
                seeds.push(values.collect::<Result<Seed>>()?);
            }
        }
    }
    Ok(seeds)
}
