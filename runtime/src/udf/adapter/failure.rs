//! Where a batch went wrong: the row as the user of a query counts it, and the arguments there.
//!
//! None of this is computed unless something has failed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_array::Array as _;
use arrow_schema::DataType;
use datafusion::common::DataFusionError;

use super::invoke::{self, Input};
use super::{Callee, message};
use crate::udf::descriptor::{Function, Volatility};
use crate::udf::error::CallError;
use crate::udf::prepared::{Parse, Shared};

/// How many characters of an argument a message shows.
const SHOWN: usize = 60;

/// The rows that a kernel computes, and those of the batch that they stand for.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a> {
    /// One, for arguments that are all constant.
    Constant,
    /// Those of the batch.
    Batch(usize),
    /// The distinct values of a dictionary, by the row of the batch where each first appears.
    Distinct(&'a [usize]),
}

impl Rows<'_> {
    /// How many the kernel computes.
    pub(super) fn count(self) -> usize {
        match self {
            Self::Constant => 1,
            Self::Batch(rows) => rows,
            Self::Distinct(rows) => rows.len(),
        }
    }

    /// The row of the batch; constants have none.
    pub(super) fn of_batch(self, row: usize) -> Option<usize> {
        match self {
            Self::Constant => None,
            Self::Batch(_) => Some(row),
            Self::Distinct(rows) => rows.get(row).copied(),
        }
    }
}

/// The error of a kernel.
pub(super) fn failed(
    function: &Function,
    arrays: &[Input],
    rows: Rows<'_>,
    mut error: CallError,
) -> DataFusionError {
    let row = error.row.or(matches!(rows, Rows::Constant).then_some(0));
    let values = row.and_then(|row| values(arrays, row));
    error.row = row.and_then(|row| rows.of_batch(row));
    message::failed(function, &error, values.as_deref())
}

/// The error for a panic. Only now is it worth to look for the row: one after the other is run
/// alone, unless a second call may do something else.
pub(super) fn panicked(
    callee: Callee<'_>,
    arrays: &[Input],
    rows: Rows<'_>,
    flat: &DataType,
    panic: &(dyn Any + Send),
) -> DataFusionError {
    let function = callee.function;
    let again = |row: &usize| {
        let alone: Vec<Input> = arrays
            .iter()
            .map(|(array, scalar)| {
                let value = if *scalar { array.clone() } else { array.slice(*row, 1) };
                (value, *scalar)
            })
            .collect();
        invoke::run(callee, &alone, 1, flat).is_err()
    };
    let row = match rows {
        Rows::Constant => Some(0),
        _ if function.volatility != Volatility::Immutable => None,
        _ => (0..rows.count()).find(again),
    };
    let values = row.and_then(|row| values(arrays, row));
    let row = row.and_then(|row| rows.of_batch(row));
    message::panicked(function, row, values.as_deref(), &panic_text(panic))
}

/// What a panic says.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a text".to_owned())
}

/// Runs what a function says of itself, beside its rows; the error is what a panic there says. It ends
/// the query, not the process: nothing that it has touched is used afterwards.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panic_text(panic.as_ref()))
}

/// What a parameter makes of the text of a constant.
///
/// # Errors
///
/// It makes nothing of it, or panics.
pub(crate) fn parsed(parse: Parse, text: &str) -> Result<Shared, String> {
    caught(|| parse(text)).unwrap_or_else(|panic| Err(format!("panicked: {panic}")))
}

/// The arguments of a row as SQL would write them, long ones cut.
pub(super) fn values(arrays: &[Input], row: usize) -> Option<String> {
    let options = FormatOptions::new().with_null("NULL");
    let value = |(array, scalar): &Input| {
        let row = if *scalar { 0 } else { row };
        // An instant beyond the calendar has no text.
        let text = ArrayFormatter::try_new(array, &options).ok()?.value(row).try_to_string();
        let text = text.unwrap_or_else(|_| "?".to_owned());
        let text = match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        let quoted = array.data_type().is_string() && array.is_valid(row);
        Some(if quoted { format!("'{text}'") } else { text })
    };
    Some(arrays.iter().map(value).collect::<Option<Vec<_>>>()?.join(", "))
}
