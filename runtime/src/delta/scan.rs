//! The rows of a pinned table, as a provider that only reads.
//!
//! The scan is delta-rs's. Three things that it tells DataFusion are not so. It says that it answers
//! conditions on columns of partitions alone, and leaves files in of which its kernel does not know
//! whether they are meant (`(g is null) = (b is null)`): DataFusion is told to ask the rows as well. For the
//! others [`Guarded`] stands before it where one of them matters:
//!
//! - What needs no column (`count(*)`, a constant for each row) is answered from the log by a node
//!   that says that limits may pass through it and has nothing below that would take them. DataFusion
//!   takes `limit 1` away, and all rows come.
//! - The statistics of a column of floats leave out NaN, as those of Parquet do. To DataFusion NaN is
//!   the largest number: `x > 5` would pass over files and groups of rows that hold one, and where
//!   all is below 5 otherwise, `x < 5` would not look at the rows at all. So no condition on floats
//!   goes down, and nobody is told their bounds.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow_schema::{DataType, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::filter_pushdown::{
    ChildFilterDescription, FilterDescription, FilterPushdownPhase,
};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use deltalake_core::delta_datafusion::DeltaScanNext;

/// The rows of a table at a version.
#[derive(Debug)]
pub(super) struct Rows(pub(super) DeltaScanNext);

#[async_trait]
impl TableProvider for Rows {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        self.0.table_type()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = self.0.scan(session, projection, filters, limit).await?;
        let guarded = Guarded { scan };
        let is_needed = guarded.takes_no_limit() || guarded.floats().next().is_some();
        Ok(if is_needed { Arc::new(guarded) } else { guarded.scan })
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let schema = self.schema();
        let is_of_floats = |filter: &Expr| {
            filter.column_refs().into_iter().any(|column| {
                let field = schema.field_with_name(column.name());
                field.is_ok_and(|field| has_floats(field.data_type()))
            })
        };
        let supported = self.0.supports_filters_pushdown(filters)?;
        let told = std::iter::zip(filters, supported).map(|(filter, supported)| {
            match (is_of_floats(filter), supported) {
                (true, _) => TableProviderFilterPushDown::Unsupported,
                (false, TableProviderFilterPushDown::Exact) => TableProviderFilterPushDown::Inexact,
                (false, supported) => supported,
            }
        });
        Ok(told.collect())
    }
}

/// A scan of which only what is true is told.
#[derive(Debug)]
struct Guarded {
    scan: Arc<dyn ExecutionPlan>,
}

impl Guarded {
    /// Whether a limit that passes through the scan meets nobody who takes it.
    fn takes_no_limit(&self) -> bool {
        self.scan.supports_limit_pushdown() && self.scan.children().is_empty()
    }

    /// The positions of the columns that hold floats.
    fn floats(&self) -> impl Iterator<Item = usize> {
        let schema = self.scan.schema();
        (0..schema.fields().len()).filter(move |i| has_floats(schema.field(*i).data_type()))
    }
}

fn has_floats(ty: &DataType) -> bool {
    match ty {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => true,
        DataType::Struct(fields) => fields.iter().any(|field| has_floats(field.data_type())),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::Map(item, _) => has_floats(item.data_type()),
        DataType::Dictionary(_, value) => has_floats(value),
        DataType::RunEndEncoded(_, value) => has_floats(value.data_type()),
        _ => false,
    }
}

impl DisplayAs for Guarded {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuardedScanExec")
    }
}

impl ExecutionPlan for Guarded {
    fn name(&self) -> &'static str {
        "GuardedScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.scan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.scan]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn supports_limit_pushdown(&self) -> bool {
        !self.takes_no_limit()
    }

    fn gather_filters_for_pushdown(
        &self,
        _: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> Result<FilterDescription> {
        let floats: HashSet<usize> = self.floats().collect();
        let columns = 0..self.schema().fields().len();
        let allowed = columns.filter(|column| !floats.contains(column)).collect();
        let scan =
            ChildFilterDescription::from_child_with_allowed_indices(&filters, allowed, &self.scan)?;
        Ok(FilterDescription::new().with_child(scan))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(scan), true) => Ok(Arc::new(Self { scan })),
            _ => Err(DataFusionError::Internal("`GuardedScanExec` has one child".to_owned())),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.scan.execute(partition, context)
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let unknown = || Arc::new(Statistics::new_unknown(&self.schema()));
        let mut statistics = Arc::unwrap_or_clone(inputs.first().cloned().unwrap_or_else(unknown));
        for column in self.floats() {
            if let Some(known) = statistics.column_statistics.get_mut(column) {
                let null_count = known.null_count;
                *known = ColumnStatistics { null_count, ..ColumnStatistics::new_unknown() };
            }
        }
        Ok(Arc::new(statistics))
    }
}
