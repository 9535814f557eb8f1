//! Many states of one aggregate, and the loops over them.
//!
//! [`States`] is what the adapter calls, once for each batch; [`StateVec`] is the only type behind
//! it. A single group is a list of one state, so that there is one loop for groups and for none.

use std::any::Any;
use std::mem::{replace, size_of, take};

use arrow_array::ArrayRef;

use super::heap::HeapSize as _;
use super::kernel::{Kernel, RowParams};
use crate::udf::args::Args;
use crate::udf::call::Parameters as _;
use crate::udf::error::CallError;
use crate::udf::node::Node;
use crate::udf::read::Slot;
use crate::udf::write::{Target, WriteSlot};

/// Which state each row of a batch belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a> {
    groups: &'a [usize],
    mask: usize,
}

impl<'a> Groups<'a> {
    /// Every row to the first state.
    pub const ONE: Groups<'static> = Groups { groups: &[0], mask: 0 };

    /// Each row to the state at its position in `groups`.
    #[must_use]
    pub const fn each(groups: &'a [usize]) -> Self {
        Self { groups, mask: usize::MAX }
    }

    #[inline]
    fn of(&self, row: usize) -> usize {
        self.groups[row & self.mask]
    }
}

/// The states of groups, numbered from 0.
pub trait States: Any + Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds empty states until there are `len`.
    fn grow(&mut self, len: usize);

    /// Adds rows.
    ///
    /// # Errors
    ///
    /// The arguments are not those of the aggregate.
    fn update(&mut self, args: &Args<'_>, groups: Groups<'_>) -> Result<(), CallError>;

    /// Takes out rows that were added.
    ///
    /// # Errors
    ///
    /// As [`States::update`].
    fn retract(&mut self, args: &Args<'_>, groups: Groups<'_>) -> Result<(), CallError>;

    /// Adds the rows of other states, given as [`States::into_column`] gives them.
    ///
    /// # Errors
    ///
    /// The column is none of states.
    fn merge(&mut self, column: &ArrayRef, groups: Groups<'_>) -> Result<(), CallError>;

    /// Adds the rows of one other state to the one at `into`.
    ///
    /// # Errors
    ///
    /// `other` has states of another aggregate.
    fn merge_one(&mut self, into: usize, other: &dyn States, from: usize) -> Result<(), CallError>;

    /// The results in order.
    ///
    /// # Errors
    ///
    /// There are more items than the offsets of a column can count.
    fn finish(&self) -> Result<ArrayRef, CallError>;

    /// Takes the first states out, or all; those that stay are numbered from 0.
    fn take(&mut self, first: Option<usize>) -> Box<dyn States>;

    /// The states as a column.
    ///
    /// # Errors
    ///
    /// As [`States::finish`].
    fn into_column(self: Box<Self>) -> Result<ArrayRef, CallError>;

    /// About how many bytes the states occupy.
    fn size(&self) -> usize;
}

/// The states of a kernel.
pub(super) struct StateVec<K: Kernel> {
    states: Vec<K::State>,
    weight: Weight,
}

impl<K: Kernel> Default for StateVec<K> {
    fn default() -> Self {
        Self { states: Vec::new(), weight: Weight::default() }
    }
}

/// What the states own on the heap. Walking over all of them after each batch would cost more than
/// the batch, so they are walked over when as many rows have come as the walk has steps.
#[derive(Debug, Default)]
struct Weight {
    bytes: usize,
    rows: usize,
}

/// How many bytes of a state are worth a step of the walk.
const BYTES_PER_STEP: usize = 64;

impl<K: Kernel> StateVec<K> {
    fn each(
        &mut self,
        args: &Args<'_>,
        groups: Groups<'_>,
        act: impl for<'a> Fn(&mut K::State, <K::Params as RowParams>::Row<'a>),
    ) -> Result<(), CallError> {
        let columns = K::Params::columns(args)?;
        let states = self.states.as_mut_slice();
        args.live().each_run(&mut |run| {
            for row in run {
                act(&mut states[groups.of(row)], K::Params::row(&columns, row));
            }
            Ok(())
        })?;
        self.weigh(args.rows());
        Ok(())
    }

    fn weigh(&mut self, rows: usize) {
        if !<K::State as super::heap::HeapSize>::OWNS {
            return;
        }
        self.weight.rows += rows;
        let steps = self.states.len() + self.weight.bytes / BYTES_PER_STEP;
        if self.weight.rows >= steps {
            let bytes = self.states.iter().map(|state| state.heap_size()).sum();
            self.weight = Weight { bytes, rows: 0 };
        }
    }
}

impl<K: Kernel> States for StateVec<K> {
    fn len(&self) -> usize {
        self.states.len()
    }

    fn grow(&mut self, len: usize) {
        if self.states.len() < len {
            self.states.resize_with(len, K::State::default);
        }
    }

    fn update(&mut self, args: &Args<'_>, groups: Groups<'_>) -> Result<(), CallError> {
        self.each(args, groups, K::update)
    }

    fn retract(&mut self, args: &Args<'_>, groups: Groups<'_>) -> Result<(), CallError> {
        if !K::RETRACTS {
            return Err(CallError::whole("rows cannot be taken out of its states"));
        }
        self.each(args, groups, K::retract)
    }

    fn merge(&mut self, column: &ArrayRef, groups: Groups<'_>) -> Result<(), CallError> {
        let ty = <K::State as Slot>::VALUE.ty;
        let node = Node::new(column, &ty).ok_or_else(|| {
            CallError::whole(format!("states are {ty}, this is {}", column.data_type()))
        })?;
        let column_of_states = <K::State as Slot>::column(&node);
        for row in 0..column.len() {
            let state = <K::State as Slot>::get(&column_of_states, row);
            K::merge(&mut self.states[groups.of(row)], state);
        }
        self.weigh(column.len());
        Ok(())
    }

    fn merge_one(&mut self, into: usize, other: &dyn States, from: usize) -> Result<(), CallError> {
        let other: &dyn Any = other;
        let Some(other) = other.downcast_ref::<Self>() else {
            return Err(CallError::whole("states of different aggregates meet"));
        };
        K::merge(&mut self.states[into], other.states[from].clone());
        self.weigh(1);
        Ok(())
    }

    fn finish(&self) -> Result<ArrayRef, CallError> {
        let mut builder = <K::Output as WriteSlot>::builder(self.states.len(), &Target::NESTED);
        for state in &self.states {
            <K::Output as WriteSlot>::append(&mut builder, K::finish(state));
        }
        <K::Output as WriteSlot>::finish(builder)
    }

    fn take(&mut self, first: Option<usize>) -> Box<dyn States> {
        let len = self.states.len();
        let states = match first {
            None => take(&mut self.states),
            // Few are moved out of many, or many are left to a few that move.
            Some(first) if first * 2 <= len => self.states.drain(..first).collect(),
            Some(first) => {
                let rest = self.states.split_off(first.min(len));
                replace(&mut self.states, rest)
            }
        };
        self.weight = Weight::default();
        self.weigh(self.states.len());
        Box::new(Self { states, weight: Weight::default() })
    }

    fn into_column(self: Box<Self>) -> Result<ArrayRef, CallError> {
        let mut builder = <K::State as WriteSlot>::builder(self.states.len(), &Target::NESTED);
        for state in self.states {
            <K::State as WriteSlot>::append(&mut builder, state);
        }
        <K::State as WriteSlot>::finish(builder)
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<K::State>() + self.weight.bytes
    }
}
