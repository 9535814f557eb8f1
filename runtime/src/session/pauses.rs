//! Nodes between those of the engine: pauses within joins, so that a query that is stopped does not compute
//! on, and memory of their own for rows that were in a list.
//!
//! A query can be stopped where it waits, and the engine sees to it that what reads a table waits now
//! and then. A join does not read for as long as it has rows: it holds a batch of one side against all
//! that it has kept of the other, which may be billions of pairs, and if its condition takes none of
//! them nobody above hears of it. So the last rule of the optimiser puts
//!
//! - [`How::Paused`] below the side that comes in batches. It hands on a few rows at a time, more the
//!   quicker the join is with them, and waits once in between.
//! - the engine's own [`CooperativeExec`] above: an aggregate would read pairs until there are no more.
//!
//! What `unnest` makes of one list comes in slices of one piece. Who keeps them asks the pool for the whole
//! piece with each of them, so that a list of three million numbers was refused for gigabytes that nobody
//! takes: [`How::Owned`] above copies each slice.

mod exec;
mod owned;
mod paused;

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
use datafusion::physical_plan::unnest::UnnestExec;

use self::exec::{HandedExec, How, is_handed};

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
            let owns = is_handed(&node, How::Owned);
            let children = node.children().into_iter().enumerate().map(|(side, child)| {
                let child = if yields { Arc::clone(child) } else { yielding(Arc::clone(child)) };
                let child = if owns { child } else { owning(child) };
                match batched == Some(side) && !is_handed(&child, How::Paused) {
                    true => Arc::new(HandedExec::new(child, How::Paused)),
                    false => child,
                }
            });
            let children = children.collect();
            Ok(Transformed::yes(replace_children_if_necessary(node, children)?))
        })?;
        Ok(owning(yielding(plan.data)))
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

/// What is unnested comes in slices.
fn owning(node: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match node.is::<UnnestExec>() {
        true => Arc::new(HandedExec::new(node, How::Owned)),
        false => node,
    }
}

/// A join by itself does not give way to others while it has pairs.
fn yielding(node: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match node.is::<CrossJoinExec>() || batched_side(&node).is_some() {
        true => Arc::new(CooperativeExec::new(node)),
        false => node,
    }
}
