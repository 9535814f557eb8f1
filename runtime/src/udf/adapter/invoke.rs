//! A batch: arguments are completed and brought into form, the kernel runs, and what goes wrong
//! gets the function's name.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::compute::kernels::cmp::not_distinct;
use arrow_array::{Array as _, ArrayRef, Scalar, new_empty_array, new_null_array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use super::bind::Bindings;
use super::failure::Rows;
use super::live::Live;
use super::{Callee, accept, conform, dictionary, failure, message, runs};
use crate::udf::args::{Args, Out, repeated};
use crate::udf::descriptor::{Body, Function, Volatility};
use crate::udf::error::CallError;
use crate::udf::node::text_node;

/// An argument: an array, and whether its one value stands for every row.
pub(super) type Input = (ArrayRef, bool);

pub(super) fn invoke(callee: Callee<'_>, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
    let function = callee.function;
    let return_type = args.return_type().clone();
    let mut rows = args.number_rows;
    let inputs = inputs(callee, args)?;
    let volatile = function.volatility == Volatility::Volatile;
    let scalar = !volatile && inputs.iter().all(|(_, scalar)| *scalar);
    if scalar {
        rows = 1;
    }
    let only = inputs.iter().position(|(_, scalar)| !scalar).filter(|position| {
        let only = inputs.iter().skip(position + 1).all(|(_, scalar)| *scalar);
        only && !volatile
    });
    let encoded = only.map(|position| (position, inputs[position].0.data_type()));
    let array = match encoded {
        Some((position, DataType::Dictionary(..))) => {
            dictionary::evaluate(callee, inputs, position, &return_type)?
        }
        Some((position, DataType::RunEndEncoded(..))) => {
            runs::evaluate(callee, inputs, position, &return_type)?
        }
        _ => {
            let flat = match &return_type {
                DataType::Dictionary(_, values) => values.as_ref(),
                DataType::RunEndEncoded(_, values) => values.data_type(),
                flat => flat,
            };
            let rows = if scalar { Rows::Constant } else { Rows::Batch(rows) };
            evaluate(callee, inputs, rows, flat)?
        }
    };
    // A constant that is a dictionary, for instance, is evaluated flat.
    let array = if *array.data_type() == return_type {
        array
    } else {
        arrow::compute::cast(&array, &return_type)?
    };
    if scalar {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
    }
    Ok(ColumnarValue::Array(array))
}

/// The arguments as arrays, omitted ones as their defaults.
pub(super) fn inputs(callee: Callee<'_>, args: ScalarFunctionArgs) -> Result<Vec<Input>> {
    let function = callee.function;
    let mut inputs = Vec::with_capacity(function.params.len());
    for (position, arg) in args.args.into_iter().enumerate() {
        let input = match arg {
            ColumnarValue::Scalar(value) => (value.to_array()?, true),
            ColumnarValue::Array(array) => constant(function, position, array)?,
        };
        inputs.push(input);
    }
    for (position, param) in function.params.iter().enumerate().skip(inputs.len()) {
        if let Some(default) = callee.default_of(position, param)? {
            inputs.push((default.to_array()?, true));
        }
    }
    Ok(inputs)
}

/// A constant may arrive as an array that repeats it: over FFI it always does.
fn constant(function: &Function, position: usize, array: ArrayRef) -> Result<Input> {
    if function.param_of(position).is_none_or(|param| !param.literal) {
        return Ok((array, false));
    }
    if array.is_empty() {
        return Ok((new_null_array(array.data_type(), 1), true));
    }
    let first = array.slice(0, 1);
    let flat = match array.data_type() {
        DataType::Dictionary(_, values) => arrow::compute::cast(&array, values)?,
        _ => array,
    };
    let same = not_distinct(&flat, &Scalar::new(flat.slice(0, 1)))?;
    if same.true_count() < flat.len() {
        let error = CallError::at_argument(position, "must be a constant, but its values differ");
        return Err(message::failed(function, &error, None));
    }
    Ok((first, true))
}

/// Runs the kernel; the result has one row for each of `rows`, of the type `flat`.
pub(super) fn evaluate(
    callee: Callee<'_>,
    inputs: Vec<Input>,
    rows: Rows<'_>,
    flat: &DataType,
) -> Result<ArrayRef> {
    let function = callee.function;
    // A NULL without a type leaves the result of whole columns without one.
    if function.resolve().is_some() && *flat == DataType::Null {
        return Ok(new_null_array(flat, rows.count()));
    }
    let arrays = conformed(function, inputs, rows)?;
    match run(callee, &arrays, rows.count(), flat) {
        Ok(result) => result.map_err(|error| failure::failed(function, &arrays, rows, error)),
        Err(panic) => Err(failure::panicked(callee, &arrays, rows, flat, panic.as_ref())),
    }
}

/// The arguments in the form that kernels read.
pub(super) fn conformed(
    function: &Function,
    inputs: Vec<Input>,
    rows: Rows<'_>,
) -> Result<Vec<Input>> {
    let fields = inputs.iter().map(|(array, _)| field_of(array));
    let bindings = Bindings::of(function, &fields.collect::<Vec<_>>())?;
    let mut arrays = Vec::with_capacity(inputs.len());
    let live = Live::of(function, &inputs, rows.count());
    for (position, (array, scalar)) in inputs.into_iter().enumerate() {
        let param = function
            .param_of(position)
            .ok_or_else(|| message::wrong_count(function, position + 1))?;
        // Plans that were not made here may bring types that were never asked about.
        let constant = if scalar { Some(ScalarValue::try_from_array(&array, 0)?) } else { None };
        let found = array.data_type();
        accept::accept(param, found, constant.as_ref(), function.type_params)
            .map_err(|reason| message::wrong_type(function, position, param, found, reason))?;
        match constant {
            // Whole columns have a value for each row, constants too.
            constant if param.whole => {
                let array = match constant {
                    Some(constant) => constant.to_array_of_size(rows.count())?,
                    None => array,
                };
                let array = conform::whole(&param.value.ty, array).map_err(|error| {
                    message::failed(function, &CallError::at_argument(position, error), None)
                })?;
                arrays.push((array, false));
            }
            _ => {
                let array =
                    live.conform(param, (&array, scalar), &bindings).map_err(|refused| {
                        let row = refused.row.and_then(|row| rows.of_batch(row));
                        let error = CallError::at_argument(position, refused.error);
                        message::failed(function, &CallError { row, ..error }, None)
                    })?;
                let array = match repeated(param, rows.count()) {
                    times if scalar && times > 1 => {
                        ScalarValue::try_from_array(&array, 0)?.to_array_of_size(times)?
                    }
                    _ => array,
                };
                arrays.push((array, scalar));
            }
        }
    }
    Ok(arrays)
}

/// A field for the values of an argument.
fn field_of(array: &ArrayRef) -> FieldRef {
    Arc::new(Field::new("", array.data_type().clone(), true))
}

/// Gives the constants that are parsed from text what they have been parsed to.
pub(super) fn set_parsed(
    callee: Callee<'_>,
    arrays: &[Input],
    args: &Args<'_>,
) -> Result<(), CallError> {
    let Callee { function, kept, .. } = callee;
    for (position, (array, _)) in arrays.iter().enumerate() {
        let param = function.param_of(position).filter(|param| param.parse.is_some());
        if let Some(param) = param
            && let Some(text) = first_text(array)
            && let Ok(Some(shared)) = kept.parsed(position, param, text)
        {
            args.get(position)?.prepared().set(shared);
        }
    }
    Ok(())
}

/// The text of a constant, if it is one.
fn first_text(array: &ArrayRef) -> Option<&str> {
    let valid = !array.is_empty() && array.is_valid(0);
    valid.then(|| text_node(array.as_ref())).flatten().map(|text| text.value(0))
}

pub(super) type Panic = Box<dyn Any + Send>;

/// Runs the kernel. A panic ends the batch, not the process: nothing that the kernel has touched is
/// used afterwards.
pub(super) fn run(
    callee: Callee<'_>,
    arrays: &[Input],
    rows: usize,
    flat: &DataType,
) -> Result<Result<ArrayRef, CallError>, Panic> {
    let Callee { function, kept, .. } = callee;
    catch_unwind(AssertUnwindSafe(|| {
        let args = Args::new(function, arrays, rows)?;
        if rows == 0 {
            return Ok(new_empty_array(flat));
        }
        if args.is_all_null() {
            return Ok(new_null_array(flat, rows));
        }
        set_parsed(callee, arrays, &args)?;
        if let Some(prepare) = function.prepare
            && let Some(shared) = kept.prepared(function, prepare, arrays, &args)?
        {
            args.prepared().set(shared);
        }
        let mut out = Out::new(flat, &args);
        let (Body::Rows(shim) | Body::Columns(shim, _)) = function.body else {
            return Err(CallError::whole("a function of groups has no value for a row"));
        };
        shim(&args, &mut out)?;
        out.finish(rows)
    }))
}
