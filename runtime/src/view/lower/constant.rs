//! Expressions that read no row, and why the engine finds no value for one.

use std::sync::{Arc, LazyLock};

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use belvedere_lang::view::model::{self, View};
use datafusion::common::DFSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{EmptyRelation, Expr, ExprSchemable as _, LogicalPlan, Projection};

use super::Lowering;
use super::expr::Scope;
use super::rows::Qualifiers;
use crate::plan::{failure, plain};
use crate::session::Runtime;

/// The memory in which constants are computed, in bytes: a check is to be quick.
const MEMORY: usize = 16 << 20;

/// What constants are asked of: settings say nothing of built-ins.
static STATE: LazyLock<Option<SessionState>> = LazyLock::new(|| {
    let runtime = Runtime::builder().threads(1).memory(MEMORY).build();
    runtime.ok().map(|runtime| runtime.state())
});

/// Returns why an expression of constants and built-ins has no value, if it has none.
pub(crate) fn fails(view: &View, expr: &model::Expr) -> Option<String> {
    let lowering =
        Lowering { view, inputs: &[], functions: &[], qualifiers: Qualifiers::default() };
    let schema = DFSchema::empty();
    let scope = Scope { columns: &[], keys: &[], computed: &[], schema: &schema };
    // What cannot be lowered is an error of its own.
    let lowered = lowering.expr(expr, &scope).ok()?;
    let state = STATE.as_ref()?;
    let ty = lowered.get_type(&schema).ok();
    let error = value(state, lowered).err()?;
    // A query may have more memory.
    if let DataFusionError::ResourcesExhausted(_) = error.find_root() {
        return None;
    }
    Some(reason(&failure::said(plain(&error.find_root().strip_backtrace()), ty.as_ref())))
}

/// What is wrong, in one line.
fn reason(text: &str) -> String {
    let text = text.strip_prefix("Internal error: ").unwrap_or(text);
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// Computes a value as a query would.
fn value(state: &SessionState, expr: Expr) -> Result<()> {
    let schema = Arc::new(DFSchema::empty());
    let row = EmptyRelation { produce_one_row: true, schema: Arc::clone(&schema) };
    let row = Arc::new(LogicalPlan::EmptyRelation(row));
    let plan = LogicalPlan::Projection(Projection::try_new(vec![expr.alias("value")], row)?);
    let plan = state.optimize(&plan)?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options)?;
    for expr in plan.expressions() {
        state.create_physical_expr(expr, &schema)?.evaluate(&row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn a_reason_is_one_line() {
        for (text, expected) in [
            ("Internal error: array_resize: x.\nThis issue was likely caused", "array_resize: x"),
            ("the text is no date.", "the text is no date"),
        ] {
            assert_eq!(reason(text), expected);
        }
    }
}
