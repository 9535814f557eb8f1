//! Which Arrow types a parameter takes.
//!
//! Every encoding of the same values, and numbers that fit whatever their value is: `Int32` where
//! `i64` is wanted. A constant may be of a wider type if its value fits. What would lose digits or
//! turn values into text is refused.

use arrow::compute::can_cast_types;
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;

use super::decimal;
use crate::udf::descriptor::Param;
use crate::udf::types::{Type, TypeParam, ValueType};

/// Whether a parameter takes an argument of this type; `constant` is its value where it has one.
///
/// # Errors
///
/// It does not; why, if there is more to say than the two types.
pub(crate) fn accept(
    param: &Param,
    found: &DataType,
    constant: Option<&ScalarValue>,
    names: &[TypeParam],
) -> Result<(), Option<String>> {
    if param.any {
        let castable = can_cast_types(found, &DataType::Utf8);
        return if castable {
            Ok(())
        } else {
            Err(Some("it has no text form: give the values in it".to_owned()))
        };
    }
    accept_type(&param.value.ty, found, constant, names)
}

fn accept_type(
    wanted: &Type,
    found: &DataType,
    constant: Option<&ScalarValue>,
    names: &[TypeParam],
) -> Result<(), Option<String>> {
    match (wanted, found) {
        (Type::Param(_), _) | (_, DataType::Null) => Ok(()),
        (_, DataType::Dictionary(_, values)) => accept_type(wanted, values, None, names),
        (_, DataType::RunEndEncoded(_, values)) => {
            accept_type(wanted, values.data_type(), None, names)
        }
        (Type::String | Type::Json, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        | (Type::Bytes, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
        | (Type::Bytes, DataType::FixedSizeBinary(_)) => Ok(()),
        (Type::List(item), found) => match list_item(found) {
            Some(field) => accept_slot(item, field, "its items", names)
                .map_err(|reason| Some(reason? + &cast_of_list(item, found))),
            None => Err(None),
        },
        (Type::Map(key, value), DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                accept_slot(&ValueType::required(**key), &fields[0], "its keys", names)?;
                accept_slot(value, &fields[1], "its values", names)
            }
            _ => Err(None),
        },
        (Type::Struct(ty), DataType::Struct(fields)) => {
            ty.fields.iter().try_for_each(|field| match fields.find(field.name) {
                Some((_, found)) => {
                    accept_slot(&field.value, found, &format!("field `{}`", field.name), names)
                }
                None => Err(Some(format!("it has no field `{}`", field.name))),
            })
        }
        (Type::AnyStruct, DataType::Struct(_)) | (Type::AnyUnion, DataType::Union(..)) => Ok(()),
        // A finer unit is fine as long as no value needs it, which [`super::conform`] sees.
        (Type::Timestamp, DataType::Timestamp(..))
        | (Type::LocalTimestamp, DataType::Timestamp(_, None))
        | (Type::Time, DataType::Time32(_) | DataType::Time64(_))
        | (Type::Duration, DataType::Duration(_))
        | (Type::Interval, DataType::Interval(_)) => Ok(()),
        _ => accept_number(*wanted, found, constant),
    }
}

/// How a list is cast to one of simple items, behind what is wrong with it.
fn cast_of_list(item: &ValueType, found: &DataType) -> String {
    let item = item.ty.to_arrow();
    // Under the name that everybody gives to the field of the items, which texts leave out.
    let target = DataType::new_list(item.clone(), true);
    if item.is_nested() || !can_cast_types(found, &target) {
        return String::new();
    }
    format!("; cast it: {}", cast_to(&target))
}

/// The field of a list's items.
pub(super) fn list_item(found: &DataType) -> Option<&FieldRef> {
    match found {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::FixedSizeList(field, _)
        | DataType::ListView(field)
        | DataType::LargeListView(field) => Some(field),
        _ => None,
    }
}

fn accept_slot(
    wanted: &ValueType,
    found: &Field,
    place: &str,
    names: &[TypeParam],
) -> Result<(), Option<String>> {
    let found = found.data_type();
    accept_type(&wanted.ty, found, None, names).map_err(|inner| {
        let nested = wanted.ty.to_arrow().is_nested();
        let wanted = wanted.ty.named(names);
        // How a value is cast says nothing of one inside of another; where it is does.
        Some(match inner.filter(|_| nested) {
            Some(inner) => format!("{place}: {inner}"),
            None => format!("{place}: {found} instead of {wanted}"),
        })
    })
}

fn accept_number(
    wanted: Type,
    found: &DataType,
    constant: Option<&ScalarValue>,
) -> Result<(), Option<String>> {
    let target = wanted.to_arrow();
    if *found == target || widens(found, &target) || decimal::widens(found, &target) {
        return Ok(());
    }
    if !(target.is_numeric() && found.is_numeric()) {
        let castable = !target.is_nested() && can_cast_types(found, &target);
        let limit = match (found, &target) {
            (DataType::Interval(_), DataType::Duration(_)) => {
                ", which takes hours, minutes and seconds, `INTERVAL '24 hours'`: months and days \
                 have no one length"
            }
            _ => "",
        };
        return Err(castable.then(|| format!("cast it: {}{limit}", cast_to(&target))));
    }
    match constant {
        Some(constant) if constant.is_null() || fits(constant, &target) => Ok(()),
        Some(_) => Err(Some("the value does not fit".to_owned())),
        None => Err(Some(format!("a value may not fit: cast it: {}", cast_to(&target)))),
    }
}

/// How SQL casts to a type; what it has no name for is called by Arrow's.
fn cast_to(target: &DataType) -> String {
    let name = match target {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INT",
        DataType::Int64 => "BIGINT",
        DataType::UInt8 => "TINYINT UNSIGNED",
        DataType::UInt16 => "SMALLINT UNSIGNED",
        DataType::UInt32 => "INT UNSIGNED",
        DataType::UInt64 => "BIGINT UNSIGNED",
        DataType::Float32 => "REAL",
        DataType::Float64 => "DOUBLE",
        DataType::Utf8 => "VARCHAR",
        DataType::Binary => "BYTEA",
        DataType::Date32 => "DATE",
        DataType::Timestamp(_, Some(_)) => "TIMESTAMP",
        DataType::Time64(_) => "TIME",
        DataType::Interval(_) => "INTERVAL",
        DataType::Decimal128(precision, scale) => {
            return format!("CAST(… AS DECIMAL({precision}, {scale}))");
        }
        other => return format!("arrow_cast(…, '{other}')"),
    };
    format!("CAST(… AS {name})")
}

/// Whether every value of `from` is a value of `to`.
pub(super) fn widens(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Float16, Float32, Float64, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64,
    };
    matches!(
        (from, to),
        (Int8, Int16 | Int32 | Int64 | Float32 | Float64)
            | (Int16, Int32 | Int64 | Float32 | Float64)
            | (Int32, Int64 | Float64)
            | (UInt8, UInt16 | UInt32 | UInt64 | Int16 | Int32 | Int64 | Float32 | Float64)
            | (UInt16, UInt32 | UInt64 | Int32 | Int64 | Float32 | Float64)
            | (UInt32, UInt64 | Int64 | Float64)
            | (Float16, Float32 | Float64)
            | (Float32, Float64)
    )
}

/// Whether a constant is the same number in another type.
fn fits(constant: &ScalarValue, target: &DataType) -> bool {
    // A float has many decimal neighbours; `1.5` is meant as the nearest one that there is.
    if target.is_floating() && constant.data_type().is_floating() {
        return true;
    }
    let Ok(cast) = constant.cast_to(target) else { return false };
    cast.cast_to(&constant.data_type()).is_ok_and(|back| back == *constant)
}
