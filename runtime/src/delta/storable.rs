//! What Delta Lake has no type for, and what to write in its place.
//!
//! delta-rs stores some of these as something else (`UInt64` as `long`, bytes of a fixed width as
//! bytes): what comes back would not be what was written, so they are refused like the others.

use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};

/// Refuses a schema with a column that would not come back as it is.
///
/// # Errors
///
/// The first such column, with the expression that makes a column of it that is stored.
pub(super) fn check(schema: &Schema) -> Result<(), ArrowError> {
    for field in schema.fields() {
        let Some(part) = unstorable(field.data_type()) else { continue };
        let (name, ty) = (field.name(), field.data_type());
        let inside = if part == ty { String::new() } else { format!(" (there is {part} in it)") };
        let how = if part == ty { conversion(part, name) } else { conversion(part, "…") };
        return Err(ArrowError::SchemaError(format!(
            "column `{name}` is {ty}{inside}, which Delta Lake cannot store; write {how}"
        )));
    }
    Ok(())
}

/// The first part of a type that has no place in Delta Lake.
fn unstorable(ty: &DataType) -> Option<&DataType> {
    match ty {
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Float32
        | DataType::Float64
        | DataType::Date32
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::Timestamp(TimeUnit::Microsecond, None) => None,
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => None,
        DataType::Decimal128(precision, scale)
            if u8::try_from(*scale).is_ok_and(|scale| scale <= *precision) =>
        {
            None
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::Map(item, _) => unstorable(item.data_type()),
        DataType::Struct(fields) => fields.iter().find_map(|field| unstorable(field.data_type())),
        other => Some(other),
    }
}

/// How a value of a type is written as one that is stored.
fn conversion(ty: &DataType, name: &str) -> String {
    let cast = |to: &str| format!("CAST({name} AS {to})");
    match ty {
        DataType::UInt8 => cast("SMALLINT"),
        DataType::UInt16 => cast("INT"),
        DataType::UInt32 | DataType::UInt64 => cast("BIGINT"),
        DataType::Float16 => cast("REAL"),
        DataType::Date64 => cast("DATE"),
        DataType::FixedSizeBinary(_) => cast("BYTEA"),
        DataType::Interval(_) => cast("VARCHAR"),
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => {
            format!("arrow_cast({name}, 'Int64')")
        }
        DataType::Timestamp(_, zone) => {
            let ty =
                DataType::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into()));
            format!("arrow_cast({name}, '{ty}')")
        }
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            let (precision, scale) = ((*precision).min(38), (*scale).clamp(0, 38));
            cast(&format!("DECIMAL({precision}, {scale})"))
        }
        DataType::Dictionary(_, values) => format!("arrow_cast({name}, '{values}')"),
        DataType::RunEndEncoded(_, values) => {
            format!("arrow_cast({name}, '{}')", values.data_type())
        }
        DataType::Union(fields, _) => {
            let each = fields.iter().map(|(_, field)| {
                format!("union_extract({name}, '{}') AS {}", field.name(), field.name())
            });
            let each = each.collect::<Vec<_>>().join(", ");
            format!("a column for each of its fields: {each}")
        }
        _ => cast("VARCHAR"),
    }
}
