//! What every window function has to be.
//!
//! All rows of a partition at once are the measure; each law says of another way to compute the same
//! call that it agrees: in turn and in bounded memory as DataFusion does, over other partitions, frames
//! and encodings, with and without NULL.

use std::sync::Arc;

use arrow::compute::{filter, is_not_null, take_arrays};
use arrow_array::{Array as _, ArrayRef, BooleanArray, UInt64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result as EngineResult, ScalarValue, internal_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{PartitionEvaluator, WindowUDF};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;

use super::aggregates::laws::{Broken, WAYS};
use super::aggregates::{ROUNDS, ROWS, sql, values};
use super::watch::{Check, calling};
use super::{CheckError, Failure, check_each};
use crate::registry::Registry;
use crate::udf::{EngineFunction, Function};
use crate::udwf::Over;

/// A call over the rows of a partition.
#[derive(Clone)]
struct Call {
    function: &'static Function,
    udwf: Arc<WindowUDF>,
    columns: Vec<ArrayRef>,
    rows: usize,
    ignore_nulls: bool,
}

/// A law.
struct Law {
    name: &'static str,
    check: fn(&Call) -> Kept,
}

type Kept = Result<(), Broken>;

const LAWS: &[Law] = &[
    Law { name: "over no rows", check: empty },
    Law { name: "in the type that a plan knows", check: typed },
    Law { name: "in a partition behind another", check: fresh },
    Law { name: "in bounded memory", check: bounded },
    Law { name: "of rows that it fails for", check: failing },
    Law { name: "in frames alone", check: frames },
    Law { name: "ascending", check: ascending },
    Law { name: "over rows with NULL", check: strict },
    Law { name: "with IGNORE NULLS", check: ignore_nulls },
    Law { name: "in other encodings", check: encodings },
];

/// Holds every window function of a registry against what a window function has to be.
///
/// # Errors
///
/// [`CheckError::Failures`], one for each law that a window function breaks.
pub fn check_windows(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, start)
}

/// Holds window functions against the laws.
pub(super) fn start(_: &[&'static Function]) -> EngineResult<Check> {
    Ok(Box::new(|function| match function.as_window() {
        Some(_) => Ok(check_window(function)),
        None => Ok(Vec::new()),
    }))
}

/// Holds one window function against the laws: for each that it breaks, the first failure.
#[must_use]
pub fn check_window(function: &'static Function) -> Vec<Failure> {
    let broken = |law: &Law| {
        let choices = values::choices(function);
        let rounds = ROUNDS.div_ceil(choices.len());
        choices.into_iter().enumerate().find_map(|(choice, types)| {
            (0..rounds).find_map(|round| {
                let columns = values::columns(&types, ROWS, choice * ROUNDS + round);
                let call = Call::new(function, columns);
                call.and_then(|call| failure(law, call)).unwrap_or_else(|error| {
                    let (message, sql) = (error.strip_backtrace(), String::new());
                    Some(Failure { function: function.name, law: law.name, message, sql })
                })
            })
        })
    };
    LAWS.iter().filter_map(broken).collect()
}

/// What a call breaks a law with, after all rows have been left out that it does so without.
fn failure(law: &Law, call: Call) -> EngineResult<Option<Failure>> {
    let Some(mut message) = broken(law, &call) else { return Ok(None) };
    let mut smallest = call;
    let mut row = 0;
    while row < smallest.rows {
        let rows: Vec<usize> = (0..smallest.rows).filter(|other| *other != row).collect();
        let smaller = smallest.pick(&rows)?;
        match broken(law, &smaller) {
            Some(found) => (smallest, message) = (smaller, found),
            None => row += 1,
        }
    }
    let sql = sql::window_statement(smallest.function, &smallest.columns, smallest.rows)?;
    Ok(Some(Failure { function: smallest.function.name, law: law.name, message, sql }))
}

/// What is wrong with a call; an error is.
fn broken(law: &Law, call: &Call) -> Option<String> {
    let watched = call.clone();
    let sql = move || {
        sql::window_statement(watched.function, &watched.columns, watched.rows).unwrap_or_default()
    };
    match calling(sql, || (law.check)(call)) {
        Ok(()) => None,
        Err(Broken::Law(message)) => Some(message),
        // What may fail has no result to compare; that it fails in each way is a law of its own.
        Err(Broken::Engine(error)) if call.may_fail(&error) => None,
        Err(Broken::Engine(error)) => Some(error.strip_backtrace()),
    }
}

impl Call {
    fn new(function: &'static Function, columns: Vec<ArrayRef>) -> EngineResult<Self> {
        let EngineFunction::Window(udwf) = function.to_engine() else {
            return internal_err!("`{}` is no window function", function.name);
        };
        Ok(Self { function, udwf, columns, rows: ROWS, ignore_nulls: false })
    }

    /// Whether an error is one that the function says it may have.
    fn may_fail(&self, error: &DataFusionError) -> bool {
        self.function.fallible && !error.message().contains("panicked: ")
    }

    fn over(&self) -> Option<Over> {
        let variant = self.function.as_window().and_then(|window| window.variants.first());
        variant.map(|variant| variant.over)
    }

    fn fields(&self) -> Vec<FieldRef> {
        let names = self.function.params.iter().map(|param| param.name).zip(&self.columns);
        let field = |(name, column): (&str, &ArrayRef)| {
            Arc::new(Field::new(name, column.data_type().clone(), column.null_count() > 0))
        };
        names.map(field).collect()
    }

    /// The field that a plan knows.
    fn field(&self) -> EngineResult<FieldRef> {
        self.udwf.field(WindowUDFFieldArgs::new(&self.fields(), self.function.name))
    }

    /// A partition at its beginning.
    fn evaluator(&self) -> EngineResult<Box<dyn PartitionEvaluator>> {
        let fields = self.fields();
        let column = |(position, field): (usize, &FieldRef)| {
            Arc::new(Column::new(field.name(), position)) as Arc<dyn PhysicalExpr>
        };
        let exprs: Vec<_> = fields.iter().enumerate().map(column).collect();
        let args = PartitionEvaluatorArgs::new(&exprs, &fields, false, self.ignore_nulls);
        self.udwf.partition_evaluator_factory(args)
    }

    /// All results: the measure. The frames of rows begin with the one before and end with the one
    /// behind.
    fn whole(&self) -> EngineResult<Vec<ScalarValue>> {
        let mut evaluator = self.evaluator()?;
        if self.over() != Some(Over::Frame) {
            let results = evaluator.evaluate_all(&self.columns, self.rows)?;
            return scalars(&results);
        }
        (0..self.rows)
            .map(|row| evaluator.evaluate(&self.columns, &frame(row, self.rows)))
            .collect()
    }

    fn with_columns(&self, columns: Vec<ArrayRef>, rows: usize) -> Self {
        Self { columns, rows, ..self.clone() }
    }

    fn pick(&self, rows: &[usize]) -> EngineResult<Self> {
        let picked = UInt64Array::from_iter_values(rows.iter().map(|row| *row as u64));
        let columns = take_arrays(&self.columns, &picked, None)?;
        Ok(self.with_columns(columns, rows.len()))
    }

    fn slice(&self, start: usize, end: usize) -> Self {
        let columns = self.columns.iter().map(|column| column.slice(start, end - start));
        self.with_columns(columns.collect(), end - start)
    }
}

fn frame(row: usize, rows: usize) -> std::ops::Range<usize> {
    row.saturating_sub(1)..(row + 2).min(rows)
}

fn scalars(array: &ArrayRef) -> EngineResult<Vec<ScalarValue>> {
    (0..array.len()).map(|row| ScalarValue::try_from_array(array, row)).collect()
}

fn agree(expected: &[ScalarValue], found: &[ScalarValue], how: &str) -> Kept {
    if expected.len() != found.len() {
        let (wanted, found) = (expected.len(), found.len());
        return Err(Broken::Law(format!("{found} results instead of {wanted}{how}")));
    }
    for (row, (expected, found)) in expected.iter().zip(found).enumerate() {
        if expected != found {
            let row = row + 1;
            return Err(Broken::Law(format!("{found} instead of {expected} in row {row}{how}")));
        }
    }
    Ok(())
}

/// No rows have no results; a frame without rows has one.
fn empty(call: &Call) -> Kept {
    let nothing = call.slice(0, 0);
    if call.over() != Some(Over::Frame) {
        return agree(&[], &nothing.whole()?, "");
    }
    let found = nothing.evaluator()?.evaluate(&nothing.columns, &(0..0))?;
    in_type(call, &[found])
}

fn in_type(call: &Call, results: &[ScalarValue]) -> Kept {
    let field = call.field()?;
    for result in results {
        if result.is_null() && !field.is_nullable() {
            return Err(Broken::Law("NULL, though it is said never to be".to_owned()));
        }
        if result.data_type() != *field.data_type() {
            let (found, wanted) = (result.data_type(), field.data_type());
            return Err(Broken::Law(format!("a value of {found}, not of {wanted}")));
        }
    }
    Ok(())
}

/// A result for each row, of the type and nullability that were planned.
fn typed(call: &Call) -> Kept {
    let results = call.whole()?;
    if results.len() != call.rows {
        let (found, wanted) = (results.len(), call.rows);
        return Err(Broken::Law(format!("{found} results for {wanted} rows")));
    }
    in_type(call, &results)
}

/// A partition knows nothing of the one before, so that the same rows have the same results.
fn fresh(call: &Call) -> Kept {
    agree(&call.whole()?, &call.whole()?, " in the second partition")
}

/// Rows come batch after batch and go when they are computed: what is there has other numbers then.
fn bounded(call: &Call) -> Kept {
    if call.over() == Some(Over::Partition) {
        return Ok(());
    }
    let expected = call.whole()?;
    for keeps in [true, false] {
        let found = in_turn(call, keeps)?;
        agree(&expected, &found, " when batches come one by one")?;
    }
    Ok(())
}

/// The results of rows that come five by five; those that have been are kept or gone.
fn in_turn(call: &Call, keeps: bool) -> EngineResult<Vec<ScalarValue>> {
    let mut evaluator = call.evaluator()?;
    let mut found = Vec::with_capacity(call.rows);
    let mut start = 0;
    while start < call.rows {
        let end = (start + 5).min(call.rows);
        // A frame needs the row before and the one behind.
        let (from, to) = match call.over() {
            _ if keeps => (0, end),
            Some(Over::Frame) => (start.saturating_sub(1), end),
            _ => (start, end),
        };
        let to = if call.over() == Some(Over::Frame) { (to + 1).min(call.rows) } else { to };
        let there = call.slice(from, to);
        for row in start..end {
            let range = match call.over() {
                Some(Over::Frame) => frame(row, call.rows),
                _ => row..row + 1,
            };
            let range = range.start - from..range.end - from;
            found.push(evaluator.evaluate(&there.columns, &range)?);
        }
        start = end;
    }
    Ok(found)
}

/// Rows that it fails for, at the edges of types, it fails for in turn too, and with the same words: those
/// that come behind make no difference.
fn failing(call: &Call) -> Kept {
    if call.over() != Some(Over::Next) || !call.function.fallible {
        return Ok(());
    }
    let types: Vec<DataType> = call.columns.iter().map(|c| c.data_type().clone()).collect();
    let columns = values::edges(&types)?;
    let rows = columns.first().map_or(0, |column| column.len());
    let edges = call.with_columns(columns, rows);
    let told = |results: EngineResult<Vec<ScalarValue>>| match results {
        Ok(results) => Ok((results.len(), String::new())),
        Err(error) if edges.may_fail(&error) => Ok((0, error.strip_backtrace())),
        Err(error) => Err(error),
    };
    let (expected, found) = (told(edges.whole())?, told(in_turn(&edges, false))?);
    if expected != found {
        let (expected, found) = (expected.1, found.1);
        return Err(Broken::Law(format!("`{found}` instead of `{expected}` in turn")));
    }
    Ok(())
}

/// A frame is its rows, whatever is around them.
fn frames(call: &Call) -> Kept {
    if call.over() != Some(Over::Frame) {
        return Ok(());
    }
    let alone = |row: usize| {
        let frame = frame(row, call.rows);
        let alone = call.slice(frame.start, frame.end);
        alone.evaluator()?.evaluate(&alone.columns, &(0..alone.rows))
    };
    let found = (0..call.rows).map(alone).collect::<EngineResult<Vec<_>>>()?;
    agree(&call.whole()?, &found, " when its frame is all there is")
}

/// What is said never to fall does not.
fn ascending(call: &Call) -> Kept {
    if !call.function.as_window().is_some_and(|window| window.ascending) {
        return Ok(());
    }
    let results = call.whole()?;
    for (row, (before, after)) in results.iter().zip(results.iter().skip(1)).enumerate() {
        if before.partial_cmp(after) == Some(std::cmp::Ordering::Greater) {
            let row = row + 2;
            return Err(Broken::Law(format!("{after} in row {row}, behind {before}")));
        }
    }
    Ok(())
}

/// A row in which an argument is NULL that the function does not see is as if it were not there.
fn strict(call: &Call) -> Kept {
    let strict = |position: &usize| {
        call.function.param_of(*position).is_some_and(|param| !param.value.nullable)
    };
    without(call, call, &(0..call.columns.len()).filter(strict).collect::<Vec<_>>())
}

/// With `IGNORE NULLS` that holds for every argument.
fn ignore_nulls(call: &Call) -> Kept {
    let ignoring = Call { ignore_nulls: true, ..call.clone() };
    without(&ignoring, call, &(0..call.columns.len()).collect::<Vec<_>>())
}

/// Whether `call` gives what `plain` gives over the rows in which none of these arguments is NULL.
fn without(call: &Call, plain: &Call, arguments: &[usize]) -> Kept {
    let mut counts = vec![true; call.rows];
    for column in arguments.iter().filter_map(|position| call.columns.get(*position)) {
        let valid = is_not_null(column)?;
        counts.iter_mut().zip(valid.values()).for_each(|(counts, valid)| *counts &= valid);
    }
    if call.over() == Some(Over::Frame) {
        let expected = (0..call.rows).map(|row| {
            let frame = frame(row, call.rows);
            let rows: Vec<usize> = frame.filter(|row| counts[*row]).collect();
            let alone = plain.pick(&rows)?;
            alone.evaluator()?.evaluate(&alone.columns, &(0..alone.rows))
        });
        return agree(&expected.collect::<EngineResult<Vec<_>>>()?, &call.whole()?, "");
    }
    let condition = BooleanArray::from(counts.clone());
    let columns = plain.columns.iter().map(|column| filter(column, &condition));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let rows = counts.iter().filter(|counts| **counts).count();
    let mut results = plain.with_columns(columns, rows).whole()?.into_iter();
    let null = ScalarValue::try_from(call.field()?.data_type())?;
    let expected = counts.iter().map(|counts| match counts {
        true => results.next().unwrap_or_else(|| null.clone()),
        false => null.clone(),
    });
    agree(&expected.collect::<Vec<_>>(), &call.whole()?, "")
}

/// Values are what they are in every encoding.
fn encodings(call: &Call) -> Kept {
    let expected = call.whole()?;
    for encode in WAYS {
        let columns = call.columns.iter().map(encode).collect::<Result<Vec<_>, _>>()?;
        let types: Vec<String> = columns.iter().map(|c| c.data_type().to_string()).collect();
        let encoded = call.with_columns(columns, call.rows);
        let field = call.field()?;
        let found = encoded.whole()?.into_iter().map(|value| match value.data_type() {
            ty if ty == *field.data_type() => Ok(value),
            _ => value.cast_to(field.data_type()),
        });
        agree(
            &expected,
            &found.collect::<EngineResult<Vec<_>>>()?,
            &format!(" from {}", types.join(", ")),
        )?;
    }
    Ok(())
}
