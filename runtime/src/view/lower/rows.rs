//! A plan under construction: which of its columns stands at which position of the model's row.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};

use crate::view::error::ViewError;

/// The rows that a step receives or leaves.
pub(super) struct Rows {
    plan: Arc<LogicalPlan>,
    columns: Vec<Column>,
}

impl Rows {
    /// A plan whose first `width` columns are the row.
    pub(super) fn new(plan: LogicalPlan, width: usize) -> Self {
        let columns = plan.schema().iter().take(width).map(Column::from).collect();
        Self { plan: Arc::new(plan), columns }
    }

    /// A plan and its columns by position.
    pub(super) fn with_columns(plan: LogicalPlan, columns: Vec<Column>) -> Self {
        Self { plan: Arc::new(plan), columns }
    }

    /// Replaces the row by `exprs`.
    pub(super) fn project(self, exprs: Vec<Expr>) -> Result<Self, ViewError> {
        let width = exprs.len();
        let plan = LogicalPlan::Projection(Projection::try_new(exprs, self.plan)?);
        Ok(Self::new(plan, width))
    }

    /// The plan, shared.
    pub(super) fn plan(&self) -> Arc<LogicalPlan> {
        Arc::clone(&self.plan)
    }

    /// The schema that expressions over the row are typed against.
    pub(super) fn schema(&self) -> &DFSchema {
        self.plan.schema()
    }

    /// The columns by position.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The row as expressions.
    pub(super) fn exprs(&self) -> Vec<Expr> {
        self.columns.iter().cloned().map(Expr::Column).collect()
    }

    /// The finished plan.
    pub(super) fn into_plan(self) -> LogicalPlan {
        Arc::unwrap_or_clone(self.plan)
    }
}

/// Hands out qualifiers, each once.
#[derive(Default)]
pub(super) struct Qualifiers {
    used: HashSet<String>,
}

impl Qualifiers {
    /// `wanted`, or `wanted_2`, `wanted_3` … where it is taken.
    pub(super) fn fresh(&mut self, wanted: &str) -> TableReference {
        let mut name = wanted.to_owned();
        let mut count = 2;
        while !self.used.insert(name.clone()) {
            name = format!("{wanted}_{count}");
            count += 1;
        }
        TableReference::bare(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Qualifiers;

    #[test]
    fn a_qualifier_is_given_once() {
        let mut qualifiers = Qualifiers::default();
        let names: Vec<_> =
            ["c", "c_2", "c", "c"].iter().map(|n| qualifiers.fresh(n).to_string()).collect();
        assert_eq!(names, ["c", "c_2", "c_3", "c_4"]);
    }
}
