//! Promises that functions of rows do not keep, each refuted by a value that people forget: hours before
//! 1970, numbers that floats do not hold, texts that repeat, lists of more than a few items.

use std::ops::Range;

use belvedere::testing::check_property;
use belvedere::udf::call::call;
use belvedere::udf::preimage::preimage;
use belvedere::udf::{Constant, Function, Param, Properties};
use belvedere::{Date, Decimal, List, Timestamp};

use crate::support::sessions::plain_session;

const NONE: Properties = Properties::NONE;

const MONOTONE: Properties = Properties { monotone: true, ..NONE };

const INJECTIVE: Properties = Properties { injective: true, ..NONE };

const IDEMPOTENT: Properties = Properties { idempotent: true, ..NONE };

const fn between(low: i64, high: i64) -> Properties {
    Properties { bounds: Some((Some(Constant::Int(low)), Some(Constant::Int(high)))), ..NONE }
}

/// A function that promises what it does not keep.
macro_rules! lie {
    ($promise:expr, |$x:ident: $of:ty| -> $gives:ty { $body:expr }) => {{
        const PARAMS: &[Param] = &[Param::new::<$of>("x")];
        static LIE: Function = Function {
            properties: $promise,
            ..Function::new::<$gives>("lie", "lie(x: i64) -> i64", PARAMS, |args, out| {
                call::<($of,), $gives, _>(args, out, |$x: $of| -> $gives { $body })
            })
        };
        &LIE
    }};
}

/// The one law that a function breaks; its statement is one that a session runs.
async fn refuted(function: &'static Function) -> &'static str {
    let failures = check_property(function);
    let [failure] = failures.as_slice() else { panic!("one promise is broken: {failures:?}") };
    let session = plain_session().unwrap();
    session.register_udf(function.to_udf().as_ref().clone());
    let rows = async { session.sql(&failure.sql).await?.collect().await };
    let rows = rows.await.unwrap_or_else(|error| panic!("{failure}: {error}"));
    assert_eq!(rows[0].num_rows(), 1, "{failure}");
    failure.law
}

#[tokio::test]
async fn of_days_and_instants() {
    let hour = lie!(MONOTONE, |x: Timestamp| -> i64 { x.0.div_euclid(3_600_000_000) % 24 });
    assert_eq!(refuted(hour).await, "monotone");
    let day_of_year = lie!(MONOTONE, |x: Date| -> i64 { i64::from(x.0).rem_euclid(365) });
    assert_eq!(refuted(day_of_year).await, "monotone");
    let hour = lie!(between(0, 23), |x: Timestamp| -> i64 { x.0 / 3_600_000_000 % 24 });
    assert_eq!(refuted(hour).await, "bounds");
}

#[tokio::test]
async fn of_a_range_that_is_wrong_before_1970() {
    fn day(day: Date) -> Option<Range<Timestamp>> {
        let of = |day: i32| Timestamp(i64::from(day) * 86_400_000_000);
        Some(of(day.0)..of(day.0.checked_add(1)?))
    }
    const PARAMS: &[Param] = &[Param::new::<Timestamp>("x")];
    static LIE: Function = Function {
        preimage: Some(|value| preimage(value, day)),
        ..Function::new::<Date>("lie", "lie(x: Timestamp) -> Date", PARAMS, |args, out| {
            call::<(Timestamp,), Date, _>(args, out, |x: Timestamp| {
                Date((x.0 / 86_400_000_000) as i32)
            })
        })
    };
    assert_eq!(refuted(&LIE).await, "preimage");
}

#[tokio::test]
async fn of_decimals() {
    let text = lie!(MONOTONE, |x: Decimal<10, 2>| -> String { x.to_string() });
    assert_eq!(refuted(text).await, "monotone");
    let whole = lie!(INJECTIVE, |x: Decimal<10, 2>| -> i64 { x.unscaled().div_euclid(100) as i64 });
    assert_eq!(refuted(whole).await, "injective");
}

#[tokio::test]
async fn of_numbers_that_floats_do_not_hold() {
    let float = lie!(INJECTIVE, |x: i64| -> f64 { x as f64 });
    assert_eq!(refuted(float).await, "injective");
    let narrow = lie!(INJECTIVE, |x: f64| -> f32 { x as f32 });
    assert_eq!(refuted(narrow).await, "injective");
    let even = lie!(MONOTONE, |x: u64| -> u64 { x.wrapping_add(1) });
    assert_eq!(refuted(even).await, "monotone");
}

#[tokio::test]
async fn of_texts_that_repeat() {
    let blanks = lie!(IDEMPOTENT, |x: &str| -> String { x.replace("  ", " ") });
    assert_eq!(refuted(blanks).await, "idempotent");
    let pattern = lie!(IDEMPOTENT, |x: &str| -> String { x.replace("ab", "b") });
    assert_eq!(refuted(pattern).await, "idempotent");
    let prefix =
        lie!(IDEMPOTENT, |x: &str| -> String { x.strip_prefix('/').unwrap_or(x).to_owned() });
    assert_eq!(refuted(prefix).await, "idempotent");
}

#[tokio::test]
async fn of_what_is_long() {
    let length = lie!(between(0, 100), |x: &str| -> i64 { x.len() as i64 });
    assert_eq!(refuted(length).await, "bounds");
    let items = lie!(between(0, 20), |x: List<'_, i64>| -> i64 { x.len() as i64 });
    assert_eq!(refuted(items).await, "bounds");
    let sorted =
        lie!(IDEMPOTENT, |x: List<'_, i64>| -> Vec<i64> { x.into_iter().skip(5).collect() });
    assert_eq!(refuted(sorted).await, "idempotent");
}

/// Floats have no literals for what is infinite, and types have quotes of their own.
#[tokio::test]
async fn are_refuted_by_statements_that_can_be_pasted() {
    let infinite = lie!(between(-5, 5), |x: f64| -> f64 { if x.is_finite() { 0.0 } else { x } });
    assert_eq!(refuted(infinite).await, "bounds");
    let none = lie!(between(1, 5), |x: List<'_, i64>| -> i64 { (x.len() as i64).min(5) });
    let failures = check_property(none);
    assert!(failures[0].sql.contains("arrow_cast([], '"), "{}", failures[0]);
    assert_eq!(refuted(none).await, "bounds");
}
