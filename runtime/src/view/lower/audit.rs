//! Conditions of audits, over rows that have the columns of the view.

use belvedere_lang::view::model::View;
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::expr::Scope;
use super::rows::{Qualifiers, Rows};
use super::{Input, Lowering};
use crate::udf::EngineFunction;
use crate::view::error::ViewError;

/// Returns the conditions of the audits of `view`, in their order, over the rows of `plan`, whose
/// columns are those of the view.
///
/// # Errors
///
/// As [`lower`](super::lower).
pub(crate) fn audit_conditions(
    view: &View,
    functions: &[EngineFunction],
    plan: &LogicalPlan,
) -> Result<Vec<Expr>, ViewError> {
    let qualifiers = Qualifiers::default();
    let lowering = Lowering { view, inputs: &[], functions, qualifiers };
    let rows = Rows::new(plan.clone(), view.columns.len());
    let scope = Scope::row(&rows);
    view.audits.iter().map(|audit| lowering.expr(&audit.condition, &scope)).collect()
}

/// Returns the plan of the rows of `view` as they are stored.
///
/// # Errors
///
/// [`ViewError::SourceMismatch`] when something else is stored.
pub(crate) fn stored_rows(view: &View, stored: Input) -> Result<LogicalPlan, ViewError> {
    let (inputs, qualifiers) = (&[stored], Qualifiers::default());
    Ok(Lowering { view, inputs, functions: &[], qualifiers }.scan(0)?.0)
}
