//! Plans as the rows of a table function: what `#[udtf]` over a [`Relation`] gives.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};

/// A query that a table function gives in place of rows; `R` is the type of a row.
///
/// It becomes a part of the query that calls the function, so that columns which nobody asks for,
/// filters and limits reach the tables that it reads. Its columns are those of `R`, in order: names and
/// types are compared when the query is planned.
pub struct Relation<R> {
    plan: LogicalPlan,
    row: PhantomData<fn() -> R>,
}

impl<R> Relation<R> {
    /// All rows of a table, whatever provides them.
    ///
    /// # Errors
    ///
    /// Those of a plan that scans it.
    pub fn of(table: Arc<dyn TableProvider>) -> Result<Self> {
        let scan = LogicalPlanBuilder::scan("table", provider_as_source(table), None)?;
        scan.build().map(Self::from)
    }

    /// The plan.
    #[must_use]
    pub fn into_plan(self) -> LogicalPlan {
        self.plan
    }
}

impl<R> From<LogicalPlan> for Relation<R> {
    fn from(plan: LogicalPlan) -> Self {
        Self { plan, row: PhantomData }
    }
}

impl<R> From<DataFrame> for Relation<R> {
    fn from(frame: DataFrame) -> Self {
        Self::from(frame.into_unoptimized_plan())
    }
}

impl<R> Clone for Relation<R> {
    fn clone(&self) -> Self {
        Self::from(self.plan.clone())
    }
}

impl<R> fmt::Debug for Relation<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Relation").field(&self.plan).finish()
    }
}
