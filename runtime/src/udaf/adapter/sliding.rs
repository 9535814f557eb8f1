//! Frames that move, for aggregates that cannot take a row out of a state.
//!
//! A frame is a queue: rows enter at its end and leave at its start. It is kept as two stacks. What
//! has entered lately lies in `back`, one state for each row, with all of them together in
//! `back_total`. What leaves next lies in `front`, in which each state holds its row and all that
//! entered after it, up to the end of `front`. The result is the next state of `front` merged with
//! `back_total`. When `front` is empty, `back` becomes the new `front`, so that a row costs three
//! merges in all, however wide the frame is.

use std::fmt;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::NullBuffer;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

use super::bound::{Batch, Bound};
use super::contained;
use crate::udaf::states::{Groups, States};
use crate::udf::error::CallError;

/// A frame as two stacks.
pub(super) struct Sliding {
    bound: Arc<Bound>,
    front: Box<dyn States>,
    /// How many states of `front` have left.
    left: usize,
    back: Box<dyn States>,
    back_total: Box<dyn States>,
}

impl Sliding {
    pub(super) fn new(bound: Arc<Bound>) -> Self {
        let (front, back, back_total) = (bound.states(0), bound.states(0), bound.states(1));
        Self { bound, front, left: 0, back, back_total }
    }

    /// The rows of a batch that count.
    fn rows(&self, batch: &Batch) -> Result<Vec<usize>> {
        let counting: Option<NullBuffer> = self.bound.counting(batch)?;
        Ok((0..batch.rows())
            .filter(|row| counting.as_ref().is_none_or(|counting| counting.is_valid(*row)))
            .collect())
    }

    /// Turns `back` around: each state takes in all that entered after it.
    fn turn(&mut self) -> Result<(), CallError> {
        let rows = self.back.len();
        let mut front = self.bound.states(rows);
        for row in (0..rows).rev() {
            front.merge_one(row, self.back.as_ref(), row)?;
            if row + 1 < rows {
                let mut after = self.bound.states(1);
                after.merge_one(0, front.as_ref(), row + 1)?;
                front.merge_one(row, after.as_ref(), 0)?;
            }
        }
        self.front = front;
        self.left = 0;
        self.back = self.bound.states(0);
        self.back_total = self.bound.states(1);
        Ok(())
    }
}

impl fmt::Debug for Sliding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sliding").field("function", self.bound.function()).finish_non_exhaustive()
    }
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let batch = self.bound.batch(values, None)?;
        let rows = self.rows(&batch)?;
        let first = self.back.len();
        self.back.grow(first + rows.len());
        // Rows that count get the new states in their order; the others are never looked up.
        let mut groups = vec![0; batch.rows()];
        for (state, row) in rows.iter().enumerate() {
            groups[*row] = first + state;
        }
        self.bound.update(self.back.as_mut(), &batch, Groups::each(&groups))?;
        self.bound.update(self.back_total.as_mut(), &batch, Groups::ONE)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let batch = self.bound.batch(values, None)?;
        let bound = Arc::clone(&self.bound);
        for _ in self.rows(&batch)? {
            if self.left == self.front.len() {
                contained(bound.function(), || self.turn())?;
            }
            if self.left == self.front.len() {
                return internal_err!("`{}`: a row leaves an empty frame", bound.function().name);
            }
            self.left += 1;
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut total = self.bound.states(1);
        contained(self.bound.function(), || {
            if self.left < self.front.len() {
                total.merge_one(0, self.front.as_ref(), self.left)?;
            }
            total.merge_one(0, self.back_total.as_ref(), 0)
        })?;
        ScalarValue::try_from_array(&self.bound.finish(total.as_ref())?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.front.size() + self.back.size() + self.back_total.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("`{}`: the state of a frame goes nowhere", self.bound.function().name)
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("`{}`: a frame has no other part", self.bound.function().name)
    }
}
