//! The loops over rows, frames and partitions: [`Run`] is what the adapter calls.

use std::marker::PhantomData;

use arrow_array::ArrayRef;
use arrow_buffer::NullBuffer;

use super::kernel::{FrameParams as _, NextRow, OverFrame, OverPartition, WindowResult, Windowed};
use crate::udaf::kernel::RowParams as _;
use crate::udf::args::Args;
use crate::udf::call::Parameters as _;
use crate::udf::error::CallError;
use crate::udf::write::{Target, WriteSlot};

/// A window function on its way through a partition.
pub trait Run: Send {
    /// Gives the results of the rows that come next, or those of the row that has these as its
    /// frame, or of the rows of a partition.
    ///
    /// # Errors
    ///
    /// The arguments are not those of the function, it fails, or gives more or fewer results than rows.
    fn run(&mut self, args: &Args<'_>) -> Result<ArrayRef, CallError>;
}

/// The builder of a kernel's results.
type Builder<K> = <<K as Windowed>::Output as WriteSlot>::Builder;

/// Rows in turn.
pub(super) struct NextRun<K: NextRow> {
    state: K::State,
}

impl<K: NextRow> Default for NextRun<K> {
    fn default() -> Self {
        Self { state: K::State::default() }
    }
}

impl<K: NextRow> Run for NextRun<K> {
    fn run(&mut self, args: &Args<'_>) -> Result<ArrayRef, CallError> {
        let columns = K::Params::columns(args)?;
        let rows = args.rows();
        let mut builder = <K::Output as WriteSlot>::builder(rows, &Target::NESTED);
        for row in 0..rows {
            if args.live().nulls().is_some_and(|nulls| nulls.is_null(row)) {
                <K::Output as WriteSlot>::append_null(&mut builder);
                continue;
            }
            let result = K::next(&mut self.state, K::Params::row(&columns, row))?;
            <K::Output as WriteSlot>::append(&mut builder, result);
        }
        <K::Output as WriteSlot>::finish(builder)
    }
}

/// The frame of a row.
pub(super) struct FrameRun<K>(pub(super) PhantomData<fn() -> K>);

impl<K: OverFrame> Run for FrameRun<K> {
    fn run(&mut self, args: &Args<'_>) -> Result<ArrayRef, CallError> {
        let positions = positions(args.live().nulls());
        let rows = K::Params::rows(args, positions.as_deref())?;
        let mut builder = <K::Output as WriteSlot>::builder(1, &Target::NESTED);
        <K::Output as WriteSlot>::append(&mut builder, K::frame(rows)?);
        <K::Output as WriteSlot>::finish(builder)
    }
}

/// A partition.
pub(super) struct PartitionRun<K>(pub(super) PhantomData<fn() -> K>);

impl<K: OverPartition> Run for PartitionRun<K> {
    fn run(&mut self, args: &Args<'_>) -> Result<ArrayRef, CallError> {
        let positions = positions(args.live().nulls());
        let rows = K::Params::rows(args, positions.as_deref())?;
        let mut results = Results::<K> {
            builder: <K::Output as WriteSlot>::builder(args.rows(), &Target::NESTED),
            positions: positions.as_deref(),
            rows: args.rows(),
            given: 0,
            written: 0,
        };
        K::partition(rows, &mut |result| results.take(result))?;
        results.finish()
    }
}

/// The results of a partition, NULL in the rows that were left out.
struct Results<'p, K: Windowed> {
    builder: Builder<K>,
    positions: Option<&'p [usize]>,
    rows: usize,
    given: usize,
    written: usize,
}

impl<K: Windowed> Results<'_, K> {
    fn take(&mut self, result: WindowResult<'_, K>) {
        let row = match self.positions {
            Some(positions) => positions.get(self.given).copied(),
            None => Some(self.given).filter(|row| *row < self.rows),
        };
        self.given += 1;
        // One too many is counted and told of in the end.
        let Some(row) = row else { return };
        self.fill(row);
        <K::Output as WriteSlot>::append(&mut self.builder, result);
        self.written += 1;
    }

    fn fill(&mut self, row: usize) {
        while self.written < row {
            <K::Output as WriteSlot>::append_null(&mut self.builder);
            self.written += 1;
        }
    }

    fn finish(mut self) -> Result<ArrayRef, CallError> {
        let wanted = self.positions.map_or(self.rows, <[usize]>::len);
        if self.given != wanted {
            let given = self.given;
            let message = format!("`partition` gave {given} results for {wanted} rows");
            return Err(CallError::whole(message));
        }
        self.fill(self.rows);
        <K::Output as WriteSlot>::finish(self.builder)
    }
}

/// The rows that count; `None` when all do.
fn positions(nulls: Option<&NullBuffer>) -> Option<Vec<usize>> {
    nulls.filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.valid_indices().collect())
}
