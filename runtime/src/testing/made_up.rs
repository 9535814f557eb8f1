//! Values of any Arrow type, made up by proptest: edges first, then whatever else there is.
//!
//! A simpler value is one that stands earlier, so that a failure shrinks to `0`, `''` and `[]`.

use std::sync::Arc;

use arrow::compute::concat;
use arrow_array::{
    Array as _, ArrayRef, FixedSizeListArray, LargeListArray, ListArray, MapArray, StructArray,
    new_empty_array,
};
use arrow_buffer::{IntervalDayTime, IntervalMonthDayNano, OffsetBuffer};
use arrow_schema::{DataType, FieldRef, Fields, IntervalUnit, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use proptest::collection::{SizeRange, vec};
use proptest::prelude::{Arbitrary, BoxedStrategy, Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::Union;

/// Texts that go wrong: blanks of every kind, characters of several bytes and of several code
/// points, letters that change their length with their case, text that looks like something else.
const TEXTS: [&str; 24] = [
    "",
    "a",
    "b",
    "A",
    "ab",
    " ",
    " a ",
    "\t\n",
    "\u{a0}",
    "ß",
    "é",
    "e\u{301}",
    "İ",
    "ǆ",
    "ﬁ",
    "日本",
    "👩\u{200d}🚀",
    "\u{feff}",
    "\u{0}",
    "0",
    "-1",
    "NaN",
    "null",
    "a text that is too long to lie in a view itself",
];

/// Not all of them are text.
const BYTES: [&[u8]; 6] =
    [b"", b"a", b"ab", b"\0", b"\xff\xfe", b"bytes that are too many to lie in a view itself"];

/// Values of a type that are there; `None` for a type of which none can be made up.
pub(super) fn values(ty: &DataType) -> Option<BoxedStrategy<ScalarValue>> {
    Some(match ty {
        DataType::Null => Just(ScalarValue::Null).boxed(),
        DataType::Boolean => any::<bool>().prop_map(ScalarValue::from).boxed(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => texts(ty.clone()),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => bytes(ty.clone()),
        DataType::FixedSizeBinary(width) => {
            let (width, length) = (*width, usize::try_from(*width).ok()?);
            vec(any::<u8>(), length)
                .prop_map(move |bytes| ScalarValue::FixedSizeBinary(width, Some(bytes)))
                .boxed()
        }
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            return lists(ty, item);
        }
        DataType::Struct(fields) => return structs(fields),
        DataType::Map(entries, sorted) => return maps(entries, *sorted),
        DataType::Dictionary(key, values_type) => {
            let key = key.clone();
            values(values_type)?
                .prop_map(move |value| ScalarValue::Dictionary(key.clone(), Box::new(value)))
                .boxed()
        }
        _ => return numbers(ty).or_else(|| times(ty)).or_else(|| lengths_of_time(ty)),
    })
}

/// Values of a type, NULL among them where it is `nullable` or there is nothing else.
pub(super) fn slots(ty: &DataType, nullable: bool) -> Result<BoxedStrategy<ScalarValue>> {
    let null = Just(ScalarValue::try_new_null(ty)?).boxed();
    Ok(match values(ty) {
        Some(values) if nullable => Union::new_weighted(vec![(1, null), (6, values)]).boxed(),
        Some(values) => values,
        None => null,
    })
}

/// A column of such values.
pub(super) fn column(ty: &DataType, values: &[ScalarValue]) -> Result<ArrayRef> {
    if values.is_empty() {
        return Ok(new_empty_array(ty));
    }
    let rows = values.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>>>()?;
    let rows: Vec<_> = rows.iter().map(|row| row.as_ref()).collect();
    Ok(concat(&rows)?)
}

/// Edges, small numbers, and all others.
fn edged<T>(
    edges: Vec<T>,
    to: impl Fn(T) -> ScalarValue + Clone + 'static,
) -> BoxedStrategy<ScalarValue>
where
    T: Arbitrary<Strategy: 'static> + Clone + 'static,
{
    let edges = select(edges).boxed();
    Union::new_weighted(vec![(3, edges), (1, any::<T>().boxed())]).prop_map(to).boxed()
}

fn numbers(ty: &DataType) -> Option<BoxedStrategy<ScalarValue>> {
    macro_rules! whole {
        ($rust:ty, $variant:ident $($below:expr)*) => {
            edged::<$rust>(
                vec![0, 1, 2, 3, 7 $(, $below)*, <$rust>::MAX, <$rust>::MIN],
                |value| ScalarValue::$variant(Some(value)),
            )
        };
    }
    macro_rules! float {
        ($rust:ident, $variant:ident) => {
            edged::<$rust>(
                vec![
                    0.0,
                    1.0,
                    0.5,
                    -0.0,
                    -1.5,
                    $rust::MIN_POSITIVE,
                    $rust::MAX,
                    $rust::MIN,
                    $rust::INFINITY,
                    $rust::NEG_INFINITY,
                    $rust::NAN,
                ],
                |value| ScalarValue::$variant(Some(value)),
            )
        };
    }
    Some(match ty {
        DataType::Int8 => whole!(i8, Int8 - 1),
        DataType::Int16 => whole!(i16, Int16 - 1),
        DataType::Int32 => whole!(i32, Int32 - 1),
        DataType::Int64 => whole!(i64, Int64 - 1),
        DataType::UInt8 => whole!(u8, UInt8),
        DataType::UInt16 => whole!(u16, UInt16),
        DataType::UInt32 => whole!(u32, UInt32),
        DataType::UInt64 => whole!(u64, UInt64),
        DataType::Float32 => float!(f32, Float32),
        DataType::Float64 => float!(f64, Float64),
        DataType::Decimal128(precision, scale) => {
            let (precision, scale) = (*precision, *scale);
            // More digits than these are no value of the type.
            let most = 10_i128.checked_pow(u32::from(precision))? - 1;
            select(vec![0, 1, 25, -1, most, -most])
                .prop_map(move |value| ScalarValue::Decimal128(Some(value), precision, scale))
                .boxed()
        }
        _ => return None,
    })
}

/// Days, times of the day and instants, the extremes among them.
fn times(ty: &DataType) -> Option<BoxedStrategy<ScalarValue>> {
    const DAYS: [i32; 6] = [0, 1, -1, 19_782, i32::MAX, i32::MIN];
    // 1969-12-31T23:59:59.999999Z, 2024-02-29T12:00:00Z, and those of other units beside it.
    const INSTANTS: [i64; 7] = [0, 1, -1, 1_709_208_000, 1_709_208_000_000_000, i64::MAX, i64::MIN];
    let instant = |to: fn(i64, Option<Arc<str>>) -> ScalarValue, zone: &Option<Arc<str>>| {
        let zone = zone.clone();
        edged(INSTANTS.to_vec(), move |value: i64| to(value, zone.clone()))
    };
    let below = |end: i64, to: fn(i64) -> ScalarValue| {
        select(vec![0, 1, end / 2, end - 1]).prop_map(to).boxed()
    };
    let small = |end: i64, to: fn(i32) -> ScalarValue| {
        let numbers = [0, 1, end / 2, end - 1].into_iter().filter_map(|n| i32::try_from(n).ok());
        select(numbers.collect::<Vec<_>>()).prop_map(to).boxed()
    };
    const DAY: i64 = 86_400;
    Some(match ty {
        DataType::Date32 => edged(DAYS.to_vec(), |value| ScalarValue::Date32(Some(value))),
        DataType::Date64 => below(DAY, |value| ScalarValue::Date64(Some(value * DAY * 1000))),
        DataType::Time32(TimeUnit::Second) => {
            small(DAY, |value| ScalarValue::Time32Second(Some(value)))
        }
        DataType::Time32(_) => {
            small(DAY * 1000, |value| ScalarValue::Time32Millisecond(Some(value)))
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            below(DAY * 1_000_000, |value| ScalarValue::Time64Microsecond(Some(value)))
        }
        DataType::Time64(_) => {
            below(DAY * 1_000_000_000, |value| ScalarValue::Time64Nanosecond(Some(value)))
        }
        DataType::Timestamp(unit, zone) => match unit {
            TimeUnit::Second => {
                instant(|at, zone| ScalarValue::TimestampSecond(Some(at), zone), zone)
            }
            TimeUnit::Millisecond => {
                instant(|at, zone| ScalarValue::TimestampMillisecond(Some(at), zone), zone)
            }
            TimeUnit::Microsecond => {
                instant(|at, zone| ScalarValue::TimestampMicrosecond(Some(at), zone), zone)
            }
            TimeUnit::Nanosecond => {
                instant(|at, zone| ScalarValue::TimestampNanosecond(Some(at), zone), zone)
            }
        },
        _ => return None,
    })
}

fn lengths_of_time(ty: &DataType) -> Option<BoxedStrategy<ScalarValue>> {
    let length = |to: fn(i64) -> ScalarValue| edged(vec![0, 1, -1, i64::MAX, i64::MIN], to);
    Some(match ty {
        DataType::Duration(unit) => length(match unit {
            TimeUnit::Second => |value| ScalarValue::DurationSecond(Some(value)),
            TimeUnit::Millisecond => |value| ScalarValue::DurationMillisecond(Some(value)),
            TimeUnit::Microsecond => |value| ScalarValue::DurationMicrosecond(Some(value)),
            TimeUnit::Nanosecond => |value| ScalarValue::DurationNanosecond(Some(value)),
        }),
        DataType::Interval(IntervalUnit::YearMonth) => {
            edged(vec![0, 1, -1], |months| ScalarValue::IntervalYearMonth(Some(months)))
        }
        DataType::Interval(IntervalUnit::DayTime) => (any::<i32>(), any::<i32>())
            .prop_map(|(days, ms)| {
                ScalarValue::IntervalDayTime(Some(IntervalDayTime::new(days, ms)))
            })
            .boxed(),
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let parts = (select(vec![0, 1, -1]), select(vec![0, 1, -1]), any::<i64>());
            parts
                .prop_map(|(months, days, nanos)| {
                    let value = IntervalMonthDayNano::new(months, days, nanos);
                    ScalarValue::IntervalMonthDayNano(Some(value))
                })
                .boxed()
        }
        _ => return None,
    })
}

fn texts(ty: DataType) -> BoxedStrategy<ScalarValue> {
    let edges = select(TEXTS.to_vec()).prop_map(str::to_owned).boxed();
    Union::new_weighted(vec![(4, edges), (1, any::<String>().boxed())])
        .prop_map(move |text| match &ty {
            DataType::LargeUtf8 => ScalarValue::LargeUtf8(Some(text)),
            DataType::Utf8View => ScalarValue::Utf8View(Some(text)),
            _ => ScalarValue::Utf8(Some(text)),
        })
        .boxed()
}

fn bytes(ty: DataType) -> BoxedStrategy<ScalarValue> {
    let edges = select(BYTES.to_vec()).prop_map(<[u8]>::to_vec).boxed();
    let others = vec(any::<u8>(), 0..20).boxed();
    Union::new_weighted(vec![(4, edges), (1, others)])
        .prop_map(move |bytes| match &ty {
            DataType::LargeBinary => ScalarValue::LargeBinary(Some(bytes)),
            DataType::BinaryView => ScalarValue::BinaryView(Some(bytes)),
            _ => ScalarValue::Binary(Some(bytes)),
        })
        .boxed()
}

fn lists(ty: &DataType, field: &FieldRef) -> Option<BoxedStrategy<ScalarValue>> {
    let items = slots(field.data_type(), field.is_nullable()).ok()?;
    let length: SizeRange = match ty {
        DataType::FixedSizeList(_, length) => usize::try_from(*length).ok()?.into(),
        _ => (0..4).into(),
    };
    let (ty, field) = (ty.clone(), Arc::clone(field));
    Some(vec(items, length).prop_map(move |items| made(list(&ty, &field, &items), &ty)).boxed())
}

pub(super) fn list(ty: &DataType, field: &FieldRef, items: &[ScalarValue]) -> Result<ScalarValue> {
    let (field, length) = (Arc::clone(field), items.len());
    let items = column(field.data_type(), items)?;
    Ok(match ty {
        DataType::LargeList(_) => {
            let offsets = OffsetBuffer::from_lengths([length]);
            ScalarValue::LargeList(Arc::new(LargeListArray::try_new(field, offsets, items, None)?))
        }
        DataType::FixedSizeList(_, size) => ScalarValue::FixedSizeList(Arc::new(
            FixedSizeListArray::try_new_with_length(field, *size, items, None, 1)?,
        )),
        _ => {
            let offsets = OffsetBuffer::from_lengths([length]);
            ScalarValue::List(Arc::new(ListArray::try_new(field, offsets, items, None)?))
        }
    })
}

fn structs(fields: &Fields) -> Option<BoxedStrategy<ScalarValue>> {
    let parts = fields.iter().map(|field| slots(field.data_type(), field.is_nullable()));
    let parts = parts.collect::<Result<Vec<_>>>().ok()?;
    let fields = fields.clone();
    let ty = DataType::Struct(fields.clone());
    Some(parts.prop_map(move |parts| made(structure(&fields, &parts), &ty)).boxed())
}

pub(super) fn structure(fields: &Fields, parts: &[ScalarValue]) -> Result<ScalarValue> {
    let columns = parts.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>>>()?;
    let array = StructArray::try_new_with_length(fields.clone(), columns, None, 1)?;
    Ok(ScalarValue::Struct(Arc::new(array)))
}

fn maps(entries: &FieldRef, sorted: bool) -> Option<BoxedStrategy<ScalarValue>> {
    let DataType::Struct(fields) = entries.data_type() else { return None };
    let [key, value] = fields.as_ref() else { return None };
    let keys = slots(key.data_type(), false).ok()?;
    let values = slots(value.data_type(), value.is_nullable()).ok()?;
    let ty = DataType::Map(Arc::clone(entries), sorted);
    let (entries, fields) = (Arc::clone(entries), fields.clone());
    let pairs = vec((keys, values), 0..4)
        .prop_map(move |pairs| made(map(&entries, &fields, pairs, sorted), &ty));
    Some(pairs.boxed())
}

/// Keys do not repeat: Arrow leaves open which of two equal ones counts.
fn map(
    entries: &FieldRef,
    fields: &Fields,
    pairs: Vec<(ScalarValue, ScalarValue)>,
    sorted: bool,
) -> Result<ScalarValue> {
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        if !keys.contains(&key) {
            keys.push(key);
            values.push(value);
        }
    }
    let columns =
        vec![column(fields[0].data_type(), &keys)?, column(fields[1].data_type(), &values)?];
    let structs = StructArray::try_new_with_length(fields.clone(), columns, None, keys.len())?;
    let offsets = OffsetBuffer::from_lengths([structs.len()]);
    let array = MapArray::try_new(Arc::clone(entries), offsets, structs, None, sorted)?;
    Ok(ScalarValue::Map(Arc::new(array)))
}

/// What Arrow refuses to put together is NULL.
fn made(value: Result<ScalarValue, DataFusionError>, ty: &DataType) -> ScalarValue {
    value.or_else(|_| ScalarValue::try_new_null(ty)).unwrap_or(ScalarValue::Null)
}
