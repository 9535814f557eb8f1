//! Async calls where DataFusion waits for them.
//!
//! It does so for calls in projections and filters, unless one is an argument of another; anywhere else
//! they fail when the query runs. This rule gives each of them a projection of its own, below the
//! operator that it stands in, and refuses what has no place for one. It has to be the last rule: others
//! would merge projections again.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, DataFusionError, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, Join, LogicalPlan, Projection};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::super::message;

/// The rule.
#[derive(Debug)]
pub(crate) struct AsyncCalls;

/// How columns of answers are called.
const ANSWER: &str = "__async";

impl OptimizerRule for AsyncCalls {
    fn name(&self) -> &'static str {
        "async_calls"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut plan = Transformed::no(plan);
        loop {
            let calls = misplaced(&plan.data)?;
            if calls.is_empty() {
                return Ok(plan);
            }
            let answers: Vec<Answer> = calls
                .into_iter()
                .map(|call| Answer { call, name: config.alias_generator().next(ANSWER) })
                .collect();
            plan = Transformed::yes(hoisted(plan.data, &answers)?);
        }
    }
}

/// A call, and the column that its answers are in.
struct Answer {
    call: Expr,
    name: String,
}

impl Answer {
    fn column(&self) -> Expr {
        Expr::Column(Column::from_name(&self.name))
    }
}

fn is_async(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if call.func.as_async().is_some())
}

/// The calls that are not waited for where they stand, those first that others have for arguments.
fn misplaced(plan: &LogicalPlan) -> Result<Vec<Expr>> {
    let waits = matches!(plan, LogicalPlan::Projection(_) | LogicalPlan::Filter(_));
    let mut calls = Vec::new();
    plan.apply_expressions(|expr| {
        if !waits {
            innermost(expr, &mut calls)?;
            return Ok(TreeNodeRecursion::Continue);
        }
        expr.apply(|expr| {
            if !is_async(expr) {
                return Ok(TreeNodeRecursion::Continue);
            }
            expr.apply_children(|argument| {
                innermost(argument, &mut calls)?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            Ok(TreeNodeRecursion::Jump)
        })
    })?;
    Ok(calls)
}

/// Adds the calls in an expression that have no others for arguments; whether there are any.
fn innermost(expr: &Expr, calls: &mut Vec<Expr>) -> Result<bool> {
    // The variables of a lambda have no column; DataFusion says so itself.
    if matches!(expr, Expr::Lambda(_)) {
        return Ok(false);
    }
    let mut below = false;
    expr.apply_children(|child| {
        below |= innermost(child, calls)?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    if below || !is_async(expr) {
        return Ok(below);
    }
    if !calls.contains(expr) {
        calls.push(expr.clone());
    }
    Ok(true)
}

/// The plan over columns of answers.
fn hoisted(plan: LogicalPlan, answers: &[Answer]) -> Result<LogicalPlan> {
    let schema = Arc::clone(plan.schema());
    let inputs = match &plan {
        LogicalPlan::Join(join) => both_sides(join, answers)?,
        LogicalPlan::Aggregate(aggregate)
            if aggregate.group_expr.iter().any(|key| matches!(key, Expr::GroupingSet(_))) =>
        {
            return Err(refused("grouping sets", answers));
        }
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_) => {
            let inputs = plan.inputs().into_iter();
            inputs.map(|input| with_answers(input, answers)).collect::<Result<_>>()?
        }
        LogicalPlan::Values(_) => return Err(refused("`VALUES`", answers)),
        other => {
            let place = other.display().to_string();
            let operator = place.split([':', ' ']).next().unwrap_or_default();
            return Err(refused(&format!("the operator {operator}"), answers));
        }
    };
    let named = matches!(
        plan,
        LogicalPlan::Projection(_) | LogicalPlan::Window(_) | LogicalPlan::Aggregate(_)
    );
    let names = NamePreserver::new_for_projection();
    let replaced = plan.map_expressions(|expr| {
        let name = named.then(|| names.save(&expr));
        let replaced = expr.transform_down(|expr| {
            Ok(match answers.iter().find(|answer| answer.call == expr) {
                Some(answer) => Transformed::new(answer.column(), true, TreeNodeRecursion::Jump),
                None => Transformed::no(expr),
            })
        })?;
        Ok(replaced.update_data(|expr| match name {
            Some(name) => name.restore(expr),
            None => expr,
        }))
    })?;
    let plan = replaced.data.with_new_exprs(replaced.data.expressions(), inputs)?;
    restored(plan, &schema)
}

/// A projection that adds answers to what there is.
fn with_answers(input: &LogicalPlan, answers: &[Answer]) -> Result<LogicalPlan> {
    if answers.is_empty() {
        return Ok(input.clone());
    }
    let columns = input.schema().columns().into_iter().map(Expr::Column);
    let calls = answers.iter().map(|answer| answer.call.clone().alias(&answer.name));
    let input = Arc::new(input.clone());
    Projection::try_new(columns.chain(calls).collect(), input).map(LogicalPlan::Projection)
}

/// The sides of a join, each with the answers for its rows.
fn both_sides(join: &Join, answers: &[Answer]) -> Result<Vec<LogicalPlan>> {
    let is_of = |answer: &Answer, side: &LogicalPlan| {
        answer.call.column_refs().iter().all(|column| side.schema().has_column(column))
    };
    let (mut left, mut right, mut neither) = (Vec::new(), Vec::new(), Vec::new());
    for Answer { call, name } in answers {
        let answer = Answer { call: call.clone(), name: name.clone() };
        match () {
            () if is_of(&answer, &join.left) => left.push(answer),
            () if is_of(&answer, &join.right) => right.push(answer),
            () => neither.push(answer),
        }
    }
    if !neither.is_empty() {
        return Err(refused("a join condition, with arguments of both sides", &neither));
    }
    Ok(vec![with_answers(&join.left, &left)?, with_answers(&join.right, &right)?])
}

/// The plan without columns of answers.
fn restored(plan: LogicalPlan, schema: &DFSchema) -> Result<LogicalPlan> {
    if plan.schema().fields().len() == schema.fields().len() {
        return Ok(plan);
    }
    let columns = schema.columns().into_iter().map(Expr::Column).collect();
    Projection::try_new(columns, Arc::new(plan)).map(LogicalPlan::Projection)
}

/// There is nowhere to wait.
fn refused(place: &str, answers: &[Answer]) -> DataFusionError {
    let name = answers.iter().find_map(|answer| match &answer.call {
        Expr::ScalarFunction(call) => Some(call.name().to_owned()),
        _ => None,
    });
    let name = name.unwrap_or_default();
    message::plan(format!(
        "`{name}` is an async function, which cannot be waited for in {place}: compute it in a \
         subquery, `(SELECT *, {name}(…) AS answer FROM …)`, and use its column"
    ))
}
