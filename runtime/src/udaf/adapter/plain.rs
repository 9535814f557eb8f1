//! One group: without `GROUP BY`, or one frame of a window.

use std::fmt;
use std::sync::Arc;

use arrow_array::ArrayRef;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::bound::Bound;
use super::contained;
use crate::udaf::states::{Groups, States};

/// The state of one group.
pub(super) struct Plain {
    bound: Arc<Bound>,
    states: Box<dyn States>,
}

impl Plain {
    pub(super) fn new(bound: Arc<Bound>) -> Self {
        let states = bound.states(1);
        Self { bound, states }
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain").field("function", self.bound.function()).finish_non_exhaustive()
    }
}

impl Accumulator for Plain {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let batch = self.bound.batch(values, None)?;
        self.bound.update(self.states.as_mut(), &batch, Groups::ONE)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.bound.finish(self.states.as_ref())?, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.states.size()
    }

    /// Called once, and last.
    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = self.states.take(None);
        self.states.grow(1);
        let column = contained(self.bound.function(), || states.into_column())?;
        Ok(vec![ScalarValue::try_from_array(&column, 0)?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for column in states {
            contained(self.bound.function(), || self.states.merge(column, Groups::ONE))?;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let batch = self.bound.batch(values, None)?;
        self.bound.retract(self.states.as_mut(), &batch, Groups::ONE)
    }

    fn supports_retract_batch(&self) -> bool {
        self.bound.variant().retracts
    }
}
