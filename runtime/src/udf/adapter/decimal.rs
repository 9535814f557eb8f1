//! Which numbers are decimals of a type whatever their value is.

use arrow_schema::DataType;

/// Whether every value of `from` is one of the decimal `to`: it has no more digits on either side of
/// the point.
pub(super) fn widens(from: &DataType, to: &DataType) -> bool {
    let DataType::Decimal128(precision, scale) = to else { return false };
    let Some((from_precision, from_scale)) = digits(from) else { return false };
    let whole = |precision: u8, scale: i8| i16::from(precision) - i16::from(scale);
    from_scale <= *scale && whole(from_precision, from_scale) <= whole(*precision, *scale)
}

/// The most digits that a value has, and how many of them stand behind the point.
fn digits(ty: &DataType) -> Option<(u8, i8)> {
    Some(match ty {
        DataType::Int8 | DataType::UInt8 => (3, 0),
        DataType::Int16 | DataType::UInt16 => (5, 0),
        DataType::Int32 | DataType::UInt32 => (10, 0),
        DataType::Int64 => (19, 0),
        DataType::UInt64 => (20, 0),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => (*precision, *scale),
        _ => return None,
    })
}
