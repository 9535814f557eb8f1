//! Arrow schemas as Delta Lake gives them back.
//!
//! Delta names the children of lists and maps in its own way. Rows are brought into that form
//! before they are staged, so that staged and stored rows have one schema.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::{TryIntoArrow as _, TryIntoKernel as _};

use super::storable;

/// Returns the Delta schema of an Arrow schema.
///
/// # Errors
///
/// When a type has no place in Delta Lake, unsigned integers for example, with what to write in its
/// place.
pub fn to_delta(schema: &Schema) -> Result<StructType, ArrowError> {
    storable::check(schema)?;
    schema.try_into_kernel()
}

/// Returns the schema that reading gives after `schema` was written.
///
/// # Errors
///
/// When a type has no place in Delta Lake.
pub fn as_stored(schema: &Schema) -> Result<SchemaRef, ArrowError> {
    let stored: Schema = (&to_delta(schema)?).try_into_arrow()?;
    Ok(Arc::new(stored))
}

/// Brings a batch into the form in which a table stores it: dictionaries and run-ends are stored as
/// their values.
///
/// # Errors
///
/// When the columns are not those of `stored` in name, number and type, or a column without NULLs
/// has some.
pub fn conform(batch: &RecordBatch, stored: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let given = batch.schema();
    let names = |schema: &Schema| {
        schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>()
    };
    if names(&given) != names(stored) {
        return Err(ArrowError::SchemaError(format!(
            "expected the columns {:?}, got {:?}",
            names(stored),
            names(&given)
        )));
    }
    let columns = batch
        .columns()
        .iter()
        .zip(stored.fields())
        .map(|(column, field)| {
            let column = &values(column)?;
            if column.data_type() == field.data_type() {
                return Ok(Arc::clone(column));
            }
            if !column.data_type().equals_datatype(field.data_type()) {
                return Err(ArrowError::SchemaError(format!(
                    "column `{}` should be {} and is {}",
                    field.name(),
                    field.data_type(),
                    column.data_type()
                )));
            }
            cast(column, field.data_type())
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::clone(stored), columns)
}

/// The column without a dictionary and without run-ends.
fn values(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values),
        DataType::RunEndEncoded(_, values) => cast(column, values.data_type()),
        _ => Ok(Arc::clone(column)),
    }
}
