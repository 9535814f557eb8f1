//! A batch of an async function: rows become calls, calls are made at once, and answers become a column
//! in the order of the rows.
//!
//! Arguments are read before anything is waited for, and the column is built when all answers are there;
//! in between the thread of the query is free. Calls that are not answered yet end when whoever waits
//! for the batch goes away.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, UInt32Array, new_null_array};
use arrow_row::{OwnedRow, RowConverter, SortField};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::ScalarFunctionArgs;
use tokio::task::{Id, JoinError, JoinSet};

use super::super::failure::{self, Rows, panic_text};
use super::super::invoke::{self, Input};
use super::super::{Callee, message};
use super::lane;
use crate::udf::args::{Args, TextEncoding};
use crate::udf::asynchronous::{Answer, Awaited, Calls, Failed};
use crate::udf::descriptor::Function;
use crate::udf::error::CallError;
use crate::udf::write::Target;

/// The calls of a batch, and which rows they are for.
struct Batch {
    function: &'static Function,
    awaited: &'static Awaited,
    arrays: Vec<Input>,
    rows: usize,
    asked: Asked,
    calls: Arc<dyn Calls>,
}

/// The rows that are asked for.
struct Asked {
    /// The first row of the batch for each of them.
    first: Vec<usize>,
    /// For each row of the batch, which of them has its answer; `None` where each has its own.
    of: Option<UInt32Array>,
}

/// What is read of the arguments: the rows that are asked for, and their calls.
type Read = (Asked, Arc<dyn Calls>);

/// The answers for a batch.
pub(super) async fn answers(
    callee: Callee<'_>,
    awaited: &'static Awaited,
    args: ScalarFunctionArgs,
) -> Result<ArrayRef> {
    let (ty, rows) = (args.return_type().clone(), args.number_rows);
    let arrays =
        invoke::conformed(callee.function, invoke::inputs(callee, args)?, Rows::Batch(rows))?;
    let Some(batch) = Batch::new(callee, awaited, arrays, rows)? else {
        return Ok(new_null_array(&ty, rows));
    };
    let answers = batch.answers().await?;
    let target = Target { encoding: TextEncoding::of(&ty), ty: Some(&ty), ..Target::NESTED };
    let column = batch.calls.collect(answers, awaited.catches, &target);
    let column = column.map_err(|error| batch.failed_row(error))?;
    Ok(match &batch.asked.of {
        Some(of) => arrow::compute::take(&column, of, None)?,
        None => column,
    })
}

impl Batch {
    /// Reads the arguments; nothing where no row is asked for.
    fn new(
        callee: Callee<'_>,
        awaited: &'static Awaited,
        arrays: Vec<Input>,
        rows: usize,
    ) -> Result<Option<Self>> {
        let function = callee.function;
        let read = || -> Result<Option<Read>, CallError> {
            let args = Args::new(function, &arrays, rows)?;
            invoke::set_parsed(callee, &arrays, &args)?;
            let asked = Asked::new(&args, &arrays, awaited.limits.dedupe)?;
            if asked.first.is_empty() {
                return Ok(None);
            }
            let calls = (awaited.start)(&args, &asked.first, awaited.limits.rows())?;
            Ok(Some((asked, Arc::from(calls))))
        };
        // A constant is parsed by code of the user.
        let read = catch_unwind(AssertUnwindSafe(read)).map_err(|panic| {
            message::panicked(function, None, None, &panic_text(panic.as_ref()))
        })?;
        let read =
            read.map_err(|error| failure::failed(function, &arrays, Rows::Batch(rows), error))?;
        Ok(read.map(|(asked, calls)| Self { function, awaited, arrays, rows, asked, calls }))
    }

    /// Makes the calls, as many at once as may be.
    async fn answers(&self) -> Result<Vec<Option<Answer>>> {
        let (limits, lane) = (self.awaited.limits, lane::handle()?);
        let turns = lane::turns(limits);
        let n_calls = self.calls.sizes().len();
        let mut answers: Vec<Option<Answer>> = (0..n_calls).map(|_| None).collect();
        // Those that are left in it end with it.
        let mut tasks = JoinSet::new();
        let mut made: HashMap<Id, usize> = HashMap::new();
        let mut next = 0..n_calls;
        loop {
            while tasks.len() < limits.concurrency as usize
                && let Some(call) = next.next()
            {
                let (calls, turns) = (Arc::clone(&self.calls), Arc::clone(&turns));
                let task = tasks.spawn_on(lane::answer(calls, call, limits, turns), lane);
                made.insert(task.id(), call);
            }
            match tasks.join_next_with_id().await {
                None => return Ok(answers),
                Some(Ok((id, Ok(answer)))) => {
                    if let Some(call) = made.remove(&id) {
                        answers[call] = Some(answer);
                    }
                }
                Some(Ok((_, Err(_)))) if self.awaited.catches => {}
                Some(Ok((id, Err(failed)))) => return Err(self.failed(made.get(&id), &failed)),
                Some(Err(error)) => return Err(self.broken(made.get(&error.id()), error)),
            }
        }
    }

    /// The rows of a call: how many, and the first of them in the batch.
    fn rows_of(&self, call: Option<&usize>) -> (usize, Option<usize>) {
        let Some(call) = call else { return (0, None) };
        let before: usize = self.calls.sizes()[..*call].iter().sum();
        (self.calls.sizes()[*call], self.asked.first.get(before).copied())
    }

    /// The error of a call that has failed.
    fn failed(&self, call: Option<&usize>, failed: &Failed) -> DataFusionError {
        let (rows, first) = self.rows_of(call);
        let message = match rows {
            0 | 1 => failed.message.clone(),
            rows => {
                format!("{}, asked for {rows} rows, of which this is the first", failed.message)
            }
        };
        let error = CallError { row: first, argument: None, message };
        failure::failed(self.function, &self.arrays, Rows::Batch(self.rows), error)
    }

    /// The error of a row that has failed alone.
    fn failed_row(&self, error: CallError) -> DataFusionError {
        let row = error.row.and_then(|row| self.asked.first.get(row).copied());
        let error = CallError { row, ..error };
        failure::failed(self.function, &self.arrays, Rows::Batch(self.rows), error)
    }

    /// The error of a call whose task has no end of its own.
    fn broken(&self, call: Option<&usize>, error: JoinError) -> DataFusionError {
        let (_, first) = self.rows_of(call);
        match error.try_into_panic() {
            Ok(panic) => {
                let values = first.and_then(|row| failure::values(&self.arrays, row));
                let text = panic_text(panic.as_ref());
                message::panicked(self.function, first, values.as_deref(), &text)
            }
            Err(error) => {
                let error = CallError { row: first, argument: None, message: error.to_string() };
                failure::failed(self.function, &self.arrays, Rows::Batch(self.rows), error)
            }
        }
    }
}

impl Asked {
    fn new(args: &Args<'_>, arrays: &[Input], dedupe: bool) -> Result<Self, CallError> {
        let mut first = Vec::with_capacity(args.rows());
        if args.is_all_null() {
            return Ok(Self { first, of: None });
        }
        args.live().each_run(&mut |run| {
            first.extend(run);
            Ok(())
        })?;
        if !dedupe && first.len() == args.rows() {
            return Ok(Self { first, of: None });
        }
        let mut of: Vec<Option<u32>> = vec![None; args.rows()];
        if dedupe {
            let mut distinct = Distinct::new(arrays)?;
            first.retain(|row| {
                let (at, is_new) = distinct.of(*row);
                of[*row] = Some(at);
                is_new
            });
        } else {
            (0..).zip(&first).for_each(|(at, row)| of[*row] = Some(at));
        }
        Ok(Self { first, of: Some(of.into()) })
    }
}

/// Rows by the values of their arguments.
struct Distinct {
    rows: Option<arrow_row::Rows>,
    known: HashMap<OwnedRow, u32>,
    is_empty: bool,
}

impl Distinct {
    /// Constants are the same in every row.
    fn new(arrays: &[Input]) -> Result<Self, CallError> {
        let columns =
            arrays.iter().filter(|(_, scalar)| !scalar).map(|(array, _)| Arc::clone(array));
        let columns: Vec<ArrayRef> = columns.collect();
        let field = |column: &ArrayRef| SortField::new(column.data_type().clone());
        let rows = match columns.is_empty() {
            true => None,
            false => {
                let converter = RowConverter::new(columns.iter().map(field).collect());
                let rows = converter.and_then(|converter| converter.convert_columns(&columns));
                Some(rows.map_err(|error| CallError::whole(format!("`dedupe`: {error}")))?)
            }
        };
        Ok(Self { rows, known: HashMap::new(), is_empty: true })
    }

    /// The number of a row's arguments, and whether they have not been seen before.
    fn of(&mut self, row: usize) -> (u32, bool) {
        let Some(rows) = &self.rows else {
            // A batch of constants is one call.
            return (0, std::mem::take(&mut self.is_empty));
        };
        let at = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        match self.known.entry(rows.row(row).owned()) {
            Entry::Occupied(known) => (*known.get(), false),
            Entry::Vacant(new) => (*new.insert(at), true),
        }
    }
}
