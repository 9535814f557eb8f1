//! A function of every type that gives back what it is given, so that every reader and every writer
//! is run, here and by the laws; and some that compute with what no standard function takes.

use std::collections::BTreeMap;

use belvedere::udf::UuidError;
use belvedere::udf::json::JsonError;
use belvedere::{
    AnyUnion, ArrowType, Date, Decimal, Duration, Interval, Json, List, LocalTimestamp, Map, Time,
    Timestamp, Uuid, Value, udf,
};

/// A struct of one field.
#[derive(ArrowType)]
pub(super) struct Single {
    a: i64,
}

macro_rules! same {
    ($($name:ident($argument:ty) -> $result:ty { |$value:ident| $same:expr })*) => {
        $(
            /// The value itself.
            #[udf]
            pub(super) fn $name($value: $argument) -> $result {
                $same
            }
        )*
    };
}

same! {
    it_same_bool(bool) -> bool { |value| value }
    it_same_i8(i8) -> i8 { |value| value }
    it_same_i16(i16) -> i16 { |value| value }
    it_same_i32(i32) -> i32 { |value| value }
    it_same_i64(i64) -> i64 { |value| value }
    it_same_u8(u8) -> u8 { |value| value }
    it_same_u16(u16) -> u16 { |value| value }
    it_same_u32(u32) -> u32 { |value| value }
    it_same_u64(u64) -> u64 { |value| value }
    it_same_f32(f32) -> f32 { |value| value }
    it_same_f64(f64) -> f64 { |value| value }
    it_same_decimal(Decimal<12, 2>) -> Decimal<12, 2> { |value| value }
    it_same_string(&str) -> String { |value| value.to_owned() }
    it_same_bytes(&[u8]) -> Vec<u8> { |value| value.to_vec() }
    it_same_fixed([u8; 4]) -> [u8; 4] { |value| value }
    it_same_uuid(Uuid) -> Uuid { |value| value }
    it_same_json(Json<'_>) -> Json<'_> { |value| value }
    it_same_date(Date) -> Date { |value| value }
    it_same_timestamp(Timestamp) -> Timestamp { |value| value }
    it_same_localtimestamp(LocalTimestamp) -> LocalTimestamp { |value| value }
    it_same_time(Time) -> Time { |value| value }
    it_same_duration(Duration) -> Duration { |value| value }
    it_same_interval(Interval) -> Interval { |value| value }
    it_same_list(List<'_, i64>) -> Vec<i64> { |value| value.iter().collect() }
    it_same_struct(Single) -> Single { |value| value }
}

/// The entries themselves, the last of equal keys.
#[udf]
pub(super) fn it_same_map(value: Map<'_, &str, i64>) -> BTreeMap<String, i64> {
    value.iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A price with tax, or NULL where it has too many digits.
#[udf]
pub(super) fn it_with_tax(
    price: Decimal<12, 2>,
    #[literal(default = 0.19)] rate: Decimal<5, 4>,
) -> Option<Decimal<14, 2>> {
    price.rescaled()?.checked_add(price.checked_mul(rate)?)
}

/// The sum of some prices, if it has no more digits than they.
#[udf]
pub(super) fn it_decimal_total(
    prices: List<'_, Option<Decimal<12, 2>>>,
) -> Result<Decimal<12, 2>, String> {
    let zero = Decimal::default();
    let sum = prices.iter().flatten().try_fold(zero, |sum, price| sum.checked_add(price));
    sum.ok_or_else(|| "the sum has more than 12 digits".to_owned())
}

/// A UUID out of its text.
///
/// ```sql
/// SELECT it_uuid('67e55044-10b1-426f-9247-bb680e5fe0c8');
/// ----
/// 67e5504410b1426f9247bb680e5fe0c8
/// ```
#[udf]
pub(super) fn it_uuid(text: &str) -> Result<Uuid, UuidError> {
    Uuid::parse_str(text)
}

/// The text of a UUID.
#[udf]
pub(super) fn it_uuid_text(id: Uuid) -> String {
    id.to_string()
}

/// Text that is checked to be JSON.
#[udf]
pub(super) fn it_json(text: &str) -> Result<Json<'_>, JsonError> {
    Json::new(text)
}

/// A field of an object as text.
#[udf]
pub(super) fn it_json_field(json: Json<'_>, name: &str) -> Result<Option<String>, JsonError> {
    Ok(json.parse()?.get(name).map(ToString::to_string))
}

/// The first byte of each.
#[udf]
pub(super) fn it_first_bytes(keys: List<'_, Option<[u8; 4]>>) -> Vec<Option<u8>> {
    keys.iter().map(|key| key.map(|[first, ..]| first)).collect()
}

/// A value of any type, as it is.
#[udf]
pub(super) fn it_same_value<T: Value>(value: T) -> T {
    value
}

/// Which field a union has.
#[udf]
pub(super) fn it_union_tag(value: AnyUnion<'_>) -> String {
    value.tag().to_owned()
}

/// The value of a union as text.
#[udf]
pub(super) fn it_union_text(value: Option<AnyUnion<'_>>) -> Result<Option<String>, udf::Error> {
    let Some(value) = value else { return Ok(None) };
    let number = value.get::<i64>("number")?.map(|number| number.to_string());
    Ok(number.or(value.get::<String>("text")?))
}

/// A field that a union has not, or that is no number.
#[udf]
pub(super) fn it_union_number(
    value: AnyUnion<'_>,
    #[literal] field: &str,
) -> Result<Option<i64>, udf::Error> {
    value.get(field)
}
