//! Made-up arguments: few different values, so that some are equal, with NULLs among them.

use std::sync::Arc;

use arrow::compute::cast;
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Int64Array, ListArray, MapArray, StringArray, StructArray,
    new_null_array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};

use datafusion::common::{Result, ScalarValue};

use crate::testing::edges;
use crate::udf::Function;
use crate::udf::types::{Type, TypeSet};

/// Numbers that look random and are the same every time.
pub(in crate::testing) struct Numbers(u64);

impl Numbers {
    pub(in crate::testing) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// A number below `end`: a step of the generator SplitMix64.
    pub(in crate::testing) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bits = bits ^ (bits >> 31);
        usize::try_from(bits % end as u64).unwrap_or(0)
    }

    /// The numbers below `end` in some order.
    pub(in crate::testing) fn shuffled(&mut self, end: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..end).collect();
        for last in (1..end).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

const TEXTS: [&str; 6] =
    ["", "a", "b", "ß", "a text that is too long to lie in a view itself", "A"];

/// The types that arguments can have; a type parameter stands for several.
pub(in crate::testing) fn choices(function: &Function) -> Vec<Vec<DataType>> {
    let mut choices = vec![Vec::new()];
    let mut named: Vec<(usize, usize)> = Vec::new();
    for (position, param) in function.params.iter().enumerate() {
        let Type::Param(name) = param.value.ty else {
            choices.iter_mut().for_each(|types| types.push(param.value.ty.to_arrow()));
            continue;
        };
        // Two parameters of one type parameter have one type.
        if let Some((_, first)) = named.iter().find(|(known, _)| *known == name) {
            choices.iter_mut().for_each(|types| types.push(types[*first].clone()));
            continue;
        }
        // Types are paired, not multiplied: the second parameter is a few types ahead of the first.
        let ordered = match function.type_params.get(name).map(|param| param.set) {
            Some(TypeSet::Number) => numbers(),
            _ => ordered(),
        };
        let ahead = named.len() * AHEAD;
        if named.is_empty() {
            choices = vec![choices.swap_remove(0); ordered.len()];
        }
        for (i, types) in choices.iter_mut().enumerate() {
            types.push(ordered[(i + ahead) % ordered.len()].clone());
        }
        named.push((name, position));
    }
    choices
}

/// How many types the second type parameter is ahead of the first: so many that numbers and bytes
/// meet in every way.
const AHEAD: usize = 3;

/// Types of numbers, of every width that is another loop or a cast before one.
fn numbers() -> Vec<DataType> {
    vec![
        DataType::Int64,
        DataType::Float64,
        DataType::UInt64,
        DataType::Int8,
        DataType::UInt16,
        DataType::Float32,
    ]
}

/// Types that have an order, for each form that values are brought into.
fn ordered() -> Vec<DataType> {
    let text = Arc::new(Field::new("t", DataType::Utf8, true));
    let number = Arc::new(Field::new("n", DataType::Int32, true));
    vec![
        DataType::Int64,
        DataType::Utf8,
        DataType::Float64,
        DataType::Boolean,
        DataType::Timestamp(TimeUnit::Nanosecond, Some("+02:00".into())),
        DataType::Decimal128(20, 2),
        DataType::List(Arc::clone(&number)),
        DataType::Struct(Fields::from(vec![text, number])),
    ]
}

/// A column for each type.
pub(in crate::testing) fn columns(types: &[DataType], rows: usize, round: usize) -> Vec<ArrayRef> {
    let mut numbers = Numbers::new(round as u64 + 1);
    types.iter().map(|ty| column(ty, rows, true, &mut numbers)).collect()
}

/// Columns of values at the edges of their types: each with another of the column beside it.
pub(in crate::testing) fn edges(types: &[DataType]) -> Result<Vec<ArrayRef>> {
    let column = |(position, ty): (usize, &DataType)| {
        let values = edges::few(ty);
        if values.is_empty() {
            return Ok(column(ty, edges::FEW, true, &mut Numbers::new(0)));
        }
        let mut rows = values.iter().cycle().skip(position * AHEAD).take(edges::FEW);
        ScalarValue::iter_to_array(rows.by_ref().cloned())
    };
    types.iter().enumerate().map(column).collect()
}

/// A column of some type; a type that has no values here gives NULL in every row.
fn column(ty: &DataType, rows: usize, nullable: bool, numbers: &mut Numbers) -> ArrayRef {
    let nulls = nullable.then(|| (0..rows).map(|_| numbers.below(5) > 0).collect::<NullBuffer>());
    match ty {
        DataType::Utf8 => {
            let texts = (0..rows).map(|_| TEXTS[numbers.below(TEXTS.len())]);
            with_nulls(&StringArray::from_iter_values(texts), nulls)
        }
        DataType::Boolean => {
            let values = (0..rows).map(|_| numbers.below(2) == 0).collect();
            Arc::new(BooleanArray::new(values, nulls))
        }
        DataType::List(field) => {
            let lengths: Vec<usize> = (0..rows).map(|_| numbers.below(3)).collect();
            let n_items = lengths.iter().sum();
            let items = column(field.data_type(), n_items, field.is_nullable(), numbers);
            let offsets = OffsetBuffer::from_lengths(lengths);
            match ListArray::try_new(Arc::clone(field), offsets, items, nulls) {
                Ok(array) => Arc::new(array),
                Err(_) => new_null_array(ty, rows),
            }
        }
        DataType::Struct(fields) => {
            let columns = fields
                .iter()
                .map(|field| column(field.data_type(), rows, field.is_nullable(), numbers))
                .collect();
            match StructArray::try_new_with_length(fields.clone(), columns, nulls, rows) {
                Ok(array) => Arc::new(array),
                Err(_) => new_null_array(ty, rows),
            }
        }
        DataType::Map(entries, _) => map(ty, entries, rows, numbers),
        _ => {
            // Small numbers: what adds them up does not overflow, and halves are exact.
            let values: Vec<i64> = (0..rows).map(|_| numbers.below(5) as i64).collect();
            let array = Int64Array::new(values.into(), nulls);
            let numbers: ArrayRef = Arc::new(array);
            let through = match ty {
                DataType::Date32 => cast(&numbers, &DataType::Int32),
                DataType::Binary => cast(&numbers, &DataType::Utf8),
                _ => Ok(numbers),
            };
            through.and_then(|array| cast(&array, ty)).unwrap_or_else(|_| new_null_array(ty, rows))
        }
    }
}

/// Maps with one entry each: keys must not repeat.
fn map(ty: &DataType, entries: &FieldRef, rows: usize, numbers: &mut Numbers) -> ArrayRef {
    let DataType::Struct(fields) = entries.data_type() else { return new_null_array(ty, rows) };
    let columns =
        fields.iter().map(|f| column(f.data_type(), rows, f.is_nullable(), numbers)).collect();
    let array = StructArray::try_new(fields.clone(), columns, None).and_then(|structs| {
        let offsets = OffsetBuffer::from_lengths(vec![1; rows]);
        MapArray::try_new(Arc::clone(entries), offsets, structs, None, false)
    });
    match array {
        Ok(array) => Arc::new(array),
        Err(_) => new_null_array(ty, rows),
    }
}

fn with_nulls(array: &StringArray, nulls: Option<NullBuffer>) -> ArrayRef {
    let (offsets, bytes) = (array.offsets().clone(), array.values().clone());
    match StringArray::try_new(offsets, bytes, nulls) {
        Ok(array) => Arc::new(array),
        Err(_) => new_null_array(&DataType::Utf8, array.len()),
    }
}
