//! Groups of an accumulator of the engine over other values than those of the query.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

/// Values brought into another type.
pub(super) type Translate = Box<dyn Fn(&ArrayRef) -> Result<ArrayRef> + Send>;

/// An accumulator that is given translated values, and whose results are translated back.
pub(super) struct Translated {
    pub(super) inner: Box<dyn GroupsAccumulator>,
    pub(super) into: Translate,
    pub(super) back: Translate,
    /// Whether states are of the query's type, and not of the accumulator's.
    pub(super) states: bool,
}

impl Translated {
    fn told(&self, states: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
        if !self.states {
            return Ok(states);
        }
        states.iter().map(&self.back).collect()
    }
}

impl GroupsAccumulator for Translated {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let values = values.iter().map(&self.into).collect::<Result<Vec<_>>>()?;
        self.inner.update_batch(&values, group_indices, opt_filter, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        (self.back)(&self.inner.evaluate(emit_to)?)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let states = self.inner.state(emit_to)?;
        self.told(states)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        if !self.states {
            return self.inner.merge_batch(values, group_indices, total_num_groups);
        }
        let values = values.iter().map(&self.into).collect::<Result<Vec<_>>>()?;
        self.inner.merge_batch(&values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = values.iter().map(&self.into).collect::<Result<Vec<_>>>()?;
        self.told(self.inner.convert_to_state(&values, opt_filter)?)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
