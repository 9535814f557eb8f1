//! The rows of a batch for which a function is called.

use std::ops::Range;

use arrow_buffer::{BooleanBufferBuilder, NullBuffer};

use super::error::CallError;

/// All rows of a batch but those in which a NULL decides the result.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    rows: usize,
    nulls: Option<&'a NullBuffer>,
}

impl<'a> Live<'a> {
    pub(crate) fn new(rows: usize, nulls: Option<&'a NullBuffer>) -> Self {
        Self { rows, nulls }
    }

    /// The number of rows, those that are not called too.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows that are not called are NULL in it; `None` when all are called.
    #[must_use]
    pub fn nulls(&self) -> Option<&'a NullBuffer> {
        self.nulls
    }

    /// Goes through the runs of rows that are called.
    ///
    /// Runs are handed out dynamically, so that what is compiled for each function is the loop
    /// within a run and not the search for runs.
    ///
    /// # Errors
    ///
    /// The first that a run gives.
    pub fn each_run(
        &self,
        run: &mut dyn FnMut(Range<usize>) -> Result<(), CallError>,
    ) -> Result<(), CallError> {
        match self.nulls {
            None => run(0..self.rows),
            Some(nulls) => nulls.valid_slices().try_for_each(|(start, end)| run(start..end)),
        }
    }

    /// The NULLs of a result that is NULL in the rows that are not called and in these.
    #[must_use]
    pub fn nulls_and(&self, missing: &[usize]) -> Option<NullBuffer> {
        if missing.is_empty() {
            return self.nulls.cloned();
        }
        let mut valid = BooleanBufferBuilder::new(self.rows);
        match self.nulls {
            None => valid.append_n(self.rows, true),
            Some(nulls) => valid.append_buffer(nulls.inner()),
        }
        for row in missing {
            valid.set_bit(*row, false);
        }
        Some(NullBuffer::new(valid.finish()))
    }
}
