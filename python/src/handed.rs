//! Relations in sessions of others, as tables.
//!
//! The rows are planned and computed in our session, whoever asks: with our functions, memory and object
//! stores, of which nothing crosses the border. Conditions, columns and limits come over it and are
//! planned with the rest, so that they reach the files.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode as _, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use datafusion::prelude::DataFrame;
use datafusion_ffi::udf::ForeignScalarUDF;
use tokio::runtime::Handle;

/// A relation that another session reads.
#[derive(Debug)]
pub(crate) struct Handed {
    frame: DataFrame,
    schema: SchemaRef,
    executor: Handle,
}

impl Handed {
    pub(crate) fn new(frame: DataFrame, executor: Handle) -> Self {
        let schema = Arc::clone(frame.schema().inner());
        Self { frame, schema, executor }
    }

    /// The rows that are asked for.
    fn asked(
        &self,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<DataFrame> {
        let columns = self.frame.schema().columns();
        let mut frame = self.frame.clone();
        for filter in filters {
            frame = frame.filter(with_columns(filter.clone(), &columns)?)?;
        }
        if let Some(projection) = projection {
            let columns = projection.iter().filter_map(|&position| columns.get(position));
            frame = frame.select(columns.cloned().map(Expr::Column).collect::<Vec<_>>())?;
        }
        match limit {
            Some(limit) => frame.limit(0, Some(limit)),
            None => Ok(frame),
        }
    }
}

/// A condition over the columns of the table as one over those of the relation, whose names may be
/// those of other tables.
fn with_columns(filter: Expr, columns: &[Column]) -> Result<Expr> {
    let named = filter.transform(|expr| {
        let Expr::Column(column) = &expr else { return Ok(Transformed::no(expr)) };
        let ours = columns.iter().find(|ours| ours.name == column.name);
        Ok(match ours {
            Some(ours) => Transformed::yes(Expr::Column(ours.clone())),
            None => Transformed::no(expr),
        })
    })?;
    Ok(named.data)
}

/// Functions of the session that asks cross the border with all that is constant made columns, which some
/// of them refuse: what calls them stays there. Ours come back as what they are.
fn pushed_down(filter: &Expr) -> Result<TableProviderFilterPushDown> {
    let calls_theirs = filter.exists(|expr| {
        let Expr::ScalarFunction(call) = expr else { return Ok(false) };
        let function: &dyn Any = call.func.inner().as_ref();
        Ok(function.is::<ForeignScalarUDF>())
    })?;
    Ok(match calls_theirs {
        true => TableProviderFilterPushDown::Unsupported,
        false => TableProviderFilterPushDown::Exact,
    })
}

#[async_trait]
impl TableProvider for Handed {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (state, plan) = self.asked(projection, filters, limit)?.into_parts();
        // Planning opens files: it needs the executor, and threads of others have another one.
        let planning = self.executor.spawn(async move {
            let plan = state.create_physical_plan(&plan).await?;
            Ok::<_, DataFusionError>((state, plan))
        });
        let (state, plan) =
            planning.await.map_err(|e| DataFusionError::External(Box::new(e)))??;
        Ok(Arc::new(HandedExec::new(&state, plan, self.executor.clone())))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        filters.iter().map(|filter| pushed_down(filter)).collect()
    }
}

/// A plan that is executed in the session that it was made in.
#[derive(Debug)]
struct HandedExec {
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    executor: Handle,
}

impl HandedExec {
    fn new(state: &SessionState, plan: Arc<dyn ExecutionPlan>, executor: Handle) -> Self {
        Self { plan, context: state.task_ctx(), executor }
    }
}

impl DisplayAs for HandedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BelvedereExec")
    }
}

impl ExecutionPlan for HandedExec {
    fn name(&self) -> &'static str {
        "BelvedereExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.plan.properties()
    }

    /// None: the plan is optimised, by the session that it belongs to.
    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.is_empty() {
            true => Ok(self),
            false => Err(DataFusionError::Internal("`BelvedereExec` shows no child".to_owned())),
        }
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let _entered = self.executor.enter();
        self.plan.execute(partition, Arc::clone(&self.context))
    }
}
