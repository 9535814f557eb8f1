//! The part of a query that a call of a table function gives.
//!
//! DataFusion puts the plan of such a table in the place of its scan, so that the optimizer sees through
//! it. That its columns are those that are declared is compared here: nobody does behind.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::Result;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;

use super::provider::called;
use crate::udf::Function;
use crate::udf::adapter::message;
use crate::udf::args::Args;
use crate::udf::error::CallError;

/// Calls the function.
type Plan = fn(&Args<'_>) -> std::result::Result<LogicalPlan, CallError>;

/// The table of a call: none of its rows where an argument is NULL that the function does not see.
pub(super) fn table(
    function: &'static Function,
    plan: Plan,
    declared: SchemaRef,
    constants: &[ArrayRef],
) -> Result<Arc<dyn TableProvider>> {
    let Some(plan) = called(function, constants, plan)? else {
        return Ok(Arc::new(EmptyTable::new(declared)));
    };
    let only_reads = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan);
    only_reads.map_err(|error| message::wrong_plan(function, &error.strip_backtrace()))?;
    let found = plan.schema().inner();
    if !fits(found, &declared) {
        let text = format!("it has the columns {}, not {}", shown(found), shown(&declared));
        return Err(message::wrong_plan(function, &text));
    }
    Ok(Arc::new(ViewTable::new(plan, None)))
}

/// Whether rows of a schema are rows of another: what is never NULL may be said to be.
pub(crate) fn fits(found: &Schema, declared: &Schema) -> bool {
    let pairs = found.fields().iter().zip(declared.fields());
    found.fields().len() == declared.fields().len()
        && pairs.into_iter().all(|(found, declared)| {
            found.name() == declared.name()
                && found.data_type() == declared.data_type()
                && (declared.is_nullable() || !found.is_nullable())
        })
}

/// `(path: Utf8, size: Int64 or NULL)`
fn shown(schema: &Schema) -> String {
    let columns = schema.fields().iter().map(|field| {
        let null = if field.is_nullable() { " or NULL" } else { "" };
        format!("{}: {}{null}", field.name(), field.data_type())
    });
    format!("({})", columns.collect::<Vec<_>>().join(", "))
}
