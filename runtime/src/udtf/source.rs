//! Rows in turn, gathered into columns as many at a time as are asked for.

use std::marker::PhantomData;

use arrow_array::ArrayRef;

use crate::udf::call::Outcome;
use crate::udf::error::{CallError, Failure};
use crate::udf::write::{Target, Write};

/// The rows of a table.
pub trait Source: Send {
    /// Gives the next rows as one column, fewer than asked for only at the end; none is the end.
    ///
    /// # Errors
    ///
    /// The function failed for a row.
    fn next(&mut self, rows: usize) -> Result<ArrayRef, CallError>;
}

/// The rows that an iterator gives.
struct Rows<R, I> {
    iterator: I,
    /// How many were given.
    given: usize,
    row: PhantomData<fn() -> R>,
}

/// The rows of an iterator; each is an `R`.
#[must_use]
pub fn source<R, I>(rows: I) -> Box<dyn Source>
where
    R: Outcome<Error: Failure> + 'static,
    I: IntoIterator<Item = R::Item<'static>>,
    I::IntoIter: Send + 'static,
{
    Box::new(Rows::<R, I::IntoIter> { iterator: rows.into_iter(), given: 0, row: PhantomData })
}

/// What a function returns that may fail before its first row.
///
/// # Errors
///
/// It did.
pub fn opened<I, E: Failure>(rows: Result<I, E>) -> Result<I, CallError> {
    rows.map_err(|error| CallError { row: None, ..error.at_row(0) })
}

impl<R, I> Source for Rows<R, I>
where
    R: Outcome<Error: Failure> + 'static,
    I: Iterator<Item = R::Item<'static>> + Send,
{
    fn next(&mut self, rows: usize) -> Result<ArrayRef, CallError> {
        let mut builder = <R::Value as Write>::builder(rows, &Target::NESTED);
        for row in self.iterator.by_ref().take(rows) {
            match R::split(row) {
                Ok(Some(value)) => <R::Value as Write>::append(&mut builder, value),
                Ok(None) => <R::Value as Write>::append_null(&mut builder),
                Err(error) => return Err(error.at_row(self.given)),
            }
            self.given += 1;
        }
        <R::Value as Write>::finish(builder)
    }
}
