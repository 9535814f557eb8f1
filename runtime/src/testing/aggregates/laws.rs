//! What every aggregate has to be.
//!
//! All rows at once in one group are the measure; each law says of another way to compute the same
//! call that it agrees.

use std::sync::Arc;

use arrow::compute::cast;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int8Type;
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, DictionaryArray, Int8Array, StringArray, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::logical_expr::EmitTo;

use super::call::{Call, in_type, results, rows_where, states};
use super::queries::queries;
use super::values::Numbers;

/// A law.
pub(super) struct Law {
    pub(super) name: &'static str,
    pub(super) check: fn(&Call) -> Result<(), Broken>,
}

/// Why a call does not keep a law.
pub(in crate::testing) enum Broken {
    Law(String),
    Engine(DataFusionError),
}

impl From<DataFusionError> for Broken {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

impl From<ArrowError> for Broken {
    fn from(error: ArrowError) -> Self {
        Self::Engine(error.into())
    }
}

pub(super) type Kept = Result<(), Broken>;

pub(super) const LAWS: &[Law] = &[
    Law { name: "over no rows", check: empty },
    Law { name: "over partitions, merged in any order", check: partitions },
    Law { name: "in groups", check: groups },
    Law { name: "in groups of several partitions", check: partial_groups },
    Law { name: "with FILTER", check: filter },
    Law { name: "in moving frames", check: frames },
    Law { name: "with DISTINCT", check: distinct },
    Law { name: "with IGNORE NULLS", check: ignore_nulls },
    Law { name: "in other encodings", check: encodings },
    Law { name: "in queries", check: queries },
];

/// Where sums overflow: nothing panics, and what cannot fail does not. Results are not compared, because
/// the order of rows counts where floats are not exact.
pub(super) const AT_EDGES: Law = Law { name: "at the edges of types", check: at_edges };

fn at_edges(call: &Call) -> Kept {
    let run = || -> Result<(), DataFusionError> {
        call.plain()?;
        let mut merged = call.expr().create_accumulator()?;
        for row in 0..call.rows() {
            merged.merge_batch(&call.state(&[row])?)?;
        }
        merged.evaluate()?;
        if let Some(mut groups) = call.groups()? {
            let indices: Vec<usize> = (0..call.rows()).map(group_of).collect();
            groups.update_batch(call.columns(), &indices, None, GROUPS)?;
            results(groups.as_mut(), 1)?;
        }
        let mut frame = call.sliding()?;
        for row in 0..call.rows() {
            frame.update_batch(&call.slice(row, row + 1))?;
            if let Some(left) = row.checked_sub(2) {
                frame.retract_batch(&call.slice(left, left + 1))?;
            }
            frame.evaluate()?;
        }
        Ok(())
    };
    match run() {
        Err(error) if call.function().fallible && !error.message().contains("panicked: ") => Ok(()),
        kept => Ok(kept?),
    }
}

pub(super) fn agree(expected: &ScalarValue, found: &ScalarValue, how: &str) -> Kept {
    if expected == found {
        return Ok(());
    }
    Err(Broken::Law(format!("{found} instead of {expected}{how}")))
}

/// No rows give the default, and what is said never to be NULL never is.
fn empty(call: &Call) -> Kept {
    let nothing = call.over(call.slice(0, 0))?;
    let (field, plain) = (call.expr().field(), nothing.plain()?);
    agree(&call.expr().default_value(field.data_type())?, &plain, ", the default")?;
    for found in [plain, call.plain()?] {
        if found.is_null() && !field.is_nullable() {
            return Err(Broken::Law("NULL, though it is said never to be".to_owned()));
        }
        if found.data_type() != *field.data_type() {
            let (found, wanted) = (found.data_type(), field.data_type());
            return Err(Broken::Law(format!("a value of {found}, not of {wanted}")));
        }
    }
    Ok(())
}

/// Three parts of the rows in some order: (a + b) + c, c + (b + a), and into one of them.
fn partitions(call: &Call) -> Kept {
    let expected = call.plain()?;
    let mut numbers = Numbers::new(call.rows() as u64);
    let order = numbers.shuffled(call.rows());
    let cut = |part: usize| order.len() * part / 3;
    let part = |i: usize| call.state(&order[cut(i)..cut(i + 1)]);
    for [first, second, third] in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut pair = call.expr().create_accumulator()?;
        pair.merge_batch(&part(first)?)?;
        pair.merge_batch(&part(second)?)?;
        let mut all = call.expr().create_accumulator()?;
        all.merge_batch(&states(pair.as_mut())?)?;
        all.merge_batch(&part(third)?)?;
        agree(&expected, &all.evaluate()?, " after merging three partitions")?;
        // A state may go on after it has been merged into.
        let mut grown = call.expr().create_accumulator()?;
        grown.update_batch(&call.pick(&order[cut(first)..cut(first + 1)])?)?;
        grown.merge_batch(&part(second)?)?;
        grown.update_batch(&call.pick(&order[cut(third)..cut(third + 1)])?)?;
        agree(&expected, &grown.evaluate()?, " after rows, a partition, and rows")?;
    }
    Ok(())
}

/// Rows in turn into so many groups; the last stays empty.
const GROUPS: usize = 4;

pub(super) fn group_of(row: usize) -> usize {
    row % (GROUPS - 1)
}

/// What each group has to give.
pub(super) fn by_group(call: &Call, rows: &[usize]) -> Result<Vec<ScalarValue>, Broken> {
    let group = |wanted: usize| -> Result<ScalarValue, Broken> {
        let rows: Vec<usize> =
            rows.iter().copied().filter(|row| group_of(*row) == wanted).collect();
        Ok(call.over(call.pick(&rows)?)?.plain()?)
    };
    (0..GROUPS).map(group).collect()
}

fn agree_all(expected: &[ScalarValue], found: &[ScalarValue], how: &str) -> Kept {
    if expected.len() != found.len() {
        let text = format!("{} groups instead of {}{how}", found.len(), expected.len());
        return Err(Broken::Law(text));
    }
    expected.iter().zip(found).try_for_each(|(expected, found)| agree(expected, found, how))
}

/// Batch after batch, and taken out in two parts.
fn groups(call: &Call) -> Kept {
    let Some(mut groups) = call.groups()? else { return Ok(()) };
    let rows: Vec<usize> = (0..call.rows()).collect();
    for batch in rows.chunks(5) {
        let indices: Vec<usize> = batch.iter().map(|row| group_of(*row)).collect();
        groups.update_batch(&call.pick(batch)?, &indices, None, GROUPS)?;
    }
    if groups.size() == 0 && !rows.is_empty() {
        return Err(Broken::Law("groups without a size".to_owned()));
    }
    agree_all(&by_group(call, &rows)?, &results(groups.as_mut(), 1)?, " for a group")
}

/// States of groups, states of single rows, and both merged into others.
fn partial_groups(call: &Call) -> Kept {
    let (Some(mut partial), Some(mut last)) = (call.groups()?, call.groups()?) else {
        return Ok(());
    };
    let rows: Vec<usize> = (0..call.rows()).collect();
    let (early, late) = rows.split_at(call.rows() / 2);
    let indices: Vec<usize> = early.iter().map(|row| group_of(*row)).collect();
    partial.update_batch(&call.pick(early)?, &indices, None, GROUPS)?;
    // Groups arrive in another order, and in two parts.
    for emit in [EmitTo::First(2), EmitTo::All] {
        let states = partial.state(emit)?;
        let groups: Vec<usize> = match emit {
            EmitTo::First(_) => vec![0, 1],
            EmitTo::All => (2..GROUPS).collect(),
        };
        last.merge_batch(&states, &groups, GROUPS)?;
    }
    let indices: Vec<usize> = late.iter().map(|row| group_of(*row)).collect();
    let states = partial.convert_to_state(&call.pick(late)?, None)?;
    last.merge_batch(&states, &indices, GROUPS)?;
    agree_all(&by_group(call, &rows)?, &results(last.as_mut(), 3)?, " for a group")
}

/// A condition that is true, false and NULL.
fn filter(call: &Call) -> Kept {
    let (Some(mut groups), Some(mut merged)) = (call.groups()?, call.groups()?) else {
        return Ok(());
    };
    let condition: BooleanArray = (0..call.rows())
        .map(|row| [Some(true), Some(false), None, Some(true)][row / 2 % 4])
        .collect();
    let indices: Vec<usize> = (0..call.rows()).map(group_of).collect();
    let expected = by_group(call, &rows_where(&condition))?;
    groups.update_batch(call.columns(), &indices, Some(&condition), GROUPS)?;
    agree_all(&expected, &results(groups.as_mut(), 0)?, " for a group")?;
    let states = groups.convert_to_state(call.columns(), Some(&condition))?;
    merged.merge_batch(&states, &indices, GROUPS)?;
    agree_all(&expected, &results(merged.as_mut(), GROUPS)?, " for a group of states")
}

/// Frames of several widths, moving by several steps, with all that is in them.
fn frames(call: &Call) -> Kept {
    for (width, step) in [(1, 1), (3, 1), (7, 2), (4, 4)] {
        let mut frame = call.sliding()?;
        let (mut start, mut end) = (0, 0);
        while end < call.rows() {
            let next = (end + step).min(call.rows());
            frame.update_batch(&call.slice(end, next))?;
            end = next;
            let first = end.saturating_sub(width);
            if first > start {
                frame.retract_batch(&call.slice(start, first))?;
                start = first;
            }
            let expected = call.over(call.slice(start, end))?.plain()?;
            agree(&expected, &frame.evaluate()?, &format!(" in the frame {start}..{end}"))?;
        }
    }
    Ok(())
}

/// The first of equal rows, within a group of some rows.
pub(super) fn distinct_rows(call: &Call, rows: &[usize]) -> Result<Vec<usize>, Broken> {
    let mut known: Vec<(usize, Vec<ScalarValue>)> = Vec::new();
    let mut first = Vec::new();
    for row in rows {
        let key = (group_of(*row), call.values(*row)?);
        if !known.contains(&key) {
            known.push(key);
            first.push(*row);
        }
    }
    Ok(first)
}

/// Equal rows count once, in every way.
fn distinct(call: &Call) -> Kept {
    let mut known: Vec<Vec<ScalarValue>> = Vec::new();
    let mut first = Vec::new();
    for row in 0..call.rows() {
        let values = call.values(row)?;
        if !known.contains(&values) {
            known.push(values);
            first.push(row);
        }
    }
    let expected = call.over(call.pick(&first)?)?.plain()?;
    let distinct = call.distinct()?;
    agree(&expected, &distinct.plain()?, "")?;
    partitions(&distinct)?;
    frames(&distinct)?;
    groups(&distinct)
}

/// Rows with a NULL do not count.
fn ignore_nulls(call: &Call) -> Kept {
    if !call.function().params.iter().any(|param| param.value.nullable) {
        return Ok(());
    }
    let rows: Vec<usize> = (0..call.rows()).filter(|row| call.is_there(*row)).collect();
    let expected = call.over(call.pick(&rows)?)?.plain()?;
    let ignoring = call.ignoring_nulls()?;
    agree(&expected, &ignoring.plain()?, "")?;
    partitions(&ignoring)?;
    frames(&ignoring)?;
    groups(&ignoring)
}

/// The same values otherwise encoded.
pub(in crate::testing) type Encode = fn(&ArrayRef) -> Result<ArrayRef, ArrowError>;

/// In slices, dictionaries, run-ends, and every encoding of text.
pub(in crate::testing) const WAYS: [Encode; 6] =
    [sliced, dictionary, large, view, dictionary_of_views, run_ends];

/// The same values in slices, dictionaries, run-ends, and every encoding of text.
fn encodings(call: &Call) -> Kept {
    let expected = call.plain()?;
    for encode in WAYS {
        let columns = call.columns().iter().map(encode).collect::<Result<Vec<_>, _>>()?;
        let types: Vec<String> =
            columns.iter().map(|column| column.data_type().to_string()).collect();
        let encoded = call.over(columns)?;
        let how = format!(" from {}", types.join(", "));
        let found = in_type(&encoded.plain()?, &expected.data_type())?;
        agree(&expected, &found, &how)?;
        partitions(&encoded)?;
        frames(&encoded)?;
        groups(&encoded)?;
    }
    Ok(())
}

/// Behind rows that are not meant.
fn sliced(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let twice = arrow::compute::concat(&[array.as_ref(), array.as_ref()])?;
    Ok(twice.slice(array.len(), array.len()))
}

/// A dictionary with values that no key refers to, and NULL both as a key and as a value.
fn dictionary(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if array.data_type().is_nested() || array.is_empty() {
        return Ok(Arc::clone(array));
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        return text_dictionary(texts);
    }
    let key = |row: usize| {
        // Every other NULL is one of the dictionary's values.
        (array.is_valid(row) || row.is_multiple_of(2)).then_some(i8::try_from(row).unwrap_or(0))
    };
    let keys: Int8Array = (0..array.len()).map(key).collect();
    Ok(Arc::new(DictionaryArray::<Int8Type>::try_new(keys, Arc::clone(array))?))
}

fn text_dictionary(texts: &StringArray) -> Result<ArrayRef, ArrowError> {
    let mut builder = StringDictionaryBuilder::<Int8Type>::new();
    builder.append("no row has this text")?;
    builder.extend(texts);
    Ok(Arc::new(builder.finish().slice(1, texts.len())))
}

fn of_text(array: &ArrayRef, ty: &DataType) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Utf8 => cast(array, ty),
        _ => Ok(Arc::clone(array)),
    }
}

fn large(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    of_text(array, &DataType::LargeUtf8)
}

fn view(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    of_text(array, &DataType::Utf8View)
}

fn dictionary_of_views(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let values = of_text(array, &DataType::Utf8View)?;
    if array.data_type() != &DataType::Utf8 {
        return Ok(values);
    }
    let keys: Int8Array = (0..array.len()).map(|row| i8::try_from(row).ok()).collect();
    Ok(Arc::new(DictionaryArray::<Int8Type>::try_new(keys, values)?))
}

/// Each value twice in a row would change the rows, so runs have a length of one.
fn run_ends(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if array.data_type().is_nested() || array.is_empty() {
        return Ok(Arc::clone(array));
    }
    let ends = Arc::new(Field::new("run_ends", DataType::Int32, false));
    let values = Arc::new(Field::new("values", array.data_type().clone(), true));
    let rows = UInt64Array::from_iter_values((0..array.len()).map(|row| row as u64));
    let taken = arrow::compute::take(array, &rows, None)?;
    cast(&taken, &DataType::RunEndEncoded(ends, values))
}
