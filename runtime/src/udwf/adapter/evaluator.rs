//! A window function on its way through a partition.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::PartitionEvaluator;

use crate::udaf::adapter::contained;
use crate::udaf::adapter::typed::Typed;
use crate::udf::Function;
use crate::udf::args::Args;
use crate::udwf::descriptor::{Over, WindowVariant};
use crate::udwf::run::Run;

/// How many results of a function without arguments are computed first, before more are asked for:
/// partitions may be small.
const FIRST_AHEAD: usize = 16;

/// How many are computed at once later on.
const MOST_AHEAD: usize = 4096;

/// A partition.
pub(super) struct Evaluator {
    function: &'static Function,
    typed: Typed,
    variant: &'static WindowVariant,
    ignore_nulls: bool,
    run: Box<dyn Run>,
    ahead: Ahead,
}

/// Results of rows that come next: DataFusion asks for one after the other, loops run over many.
#[derive(Default)]
struct Ahead {
    /// The first argument that they were computed from.
    of: Option<ArrayRef>,
    results: Option<ArrayRef>,
    /// The row of the first of them.
    start: usize,
    /// How many were handed out.
    given: usize,
}

impl Evaluator {
    pub(super) fn new(
        function: &'static Function,
        typed: Typed,
        variant: &'static WindowVariant,
        ignore_nulls: bool,
    ) -> Self {
        let (run, ahead) = ((variant.start)(), Ahead::default());
        Self { function, typed, variant, ignore_nulls, run, ahead }
    }

    /// The results of the loop over some rows. The columns by which the window is ordered come behind
    /// the arguments.
    fn run(&mut self, values: &[ArrayRef], rows: Range<usize>) -> Result<ArrayRef> {
        let count = self.variant.params.len().min(values.len());
        let slices: Vec<ArrayRef> =
            values[..count].iter().map(|array| array.slice(rows.start, rows.len())).collect();
        let arrays = self.typed.encode(&slices)?;
        let (run, params) = (&mut self.run, self.variant.params);
        let results = contained(self.function, || {
            let mut args = Args::of(|position| params.get(position), &arrays, rows.len())?;
            if self.ignore_nulls {
                args.without_nulls();
            }
            run.run(&args)
        })?;
        self.typed.decode(&results)
    }

    /// The result of the row that comes next.
    fn next(&mut self, values: &[ArrayRef], row: usize) -> Result<ScalarValue> {
        if !self.ahead.is_left() {
            self.compute_ahead(values, row)?;
        } else if !self.ahead.can_be_of(values.first(), row) {
            return internal_err!("`{}` was not asked for every row", self.function.name);
        }
        self.ahead.take()
    }

    fn compute_ahead(&mut self, values: &[ArrayRef], row: usize) -> Result<()> {
        let argument = values.first().filter(|_| !self.variant.params.is_empty());
        let rows = match argument {
            Some(array) => array.len().saturating_sub(row),
            None => (self.ahead.len() * 2).clamp(FIRST_AHEAD, MOST_AHEAD),
        };
        let results = self.run(values, row..row + rows)?;
        let of = argument.map(Arc::clone);
        self.ahead = Ahead { of, results: Some(results), start: row, given: 0 };
        Ok(())
    }
}

impl Ahead {
    fn len(&self) -> usize {
        self.results.as_ref().map_or(0, |results| results.len())
    }

    fn is_left(&self) -> bool {
        self.given < self.len()
    }

    /// Whether the result that comes next can be the one of this row. Rows have no numbers that stay:
    /// what was computed is dropped from the front of a partition, and new rows come behind. So only
    /// those of one array can be told, and others are asked for in turn, each once.
    fn can_be_of(&self, argument: Option<&ArrayRef>, row: usize) -> bool {
        match (&self.of, argument) {
            (Some(of), Some(argument)) => {
                !Arc::ptr_eq(of, argument) || row == self.start + self.given
            }
            (Some(_), None) => false,
            (None, _) => true,
        }
    }

    fn take(&mut self) -> Result<ScalarValue> {
        match &self.results {
            Some(results) if self.is_left() => {
                let value = ScalarValue::try_from_array(results, self.given)?;
                self.given += 1;
                Ok(value)
            }
            _ => internal_err!("no results were computed"),
        }
    }
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").field("function", self.function).finish_non_exhaustive()
    }
}

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        self.run(values, 0..rows)
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        match self.variant.over {
            Over::Next => self.next(values, range.start),
            Over::Frame => ScalarValue::try_from_array(&self.run(values, range.clone())?, 0),
            Over::Partition => internal_err!("`{}` sees whole partitions", self.function.name),
        }
    }

    /// Rows in turn are told of when they come; for frames the frame decides.
    fn is_causal(&self) -> bool {
        self.variant.over == Over::Next
    }

    fn supports_bounded_execution(&self) -> bool {
        self.variant.over != Over::Partition
    }

    fn uses_window_frame(&self) -> bool {
        self.variant.over == Over::Frame
    }
}
