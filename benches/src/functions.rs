//! The functions that are measured, beside those of the standard library: one for each way in which
//! arguments are read, results are written and NULLs are met.

use belvedere::{Chars, List, Rows, udaf, udf, udwf};
use regex::Regex;

/// The sum of two numbers.
#[udf(cost = cheap)]
pub(crate) fn bench_add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// The sum of three numbers.
#[udf(cost = cheap)]
pub(crate) fn bench_add3(a: i64, b: i64, c: i64) -> i64 {
    a.wrapping_add(b).wrapping_add(c)
}

/// The greatest common divisor.
#[udf]
pub(crate) fn bench_gcd(a: i64, b: i64) -> i64 {
    gcd(a, b)
}

/// Stein's binary algorithm, for all contestants.
pub(crate) fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return (a | b) as i64;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            (a, b) = (b, a);
        }
        b -= a;
        if b == 0 {
            return (a << shift) as i64;
        }
    }
}

/// The quotient, or an error.
#[udf]
pub(crate) fn bench_divide(a: i64, b: i64) -> Result<i64, &'static str> {
    a.checked_div(b).ok_or("division by zero")
}

/// The number of characters.
#[udf(cost = cheap)]
pub(crate) fn bench_length(text: Chars<'_>) -> i64 {
    text.count() as i64
}

/// The text in upper case.
#[udf]
pub(crate) fn bench_upper(text: &str) -> String {
    text.to_uppercase()
}

/// The text without spaces at its ends.
#[udf]
pub(crate) fn bench_trim(text: &str) -> &str {
    text.trim_matches(' ')
}

/// Whether a text starts so.
#[udf(cost = cheap)]
pub(crate) fn bench_starts_with(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
}

/// Whether a pattern occurs, compiled once.
#[udf(prepare = compiled)]
pub(crate) fn bench_matches(
    text: &str,
    #[literal] pattern: &str,
    #[prepared] regex: &Regex,
) -> bool {
    regex.is_match(text)
}

fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(pattern)
}

/// Whether a pattern occurs, compiled for each row.
#[udf]
pub(crate) fn bench_matches_unprepared(text: &str, pattern: &str) -> Result<bool, regex::Error> {
    Ok(Regex::new(pattern)?.is_match(text))
}

/// The sum of a list.
#[udf]
pub(crate) fn bench_list_sum(list: List<'_, i64>) -> i64 {
    list.iter().fold(0, i64::wrapping_add)
}

/// The sum of a group.
#[udaf]
impl Aggregate for BenchSum {
    type State = Option<i64>;

    fn update(sum: &mut Self::State, value: i64) {
        *sum = Some(sum.unwrap_or(0).wrapping_add(value));
    }

    fn merge(sum: &mut Self::State, other: Self::State) {
        if let Some(value) = other {
            *sum = Some(sum.unwrap_or(0).wrapping_add(value));
        }
    }

    fn finish(sum: &Self::State) -> Option<i64> {
        *sum
    }
}

/// The value of the row before.
#[udwf]
impl Window for BenchLag {
    type State = Option<i64>;

    fn next(last: &mut Option<i64>, value: Option<i64>) -> Option<i64> {
        std::mem::replace(last, value)
    }
}

/// The sum of a frame.
#[udwf]
impl Window for BenchFrameSum {
    fn frame(value: Rows<'_, i64>) -> i64 {
        value.iter().fold(0, i64::wrapping_add)
    }
}
