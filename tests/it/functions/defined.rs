//! The functions of these tests. Every name of Rust's prelude that an expansion might use by
//! accident means something else here.

#![allow(dead_code, unreachable_pub, reason = "written as a library would be")]

use core::result::Result as Outcome;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use belvedere::{
    ArrowType, Date, Duration, Interval, List, LocalTimestamp, Map, SortValue, Time, Timestamp,
    Value, udf,
};

struct Option;
struct Result;
struct Vec;
struct String;
struct Box;
struct Some;
struct None;
struct Ok;
struct Err;

/// A position, with text that is read in place.
#[derive(ArrowType, Clone, Copy, Debug, PartialEq)]
pub struct Place<'a> {
    /// The file.
    pub path: &'a str,
    /// The line.
    pub line: ::core::option::Option<i64>,
}

/// A place twice.
#[derive(ArrowType, Clone, Debug)]
pub struct Range {
    /// Where it starts.
    pub start: Point,
    /// Where it ends.
    pub end: ::core::option::Option<Point>,
    /// What it is called.
    pub name: ::std::string::String,
}

/// A point.
#[derive(ArrowType, Clone, Copy, Debug)]
pub struct Point {
    /// To the right.
    pub x: i64,
    /// Down.
    pub y: i32,
}

::std::thread_local! {
    /// How often [`it_counted()`] was called by this thread.
    pub static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// A number and a text.
///
/// ```sql
/// SELECT it_labelled(1, 'a');
/// ----
/// 1a
/// ```
#[udf(tags = [string], aliases = [it_label])]
pub fn it_labelled(
    a: i64,
    b: ::core::option::Option<&str>,
) -> ::core::option::Option<::std::string::String> {
    b.map(|b| ::std::format!("{a}{b}"))
}

/// Text without the blanks around it: borrowed from its argument.
#[udf]
pub fn it_trimmed(text: &str) -> &str {
    text.trim()
}

/// Text in upper case.
#[udf]
pub fn it_shouted(text: &str) -> ::std::string::String {
    text.to_uppercase()
}

/// Text as it is; counts its calls.
#[udf]
pub fn it_counted(text: &str) -> &str {
    CALLS.set(CALLS.get() + 1);
    text
}

::std::thread_local! {
    /// How often [`it_shared()`] was called by this thread.
    pub static SHARED: Cell<usize> = const { Cell::new(0) };
}

/// Text with an end; counts its calls.
#[udf]
pub fn it_shared(
    text: &str,
    #[literal(default = "?")] end: ::std::string::String,
) -> ::std::string::String {
    SHARED.set(SHARED.get() + 1);
    ::std::format!("{text}{end}")
}

::std::thread_local! {
    /// How often [`it_run()`] was called by this thread.
    pub static RUNS: Cell<usize> = const { Cell::new(0) };
}

/// Text with more of it; counts its calls.
#[udf]
pub fn it_run(text: &str) -> ::std::string::String {
    RUNS.set(RUNS.get() + 1);
    ::std::format!("{text}!")
}

/// How many bytes a text has.
#[udf]
pub fn it_size(text: &str) -> i64 {
    text.len() as i64
}

/// Whether a text is NULL: sees it.
#[udf]
pub fn it_missing(text: ::core::option::Option<&str>) -> bool {
    text.is_none()
}

/// The first byte.
#[udf]
pub fn it_head(bytes: &[u8]) -> ::core::option::Option<&[u8]> {
    bytes.get(..1)
}

/// Half of an even number.
#[udf]
pub fn it_half(value: i64) -> ::core::result::Result<i64, ::std::string::String> {
    if value % 2 == 0 {
        ::core::result::Result::Ok(value / 2)
    } else {
        ::core::result::Result::Err(::std::format!("{value} is odd"))
    }
}

/// A text as a number.
#[udf]
pub fn it_parsed(text: &str) -> ::core::result::Result<i64, ::core::num::ParseIntError> {
    text.parse()
}

/// A reciprocal of a whole number, by a type whose name is another.
#[udf]
pub fn it_divided(value: i64, by: i64) -> i64 {
    assert!(by != 13, "thirteen is refused");
    value / by
}

/// A sum that is computed of NULL rows too.
#[udf(cost = cheap)]
pub fn it_summed(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// Every integer width and both floats at once.
#[udf]
#[allow(clippy::too_many_arguments)]
pub fn it_sum(a: i8, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64, i: f32, j: f64) -> f64 {
    f64::from(a)
        + f64::from(b)
        + f64::from(c)
        + d as f64
        + f64::from(e)
        + f64::from(f)
        + f64::from(g)
        + h as f64
        + f64::from(i)
        + j
}

/// The next day.
#[udf]
pub fn it_tomorrow(day: Date) -> Date {
    Date(day.0.wrapping_add(1))
}

/// A second later.
#[udf]
pub fn it_later(at: Timestamp) -> Timestamp {
    Timestamp(at.0.wrapping_add(1_000_000))
}

/// An hour later, on the clock.
#[udf]
pub fn it_hour_later(time: Time) -> Time {
    Time((time.0 + 3_600_000_000) % 86_400_000_000)
}

/// Twice as long.
#[udf]
pub fn it_twice(length: Duration) -> Duration {
    Duration(length.0.wrapping_mul(2))
}

/// The parts of an interval, the other way around.
#[udf]
pub fn it_turned(interval: Interval) -> Interval {
    Interval { months: interval.days, days: interval.months, ..interval }
}

/// A second later, wherever that is.
#[udf]
pub fn it_later_there(at: LocalTimestamp) -> LocalTimestamp {
    LocalTimestamp(at.0.wrapping_add(1_000_000))
}

/// The longest of some lengths of time, out of a list.
#[udf]
pub fn it_longest_time(
    lengths: List<'_, ::core::option::Option<Duration>>,
) -> ::std::vec::Vec<Duration> {
    lengths.iter().flatten().max().into_iter().collect()
}

/// The opposite.
#[udf]
pub fn it_opposite(value: bool) -> bool {
    !value
}

/// Where a place is, as text.
#[udf]
pub fn it_where(place: Place<'_>) -> ::std::string::String {
    match place.line {
        ::core::option::Option::Some(line) => ::std::format!("{}:{line}", place.path),
        ::core::option::Option::None => place.path.to_owned(),
    }
}

/// A place.
#[udf]
pub fn it_place<'a>(path: &'a str, line: ::core::option::Option<i64>) -> Place<'a> {
    Place { path, line }
}

/// A range of one point, or of two.
#[udf]
pub fn it_range(start: Point, end: ::core::option::Option<Point>, name: &str) -> Range {
    Range { start, end, name: name.to_owned() }
}

/// How far a range reaches.
#[udf]
pub fn it_reach(range: Range) -> ::core::option::Option<i64> {
    range.end.map(|end| end.x.wrapping_sub(range.start.x))
}

/// A point.
#[udf]
pub fn it_point(x: i64, y: i32) -> Point {
    Point { x, y }
}

/// The longest text of a list.
#[udf]
pub fn it_longest<'a>(texts: List<'a, &'a str>) -> ::core::option::Option<&'a str> {
    texts.iter().max_by_key(|text| text.len())
}

/// The sum of what is there.
#[udf]
pub fn it_total(values: List<'_, ::core::option::Option<i64>>) -> i64 {
    values.iter().flatten().fold(0, i64::wrapping_add)
}

/// The points of a list, to the right of zero.
#[udf]
pub fn it_right(points: List<'_, Point>) -> ::std::vec::Vec<Point> {
    points.iter().filter(|point| 0 < point.x).collect()
}

/// A value of a map.
#[udf]
pub fn it_lookup<'a>(
    map: Map<'a, &str, ::core::option::Option<&'a str>>,
    key: &str,
) -> ::core::option::Option<&'a str> {
    map.get(&key).flatten()
}

/// How often each text is in a list.
#[udf]
pub fn it_counts(
    texts: List<'_, &str>,
) -> ::std::collections::BTreeMap<::std::string::String, i64> {
    let mut counts = ::std::collections::BTreeMap::new();
    for text in texts {
        *counts.entry(text.to_owned()).or_default() += 1;
    }
    counts
}

/// The bytes of a text.
#[udf]
pub fn it_bytes(text: &str) -> ::std::vec::Vec<u8> {
    text.as_bytes().to_vec()
}

/// Texts around a separator; any type is text.
#[udf(name = "it_join")]
pub fn concat(
    separator: &str,
    #[cast] parts: &[::core::option::Option<&str>],
) -> ::std::string::String {
    let parts: ::std::vec::Vec<&str> = parts.iter().map(|part| part.unwrap_or("-")).collect();
    parts.join(separator)
}

/// The first text that is longest.
#[udf]
pub fn it_widest<'a>(texts: &[&'a str]) -> ::core::option::Option<&'a str> {
    texts
        .iter()
        .copied()
        .reduce(|widest, text| if widest.len() < text.len() { text } else { widest })
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
}

impl FromStr for Style {
    type Err = ::std::string::String;

    fn from_str(text: &str) -> Outcome<Self, ::std::string::String> {
        match text {
            "lower" => Outcome::Ok(Self::Lower),
            "upper" => Outcome::Ok(Self::Upper),
            other => {
                Outcome::Err(::std::format!("unknown style `{other}`: it is `lower` or `upper`"))
            }
        }
    }
}

/// A text in a style, so many times.
#[udf]
pub fn it_styled(
    text: &str,
    #[literal(default = "upper")] style: Style,
    #[literal(default = 1)] times: i32,
) -> ::std::string::String {
    let styled = match style {
        Style::Lower => text.to_lowercase(),
        Style::Upper => text.to_uppercase(),
    };
    styled.repeat(usize::try_from(times).unwrap_or(0))
}

/// A number within bounds.
#[udf]
pub fn it_clamped(value: i64, #[default = 0] low: i64, #[default = 9] high: i64) -> i64 {
    value.max(low).min(high)
}

/// A counter.
#[udf(volatility = volatile)]
pub fn it_ticket() -> i64 {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed) as i64
}

/// A constant.
#[udf]
pub fn it_answer() -> i32 {
    42
}

/// What it is given, with what is known of it.
#[udf(metadata = inherit(0))]
pub fn it_same(value: i64) -> i64 {
    value
}

/// An id, marked as one.
#[udf(metadata = set { semantic_type = "NodeId", "a:b" = "c" })]
pub fn it_id(value: i64) -> i64 {
    value
}

/// The items of a list that are there.
#[udf(metadata = inherit(0))]
pub fn it_compact<T: Value>(list: List<'_, ::core::option::Option<T>>) -> ::std::vec::Vec<T> {
    list.iter().flatten().collect()
}

/// The items of a list, the last first.
#[udf]
pub fn it_reversed<T: Value>(list: List<'_, T>) -> ::std::vec::Vec<T> {
    list.iter().rev().collect()
}

/// The distinct items of a list, the smallest first.
#[udf]
pub fn it_sorted<T: SortValue>(list: List<'_, T>) -> ::std::vec::Vec<T> {
    list.iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// A value as it is.
#[udf]
pub fn it_handed<T: Value>(value: T) -> T {
    value
}

/// The first of two values that is there.
#[udf]
pub fn it_first_of<T: Value>(
    first: ::core::option::Option<T>,
    second: ::core::option::Option<T>,
) -> ::core::option::Option<T> {
    first.or(second)
}

/// Two values as a list.
#[udf]
pub fn it_pair<T: Value>(
    first: ::core::option::Option<T>,
    second: ::core::option::Option<T>,
) -> ::std::vec::Vec<::core::option::Option<T>> {
    ::std::vec![first, second]
}

/// Any number of values as a list.
#[udf]
pub fn it_all<T: Value>(
    rest: &[::core::option::Option<T>],
) -> ::std::vec::Vec<::core::option::Option<T>> {
    rest.to_vec()
}

/// A pattern, which is not `Clone`: `a*` begins with `a`.
pub struct Pattern(::std::string::String);

/// How often the [`Pattern`] `a*` was made.
pub static PATTERNS: AtomicUsize = AtomicUsize::new(0);

impl FromStr for Pattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Outcome<Self, Self::Err> {
        match text.strip_suffix('*') {
            ::core::option::Option::Some(head) => {
                PATTERNS.fetch_add(usize::from(head == "a"), Ordering::Relaxed);
                Outcome::Ok(Self(head.to_owned()))
            }
            ::core::option::Option::None => Outcome::Err("a pattern ends in `*`"),
        }
    }
}

/// Whether a text is of a pattern.
///
/// ```sql
/// SELECT it_like('bc', 'b*');
/// ----
/// true
/// ```
#[udf]
pub fn it_like(text: &str, #[literal] pattern: &Pattern) -> bool {
    text.starts_with(&pattern.0)
}

/// How often a table of [`it_code()`] was made for `abz`.
pub static TABLES: AtomicUsize = AtomicUsize::new(0);

/// What [`it_code()`] looks letters up in.
pub struct Table(BTreeMap<char, usize>);

fn table_of(letters: &str, first: i64) -> Outcome<Table, ::std::string::String> {
    TABLES.fetch_add(usize::from(letters == "abz"), Ordering::Relaxed);
    assert!(letters != "panic", "no table");
    let first = usize::try_from(first).map_err(|_| ::std::format!("{first} is below 0"))?;
    Outcome::Ok(Table(letters.chars().zip(first..).collect()))
}

/// The numbers of letters, added up.
#[udf(prepare = table_of)]
pub fn it_code(
    text: &str,
    #[literal] letters: &str,
    #[literal(default = 1)] first: i64,
    #[prepared] table: &Table,
    #[state] numbers: &mut ::std::vec::Vec<usize>,
) -> ::core::result::Result<i64, ::std::string::String> {
    numbers.clear();
    for letter in text.chars() {
        let number = table.0.get(&letter);
        numbers.push(
            *number.ok_or_else(|| ::std::format!("`{letter}` is not in `{letters}`, {first}"))?,
        );
    }
    Outcome::Ok(numbers.iter().sum::<usize>() as i64)
}

/// The text between brackets, or NULL where it is blank; an exclamation mark is refused.
#[udf]
pub fn it_written(
    text: &str,
    #[default = "]"] end: &str,
    out: &mut belvedere::Text,
) -> ::core::result::Result<::core::option::Option<()>, ::std::string::String> {
    out.push('[');
    out.push_str(text);
    if text.contains('!') {
        return ::core::result::Result::Err(::std::format!("`{}` is loud", out.as_str()));
    }
    out.push_str(end);
    ::core::result::Result::Ok((!text.trim().is_empty()).then_some(()))
}

/// Twice the number, after a while.
#[udf(concurrency = 4, timeout = "5s", retry = 1, retry_if = is_odd, dedupe)]
pub async fn it_waited(
    text: &str,
    data: ::core::option::Option<&[u8]>,
    place: ::core::option::Option<Point>,
    #[literal(default = 2)] by: i64,
) -> ::core::result::Result<::core::option::Option<::std::string::String>, Odd> {
    let (data, x) = (data.map_or(0, <[u8]>::len), place.map_or(0, |place| place.x));
    match text {
        "odd" => Outcome::Err(Odd(x)),
        _ => Outcome::Ok(::core::option::Option::Some(format!("{text} {data} {}", x * by))),
    }
}

/// Why a number is refused.
#[derive(Debug)]
pub struct Odd(i64);

impl ::core::fmt::Display for Odd {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::write!(f, "{} is odd", self.0)
    }
}

fn is_odd(error: &Odd) -> bool {
    error.0 % 2 != 0
}
