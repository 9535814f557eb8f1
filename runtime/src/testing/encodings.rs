//! The same values in other arrays: every encoding, behind rows that are not meant, above junk.

use std::sync::Arc;

use arrow::compute::{CastOptions, cast, cast_with_options, concat, take};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int16Type, Int32Type, Int64Type, RunEndIndexType};
use arrow_array::{
    Array as _, ArrayRef, DictionaryArray, Int64Array, PrimitiveArray, RunArray, StructArray,
    UInt64Array, downcast_integer, make_array,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, TimeUnit};
use datafusion::common::ScalarValue;

/// Fails where a value has no counterpart.
const STRICT: CastOptions<'static> =
    CastOptions { safe: false, format_options: arrow::util::display::FormatOptions::new() };

/// The encodings of values of a type, whatever a function makes of them.
pub(super) fn encodings(ty: &DataType) -> Vec<DataType> {
    use DataType::{
        Binary, BinaryView, Dictionary, Int8, Int16, Int32, Int64, LargeBinary, LargeUtf8, UInt16,
        UInt32, UInt64, Utf8, Utf8View,
    };
    let words = |key: DataType, ty: &DataType| Dictionary(Box::new(key), Box::new(ty.clone()));
    match ty {
        Utf8 => vec![
            LargeUtf8,
            Utf8View,
            words(Int8, &Utf8),
            words(UInt16, &LargeUtf8),
            words(Int64, &Utf8View),
            words(UInt32, &Utf8),
            runs(Int16, &Utf8),
            runs(Int32, &Utf8View),
            runs(Int64, &LargeUtf8),
        ],
        Binary => vec![
            LargeBinary,
            BinaryView,
            words(Int8, &Binary),
            words(UInt64, &BinaryView),
            runs(Int32, &Binary),
            DataType::FixedSizeBinary(1),
        ],
        other => {
            vec![words(Int8, other), words(UInt32, other), runs(Int32, other), runs(Int64, other)]
        }
    }
}

/// Other types that hold the values of a type for a function that asks for it by name.
pub(super) fn kindred(ty: &DataType) -> Vec<DataType> {
    use DataType::{
        Float32, Float64, Int8, Int16, Int32, Int64, LargeList, LargeListView, List, ListView,
        Timestamp, UInt8, UInt16, UInt32, UInt64,
    };
    match ty {
        Int16 => vec![Int8, UInt8],
        Int32 => vec![Int8, Int16, UInt16],
        Int64 => vec![Int8, Int32, UInt32],
        UInt16 => vec![UInt8],
        UInt32 => vec![UInt8, UInt16],
        UInt64 => vec![UInt8, UInt32],
        Float64 => vec![Float32, Int32],
        Timestamp(TimeUnit::Microsecond, Some(_)) => vec![
            Timestamp(TimeUnit::Nanosecond, None),
            Timestamp(TimeUnit::Millisecond, Some("+02:00".into())),
            Timestamp(TimeUnit::Second, None),
        ],
        Timestamp(TimeUnit::Microsecond, None) => {
            vec![Timestamp(TimeUnit::Nanosecond, None), Timestamp(TimeUnit::Second, None)]
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            let of_seconds = DataType::Time32(TimeUnit::Second);
            vec![DataType::Time64(TimeUnit::Nanosecond), of_seconds]
        }
        DataType::Duration(TimeUnit::Microsecond) => vec![
            DataType::Duration(TimeUnit::Nanosecond),
            DataType::Duration(TimeUnit::Millisecond),
        ],
        List(item) => {
            let mut types = vec![
                LargeList(Arc::clone(item)),
                ListView(Arc::clone(item)),
                LargeListView(Arc::clone(item)),
                DataType::FixedSizeList(Arc::clone(item), 1),
            ];
            if !item.data_type().is_nested() {
                let words =
                    DataType::Dictionary(Box::new(Int8), Box::new(item.data_type().clone()));
                types.push(List(Arc::new(item.as_ref().clone().with_data_type(words))));
            }
            types
        }
        DataType::Struct(fields) => {
            // In another order, and with one that nobody asked for.
            let more = Arc::new(Field::new("another one", DataType::Boolean, true));
            vec![DataType::Struct(fields.iter().rev().cloned().chain([more]).collect())]
        }
        _ => Vec::new(),
    }
}

fn runs(ends: DataType, ty: &DataType) -> DataType {
    let ends = Arc::new(Field::new("run_ends", ends, false));
    DataType::RunEndEncoded(ends, Arc::new(Field::new("values", ty.clone(), true)))
}

/// The values in another encoding, `None` where it cannot hold them. `junk` has values of the same
/// type that no row refers to.
pub(super) fn encode(
    array: &ArrayRef,
    junk: &ArrayRef,
    ty: &DataType,
) -> Result<Option<ArrayRef>, ArrowError> {
    let encoded = match ty {
        DataType::Dictionary(key, values) => dictionary(array, junk, key, values)?,
        DataType::RunEndEncoded(ends, values) => run_ends(array, ends, values)?,
        DataType::FixedSizeBinary(_) | DataType::FixedSizeList(..) => {
            return of_fixed_size(array, ty);
        }
        DataType::Struct(fields) => rearranged(array, fields)?,
        _ => match cast_with_options(array, ty, &STRICT) {
            Ok(array) => array,
            Err(_) => return Ok(None),
        },
    };
    // Casts cut off digits; values that come back changed were not held.
    let same = match cast(&encoded, array.data_type()) {
        Ok(back) => equal(&back, array)?,
        Err(_) => false,
    };
    Ok((same || matches!(ty, DataType::Struct(_))).then_some(encoded))
}

/// The values behind and before rows that are not meant.
pub(super) fn sliced(
    array: &ArrayRef,
    junk: &ArrayRef,
    ty: &DataType,
) -> Result<Option<ArrayRef>, ArrowError> {
    let longer = concat(&[junk.as_ref(), array.as_ref(), junk.as_ref()])?;
    let longer = if longer.data_type() == ty { Some(longer) } else { encode(&longer, junk, ty)? };
    Ok(longer.map(|longer| longer.slice(junk.len(), array.len())))
}

/// NULL in the rows that `nulls` says, whatever lies beneath.
pub(super) fn under_nulls(array: &ArrayRef, nulls: &NullBuffer) -> Result<ArrayRef, ArrowError> {
    let union = NullBuffer::union(array.nulls(), Some(nulls));
    Ok(make_array(array.to_data().into_builder().nulls(union).build()?))
}

fn equal(a: &ArrayRef, b: &ArrayRef) -> Result<bool, ArrowError> {
    for row in 0..a.len() {
        let value = |array: &ArrayRef| ScalarValue::try_from_array(array, row);
        let (a, b) = (value(a).map_err(external)?, value(b).map_err(external)?);
        if a != b && !(a.is_null() && b.is_null()) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn external(error: datafusion::common::DataFusionError) -> ArrowError {
    ArrowError::ExternalError(Box::new(error))
}

/// A value for each row, junk before them; every other NULL is a value and not a key.
fn dictionary(
    array: &ArrayRef,
    junk: &ArrayRef,
    key: &DataType,
    values: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let all = cast(&concat(&[junk.as_ref(), array.as_ref()])?, values)?;
    let key_of = |row: usize| {
        let has_key = array.is_valid(row) || row.is_multiple_of(2);
        has_key.then(|| (junk.len() + row) as i64)
    };
    let keys: Int64Array = (0..array.len()).map(key_of).collect();
    let keys = cast_with_options(&keys, key, &STRICT)?;
    macro_rules! wrap {
        ($key:ty) => {
            wrap::<$key>(keys.as_primitive(), all)
        };
    }
    downcast_integer! {
        key => (wrap),
        other => Err(ArrowError::CastError(format!("{other} is no key of a dictionary"))),
    }
}

fn wrap<K: arrow_array::types::ArrowDictionaryKeyType>(
    keys: &PrimitiveArray<K>,
    values: ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::try_new(keys.clone(), values)?))
}

/// One run for equal rows beside each other.
fn run_ends(array: &ArrayRef, ends: &FieldRef, values: &FieldRef) -> Result<ArrayRef, ArrowError> {
    let mut starts: Vec<u64> = Vec::new();
    let mut run_ends: Vec<i64> = Vec::new();
    let mut last = None;
    for row in 0..array.len() {
        let value = ScalarValue::try_from_array(array, row).map_err(external)?;
        if last.as_ref() == Some(&value) {
            run_ends.pop();
        } else {
            starts.push(row as u64);
        }
        run_ends.push(row as i64 + 1);
        last = Some(value);
    }
    let kept = cast(&take(array, &UInt64Array::from(starts), None)?, values.data_type())?;
    let run_ends = cast_with_options(&Int64Array::from(run_ends), ends.data_type(), &STRICT)?;
    match ends.data_type() {
        DataType::Int16 => run::<Int16Type>(run_ends.as_primitive(), &kept),
        DataType::Int32 => run::<Int32Type>(run_ends.as_primitive(), &kept),
        _ => run::<Int64Type>(run_ends.as_primitive(), &kept),
    }
}

fn run<R: RunEndIndexType>(
    ends: &PrimitiveArray<R>,
    values: &ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(RunArray::try_new(ends, values)?))
}

/// Where all values have one size, whatever it is.
fn of_fixed_size(array: &ArrayRef, ty: &DataType) -> Result<Option<ArrayRef>, ArrowError> {
    let valid = |row: &usize| array.is_valid(*row);
    let sizes = (0..array.len()).filter(valid).map(|row| match ty {
        DataType::FixedSizeBinary(_) => array.as_binary::<i32>().value_length(row),
        _ => array.as_list::<i32>().value_length(row),
    });
    let sizes: std::collections::BTreeSet<i32> = sizes.collect();
    let size = match sizes.len() {
        1 => sizes.first().copied().unwrap_or(0),
        _ => return Ok(None),
    };
    let ty = match ty {
        DataType::FixedSizeList(item, _) => DataType::FixedSizeList(Arc::clone(item), size),
        _ => DataType::FixedSizeBinary(size),
    };
    // A cast keeps nothing under a NULL, where a list of fixed size has to have items.
    Ok(cast_with_options(array, &ty, &STRICT).ok().filter(|_| 0 < size))
}

/// The fields in another order; one that is not there is NULL.
fn rearranged(array: &ArrayRef, fields: &Fields) -> Result<ArrayRef, ArrowError> {
    let structs = array.as_struct();
    let columns = fields.iter().map(|field| match structs.column_by_name(field.name()) {
        Some(column) => Arc::clone(column),
        None => arrow_array::new_null_array(field.data_type(), array.len()),
    });
    let (columns, nulls) = (columns.collect(), structs.nulls().cloned());
    Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), columns, nulls, array.len())?))
}
