//! Functions of rows: each contestant is an expression of DataFusion, planned once and evaluated
//! batch by batch, so that all of them pay the same for being called.

use std::hint::black_box;
use std::sync::Arc;

use anyhow::{Result, ensure};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute;
use datafusion::common::DFSchema;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;

use crate::case::{Case, plain};
use crate::measure::{Contestant, contest};
use crate::queries::session;

mod cases;
mod columns;

pub(crate) use self::cases::{PATTERN, cases};

/// So many batches stay in the caches of a processor, so that functions are compared and not the
/// memory behind them; and their dictionaries are more than a function remembers.
const BATCHES: usize = 16;

/// Measures the benches whose name contains `only`.
pub(crate) fn measure(only: &str, rounds: usize) -> Result<()> {
    let session = session()?;
    for case in cases().iter().filter(|case| case.name.contains(only)) {
        let batches = case.batches(BATCHES)?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let mut contestants = Vec::new();
        for (name, expression) in contestants_of(case) {
            let planned = plan(&session, &batches[0], expression.clone())?;
            agree(
                case,
                name,
                &expected(&session, case, &batches[0])?,
                &evaluate(&planned, &batches[0])?,
            )?;
            let batches = &batches;
            let run = Box::new(move || {
                batches.iter().try_for_each(|batch| {
                    black_box(evaluate(&planned, black_box(batch))?);
                    Ok(())
                })
            });
            contestants.push(Contestant { name, run });
        }
        contest(case.name, "rows", rows, rounds, &mut contestants)?;
    }
    Ok(())
}

fn contestants_of(case: &Case) -> Vec<(&'static str, &Expr)> {
    let mut all = vec![("belvedere", &case.ours)];
    all.extend(case.by_hand.as_ref().map(|expression| ("by hand", expression)));
    all.extend(case.built_in.as_ref().map(|expression| ("built-in", expression)));
    all
}

/// What every contestant has to give for a batch.
pub(crate) fn expected(
    session: &SessionContext,
    case: &Case,
    batch: &RecordBatch,
) -> Result<ArrayRef> {
    evaluate(&plan(session, batch, case.ours.clone())?, batch)
}

fn plan(
    session: &SessionContext,
    batch: &RecordBatch,
    expression: Expr,
) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = Arc::new(DFSchema::try_from(batch.schema())?);
    // Some functions exist for the simplifier alone, which every query runs.
    let context = SimplifyContext::builder().with_schema(Arc::clone(&schema)).build();
    let simplifier = ExprSimplifier::new(context);
    let simple = simplifier.simplify(simplifier.coerce(expression, &schema)?)?;
    Ok(session.create_physical_expr(simple, &schema)?)
}

fn evaluate(planned: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<ArrayRef> {
    Ok(planned.evaluate(batch)?.into_array(batch.num_rows())?)
}

/// DataFusion counts in other widths of integers here and there, which is no difference.
fn agree(case: &Case, name: &str, ours: &ArrayRef, theirs: &ArrayRef) -> Result<()> {
    let ours = plain(ours)?;
    let theirs = compute::cast(&plain(theirs)?, ours.data_type())?;
    let same = ours.to_data() == theirs.to_data();
    ensure!(same, "{name} gives other results than belvedere in {}", case.name);
    Ok(())
}
