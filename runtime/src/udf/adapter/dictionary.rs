//! A dictionary as the only argument that is not constant: the function is called once for a value,
//! however many rows refer to it.
//!
//! A function that cannot fail is called for all values of a dictionary that is no larger than the
//! batch, and the keys stay as they are: the cost depends on the values alone. Where one of them
//! may fail or be of no row, those that rows refer to are found first. Text and bytes come out as a
//! dictionary over the same rows, everything else flat.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::ArrowDictionaryKeyType;
use arrow_array::{
    AnyDictionaryArray, Array as _, ArrayRef, DictionaryArray, PrimitiveArray, UInt32Array,
    UInt64Array, downcast_integer, make_array,
};
use arrow_buffer::ArrowNativeType as _;
use arrow_schema::{ArrowError, DataType};
use datafusion::common::{DataFusionError, Result, internal_err};

use super::Callee;
use super::failure::Rows;
use super::invoke::{self, Input};
use super::shared;
use crate::udf::descriptor::{Function, Volatility};

/// A dictionary may be so many times larger than a batch before its values are looked up by hash.
const SPARSE: usize = 8;

pub(super) fn evaluate(
    callee: Callee<'_>,
    mut inputs: Vec<Input>,
    position: usize,
    return_type: &DataType,
) -> Result<ArrayRef> {
    let array = Arc::clone(&inputs[position].0);
    let dictionary = array.as_any_dictionary();
    let flat = match return_type {
        DataType::Dictionary(_, values) => values.as_ref(),
        flat => flat,
    };
    let constants = shared::constants(&inputs)?;
    if is_whole(callee.function, position, dictionary) {
        inputs[position].0 = Arc::clone(dictionary.values());
        let all = callee.dictionaries.whole(dictionary.values(), &constants, flat, || {
            invoke::evaluate(callee, inputs.clone(), Rows::Batch(dictionary.values().len()), flat)
        });
        // Whatever went wrong may be due to a value that no row refers to.
        if let Ok(results) = all {
            return over_keys(dictionary, results, return_type);
        }
    }
    let slots = Slots::of(dictionary)?;
    let values = Arc::clone(dictionary.values());
    // Only some of the slots, where others are known.
    let compute = |missing: &[usize]| {
        let wanted = missing
            .iter()
            .map(|slot| slots.values.is_valid(*slot).then(|| slots.values.value(*slot)));
        let first_rows: Vec<usize> = missing.iter().map(|slot| slots.first_rows[*slot]).collect();
        inputs[position].0 = arrow::compute::take(&values, &wanted.collect::<UInt64Array>(), None)?;
        invoke::evaluate(callee, inputs, Rows::Distinct(&first_rows), flat)
    };
    let results = match callee.function.volatility {
        Volatility::Immutable => {
            callee.dictionaries.results(&values, &constants, &slots.values, flat, compute)?
        }
        _ => compute(&(0..slots.first_rows.len()).collect::<Vec<_>>())?,
    };
    match return_type {
        DataType::Dictionary(key, _) => rewrap(key, &slots, results),
        _ => Ok(arrow::compute::take(&results, &slots.of_rows, None)?),
    }
}

/// Whether all values are computed, those to which no row refers too.
fn is_whole(function: &Function, position: usize, dictionary: &dyn AnyDictionaryArray) -> bool {
    // A row without a key is NULL; a function that sees NULL has to be asked about it.
    let sees_null = function.param_of(position).is_none_or(|param| param.value.nullable);
    let asks_null = sees_null && dictionary.keys().null_count() > 0;
    let pure = !function.fallible && function.volatility == Volatility::Immutable;
    pure && !asks_null && dictionary.values().len() <= dictionary.len()
}

/// The result of each value in the rows that have it.
fn over_keys(
    dictionary: &dyn AnyDictionaryArray,
    results: ArrayRef,
    return_type: &DataType,
) -> Result<ArrayRef> {
    let keys = dictionary.keys();
    if !matches!(return_type, DataType::Dictionary(..)) {
        return Ok(arrow::compute::take(&results, keys, None)?);
    }
    if results.null_count() == 0 {
        return Ok(dictionary.with_values(results));
    }
    // A NULL among the results becomes a NULL key.
    let missing = arrow::compute::is_null(&results)?;
    let missing = arrow::compute::take(&missing, keys, None)?;
    let keys = arrow::compute::nullif(keys, missing.as_boolean())?;
    let data = keys.to_data().into_builder().data_type(return_type.clone());
    Ok(make_array(data.add_child_data(results.to_data()).build()?))
}

/// The values that rows refer to: each has a slot, in the order in which they first appear. A row
/// without a key has the slot of NULL.
struct Slots {
    /// For each slot, the position of its value in the dictionary.
    values: UInt64Array,
    /// For each slot, the first row that has it.
    first_rows: Vec<usize>,
    /// For each row, its slot.
    of_rows: UInt32Array,
}

impl Slots {
    fn of(dictionary: &dyn AnyDictionaryArray) -> Result<Self> {
        let n_values = dictionary.values().len();
        let keys =
            if n_values == 0 { vec![0; dictionary.len()] } else { dictionary.normalized_keys() };
        let nulls = dictionary.keys().nulls();
        let mut known = Known::new(n_values, keys.len());
        let mut null_slot = None;
        let mut values: Vec<Option<u64>> = Vec::new();
        let mut first_rows = Vec::new();
        let mut of_rows = Vec::with_capacity(keys.len());
        for (row, key) in keys.into_iter().enumerate() {
            let next = u32::try_from(values.len())
                .map_err(|_| DataFusionError::Execution("a batch has too many rows".to_owned()))?;
            let null = n_values == 0 || nulls.is_some_and(|nulls| nulls.is_null(row));
            let slot = if null { *null_slot.get_or_insert(next) } else { known.slot(key, next) };
            if slot == next {
                values.push((!null).then_some(key as u64));
                first_rows.push(row);
            }
            of_rows.push(slot);
        }
        Ok(Self { values: values.into(), first_rows, of_rows: of_rows.into() })
    }
}

/// Which values have a slot already.
enum Known {
    Dense(Vec<u32>),
    Sparse(HashMap<usize, u32>),
}

impl Known {
    fn new(n_values: usize, rows: usize) -> Self {
        if n_values <= SPARSE * rows {
            Self::Dense(vec![u32::MAX; n_values])
        } else {
            Self::Sparse(HashMap::with_capacity(rows))
        }
    }

    /// The slot of a value, which is `next` if it has none yet.
    fn slot(&mut self, value: usize, next: u32) -> u32 {
        match self {
            Self::Dense(slots) => {
                if slots[value] == u32::MAX {
                    slots[value] = next;
                }
                slots[value]
            }
            Self::Sparse(slots) => *slots.entry(value).or_insert(next),
        }
    }
}

/// The results as a dictionary; a NULL among them becomes a NULL key.
fn rewrap(key: &DataType, slots: &Slots, results: ArrayRef) -> Result<ArrayRef> {
    macro_rules! wrap {
        ($key:ty) => {
            Ok(wrap::<$key>(slots, results)?)
        };
    }
    downcast_integer! {
        key => (wrap),
        other => internal_err!("{other} is no key of a dictionary"),
    }
}

fn wrap<K: ArrowDictionaryKeyType>(
    slots: &Slots,
    results: ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    let nulls = results.nulls().cloned();
    let keys: PrimitiveArray<K> = slots
        .of_rows
        .values()
        .iter()
        .map(|slot| {
            let slot = slot.as_usize();
            let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(slot));
            if valid { K::Native::from_usize(slot) } else { None }
        })
        .collect();
    Ok(Arc::new(DictionaryArray::try_new(keys, results)?))
}
