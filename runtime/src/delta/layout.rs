//! How the rows of a table lie in its files: one folder for each value of the partition columns, and
//! sorted by the clustering columns, so that the bounds in the log tell files apart.
//!
//! A partition value is part of a path and of the log, and not all values come back from there:
//!
//! - Delta Lake reads an empty text as NULL;
//! - delta-rs puts the text that names the folder of NULL into the files of NULL;
//! - a name of a file has 255 bytes;
//! - years of more or fewer than four digits are written in a form that is not read.
//!
//! Rows with such values stop the write. They are looked at by a node of the plan, which also asks its
//! input for the order: what delta-rs puts above the plan asks for none, and the engine takes a sort
//! away that nobody asks for.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::provider_as_source;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableType};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{
    Distribution, LexOrdering, OrderingRequirements, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, InputDistributionRequirements, PlanProperties,
};
use futures::StreamExt as _;

/// How a table is laid out; by default in one folder, in no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The columns whose values are folders.
    pub(crate) partition_by: Vec<String>,
    /// The columns by which rows are sorted, NULLs last.
    pub(crate) cluster_by: Vec<String>,
}

impl Layout {
    /// The plan of the same rows, looked at and sorted.
    pub(crate) fn apply(&self, name: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        if *self == Self::default() {
            return Ok(plan);
        }
        let rows =
            LaidOut { schema: Arc::clone(plan.schema().inner()), plan, layout: self.clone() };
        LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(rows)), None)?.build()
    }

    /// Keeps what is above the plan from dealing one stream of rows in order out to several, which
    /// delta-rs's writer would take turns with. Joins and groups are spread over threads as before.
    pub(crate) fn keep_order(&self, state: &mut SessionState) {
        if !self.cluster_by.is_empty() {
            let options = state.config_mut().options_mut();
            options.optimizer.enable_round_robin_repartition = false;
        }
    }
}

/// The rows of a plan, in a layout.
#[derive(Debug)]
struct LaidOut {
    schema: SchemaRef,
    plan: LogicalPlan,
    layout: Layout,
}

#[async_trait]
impl TableProvider for LaidOut {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = session.create_physical_plan(&self.plan).await?;
        let column = |name: &String| Ok((name.clone(), self.schema.index_of(name)?));
        let partitions = self.layout.partition_by.iter().map(column);
        let partitions = partitions.collect::<Result<Vec<_>>>()?;
        let keys = self.layout.cluster_by.iter().map(|name| {
            let (name, position) = column(name)?;
            let column = Arc::new(Column::new(&name, position));
            Ok(PhysicalSortExpr::new_default(column).nulls_last())
        });
        let order = LexOrdering::new(keys.collect::<Result<Vec<_>>>()?);
        let rows: Arc<dyn ExecutionPlan> =
            Arc::new(LayoutExec { input, partitions: partitions.into(), order });
        let Some(projection) = projection else { return Ok(rows) };
        let columns = projection.iter().map(|position| {
            let name = self.schema.field(*position).name();
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(name, *position));
            (column, name.clone())
        });
        Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), rows)?))
    }
}

/// Looks at the values of partition columns, and asks for rows in an order.
#[derive(Debug)]
struct LayoutExec {
    input: Arc<dyn ExecutionPlan>,
    /// Names and positions.
    partitions: Arc<[(String, usize)]>,
    order: Option<LexOrdering>,
}

impl DisplayAs for LayoutExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LayoutExec")
    }
}

impl ExecutionPlan for LayoutExec {
    fn name(&self) -> &'static str {
        "LayoutExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    /// Of several streams each would be in order, and their files would overlap.
    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.order {
            Some(_) => Distribution::SinglePartition,
            None => Distribution::UnspecifiedDistribution,
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.order.clone().map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
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
        let (partitions, order) = (Arc::clone(&self.partitions), self.order.clone());
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self { input, partitions, order })),
            _ => Err(DataFusionError::Internal("`LayoutExec` has one child".to_owned())),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let partitions = Arc::clone(&self.partitions);
        let rows = self.input.execute(partition, context)?.map(move |batch| {
            let batch: RecordBatch = batch?;
            for (name, position) in &*partitions {
                check(name, batch.column(*position))?;
            }
            Ok(batch)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }
}

/// Days from 1970-01-01 to 0001-01-01, and to the day after 9999-12-31.
const DAYS: std::ops::Range<i64> = -719_162..2_932_897;

const MICROSECONDS_OF_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Refuses what would not be read back as it is.
fn check(name: &str, column: &ArrayRef) -> Result<()> {
    let bad = match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().iter().flatten().find_map(|t| fault(name, t)),
        DataType::LargeUtf8 => {
            column.as_string::<i64>().iter().flatten().find_map(|t| fault(name, t))
        }
        DataType::Utf8View => column.as_string_view().iter().flatten().find_map(|t| fault(name, t)),
        DataType::Date32 => {
            let mut days = column.as_primitive::<Date32Type>().iter().flatten().map(i64::from);
            days.find_map(far_day)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let times = column.as_primitive::<TimestampMicrosecondType>().iter().flatten();
            times.map(|time| time.div_euclid(MICROSECONDS_OF_DAY)).find_map(far_day)
        }
        DataType::Dictionary(_, values) => {
            let plain = arrow::compute::cast(column, values)?;
            return check(name, &plain);
        }
        _ => None,
    };
    bad.map_or(Ok(()), |(what, help)| {
        Err(DataFusionError::Execution(format!(
            "column `{name}` partitions the table and holds {what}\nhelp: {help}"
        )))
    })
}

/// What delta-rs calls the folder of NULL.
const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";

/// How many bytes a file system has for the name of a folder.
const FOLDER_NAME: usize = 255;

fn fault(name: &str, text: &str) -> Option<(String, String)> {
    let leave = || format!("leave `{name}` out of `partition_by`");
    if text.is_empty() {
        let what = "an empty text, which Delta Lake reads as NULL".to_owned();
        return Some((what, format!("`nullif({name}, \"\")` makes it NULL, or {}", leave())));
    }
    if text == NULL_FOLDER {
        return Some((format!("`{text}`, the name of the folder of NULL"), leave()));
    }
    // What is no letter, digit or one of a few signs is written as `%` and two digits for each byte.
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let bytes: usize = text.bytes().map(|byte| if plain(byte) { 1 } else { 3 }).sum();
    let room = FOLDER_NAME.saturating_sub(name.len() + 1);
    (bytes > room).then(|| {
        let what = format!("a text of {} bytes, too long for the name of a folder", text.len());
        (what, leave())
    })
}

fn far_day(day: i64) -> Option<(String, String)> {
    (!DAYS.contains(&day)).then(|| {
        let help = "years from 1 to 9999 can be read back: filter the rest by `where`".to_owned();
        ("a year that is not written in four digits".to_owned(), help)
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, StringArray, StringViewArray, TimestampMicrosecondArray};

    use super::*;

    fn refused(column: impl Array + 'static) -> Option<String> {
        let column: ArrayRef = Arc::new(column);
        check("lang", &column).err().map(|error| error.to_string())
    }

    #[tokio::test]
    async fn rows_come_in_order_whoever_asks_for_them() {
        let batch = |values: &[&str]| {
            let column: ArrayRef = Arc::new(StringArray::from_iter_values(values));
            RecordBatch::try_from_iter([("lang", column)]).expect("a column")
        };
        let rows = vec![vec![batch(&["d", "b"])], vec![batch(&["c", "a"])]];
        let table = datafusion::datasource::MemTable::try_new(rows[0][0].schema(), rows);
        let source = provider_as_source(Arc::new(table.expect("a table")));
        let plan = LogicalPlanBuilder::scan("t", source, None).and_then(LogicalPlanBuilder::build);
        let layout = Layout { partition_by: Vec::new(), cluster_by: vec!["lang".to_owned()] };
        let plan = layout.apply("t", plan.expect("a plan")).expect("a plan");
        let session = datafusion::prelude::SessionContext::new();
        let plan = session.state().create_physical_plan(&plan).await.expect("a physical plan");
        let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
        assert!(shown.contains("LayoutExec\n  SortPreservingMergeExec"), "{shown}");
    }

    #[test]
    fn texts_that_are_read_back_pass() {
        let texts = ["a", "a/b", "..", "null", "100 %", "ü", "__HIVE__", &"x".repeat(250)];
        assert_eq!(refused(StringArray::from_iter_values(texts)), None);
        assert_eq!(refused(StringArray::from(vec![None, Some("rust")])), None);
    }

    #[test]
    fn texts_that_are_not_stop_the_write() {
        let with = |text: &str| refused(StringViewArray::from(vec![Some("rust"), Some(text)]));
        assert!(with("").is_some_and(|text| text.contains("holds an empty text")));
        assert!(with(NULL_FOLDER).is_some_and(|text| text.contains("the folder of NULL")));
        let long = "ü".repeat(42);
        assert!(with(&long).is_some_and(|text| text.contains("a text of 84 bytes, too long")));
        assert_eq!(with(&"ü".repeat(41)), None);
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!(refused(Date32Array::from(vec![-719_162, 2_932_896])), None);
        assert!(refused(Date32Array::from(vec![-719_163])).is_some());
        assert!(refused(Date32Array::from(vec![2_932_897])).is_some());
        let times = |day: i64, rest: i64| {
            refused(TimestampMicrosecondArray::from(vec![day * MICROSECONDS_OF_DAY + rest]))
        };
        assert_eq!(times(2_932_896, MICROSECONDS_OF_DAY - 1), None);
        assert!(times(2_932_897, 0).is_some());
        assert!(times(-719_162, -1).is_some());
    }
}
