//! Run-ends as the only argument that is not constant: the function is called once for each run.
//!
//! Text and bytes come out with run-ends over the same rows, everything else flat.

use std::sync::Arc;

use arrow::compute::take;
use arrow_array::types::{Int16Type, Int32Type, Int64Type, RunEndIndexType};
use arrow_array::{Array as _, ArrayRef, PrimitiveArray, RunArray, UInt64Array};
use arrow_buffer::ArrowNativeType as _;
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result, internal_err};

use super::Callee;
use super::failure::Rows;
use super::invoke::{self, Input};

pub(super) fn evaluate(
    callee: Callee<'_>,
    inputs: Vec<Input>,
    position: usize,
    return_type: &DataType,
) -> Result<ArrayRef> {
    let DataType::RunEndEncoded(ends, _) = inputs[position].0.data_type() else {
        return internal_err!("{} has no run-ends", inputs[position].0.data_type());
    };
    match ends.data_type() {
        DataType::Int16 => typed::<Int16Type>(callee, inputs, position, return_type),
        DataType::Int32 => typed::<Int32Type>(callee, inputs, position, return_type),
        DataType::Int64 => typed::<Int64Type>(callee, inputs, position, return_type),
        other => internal_err!("{other} is no type of run-ends"),
    }
}

fn typed<R: RunEndIndexType>(
    callee: Callee<'_>,
    mut inputs: Vec<Input>,
    position: usize,
    return_type: &DataType,
) -> Result<ArrayRef> {
    let Some(array) = inputs[position].0.as_any().downcast_ref::<RunArray<R>>() else {
        return internal_err!("{} has other run-ends", inputs[position].0.data_type());
    };
    // Where the runs of a slice end, counted within it.
    let ends: Vec<usize> = array.run_ends().sliced_values().map(|end| end.as_usize()).collect();
    inputs[position].0 = array.values_slice();
    let starts: Vec<usize> =
        std::iter::once(0).chain(ends.iter().copied()).take(ends.len()).collect();
    let flat = match return_type {
        DataType::RunEndEncoded(_, values) => values.data_type(),
        flat => flat,
    };
    let results = invoke::evaluate(callee, inputs, Rows::Distinct(&starts), flat)?;
    match return_type {
        DataType::RunEndEncoded(..) => {
            let ends = ends.into_iter().map(R::Native::from_usize);
            let ends = ends.collect::<Option<Vec<_>>>().ok_or_else(|| {
                DataFusionError::Internal("a batch is longer than its run-ends tell".to_owned())
            })?;
            let ends = PrimitiveArray::<R>::from_iter_values(ends);
            Ok(Arc::new(RunArray::try_new(&ends, &results)?))
        }
        _ => {
            let runs = ends.iter().zip(&starts).map(|(end, start)| end - start).enumerate();
            let of_rows = runs.flat_map(|(run, rows)| std::iter::repeat_n(run as u64, rows));
            Ok(take(&results, &UInt64Array::from_iter_values(of_rows), None)?)
        }
    }
}
