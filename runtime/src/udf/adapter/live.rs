//! The rows of a batch that are computed: those in which no argument makes the result NULL. What an
//! argument holds in others is never looked at, and cannot be what a query fails for.

use arrow_array::{Array as _, ArrayRef, UInt64Array, new_null_array};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;

use super::bind::{Bindings, flat};
use super::conform::conform;
use super::invoke::Input;
use crate::udf::descriptor::{Function, Param};

/// The rows that are computed.
pub(super) struct Live {
    /// The NULLs of the arguments that leave rows out. They are united where that is asked for: a
    /// kernel does it by itself.
    nulls: Vec<NullBuffer>,
    rows: usize,
}

/// An argument that cannot be brought into the form that kernels read, and the first row for which
/// it cannot.
pub(super) struct Refused {
    pub(super) row: Option<usize>,
    pub(super) error: ArrowError,
}

impl Live {
    pub(super) fn of(function: &Function, inputs: &[Input], rows: usize) -> Self {
        let mut all = Vec::new();
        for (position, (array, scalar)) in inputs.iter().enumerate() {
            if function.param_of(position).is_none_or(|param| param.value.nullable) {
                continue;
            }
            let Some(nulls) = array.logical_nulls() else { continue };
            if !scalar {
                all.push(nulls);
            } else if nulls.is_null(0) {
                return Self { nulls: vec![NullBuffer::new_null(rows)], rows };
            }
        }
        Self { nulls: all, rows }
    }

    /// The argument in the form that kernels read.
    ///
    /// # Errors
    ///
    /// It has a value in a row that is computed which cannot be brought into it.
    pub(super) fn conform(
        &self,
        param: &Param,
        (array, scalar): (&ArrayRef, bool),
        bindings: &Bindings,
    ) -> Result<ArrayRef, Refused> {
        // All that follows is for arguments that cannot be brought into form as they are.
        let error = match conform(param, array, bindings) {
            Ok(array) => return Ok(array),
            Err(error) => error,
        };
        let union =
            |union: Option<NullBuffer>, nulls| NullBuffer::union(union.as_ref(), Some(nulls));
        let nulls = self.nulls.iter().fold(None, union);
        let n_nulls = nulls.as_ref().map_or(0, NullBuffer::null_count);
        if n_nulls == self.rows {
            let array = new_null_array(array.data_type(), array.len());
            return conform(param, &array, bindings).map_err(|error| Refused { row: None, error });
        }
        if scalar {
            return Err(Refused { row: None, error });
        }
        let is_live = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let fails = |row: &usize| conform(param, &array.slice(*row, 1), bindings).is_err();
        if let Some(row) = (0..array.len()).filter(|row| is_live(*row)).find(fails) {
            return Err(Refused { row: Some(row), error });
        }
        let kept = |row: usize| is_live(row).then_some(row as u64);
        let kept: UInt64Array = (0..array.len()).map(kept).collect();
        // Runs have no place for a NULL of one row.
        arrow::compute::cast(array, flat(array.data_type()))
            .and_then(|array| arrow::compute::take(&array, &kept, None))
            .and_then(|array| conform(param, &array, bindings))
            .map_err(|error| Refused { row: None, error })
    }
}
