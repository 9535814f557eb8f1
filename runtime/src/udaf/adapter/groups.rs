//! Many groups: `GROUP BY`.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::bound::Bound;
use super::contained;
use crate::udaf::states::{self, States};

/// The states of many groups.
pub(super) struct Groups {
    bound: Arc<Bound>,
    states: Box<dyn States>,
}

impl Groups {
    pub(super) fn new(bound: Arc<Bound>) -> Self {
        let states = bound.states(0);
        Self { bound, states }
    }

    fn take(&mut self, emit_to: EmitTo) -> Box<dyn States> {
        match emit_to {
            EmitTo::All => self.states.take(None),
            EmitTo::First(first) => self.states.take(Some(first)),
        }
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.states.grow(groups);
        let batch = self.bound.batch(values, filter)?;
        self.bound.update(self.states.as_mut(), &batch, states::Groups::each(group_indices))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.take(emit_to);
        self.bound.finish(states.as_ref())
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let states = self.take(emit_to);
        Ok(vec![contained(self.bound.function(), || states.into_column())?])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        groups: usize,
    ) -> Result<()> {
        self.states.grow(groups);
        let groups = states::Groups::each(group_indices);
        for column in values {
            contained(self.bound.function(), || self.states.merge(column, groups))?;
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let batch = self.bound.batch(values, filter)?;
        let mut states = self.bound.states(batch.rows());
        let rows: Vec<usize> = (0..batch.rows()).collect();
        self.bound.update(states.as_mut(), &batch, states::Groups::each(&rows))?;
        Ok(vec![contained(self.bound.function(), || states.into_column())?])
    }

    fn size(&self) -> usize {
        self.states.size()
    }
}
