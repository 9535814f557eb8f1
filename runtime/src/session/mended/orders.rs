//! A key of the order of an aggregate that stands twice is left out where it stands again.
//!
//! `first_value(x order by a, a desc)`: the engine makes an order of the keys in which each is once, and
//! keeps the columns of all of them beside it, whose number it then finds to be another one: groups panic,
//! others are an error of the engine's. Rows that are equal by a key are so however it is sorted by again.
//! The rule is the last one, since others make keys equal, and `distinct on` an aggregate.

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// The rule.
#[derive(Debug)]
pub(in crate::session) struct KeysOnce;

impl OptimizerRule for KeysOnce {
    fn name(&self) -> &'static str {
        "keys_once"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        if !matches!(plan, LogicalPlan::Aggregate(_)) || !has_any(&plan) {
            return Ok(Transformed::no(plan));
        }
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            Ok(expr.transform_up(once)?.update_data(|expr| name.restore(expr)))
        })
    }
}

/// Whether a key stands twice in any order.
fn has_any(plan: &LogicalPlan) -> bool {
    let mut found = false;
    // The visitors never fail, so neither do the walks.
    let _ = plan.apply_expressions(|expr| {
        expr.apply(|expr| {
            found |= match expr {
                Expr::AggregateFunction(call) => {
                    let keys = &call.params.order_by;
                    (1..keys.len()).any(|at| is_known(&keys[..at], &keys[at]))
                }
                _ => false,
            };
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    });
    found
}

/// Whether rows are sorted by this key already.
fn is_known(keys: &[Sort], key: &Sort) -> bool {
    let value = |key: &Sort| key.expr.clone().unalias_nested().data;
    let sorted = value(key);
    keys.iter().any(|key| value(key) == sorted)
}

fn once(expr: Expr) -> Result<Transformed<Expr>> {
    let Expr::AggregateFunction(mut call) = expr else { return Ok(Transformed::no(expr)) };
    let keys = std::mem::take(&mut call.params.order_by);
    let count = keys.len();
    for key in keys {
        if !is_known(&call.params.order_by, &key) {
            call.params.order_by.push(key);
        }
    }
    let is_less = call.params.order_by.len() < count;
    Ok(Transformed::new_transformed(Expr::AggregateFunction(call), is_less))
}
