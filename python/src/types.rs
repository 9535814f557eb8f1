//! Types of columns beside each other: which meet, and the cast that has others meet.
//!
//! The rule is that of the language of views. The engine would convert more, and say nothing: texts to
//! numbers, whole numbers to floats that have not all of their digits.

use belvedere::view::{data_type, same_values, value_type};
use belvedere_lang::types::Type;
use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};

/// How values of two columns are compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// As they are: what differs is how they are stored.
    AsTheyAre,
    /// As values of a type that has all of both.
    As(DataType),
    /// Something would be lost.
    Never,
}

/// How values of two columns are compared.
pub(crate) fn meeting(left: &Field, right: &Field) -> Meeting {
    if is_stored_otherwise(left.data_type(), right.data_type()) {
        return Meeting::AsTheyAre;
    }
    common(left, right).map_or(Meeting::Never, Meeting::As)
}

/// Whether the engine itself brings two types together without a loss.
fn is_stored_otherwise(left: &DataType, right: &DataType) -> bool {
    use DataType as D;
    let is_date = |ty: &D| matches!(ty, D::Date32 | D::Date64);
    let is_time = |ty: &D| matches!(ty, D::Time32(_) | D::Time64(_));
    let is_float = |ty: &D| matches!(ty, D::Float16 | D::Float32 | D::Float64);
    match (left, right) {
        (D::Null, _) | (_, D::Null) => true,
        (D::Timestamp(_, left), D::Timestamp(_, right)) => left.is_some() == right.is_some(),
        (D::Duration(_), D::Duration(_)) => true,
        (left, right) if is_date(left) && is_date(right) => true,
        (left, right) if is_time(left) && is_time(right) => true,
        (left, right) if is_float(left) && is_float(right) => true,
        (left, right) => same_values(left, right),
    }
}

/// The type that values of both columns widen to.
pub(crate) fn common(left: &Field, right: &Field) -> Option<DataType> {
    if left.data_type() == right.data_type() {
        return Some(left.data_type().clone());
    }
    let (left, right) = (value_type(left).ok()?, value_type(right).ok()?);
    data_type(&left.ty.common(&right.ty)?)
}

/// A type in the words of the language of views, or in those of Arrow where it has none.
pub(crate) fn shown(field: &Field) -> String {
    value_type(field).map_or_else(|_| field.data_type().to_string(), |value| value.ty.to_string())
}

/// The help for two columns that do not meet: one of them, cast.
pub(crate) fn cast_help(left: (&str, &Field), right: (&str, &Field)) -> String {
    let (side, (name, _), to, but) = match which(left.1, right.1) {
        Some((true, to, but)) => ("left", left, to, but),
        Some((false, to, but)) => ("right", right, to, but),
        None => ("right", right, left.1.data_type().clone(), ""),
    };
    match pyarrow(&to) {
        Some(to) => {
            format!("\nhelp: `{side}.with_columns({})`{but}", named(name, &cast(name, &to)))
        }
        None => format!("\nhelp: `{side}.with_columns({})`", named(name, &cast(name, "…"))),
    }
}

fn cast(name: &str, to: &str) -> String {
    format!("col({name:?}).cast({to})")
}

/// An argument by name, whatever the name.
pub(crate) fn named(name: &str, value: &str) -> String {
    let is_first = |c: char| c.is_alphabetic() || c == '_';
    let is_word =
        name.starts_with(is_first) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    match is_word {
        true => format!("{name}={value}"),
        false => format!("**{{{name:?}: {value}}}"),
    }
}

/// Which side is cast (the left one?), to what, and what that does to its values.
fn which(left: &Field, right: &Field) -> Option<(bool, DataType, &'static str)> {
    let types = (value_type(left).ok()?.ty, value_type(right).ok()?.ty);
    let to = |is_left, ty: &Type, but| data_type(ty).map(|ty| (is_left, ty, but));
    let is_float = |ty: &Type| matches!(ty, Type::F32 | Type::F64);
    let is_number = |ty: &Type| is_float(ty) || matches!(ty, Type::Int(_) | Type::Decimal(_));
    let is_time = |ty: &Type| matches!(ty, Type::Date | Type::Timestamp | Type::LocalTimestamp);
    let rounds = ", which rounds above 2^53";
    match &types {
        (Type::Decimal(_), float) if is_float(float) => to(true, &Type::F64, ", which rounds"),
        (float, Type::Decimal(_)) if is_float(float) => to(false, &Type::F64, ", which rounds"),
        (float, number) if is_float(float) && is_number(number) => to(false, &Type::F64, rounds),
        (number, float) if is_float(float) && is_number(number) => to(true, &Type::F64, rounds),
        (Type::Int(int), Type::Int(_)) => {
            let wide = Type::Int(belvedere_lang::types::IntType::I64);
            to(!int.is_signed(), &wide, ", if its values fit")
        }
        (Type::Decimal(_), Type::Int(_)) => to(false, &types.0, ", if its values fit"),
        (Type::Int(_), Type::Decimal(_)) => to(true, &types.1, ", if its values fit"),
        (Type::String, time) if is_time(time) => to(true, time, ", where every text is one"),
        (time, Type::String) if is_time(time) => to(false, time, ", where every text is one"),
        (Type::Date, Type::Timestamp | Type::LocalTimestamp) => to(true, &types.1, ""),
        (Type::Timestamp | Type::LocalTimestamp, Type::Date) => to(false, &types.0, ""),
        (Type::Timestamp, Type::LocalTimestamp) => to(false, &types.0, ", if it is in UTC"),
        (Type::LocalTimestamp, Type::Timestamp) => to(true, &types.1, ", if it is in UTC"),
        (Type::Bool, Type::Int(_)) => to(true, &types.1, ""),
        (Type::Int(_), Type::Bool) => to(false, &types.0, ""),
        (Type::String, _) => to(false, &Type::String, ""),
        (_, Type::String) => to(true, &Type::String, ""),
        _ => None,
    }
}

/// A type as `pyarrow` makes it.
fn pyarrow(ty: &DataType) -> Option<String> {
    use DataType as D;
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    };
    let made = match ty {
        D::Boolean => "bool_()".to_owned(),
        D::Float16 | D::Float32 | D::Float64 => ty.to_string().to_lowercase() + "()",
        ty if ty.is_integer() => ty.to_string().to_lowercase() + "()",
        D::Utf8 => "string()".to_owned(),
        D::LargeUtf8 => "large_string()".to_owned(),
        D::Utf8View => "string_view()".to_owned(),
        D::Binary => "binary()".to_owned(),
        D::LargeBinary => "large_binary()".to_owned(),
        D::BinaryView => "binary_view()".to_owned(),
        D::FixedSizeBinary(width) => format!("binary({width})"),
        D::Date32 => "date32()".to_owned(),
        D::Date64 => "date64()".to_owned(),
        D::Time32(of) => format!("time32({:?})", unit(of)),
        D::Time64(of) => format!("time64({:?})", unit(of)),
        D::Duration(of) => format!("duration({:?})", unit(of)),
        D::Timestamp(of, None) => format!("timestamp({:?})", unit(of)),
        D::Timestamp(of, Some(zone)) => format!("timestamp({:?}, {zone:?})", unit(of)),
        D::Interval(IntervalUnit::MonthDayNano) => "month_day_nano_interval()".to_owned(),
        D::Decimal32(precision, scale) => format!("decimal32({precision}, {scale})"),
        D::Decimal64(precision, scale) => format!("decimal64({precision}, {scale})"),
        D::Decimal128(precision, scale) => format!("decimal128({precision}, {scale})"),
        D::Decimal256(precision, scale) => format!("decimal256({precision}, {scale})"),
        D::List(item) => return pyarrow(item.data_type()).map(|of| format!("pyarrow.list_({of})")),
        _ => return None,
    };
    Some(format!("pyarrow.{made}"))
}
