//! Arguments in the form that kernels read: flat text of any width, numbers of the parameter's
//! width, lists, maps and structs of those.

use std::sync::Arc;

use arrow::compute::CastOptions;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, GenericListArray, MapArray, OffsetSizeTrait,
    PrimitiveArray, StructArray, new_null_array,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, TimeUnit};
use arrow_select::dictionary::garbage_collect_any_dictionary;

use super::accept::list_item;
use super::bind::Bindings;
use crate::udf::descriptor::Param;
use crate::udf::types::{Type, ValueType};

/// A cast that fails where a value has no counterpart.
const STRICT: CastOptions<'static> =
    CastOptions { safe: false, format_options: arrow::util::display::FormatOptions::new() };

/// The argument in the form that kernels read; it is one that the parameter takes.
pub(crate) fn conform(
    param: &Param,
    array: &ArrayRef,
    bindings: &Bindings,
) -> Result<ArrayRef, ArrowError> {
    let is_text = |ty: &DataType| is_readable(&Type::String, ty, bindings);
    match array.data_type() {
        DataType::Dictionary(_, values) if param.any && !is_text(values) => {
            // A value that no row refers to may have no text.
            let referenced = garbage_collect_any_dictionary(array.as_any_dictionary())?;
            let text = arrow::compute::cast_with_options(&referenced, &DataType::Utf8, &STRICT);
            text.map_err(|error| textless(values, error))
        }
        found if param.any => {
            conform_type(&param.value.ty, array, bindings).map_err(|error| textless(found, error))
        }
        _ => conform_type(&param.value.ty, array, bindings),
    }
}

/// The type of the array that a function over whole columns is given: what its signature says, each
/// in one encoding. What only the arguments decide stays as it is.
pub(super) fn whole_type(wanted: &Type, found: &DataType) -> DataType {
    match (wanted, found) {
        (Type::Param(_), _) => found.clone(),
        (_, DataType::Dictionary(_, values)) => whole_type(wanted, values),
        (_, DataType::RunEndEncoded(_, values)) => whole_type(wanted, values.data_type()),
        (Type::List(_), _) => match list_item(found) {
            Some(item) => DataType::List(Arc::clone(item)),
            None => found.clone(),
        },
        (Type::Map(..) | Type::Struct(_) | Type::AnyStruct | Type::AnyUnion, _) => found.clone(),
        _ => wanted.to_arrow(),
    }
}

/// The array of that type.
pub(super) fn whole(wanted: &Type, array: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let target = whole_type(wanted, array.data_type());
    if *array.data_type() == target {
        return Ok(array);
    }
    arrow::compute::cast_with_options(&array, &target, &STRICT)
}

/// Why a value has no text: what Arrow says of bytes names no way out.
fn textless(found: &DataType, error: ArrowError) -> ArrowError {
    match found {
        DataType::RunEndEncoded(_, values) => textless(values.data_type(), error),
        found if found.is_binary() => {
            let text = "bytes that are no UTF-8 have no text: write `encode(…, 'hex')`";
            ArrowError::CastError(text.to_owned())
        }
        _ => error,
    }
}

fn conform_type(
    wanted: &Type,
    array: &ArrayRef,
    bindings: &Bindings,
) -> Result<ArrayRef, ArrowError> {
    let found = array.data_type();
    let target = || bindings.data_type(*wanted);
    if is_readable(wanted, found, bindings) {
        return Ok(Arc::clone(array));
    }
    match (wanted, found) {
        (_, DataType::Null) => Ok(new_null_array(&target(), array.len())),
        (_, DataType::Dictionary(_, values)) => {
            let flat = arrow::compute::cast_with_options(array, values, &STRICT)?;
            conform_type(wanted, &flat, bindings)
        }
        (_, DataType::RunEndEncoded(_, values)) => {
            let flat = arrow::compute::cast_with_options(array, values.data_type(), &STRICT)?;
            conform_type(wanted, &flat, bindings)
        }
        (Type::Param(_), _) => arrow::compute::cast_with_options(array, &target(), &STRICT),
        (Type::List(item), _) => conform_list(item, array, bindings),
        (Type::Map(key, value), DataType::Map(..)) => {
            conform_map(key, value, array.as_map(), bindings)
        }
        (Type::Struct(ty), DataType::Struct(_)) => {
            let array = array.as_struct();
            let columns = ty.fields.iter().map(|field| {
                let column = array.column_by_name(field.name).ok_or_else(|| {
                    ArrowError::SchemaError(format!("the struct has no field `{}`", field.name))
                })?;
                Ok((field.name, conform_type(&field.value.ty, column, bindings)?))
            });
            let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
            let (fields, columns): (Vec<FieldRef>, Vec<ArrayRef>) = columns
                .into_iter()
                .map(|(name, column)| (open_field(name, &column), column))
                .unzip();
            let nulls = array.nulls().cloned();
            let array =
                StructArray::try_new_with_length(fields.into(), columns, nulls, array.len())?;
            Ok(Arc::new(array))
        }
        (Type::Timestamp | Type::LocalTimestamp, DataType::Timestamp(TimeUnit::Nanosecond, _))
        | (Type::Time, DataType::Time64(TimeUnit::Nanosecond))
        | (Type::Duration, DataType::Duration(TimeUnit::Nanosecond)) => {
            check_microseconds(wanted, array)?;
            arrow::compute::cast_with_options(array, &target(), &STRICT)
        }
        _ => arrow::compute::cast_with_options(array, &target(), &STRICT),
    }
}

/// Engines keep whole microseconds in nanoseconds too; what a cast would cut off is refused.
fn check_microseconds(wanted: &Type, array: &ArrayRef) -> Result<(), ArrowError> {
    let values = array.to_data();
    // All of them count in 64 bits.
    let nanoseconds: PrimitiveArray<Int64Type> =
        values.into_builder().data_type(DataType::Int64).build()?.into();
    match nanoseconds.iter().flatten().find(|value| value % 1000 != 0) {
        None => Ok(()),
        Some(value) => {
            let how = match wanted {
                Type::Time | Type::Duration => format!("arrow_cast(…, '{}')", wanted.to_arrow()),
                _ => "date_trunc('microsecond', …)".to_owned(),
            };
            Err(ArrowError::CastError(format!(
                "{value} nanoseconds are no whole microseconds, in which a {wanted} counts: {how} \
                 cuts them off"
            )))
        }
    }
}

/// A field whose values may be NULL: what may not be is checked by the kernel, where it is read.
fn open_field(name: &str, column: &ArrayRef) -> FieldRef {
    Arc::new(Field::new(name, column.data_type().clone(), true))
}

fn conform_list(
    item: &ValueType,
    array: &ArrayRef,
    bindings: &Bindings,
) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::List(_) => relist(item, array.as_list::<i32>(), bindings),
        DataType::LargeList(_) => relist(item, array.as_list::<i64>(), bindings),
        DataType::FixedSizeList(_, size) => {
            let list = array.as_fixed_size_list();
            let values = conform_type(&item.ty, list.values(), bindings)?;
            let (field, nulls) = (open_field("item", &values), list.nulls().cloned());
            let list =
                FixedSizeListArray::try_new_with_length(field, *size, values, nulls, array.len())?;
            Ok(Arc::new(list))
        }
        DataType::ListView(field) | DataType::LargeListView(field) => {
            let flat = DataType::LargeList(Arc::clone(field));
            let list = arrow::compute::cast_with_options(array, &flat, &STRICT)?;
            conform_list(item, &list, bindings)
        }
        other => Err(ArrowError::CastError(format!("{other} is no list"))),
    }
}

fn relist<O: OffsetSizeTrait>(
    item: &ValueType,
    list: &GenericListArray<O>,
    bindings: &Bindings,
) -> Result<ArrayRef, ArrowError> {
    let values = conform_type(&item.ty, list.values(), bindings)?;
    let field = open_field("item", &values);
    let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
    Ok(Arc::new(GenericListArray::<O>::try_new(field, offsets, values, nulls)?))
}

fn conform_map(
    key: &Type,
    value: &ValueType,
    map: &MapArray,
    bindings: &Bindings,
) -> Result<ArrayRef, ArrowError> {
    let keys = conform_type(key, map.keys(), bindings)?;
    let values = conform_type(&value.ty, map.values(), bindings)?;
    let key_field = Arc::new(Field::new("key", keys.data_type().clone(), false));
    let fields = vec![key_field, open_field("value", &values)];
    let entries = StructArray::try_new(fields.into(), vec![keys, values], None)?;
    let field = Arc::new(Field::new("entries", entries.data_type().clone(), false));
    let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
    Ok(Arc::new(MapArray::try_new(field, offsets, entries, nulls, false)?))
}

/// Whether kernels read arrays of `found` where `wanted` is wanted.
fn is_readable(wanted: &Type, found: &DataType, bindings: &Bindings) -> bool {
    match (wanted, found) {
        (Type::Param(_), found) => bindings.data_type(*wanted) == *found,
        (Type::String | Type::Json, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        | (Type::Bytes, DataType::Binary | DataType::LargeBinary | DataType::BinaryView) => true,
        (Type::List(item), DataType::List(_) | DataType::LargeList(_))
        | (Type::List(item), DataType::FixedSizeList(..)) => {
            list_item(found).is_some_and(|found| is_readable(&item.ty, found.data_type(), bindings))
        }
        (Type::Map(key, value), DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                is_readable(key, fields[0].data_type(), bindings)
                    && is_readable(&value.ty, fields[1].data_type(), bindings)
            }
            _ => false,
        },
        (Type::Struct(ty), DataType::Struct(fields)) => ty.fields.iter().all(|field| {
            let found = fields.find(field.name);
            found
                .is_some_and(|(_, found)| is_readable(&field.value.ty, found.data_type(), bindings))
        }),
        (Type::AnyStruct, DataType::Struct(_)) | (Type::AnyUnion, DataType::Union(..)) => true,
        // The time zone is a way to show an instant, not a part of it.
        (Type::Timestamp, DataType::Timestamp(unit, _)) => *unit == TimeUnit::Microsecond,
        (
            Type::String
            | Type::Json
            | Type::Bytes
            | Type::List(_)
            | Type::Map(..)
            | Type::Struct(_)
            | Type::AnyStruct
            | Type::AnyUnion
            | Type::Timestamp,
            _,
        ) => false,
        (scalar, found) => scalar.to_arrow() == *found,
    }
}
