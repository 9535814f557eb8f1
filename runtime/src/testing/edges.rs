//! Values at the edges of types and their neighbours: where the promises of functions end.
//!
//! Numbers lie around the ends of narrower types, where floats no longer hold each whole number, and
//! around the lengths of hours, days and years; texts repeat short patterns, so that what rewrites
//! them once has something left to rewrite. Simple values stand first: the first that refutes is shown.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_schema::{DataType, Field, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::made_up;
use super::properties::domain;
use crate::udf::Function;

/// So many values of a part are in lists, structs and maps, and so many rows an aggregate has.
pub(super) const FEW: usize = 40;

/// Longer than what any of these count to by accident, and short enough for functions whose time grows
/// with the square of it.
const LONG: [usize; 4] = [101, 129, 257, 1_001];

const MINUTE: i128 = 60;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// Texts that are one thing escaped, joined or wrapped more than once.
const TWICE: [&str; 14] = [
    "a  b",
    "a   b",
    "a \t\n b",
    "  a",
    "a  ",
    "&amp;amp;",
    "%2525",
    "\\\\\\\\n",
    "''''",
    "\"\"a\"\"",
    "../../a/.././b//c/",
    "-a-_-b-",
    "((a))",
    "aAaA",
];

/// Values of a type: the usual ones, those in the examples of a function, and those at the edges.
pub(super) fn of(function: &Function, ty: &DataType) -> Vec<ScalarValue> {
    let examples = examples(function).into_iter().filter_map(|value| exactly(&value, ty));
    distinct(domain(ty).into_iter().chain(examples).chain(values(ty)))
}

/// Values at the edges of a type, the nearest to zero first; none for a type of which none are known.
pub(super) fn values(ty: &DataType) -> Vec<ScalarValue> {
    let values: Vec<ScalarValue> = match ty {
        DataType::Utf8 => texts().into_iter().map(ScalarValue::from).collect(),
        DataType::Binary => bytes().into_iter().map(|b| ScalarValue::Binary(Some(b))).collect(),
        DataType::Boolean => vec![false.into(), true.into()],
        DataType::Float32 | DataType::Float64 => floats(ty),
        DataType::Interval(_) => intervals(),
        DataType::List(item) => lists(ty, item),
        DataType::Struct(fields) => {
            let parts = fields.iter().map(|field| few(field.data_type())).collect::<Vec<_>>();
            let row = |row: usize| {
                let part = |part: &Vec<ScalarValue>| part.get(row % part.len().max(1)).cloned();
                let parts = parts.iter().map(part).collect::<Option<Vec<_>>>()?;
                made_up::structure(fields, &parts).ok()
            };
            (0..FEW).filter_map(row).collect()
        }
        _ => whole(ty),
    };
    distinct(values.into_iter())
}

/// The first of the edges of a type.
pub(super) fn few(ty: &DataType) -> Vec<ScalarValue> {
    values(ty).into_iter().take(FEW).collect()
}

fn distinct(values: impl Iterator<Item = ScalarValue>) -> Vec<ScalarValue> {
    let mut known = HashSet::new();
    values.filter(|value| !value.is_null() && known.insert(value.clone())).collect()
}

/// The texts and numbers in the examples of a function.
fn examples(function: &Function) -> Vec<ScalarValue> {
    let tokens = function.examples.iter().filter_map(|example| {
        // Whether an example can be run is told elsewhere.
        Tokenizer::new(&GenericDialect {}, example.sql).tokenize().ok()
    });
    let value = |token: Token| match token {
        Token::SingleQuotedString(text) => Some(ScalarValue::from(text)),
        Token::Number(text, _) => match text.parse::<i64>() {
            Ok(number) => Some(number.into()),
            Err(_) => text.parse::<f64>().ok().map(ScalarValue::from),
        },
        _ => None,
    };
    tokens.flatten().filter_map(value).collect()
}

/// A value in a type that has it.
fn exactly(value: &ScalarValue, ty: &DataType) -> Option<ScalarValue> {
    if value.data_type().is_string() != ty.is_string() {
        return None;
    }
    let cast = value.cast_to(ty).ok()?;
    cast.cast_to(&value.data_type()).is_ok_and(|back| back == *value).then_some(cast)
}

/// Numbers with the numbers beside them, and their negatives.
fn beside(pivots: &[i128]) -> Vec<i128> {
    let around = |pivot: &i128| [*pivot, pivot - 1, pivot + 1];
    pivots.iter().flat_map(around).flat_map(|number| [number, -number]).collect()
}

/// Whole numbers, and what is kept as one: days, instants, times, lengths of time and decimals.
fn whole(ty: &DataType) -> Vec<ScalarValue> {
    macro_rules! of {
        ($numbers:expr, $rust:ty, |$value:ident| $to:expr) => {{
            let numbers = $numbers.into_iter().filter_map(|number| <$rust>::try_from(number).ok());
            numbers.map(|$value| $to).collect()
        }};
    }
    macro_rules! integer {
        ($rust:ty, $variant:ident) => {
            of!(integers(), $rust, |value| ScalarValue::$variant(Some(value)))
        };
    }
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    };
    match ty {
        DataType::Int8 => integer!(i8, Int8),
        DataType::Int16 => integer!(i16, Int16),
        DataType::Int32 => integer!(i32, Int32),
        DataType::Int64 => integer!(i64, Int64),
        DataType::UInt8 => integer!(u8, UInt8),
        DataType::UInt16 => integer!(u16, UInt16),
        DataType::UInt32 => integer!(u32, UInt32),
        DataType::UInt64 => integer!(u64, UInt64),
        DataType::Date32 => of!(days(), i32, |value| ScalarValue::Date32(Some(value))),
        DataType::Time64(TimeUnit::Microsecond) => {
            let in_day = |at: &i128| (0..DAY * 1_000_000).contains(at);
            let times = seconds(1_000_000).into_iter().filter(in_day);
            of!(times, i64, |value| ScalarValue::Time64Microsecond(Some(value)))
        }
        DataType::Timestamp(of, _) => of!(seconds(unit(of)), i64, |value| {
            ScalarValue::Int64(Some(value)).cast_to(ty).unwrap_or(ScalarValue::Null)
        }),
        DataType::Duration(of) => of!(seconds(unit(of)), i64, |value| {
            ScalarValue::Int64(Some(value)).cast_to(ty).unwrap_or(ScalarValue::Null)
        }),
        DataType::Decimal128(precision, scale) => {
            let (precision, scale) = (*precision, *scale);
            let Some(most) = 10_i128.checked_pow(u32::from(precision)).map(|end| end - 1) else {
                return Vec::new();
            };
            let one = 10_i128.pow(u32::from(scale.unsigned_abs()).min(37));
            let mut numbers = beside(&[0, one / 2, one, 10 * (one / 10), most, most / 2]);
            numbers.extend(integers());
            numbers.retain(|number| (-most..=most).contains(number));
            let value = |number| ScalarValue::Decimal128(Some(number), precision, scale);
            numbers.into_iter().map(value).collect()
        }
        _ => Vec::new(),
    }
}

/// The ends of types, powers of ten, and those up to which floats hold each whole number.
fn integers() -> Vec<i128> {
    let ends = [
        i128::from(i64::MAX),
        i128::from(i64::MIN),
        i128::from(u64::MAX),
        i128::from(i32::MAX),
        i128::from(u32::MAX),
        1 << 53,
        1 << 24,
    ];
    let small = [5, 10, 12, 24, 31, 60, 100, 127, 255, 365, 1_000, 32_767, 65_535];
    let large = [DAY, 1_000_000, 1_000_000_000, 1_000_000_000_000, 1_000_000_000_000_000_000];
    [beside(&[0, 2]), beside(&ends), beside(&small), beside(&large)].concat()
}

/// Days around the ends of months and years, and beyond the calendar.
fn days() -> Vec<i128> {
    // 2000-03-01, 2024-02-29, 2024-12-31 and 9999-12-31.
    let days = beside(&[7, 31, 59, 365, 366, 730, 1_461, 11_017, 19_782, 20_088, 2_932_896]);
    let ends = beside(&[0, i128::from(i32::MAX), i128::from(i32::MIN)]);
    [ends, days].concat()
}

/// Instants around the ends of all that clocks count, in parts of a second; beyond the calendar too.
fn seconds(parts: i128) -> Vec<i128> {
    let ends = beside(&[0, i128::from(i64::MAX), i128::from(i64::MIN)]);
    let lengths = [1, MINUTE, HOUR, 5 * HOUR, DAY / 2, DAY, 2 * DAY, 31 * DAY, 365 * DAY];
    // 2024-02-29T12:00:00Z and 9999-12-31T00:00:00Z.
    let known = [1_709_208_000, 2_932_896 * DAY];
    let pivots: Vec<i128> = lengths.into_iter().chain(known).map(|at| at * parts).collect();
    let between = beside(&[parts / 2, 90 * MINUTE * parts + parts / 3, DAY * parts - parts]);
    [ends, beside(&pivots), between].concat()
}

fn floats(ty: &DataType) -> Vec<ScalarValue> {
    let small = [0.1, 0.25, 0.5, 0.75, 0.999, 1.0 + f64::EPSILON, 1.5, 2.5, 10.0, 99.5];
    let large = [
        0.0,
        1.0,
        100.0,
        1e6,
        16_777_217.0,
        2_147_483_648.0,
        1e15,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        9_223_372_036_854_775_808.0,
        1e19,
        1e39,
        f64::MAX,
        f64::INFINITY,
        f64::MIN_POSITIVE,
        5e-324,
    ];
    let all = large.into_iter().chain(small).flat_map(|value| [value, -value]).chain([f64::NAN]);
    all.filter_map(|value| ScalarValue::from(value).cast_to(ty).ok()).collect()
}

fn intervals() -> Vec<ScalarValue> {
    let hour = i64::try_from(HOUR).unwrap_or(0) * 1_000_000_000;
    let parts = [
        (0, 0, 0),
        (0, 0, 1),
        (0, 0, -1),
        (0, 0, 24 * hour),
        (0, 1, 0),
        (0, -1, hour),
        (0, 30, 0),
        (1, 0, 0),
        (-1, 0, 0),
        (12, 0, 0),
        (1, -30, 1),
        (i32::MAX, i32::MAX, i64::MAX),
        (i32::MIN, i32::MIN, i64::MIN),
    ];
    let value = |(months, days, nanos)| {
        ScalarValue::IntervalMonthDayNano(Some(arrow_buffer::IntervalMonthDayNano::new(
            months, days, nanos,
        )))
    };
    parts.into_iter().map(value).collect()
}

/// All short texts of two letters, and of a letter and a blank; signs that repeat; long texts.
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = TWICE.map(str::to_owned).to_vec();
    texts.extend(patterns(['a', 'b'], 4));
    texts.extend(patterns(['a', ' '], 4));
    let signs = ('!'..='~').filter(|sign| !sign.is_ascii_alphanumeric());
    texts.extend(signs.chain(['0', 'A', 'ß', '\u{a0}']).map(|sign| String::from(sign).repeat(4)));
    texts.extend(LONG.map(|length| "x".repeat(length)));
    texts.push("日本 ".repeat(LONG[0]));
    texts
}

/// All texts of two characters up to a length.
fn patterns(of: [char; 2], length: u32) -> Vec<String> {
    let of_length = |length: u32| {
        (0..1_u32 << length).map(move |bits| {
            (0..length).map(|at| of[usize::from(bits >> at & 1 == 1)]).collect::<String>()
        })
    };
    (1..=length).flat_map(of_length).collect()
}

fn bytes() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = [
        b"".as_slice(),
        b"\0",
        b"\0\0",
        b"a",
        b"aa",
        b"ab",
        b"\x7f",
        b"\x80",
        b"\xff",
        b"\xff\xfe",
        "ß".as_bytes(),
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    all.extend(LONG.map(|length| vec![b'x'; length]));
    all
}

/// Lists of one value, of the same value, of values in both orders, with NULL, and long ones.
fn lists(ty: &DataType, item: &Arc<Field>) -> Vec<ScalarValue> {
    let mut items = few(item.data_type());
    if items.is_empty() {
        items = domain(item.data_type());
    }
    let null = ScalarValue::try_from(item.data_type()).ok().filter(|_| item.is_nullable());
    let mut all: Vec<Vec<ScalarValue>> = vec![Vec::new()];
    for pair in items.chunks(2).take(6) {
        let [a, b] = [pair.first(), pair.last()].map(|value| value.cloned());
        let (Some(a), Some(b)) = (a, b) else { continue };
        all.push(vec![a.clone()]);
        all.push(vec![a.clone(), a.clone()]);
        all.push(vec![a.clone(), b.clone()]);
        all.push(vec![b.clone(), a.clone(), b.clone()]);
        all.push(vec![a.clone(), a.clone(), a.clone(), b]);
        all.extend(null.clone().map(|null| vec![null.clone(), a, null]));
    }
    all.push(items.clone());
    all.push(items.iter().rev().cloned().collect());
    for length in LONG.into_iter().take(3) {
        all.push(items.iter().cycle().take(length).cloned().collect());
    }
    let list = |items: Vec<ScalarValue>| made_up::list(ty, item, &items).ok();
    all.into_iter().filter_map(list).collect()
}
