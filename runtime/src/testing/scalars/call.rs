//! A call of a function of rows, planned and evaluated as a query does it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::compute::take;
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::{DataType, Field, FieldRef, Schema};
use datafusion::common::{Column, DFSchema, Result as EngineResult, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_plan::PhysicalExpr;

use super::engine::Engine;
use super::statement;
use crate::testing::watch::calling;
use crate::udf::adapter::panic_text;
use crate::udf::{Body, EngineFunction, Function};

/// An argument.
#[derive(Clone, Debug)]
pub(super) enum Arg {
    Constant(ScalarValue),
    Column(ArrayRef),
}

/// A call over some rows.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) function: &'static Function,
    pub(super) args: Vec<Arg>,
    pub(super) rows: usize,
}

/// Why a call gives nothing.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// It was refused when it was planned.
    Plan(String),
    /// It failed.
    Run(String),
    /// What it gives is not what was planned.
    Wrong(String),
}

impl Refusal {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Plan(text) | Self::Run(text) | Self::Wrong(text) => text,
        }
    }
}

impl Arg {
    /// The constant, if it is one.
    pub(super) fn constant(&self) -> Option<&ScalarValue> {
        match self {
            Self::Constant(value) => Some(value),
            Self::Column(_) => None,
        }
    }

    /// Its value in a row.
    pub(super) fn value(&self, row: usize) -> EngineResult<ScalarValue> {
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Column(column) => ScalarValue::try_from_array(column, row),
        }
    }
}

impl Call {
    /// Some rows in some order, one of them perhaps several times.
    pub(super) fn pick(&self, rows: &[usize]) -> EngineResult<Self> {
        let indices = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        let args = self.args.iter().map(|arg| match arg {
            Arg::Constant(value) => Ok(Arg::Constant(value.clone())),
            Arg::Column(column) => Ok(Arg::Column(take(column, &indices, None)?)),
        });
        Ok(self.over(args.collect::<EngineResult<_>>()?, rows.len()))
    }

    /// A row as constants.
    pub(super) fn constants(&self, row: usize) -> EngineResult<Self> {
        let args = self.args.iter().map(|arg| arg.value(row).map(Arg::Constant));
        Ok(self.over(args.collect::<EngineResult<_>>()?, 1))
    }

    /// With another argument at a position.
    pub(super) fn with(&self, position: usize, arg: Arg) -> Self {
        let mut args = self.args.clone();
        args[position] = arg;
        self.over(args, self.rows)
    }

    pub(super) fn over(&self, args: Vec<Arg>, rows: usize) -> Self {
        Self { function: self.function, args, rows }
    }

    /// The columns, by position.
    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, &ArrayRef)> {
        self.args.iter().enumerate().filter_map(|(position, arg)| match arg {
            Arg::Column(column) => Some((position, column)),
            Arg::Constant(_) => None,
        })
    }

    /// The name of an argument: its parameter's, with a number where that takes several.
    pub(super) fn name(&self, position: usize) -> String {
        match self.function.param_of(position) {
            Some(param) if param.variadic => format!("{}{}", param.name, position + 1),
            Some(param) => param.name.to_owned(),
            None => format!("argument{}", position + 1),
        }
    }

    /// The columns as a batch. Columns without a NULL are said to have none, so that what follows
    /// from it is held against the results.
    pub(super) fn batch(&self) -> EngineResult<RecordBatch> {
        let columns: Vec<(usize, &ArrayRef)> = self.columns().collect();
        let fields: Vec<Field> = columns
            .iter()
            .map(|(position, column)| {
                let nullable = 0 < column.logical_null_count();
                Field::new(self.name(*position), column.data_type().clone(), nullable)
            })
            .collect();
        let columns = columns.into_iter().map(|(_, column)| Arc::clone(column)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let schema = Arc::new(Schema::new(fields));
        Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
    }

    /// The call as an expression over [`Self::batch`].
    pub(super) fn expr(&self) -> EngineResult<Expr> {
        let EngineFunction::Scalar(udf) = self.function.to_engine() else {
            return datafusion::common::internal_err!(
                "`{}` is no function of rows",
                self.function.name
            );
        };
        let args = self.args.iter().enumerate().map(|(position, arg)| match arg {
            Arg::Constant(value) => Expr::Literal(value.clone(), None),
            Arg::Column(_) => Expr::Column(Column::from_name(self.name(position))),
        });
        Ok(Expr::ScalarFunction(ScalarFunction::new_udf(udf, args.collect())))
    }

    /// Plans the call.
    pub(super) fn plan(&self, engine: &Engine) -> Result<Planned, Refusal> {
        let plan = || {
            let batch = self.batch()?;
            let schema = DFSchema::try_from(batch.schema())?;
            let expr = match (self.function.body, self.expr()?) {
                // Nothing is coerced, so that the planner has nothing to do but to ask.
                (Body::Rows(_) | Body::Columns(..), expr) => {
                    let (props, context) = (engine.state().execution_props(), Default::default());
                    create_physical_expr(&expr, &schema, props, &context)?
                }
                // Some of DataFusion's are there until they are simplified, and no longer.
                (_, expr) => {
                    let context = SimplifyContext::builder().with_schema(Arc::new(schema.clone()));
                    let simplifier = ExprSimplifier::new(context.build());
                    let expr = simplifier.simplify(simplifier.coerce(expr, &schema)?)?;
                    engine.state().create_physical_expr(expr, &schema)?
                }
            };
            let field = expr.return_field(&batch.schema())?;
            Ok(Planned { batch, expr, field })
        };
        guarded(self, plan, Refusal::Plan)
    }

    /// Plans the call and runs it; what it gives has the planned type, is NULL only if that was
    /// planned, and consists of valid arrays.
    pub(super) fn evaluate(&self, engine: &Engine) -> Result<ArrayRef, Refusal> {
        let Planned { batch, expr, field } = self.plan(engine)?;
        let run = || expr.evaluate(&batch)?.into_array(self.rows);
        let values = guarded(self, run, Refusal::Run)?;
        if values.len() != self.rows {
            let (found, rows) = (values.len(), self.rows);
            return Err(Refusal::Wrong(format!("gives {found} values for {rows} rows")));
        }
        if values.data_type() != field.data_type() {
            let (found, wanted) = (values.data_type(), field.data_type());
            return Err(Refusal::Wrong(format!("gives {found}, planned as {wanted}")));
        }
        if !field.is_nullable() && 0 < values.logical_null_count() {
            return Err(Refusal::Wrong("gives NULL, though it is planned never to".to_owned()));
        }
        match values.to_data().validate_full() {
            Ok(()) => Ok(values),
            Err(error) => Err(Refusal::Wrong(format!("gives an array that is broken: {error}"))),
        }
    }
}

/// A planned call.
pub(super) struct Planned {
    batch: RecordBatch,
    expr: Arc<dyn PhysicalExpr>,
    field: FieldRef,
}

impl Planned {
    /// The type of the result.
    pub(super) fn data_type(&self) -> &DataType {
        self.field.data_type()
    }
}

/// Runs code of functions that others wrote; a panic is told as one.
pub(super) fn guarded<T>(
    call: &Call,
    run: impl FnOnce() -> EngineResult<T>,
    refusal: fn(String) -> Refusal,
) -> Result<T, Refusal> {
    let watched = call.clone();
    let sql = move || statement::of(&watched);
    match calling(sql, || catch_unwind(AssertUnwindSafe(run))) {
        Ok(result) => result.map_err(|error| refusal(error.strip_backtrace())),
        Err(panic) => Err(Refusal::Run(format!("panicked: {}", panic_text(panic.as_ref())))),
    }
}
