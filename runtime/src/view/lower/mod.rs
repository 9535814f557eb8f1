//! From the typed model of a view to a logical plan.
//!
//! This is the only place where a view becomes a plan; `view!` and texts that arrive while a
//! program runs share it. Nothing is resolved here and nothing is left to the engine's coercion:
//! the model has a type for every expression, and the analysed plan equals the lowered one.
//!
//! While a view runs, every column has a qualifier of its own (the relation's alias, or the step
//! that computed it), so that two columns of one name never meet; the model's positions are mapped
//! to these columns. The last step that shapes the row gives the plain names of the result.
//!
//! Start with [`lower`]; [`steps`] has one function for each step, [`expr`] one arm for each kind
//! of expression, [`join`], [`asof`] and [`set`] bring rows together, [`aggregate`] and [`window`] compute calls
//! that need two passes.

mod aggregate;
mod asof;
#[cfg(feature = "delta")]
mod audit;
pub(crate) mod catalog;
#[cfg(feature = "delta")]
mod constant;
mod expr;
mod join;
mod quirks;
mod rows;
mod set;
mod steps;
mod structs;
mod unnest;
mod window;

use std::sync::Arc;

use belvedere_lang::types::Column;
use belvedere_lang::view::model::{SourceRef, Step, View};
use datafusion::common::TableReference;
use datafusion::common::internal_datafusion_err;
use datafusion::logical_expr::{LogicalPlan, SubqueryAlias, TableSource};

#[cfg(feature = "delta")]
pub(crate) use self::audit::{audit_conditions, stored_rows};
#[cfg(feature = "delta")]
pub(crate) use self::constant::fails;
use self::rows::{Qualifiers, Rows};
use self::steps::name_result;
use super::error::ViewError;
use crate::udf::EngineFunction;

/// A source of a view, as a plan reads it.
#[derive(Clone)]
pub struct Input {
    /// The name of the scan in the plan.
    pub name: TableReference,
    /// The columns that the view was checked against.
    pub columns: Vec<Column>,
    /// What is scanned. Columns are found by name; the encoding of text and the names of nested
    /// fields may differ from the declared columns, everything else must agree.
    pub source: Arc<dyn TableSource>,
}

/// What the steps of one view share.
struct Lowering<'a> {
    view: &'a View,
    inputs: &'a [Input],
    functions: &'a [EngineFunction],
    qualifiers: Qualifiers,
}

/// Returns the plan of `view` over `inputs` (by the position of its sources) and `functions` (by
/// the position of its user functions). Its columns are those of [`View::columns`], unqualified.
///
/// # Errors
///
/// [`ViewError::SourceMismatch`] when an input lacks a column that the view was checked against,
/// [`ViewError::Disagreement`] when checker and engine type an expression differently, and
/// whatever the engine says of the plan.
pub fn lower(
    view: &View,
    inputs: &[Input],
    functions: &[EngineFunction],
) -> Result<LogicalPlan, ViewError> {
    let mut lowering = Lowering { view, inputs, functions, qualifiers: Qualifiers::default() };
    Ok(lowering.pipeline(&view.steps, &view.columns)?.into_plan())
}

impl Lowering<'_> {
    /// The rows of the view's own steps or of a query inside of it, under the plain names of
    /// `result`.
    fn pipeline(&mut self, steps: &[Step], result: &[Column]) -> Result<Rows, ViewError> {
        let Some((Step::From { source, alias }, steps)) = steps.split_first() else {
            let name = &self.view.name;
            return Err(internal_datafusion_err!("view `{name}` does not begin with `from`"))?;
        };
        let mut rows = self.source(*source, alias)?;
        let shaping = steps.iter().rposition(shapes_the_row);
        if shaping.is_none() {
            rows = name_result(rows, result)?;
        }
        for (i, step) in steps.iter().enumerate() {
            rows = self.step(step, rows, (Some(i) == shaping).then_some(result))?;
        }
        Ok(rows)
    }

    /// What a step reads, under an alias. A query is computed wherever it is read: nothing is kept
    /// between two readers, so each filters and projects what it needs.
    fn source(&mut self, source: SourceRef, alias: &str) -> Result<Rows, ViewError> {
        let (plan, width) = match source {
            SourceRef::Relation(position) => self.scan(position)?,
            SourceRef::Query(position) => {
                let view = self.view;
                let query = &view.queries[position];
                let rows = self.pipeline(&query.steps, &query.columns)?;
                (rows.into_plan(), query.columns.len())
            }
        };
        let plan = SubqueryAlias::try_new(plan.into(), self.qualifiers.fresh(alias))?;
        Ok(Rows::new(LogicalPlan::SubqueryAlias(plan), width))
    }
}

/// Whether a step changes which columns there are.
fn shapes_the_row(step: &Step) -> bool {
    match step {
        Step::From { .. }
        | Step::Join { .. }
        | Step::Asof { .. }
        | Step::Set { .. }
        | Step::Unnest { .. }
        | Step::Spread { .. }
        | Step::Derive(_)
        | Step::Select(_)
        | Step::Keep(_)
        | Step::Aggregate { .. } => true,
        Step::Distinct
        | Step::DistinctOn { .. }
        | Step::Where(_)
        | Step::OrderBy(_)
        | Step::Limit(_) => false,
    }
}
