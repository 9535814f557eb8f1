//! A call of an aggregate over some rows, in every way in which an engine can compute it.

use std::sync::Arc;

use arrow::compute::{concat, take_arrays};
use arrow_array::{Array as _, ArrayRef, BooleanArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::Column;

use crate::udf::{EngineFunction, Function};

/// A call.
#[derive(Clone)]
pub(super) struct Call {
    function: &'static Function,
    columns: Vec<ArrayRef>,
    distinct: bool,
    ignore_nulls: bool,
    expr: Arc<AggregateFunctionExpr>,
}

impl Call {
    pub(super) fn new(function: &'static Function, columns: Vec<ArrayRef>) -> Result<Self> {
        Self::with(function, columns, false, false)
    }

    fn with(
        function: &'static Function,
        columns: Vec<ArrayRef>,
        distinct: bool,
        ignore_nulls: bool,
    ) -> Result<Self> {
        let EngineFunction::Aggregate(udaf) = function.to_engine() else {
            return datafusion::common::internal_err!("`{}` is no aggregate", function.name);
        };
        let names = function.params.iter().map(|param| param.name);
        let fields: Vec<Field> = names
            .zip(&columns)
            .map(|(name, column)| Field::new(name, column.data_type().clone(), true))
            .collect();
        let args = fields.iter().enumerate().map(|(position, field)| {
            Arc::new(Column::new(field.name(), position)) as Arc<dyn PhysicalExpr>
        });
        let expr = AggregateExprBuilder::new(udaf, args.collect())
            .schema(Arc::new(Schema::new(fields)))
            .alias(function.name)
            .with_distinct(distinct)
            .with_ignore_nulls(ignore_nulls)
            .build()?;
        Ok(Self { function, columns, distinct, ignore_nulls, expr: Arc::new(expr) })
    }

    pub(super) fn function(&self) -> &'static Function {
        self.function
    }

    pub(super) fn columns(&self) -> &[ArrayRef] {
        &self.columns
    }

    /// The arguments of a row.
    pub(super) fn values(&self, row: usize) -> Result<Vec<ScalarValue>> {
        self.columns.iter().map(|column| ScalarValue::try_from_array(column, row)).collect()
    }

    /// Whether no argument of a row is NULL.
    pub(super) fn is_there(&self, row: usize) -> bool {
        self.columns.iter().all(|column| column.is_valid(row))
    }

    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    pub(super) fn expr(&self) -> &AggregateFunctionExpr {
        &self.expr
    }

    /// The same call over other rows.
    pub(super) fn over(&self, columns: Vec<ArrayRef>) -> Result<Self> {
        Self::with(self.function, columns, self.distinct, self.ignore_nulls)
    }

    /// The same call with `DISTINCT`.
    pub(super) fn distinct(&self) -> Result<Self> {
        Self::with(self.function, self.columns.clone(), true, self.ignore_nulls)
    }

    /// The same call with `IGNORE NULLS`.
    pub(super) fn ignoring_nulls(&self) -> Result<Self> {
        Self::with(self.function, self.columns.clone(), self.distinct, true)
    }

    /// Without one row.
    pub(super) fn without(&self, row: usize) -> Result<Self> {
        let rows: Vec<usize> = (0..self.rows()).filter(|other| *other != row).collect();
        self.over(self.pick(&rows)?)
    }

    /// Some rows in some order.
    pub(super) fn pick(&self, rows: &[usize]) -> Result<Vec<ArrayRef>> {
        let rows = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        Ok(take_arrays(&self.columns, &rows, None)?)
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> Vec<ArrayRef> {
        self.columns.iter().map(|column| column.slice(start, end - start)).collect()
    }

    /// All rows at once in one group: what every other way has to agree with.
    pub(super) fn plain(&self) -> Result<ScalarValue> {
        let mut accumulator = self.expr.create_accumulator()?;
        accumulator.update_batch(&self.columns)?;
        accumulator.evaluate()
    }

    /// The state of some rows, as another partition receives it.
    pub(super) fn state(&self, rows: &[usize]) -> Result<Vec<ArrayRef>> {
        let mut accumulator = self.expr.create_accumulator()?;
        accumulator.update_batch(&self.pick(rows)?)?;
        states(accumulator.as_mut())
    }

    pub(super) fn sliding(&self) -> Result<Box<dyn Accumulator>> {
        self.expr.create_sliding_accumulator()
    }

    pub(super) fn groups(&self) -> Result<Option<Box<dyn GroupsAccumulator>>> {
        self.expr
            .groups_accumulator_supported()
            .then(|| self.expr.create_groups_accumulator())
            .transpose()
    }
}

/// The state of an accumulator as columns of one row.
pub(super) fn states(accumulator: &mut dyn Accumulator) -> Result<Vec<ArrayRef>> {
    accumulator.state()?.iter().map(ScalarValue::to_array).collect()
}

/// The results of groups, taken out in two parts.
pub(super) fn results(
    groups: &mut dyn GroupsAccumulator,
    first: usize,
) -> Result<Vec<ScalarValue>> {
    let parts = [groups.evaluate(EmitTo::First(first))?, groups.evaluate(EmitTo::All)?];
    let all = concat(&[parts[0].as_ref(), parts[1].as_ref()])?;
    (0..all.len()).map(|row| ScalarValue::try_from_array(&all, row)).collect()
}

/// The rows that a condition names.
pub(super) fn rows_where(condition: &BooleanArray) -> Vec<usize> {
    condition.iter().enumerate().filter_map(|(row, is)| (is == Some(true)).then_some(row)).collect()
}

/// A value in another encoding.
pub(super) fn in_type(value: &ScalarValue, ty: &DataType) -> Result<ScalarValue> {
    if value.data_type() == *ty { Ok(value.clone()) } else { value.cast_to(ty) }
}
