//! The functions, written as the documentation of `arrow-udf` advises.

use std::cell::RefCell;
use std::fmt::Write;

use arrow_udf::function;
use regex::Regex;

use crate::Bench;

/// All benches that can be written here.
pub(crate) fn benches() -> Vec<Bench> {
    let bench = |name, function| Bench { name, function, constant: None };
    vec![
        bench("add", add),
        bench("add, 10% NULL", add),
        bench("add three, 10% NULL", add3),
        bench("gcd, 50% NULL", gcd),
        bench("divide, 10% NULL", divide),
        bench("length, ASCII", length),
        bench("length, Unicode", length),
        bench("upper", upper),
        bench("trim", trim),
        Bench { constant: Some(" ab"), ..bench("starts_with", starts_with) },
        Bench { constant: Some("[xyz]{3}Q?a"), ..bench("matches", matches) },
        Bench {
            constant: Some("[xyz]{3}Q?a"),
            ..bench("matches, compiled for each row", matches_unprepared)
        },
        bench("list_sum", list_sum),
    ]
}

#[function("add(int64, int64) -> int64", output = "add")]
fn add_row(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

#[function("add3(int64, int64, int64) -> int64", output = "add3")]
fn add3_row(a: i64, b: i64, c: i64) -> i64 {
    a.wrapping_add(b).wrapping_add(c)
}

#[function("gcd(int64, int64) -> int64", output = "gcd")]
fn gcd_row(a: i64, b: i64) -> i64 {
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

#[function("divide(int64, int64) -> int64", output = "divide")]
fn divide_row(a: i64, b: i64) -> Result<i64, &'static str> {
    a.checked_div(b).ok_or("division by zero")
}

#[function("length(string) -> int64", output = "length")]
fn length_row(text: &str) -> i64 {
    text.chars().count() as i64
}

#[function("upper(string) -> string", output = "upper")]
fn upper_row(text: &str, output: &mut impl Write) -> Option<()> {
    output.write_str(&text.to_uppercase()).ok()
}

#[function("trim(string) -> string", output = "trim")]
fn trim_row(text: &str) -> &str {
    text.trim_matches(' ')
}

#[function("starts_with(string, string) -> boolean", output = "starts_with")]
fn starts_with_row(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
}

thread_local! {
    /// There is no place for what is made of a constant, so the author has to remember it.
    static COMPILED: RefCell<Option<(String, Regex)>> = const { RefCell::new(None) };
}

#[function("matches(string, string) -> boolean", output = "matches")]
fn matches_row(text: &str, pattern: &str) -> Result<bool, regex::Error> {
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.as_ref().is_none_or(|(known, _)| known != pattern) {
            *compiled = Some((pattern.to_owned(), Regex::new(pattern)?));
        }
        Ok(compiled.as_ref().is_some_and(|(_, regex)| regex.is_match(text)))
    })
}

#[function("matches_unprepared(string, string) -> boolean", output = "matches_unprepared")]
fn matches_unprepared_row(text: &str, pattern: &str) -> Result<bool, regex::Error> {
    Ok(Regex::new(pattern)?.is_match(text))
}

#[function("list_sum(int64[]) -> int64", output = "list_sum")]
fn list_sum_row(list: &[i64]) -> i64 {
    list.iter().fold(0, |sum, item| sum.wrapping_add(*item))
}
