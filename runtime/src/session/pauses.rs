//! Pauses within joins, so that a query that is stopped does not compute on.
//!
//! A query can be stopped where it waits, and the engine sees to it that what reads a table waits now
//! and then. A join does not read for as long as it has rows: it holds a batch of one side against all
//! that it has kept of the other, which may be billions of pairs, and if its condition takes none of
//! them nobody above hears of it. So the last rule of the optimiser puts
//!
//! - [`PausedExec`] below the side that comes in batches. It hands on a few rows at a time, more the
//!   quicker the join is with them, and waits once in between.
//! - the engine's own [`CooperativeExec`] above: an aggregate would read pairs until there are no more.

mod exec;

use std::sync::Arc;

use datafusion::common::JoinSide;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec,
};

use self::exec::PausedExec;

/// The rule. A plan that has its pauses is left as it is.
#[derive(Debug)]
pub(super) struct Pauses;

impl PhysicalOptimizerRule for Pauses {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = plan.transform_up(|node| {
            let batched = batched_side(&node);
            let yields = node.is::<CooperativeExec>();
            let children = node.children().into_iter().enumerate().map(|(side, child)| {
                let child = if yields { Arc::clone(child) } else { yielding(Arc::clone(child)) };
                match batched == Some(side) && !child.is::<PausedExec>() {
                    true => Arc::new(PausedExec::new(child)),
                    false => child,
                }
            });
            let children = children.collect();
            Ok(Transformed::yes(replace_children_if_necessary(node, children)?))
        })?;
        Ok(yielding(plan.data))
    }

    fn name(&self) -> &'static str {
        "pauses_within_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The input of a join that it takes batch by batch against all that it has kept of the other. What is
/// kept has to stay in one piece: slices would each count as the whole.
fn batched_side(node: &Arc<dyn ExecutionPlan>) -> Option<usize> {
    if let Some(join) = node.downcast_ref::<SortMergeJoinExec>() {
        return Some(match SortMergeJoinExec::probe_side(&join.join_type()) {
            JoinSide::Right => 1,
            JoinSide::Left | JoinSide::None => 0,
        });
    }
    (node.is::<HashJoinExec>() || node.is::<NestedLoopJoinExec>()).then_some(1)
}

/// A join by itself does not give way to others while it has pairs.
fn yielding(node: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match node.is::<CrossJoinExec>() || batched_side(&node).is_some() {
        true => Arc::new(CooperativeExec::new(node)),
        false => node,
    }
}
