//! The table that a call of a table function gives. Its rows are asked for batch by batch, and no more
//! of them than a query needs.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::TableType;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::stream;

use crate::udaf::adapter::contained;
use crate::udf::Function;
use crate::udf::args::Args;
use crate::udf::error::CallError;
use crate::udf::types::Type;
use crate::udtf::source::Source;

/// The column of rows that are no structs.
const VALUE: &str = "value";

/// How many rows are asked for first; each time after that twice as many, up to a batch. What is behind
/// may need one row of an iterator that takes its time.
const FIRST_ROWS: usize = 64;

/// Calls the function.
type Open = fn(&Args<'_>) -> std::result::Result<Box<dyn Source>, CallError>;

/// The table of a call.
pub(super) struct FunctionTable {
    pub(super) function: &'static Function,
    pub(super) open: Open,
    pub(super) schema: SchemaRef,
    /// Each one row.
    pub(super) constants: Vec<ArrayRef>,
}

/// The columns that a table function gives.
pub(crate) fn schema(function: &Function) -> SchemaRef {
    let value = function.returns;
    let fields = match value.ty.to_arrow() {
        DataType::Struct(fields) if matches!(value.ty, Type::Struct(_)) => fields,
        other => Fields::from(vec![Field::new(VALUE, other, value.nullable)]),
    };
    Arc::new(Schema::new(fields))
}

impl fmt::Debug for FunctionTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionTable").field("function", self.function).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for FunctionTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    /// Columns that nobody asks for are dropped from a batch, and rows beyond a limit never come to be.
    /// Filters stay above: only the function could use them.
    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = Rows {
            function: self.function,
            open: self.open,
            schema: Arc::clone(&self.schema),
            constants: self.constants.clone(),
            limit,
        };
        let schema = Arc::clone(&self.schema);
        let plan =
            StreamingTableExec::try_new(schema, vec![Arc::new(rows)], projection, [], false, limit);
        Ok(Arc::new(plan?))
    }
}

/// The rows of a call.
struct Rows {
    function: &'static Function,
    open: Open,
    schema: SchemaRef,
    constants: Vec<ArrayRef>,
    limit: Option<usize>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("function", self.function).finish_non_exhaustive()
    }
}

impl Rows {
    /// Calls the function; `None` where an argument is NULL that it does not see.
    fn open(&self) -> Result<Option<Box<dyn Source>>> {
        called(self.function, &self.constants, self.open)
    }
}

/// Calls a function with constants; `None` where an argument is NULL that it does not see.
pub(super) fn called<T>(
    function: &'static Function,
    constants: &[ArrayRef],
    call: fn(&Args<'_>) -> std::result::Result<T, CallError>,
) -> Result<Option<T>> {
    let constants: Vec<(ArrayRef, bool)> =
        constants.iter().map(|array| (Arc::clone(array), true)).collect();
    contained(function, || {
        let args = Args::new(function, &constants, 1)?;
        if args.is_all_null() {
            return Ok(None);
        }
        call(&args).map(Some)
    })
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = Reader {
            function: self.function,
            schema: Arc::clone(&self.schema),
            source: None,
            left: self.limit.unwrap_or(usize::MAX),
            rows: FIRST_ROWS,
            most: context.session_config().batch_size(),
        };
        let first = self.open();
        let batches = stream::try_unfold((reader, Some(first)), |(mut reader, first)| async move {
            if let Some(first) = first {
                reader.source = first?;
            }
            Ok(reader.next()?.map(|batch| (batch, (reader, None))))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// A table on its way to its end.
struct Reader {
    function: &'static Function,
    schema: SchemaRef,
    source: Option<Box<dyn Source>>,
    /// How many rows are wanted.
    left: usize,
    /// How many are asked for next, and at most.
    rows: usize,
    most: usize,
}

impl Reader {
    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let Some(source) = self.source.as_mut() else { return Ok(None) };
        let rows = self.rows.min(self.left).min(self.most);
        if rows == 0 {
            return Ok(None);
        }
        let column = contained(self.function, || source.next(rows))?;
        self.left -= column.len();
        self.rows = self.rows.saturating_mul(2);
        if column.is_empty() {
            return Ok(None);
        }
        self.batch(&column).map(Some)
    }

    /// The rows by columns.
    fn batch(&self, column: &ArrayRef) -> Result<RecordBatch> {
        let columns = match column.as_struct_opt() {
            Some(rows) if is_row(column.data_type(), &self.schema) => rows.columns().to_vec(),
            _ => vec![Arc::clone(column)],
        };
        let options = RecordBatchOptions::new().with_row_count(Some(column.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(DataFusionError::from)
    }
}

/// Whether the fields of a struct are the columns of a table.
fn is_row(ty: &DataType, schema: &Schema) -> bool {
    matches!(ty, DataType::Struct(fields) if fields == schema.fields())
}
