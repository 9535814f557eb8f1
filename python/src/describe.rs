//! What the values of each column are like: a row for each column, which every type can have.
//!
//! The engine's own has a row for each figure, so that a count, a mean and a date share a column: whole
//! numbers become floats, and what there is not becomes the text `null`.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, cast::AsArray as _,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};
use datafusion::common::{Column, internal_datafusion_err};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, lit};
use datafusion::prelude::DataFrame;

use crate::types::shown;

/// The name of the rows.
const NAME: &str = "described";

/// Figures of numbers, which are floats.
const MEANS: [&str; 3] = ["avg", "stddev", "median"];

/// Figures that are values of the column, and told as texts.
const ENDS: [&str; 2] = ["min", "max"];

/// Computes the figures.
pub(crate) async fn describe(frame: DataFrame) -> Result<DataFrame> {
    let (state, plan) = frame.clone().into_parts();
    let fields: Vec<Field> = frame.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    let columns = plan.schema().columns();
    let mut values = vec![call(&state, "count", lit(1_i64))?.alias("rows")];
    for (at, (field, column)) in fields.iter().zip(columns).enumerate() {
        values.extend(figures(&state, at, field, column)?);
    }
    let calls = frame.aggregate(Vec::new(), values)?;
    let schema = Arc::clone(calls.schema().inner());
    let figures = concat_batches(&schema, &calls.collect().await?)?;
    let rows = rows(&fields, &figures)?;
    let table = MemTable::try_new(rows.schema(), vec![vec![rows]])?;
    let plan = LogicalPlanBuilder::scan(NAME, provider_as_source(Arc::new(table)), None)?;
    Ok(DataFrame::new(state, plan.build()?))
}

/// The call of an aggregate as the session has it.
fn call(state: &SessionState, name: &str, value: Expr) -> Result<Expr> {
    let function = state.aggregate_functions().get(name);
    let function = function.ok_or_else(|| internal_datafusion_err!("there is no `{name}`"))?;
    Ok(function.call(vec![value]))
}

/// The figures of a column, each named by its place.
fn figures(state: &SessionState, at: usize, field: &Field, column: Column) -> Result<Vec<Expr>> {
    let value = Expr::Column(column);
    let mut figures = vec![call(state, "count", value.clone())?.alias(named(at, "count"))];
    let ty = match field.data_type() {
        DataType::Dictionary(_, of) => of.as_ref(),
        ty => ty,
    };
    if ty.is_numeric() {
        for name in MEANS {
            let number = cast(value.clone(), DataType::Float64);
            figures.push(call(state, name, number)?.alias(named(at, name)));
        }
    }
    if is_ordered(ty) {
        for name in ENDS {
            let plain =
                cast(value.clone(), if ty.is_string() { DataType::Utf8 } else { ty.clone() });
            let end = cast(call(state, name, plain)?, DataType::Utf8);
            figures.push(end.alias(named(at, name)));
        }
    }
    Ok(figures)
}

fn named(at: usize, figure: &str) -> String {
    format!("{at} {figure}")
}

/// Whether values of a type have a first and a last one that a text can tell.
fn is_ordered(ty: &DataType) -> bool {
    let is_time = matches!(
        ty,
        DataType::Date32
            | DataType::Date64
            | DataType::Time32(_)
            | DataType::Time64(_)
            | DataType::Timestamp(..)
    );
    is_time || ty.is_numeric() || ty.is_string() || *ty == DataType::Boolean
}

/// The figures of all columns, a row for each.
fn rows(fields: &[Field], figures: &RecordBatch) -> Result<RecordBatch> {
    let count = |name: &str| -> i64 {
        let counts = figures.column_by_name(name);
        counts.map_or(0, |counts| counts.as_primitive::<Int64Type>().value(0))
    };
    let all = count("rows");
    let counts: Vec<i64> = (0..fields.len()).map(|at| count(&named(at, "count"))).collect();
    let nulls = counts.iter().map(|count| all - count);
    let mean = |name: &str| {
        let means = (0..fields.len()).map(|at| {
            let mean = figures.column_by_name(&named(at, name))?;
            mean.as_primitive::<Float64Type>().iter().next().flatten()
        });
        Arc::new(means.collect::<Float64Array>()) as ArrayRef
    };
    let end = |name: &str| {
        let ends = (0..fields.len()).map(|at| {
            let end = figures.column_by_name(&named(at, name))?;
            end.as_string::<i32>().iter().next().flatten()
        });
        Arc::new(ends.collect::<StringArray>()) as ArrayRef
    };
    let names = fields.iter().map(|field| Some(field.name().as_str()));
    let types = fields.iter().map(|field| Some(shown(field)));
    let columns: [(&str, bool, ArrayRef); 9] = [
        ("column", false, Arc::new(names.collect::<StringArray>())),
        ("type", false, Arc::new(types.collect::<StringArray>())),
        ("count", false, Arc::new(Int64Array::from(counts.clone()))),
        ("nulls", false, Arc::new(nulls.collect::<Int64Array>())),
        ("mean", true, mean("avg")),
        ("std", true, mean("stddev")),
        ("min", true, end("min")),
        ("median", true, mean("median")),
        ("max", true, end("max")),
    ];
    let schema = columns
        .iter()
        .map(|(name, nullable, values)| Field::new(*name, values.data_type().clone(), *nullable));
    let schema = Arc::new(Schema::new(schema.collect::<Vec<_>>()));
    Ok(RecordBatch::try_new(schema, columns.into_iter().map(|(_, _, values)| values).collect())?)
}
