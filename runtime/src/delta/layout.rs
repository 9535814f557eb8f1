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
//! Rows with such values stop the write. They are looked at by a node between the plan and what
//! delta-rs puts above it. The plan is planned for itself: above it nobody asks for an order, and the
//! engine takes a sort away that nobody asks for.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use arrow_schema::{DataType, SchemaRef, TimeUnit};
use async_trait::async_trait;
use belvedere_lang::types::Column as Promised;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Column;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::provider_as_source;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column as PhysicalColumn;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::StreamExt as _;

use super::promise;

/// How a table is laid out; by default in one folder, in no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The columns whose values are folders.
    pub(crate) partition_by: Vec<String>,
    /// The columns by which rows are sorted, NULLs last.
    pub(crate) cluster_by: Vec<String>,
    /// What is promised of the rows, in the order of the columns; nothing of the rows of sources, which
    /// have been looked at where they came from.
    pub(crate) columns: Vec<Promised>,
}

impl Layout {
    /// The plan of the same rows, looked at and sorted.
    pub(crate) fn apply(&self, name: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        if *self == Self::default() {
            return Ok(plan);
        }
        let schema = Arc::clone(plan.schema().inner());
        let rows = LaidOut { name: name.to_owned(), schema, plan, layout: self.clone() };
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
    name: String,
    schema: SchemaRef,
    plan: LogicalPlan,
    layout: Layout,
}

impl LaidOut {
    /// The plan with its rows in order, which a plan keeps that is planned for itself.
    fn sorted(&self) -> Result<LogicalPlan> {
        let keys = &self.layout.cluster_by;
        if keys.is_empty() {
            return Ok(self.plan.clone());
        }
        let key = |name: &String| Expr::Column(Column::from_name(name)).sort(true, false);
        LogicalPlanBuilder::from(self.plan.clone()).sort(keys.iter().map(key))?.build()
    }
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
        let input = session.create_physical_plan(&self.sorted()?).await?;
        let column = |name: &String| Ok((name.clone(), self.schema.index_of(name)?));
        let partitions = self.layout.partition_by.iter().map(column);
        let partitions = partitions.collect::<Result<Vec<_>>>()?;
        let (name, promised) = (self.name.clone(), self.layout.columns.clone());
        let looked_at = Arc::new(LookedAt { name, partitions, promised });
        let rows: Arc<dyn ExecutionPlan> = Arc::new(LayoutExec { input, looked_at });
        let Some(projection) = projection else { return Ok(rows) };
        let columns = projection.iter().map(|position| {
            let name = self.schema.field(*position).name();
            let column: Arc<dyn PhysicalExpr> = Arc::new(PhysicalColumn::new(name, *position));
            (column, name.clone())
        });
        Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), rows)?))
    }
}

/// Looks at rows.
#[derive(Debug)]
struct LayoutExec {
    input: Arc<dyn ExecutionPlan>,
    looked_at: Arc<LookedAt>,
}

/// What is asked of the rows.
#[derive(Debug)]
struct LookedAt {
    /// The table.
    name: String,
    /// Names and positions of the partition columns.
    partitions: Vec<(String, usize)>,
    promised: Vec<Promised>,
}

impl LookedAt {
    fn check(&self, batch: &RecordBatch) -> Result<()> {
        let nulls = promise::nulls(&self.promised, batch);
        if !nulls.is_empty() {
            return Err(DataFusionError::Execution(format!(
                "rows of `{}` have NULL where there is never one: {}\n\
                 help: a function that it calls returns NULL against its signature; \
                 `coalesce` gives it a default",
                self.name,
                nulls.join(", ")
            )));
        }
        self.partitions.iter().try_for_each(|(name, at)| check(name, batch.column(*at)))
    }
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

    /// None that anybody should look into: the plan below has been optimised, and to do that again gives
    /// other rows (a condition on one side of a join of a table with itself comes to the other side).
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
            false => Err(DataFusionError::Internal("`LayoutExec` shows no child".to_owned())),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let looked_at = Arc::clone(&self.looked_at);
        let rows = self.input.execute(partition, context)?.map(move |batch| {
            let batch: RecordBatch = batch?;
            looked_at.check(&batch)?;
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
    async fn rows_come_in_order() {
        let batch = |values: &[&str]| {
            let column: ArrayRef = Arc::new(StringArray::from_iter_values(values));
            RecordBatch::try_from_iter([("lang", column)]).expect("a column")
        };
        let rows = vec![vec![batch(&["d", "b"])], vec![batch(&["c", "a"])]];
        let schema = rows[0][0].schema();
        let table = datafusion::datasource::MemTable::try_new(Arc::clone(&schema), rows);
        let source = provider_as_source(Arc::new(table.expect("a table")));
        let plan = LogicalPlanBuilder::scan("t", source, None).and_then(LogicalPlanBuilder::build);
        let layout = Layout { cluster_by: vec!["lang".to_owned()], ..Layout::default() };
        let plan = layout.apply("t", plan.expect("a plan")).expect("a plan");
        let session = crate::Runtime::builder().build().expect("a runtime").session();
        let rows = session.execute_logical_plan(plan).await.expect("a plan").collect().await;
        let rows = arrow::compute::concat_batches(&schema, &rows.expect("rows")).expect("a batch");
        let values: Vec<_> = rows.column(0).as_string::<i32>().iter().flatten().collect();
        assert_eq!(values, ["a", "b", "c", "d"]);
    }

    #[tokio::test]
    async fn rows_that_break_a_promise_are_not_written() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
        let batch = RecordBatch::try_from_iter([("lang", column)]).expect("a column");
        let table = datafusion::datasource::MemTable::try_new(batch.schema(), vec![vec![batch]]);
        let source = provider_as_source(Arc::new(table.expect("a table")));
        let plan = LogicalPlanBuilder::scan("t", source, None).and_then(LogicalPlanBuilder::build);
        let plan = plan.expect("a plan");
        let session = crate::Runtime::builder().build().expect("a runtime").session();
        for (ty, kept) in [("lang: Option<String>", true), ("lang: String", false)] {
            let columns = belvedere_lang::types::parse_columns(ty).expect("columns");
            let layout = Layout { columns, ..Layout::default() };
            let plan = layout.apply("v", plan.clone()).expect("a plan");
            let rows = session.execute_logical_plan(plan).await.expect("a plan").collect().await;
            let error = rows.err().map(|error| error.to_string());
            let told = "rows of `v` have NULL where there is never one: `lang: String`";
            assert_eq!(error.is_none(), kept);
            assert!(error.is_none_or(|error| error.contains(told)));
        }
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
