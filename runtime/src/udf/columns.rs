//! Functions over whole columns: the escape hatch for what no Rust type of a value says.
//!
//! An argument is whatever array a call brings, as a whole, and [`Resolve`] says the type of the
//! result. Columns have a value
//! for each row, constants too.

use std::fmt;
use std::sync::Arc;

use arrow_array::Array;
use arrow_schema::DataType;

use super::args::{Args, Out};
use super::error::{CallError, Error};

/// The Arrow type of a function's result, from those of its arguments.
pub type Resolve = fn(&[DataType]) -> Result<DataType, Error>;

/// The array of an argument.
///
/// # Errors
///
/// The argument is missing, or an array of another kind.
pub fn column<'a, A: Array + 'static>(
    args: &Args<'a>,
    position: usize,
) -> Result<&'a A, CallError> {
    let arg = args.get(position)?;
    let array = arg.node().any().array();
    if array.len() != args.rows() {
        let (found, rows) = (array.len(), args.rows());
        let text = format!("the column has {found} values, the batch {rows} rows");
        return Err(CallError::at_argument(position, text));
    }
    array.as_any().downcast_ref().ok_or_else(|| {
        let found = array.data_type();
        CallError::at_argument(position, format!("an array of {found} is not what it takes"))
    })
}

/// Takes the result.
///
/// # Errors
///
/// The function failed.
pub fn set_column<A: Array + 'static, E: fmt::Display>(
    out: &mut Out<'_>,
    array: Result<A, E>,
) -> Result<(), CallError> {
    out.set(Arc::new(array.map_err(CallError::whole)?));
    Ok(())
}
