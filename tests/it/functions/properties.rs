//! Properties: what a planner makes of them, and that a wrong one is refuted.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray};
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use belvedere::__private::{Args, CallError, Out, call};
use belvedere::testing::check_property;
use belvedere::udf;
use belvedere::udf::{Constant, Function, Param, Properties};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::prelude::SessionContext;

use super::{rows, session};

/// One more than twice a number, for numbers of 32 bits.
#[udf(monotone, injective, inverse = it_unscaled)]
fn it_scaled(x: i32) -> i64 {
    2 * i64::from(x) + 1
}

/// What `it_scaled` was made of.
#[udf]
fn it_unscaled(x: i64) -> i32 {
    (x.wrapping_sub(1) / 2) as i32
}

/// A number between two others.
#[udf(monotone, idempotent, bounds = -10..=10)]
fn it_bounded(x: i64, #[literal(default = 5)] most: i64) -> i64 {
    x.clamp(-10, most.clamp(-10, 10))
}

/// The larger text.
#[udf(commutative)]
fn it_larger<'a>(a: &'a str, b: &'a str) -> &'a str {
    a.max(b)
}

/// The tens of a number.
#[udf(preimage = with_tens)]
fn it_tens(x: i64) -> i32 {
    i32::try_from(x.div_euclid(10)).unwrap_or(if x < 0 { i32::MIN } else { i32::MAX })
}

/// The numbers with these tens; the least and the largest stand for too many.
fn with_tens(tens: i32) -> Option<Range<i64>> {
    let low = i64::from(tens) * 10;
    let clamped = tens == i32::MIN || tens == i32::MAX;
    (!clamped).then_some(low..low + 10)
}

/// The optimized plan of a query, without what is common to all.
async fn plan(session: &SessionContext, sql: &str) -> String {
    let frame = session.sql(sql).await.unwrap();
    frame.into_optimized_plan().unwrap().display_indent().to_string()
}

fn columns() -> SessionContext {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(-3)]));
    let small: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None, Some(-3)]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("Ｂ "), None, Some("a")]));
    let others: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), Some("c"), Some("A")]));
    session(vec![("n", numbers), ("i", small), ("x", texts), ("y", others)])
}

#[tokio::test]
async fn a_second_call_falls_away() {
    let session = columns();
    let sql = "SELECT utf8_normalize(utf8_normalize(x)) AS n FROM t";
    let text = plan(&session, sql).await;
    assert_eq!(text.matches("utf8_normalize").count(), 1, "{text}");
    assert_eq!(rows(&session, sql).await, "b\nNULL\na");
    let sql = "SELECT utf8_normalize(utf8_normalize(x, 'nfc'), 'nfkc') AS n FROM t";
    let text = plan(&session, sql).await;
    assert_eq!(text.matches("utf8_normalize").count(), 2, "other constants: {text}");
    let text = plan(&session, "SELECT it_bounded(it_bounded(n, 3), 3) AS n FROM t").await;
    assert_eq!(text.matches("it_bounded").count(), 1, "{text}");
}

#[tokio::test]
async fn an_inverse_gives_the_argument_back() {
    let session = columns();
    let sql = "SELECT it_unscaled(it_scaled(i)) AS n FROM t";
    let text = plan(&session, sql).await;
    assert!(!text.contains("it_scaled") && !text.contains("it_unscaled"), "{text}");
    assert_eq!(rows(&session, sql).await, "7\nNULL\n-3");
    let text = plan(&session, "SELECT it_scaled(it_unscaled(n)) AS n FROM t").await;
    assert!(text.contains("it_unscaled"), "the other way round nothing is said: {text}");
}

#[tokio::test]
async fn arguments_that_change_places_have_one_order() {
    let session = columns();
    let sql = "SELECT it_larger(x, y) AS a, it_larger(y, x) AS b FROM t";
    let text = plan(&session, sql).await;
    assert_eq!(text.matches("it_larger").count(), 1, "the call is common: {text}");
    assert_eq!(rows(&session, sql).await, "Ｂ | Ｂ\nNULL | NULL\na | a");
}

#[tokio::test]
async fn a_comparison_is_one_of_the_argument() {
    let session = columns();
    for (condition, expected, found) in [
        ("it_scaled(i) = 15", "t.i >= Int32(7) AND t.i < Int32(8)", "7"),
        ("it_scaled(i) < 15", "t.i < Int32(7)", "-3"),
        ("it_scaled(i) = 16", "it_scaled(t.i) = Int64(16)", ""),
    ] {
        let sql = format!("SELECT i FROM t WHERE {condition}");
        let text = plan(&session, &sql).await;
        assert!(text.contains(expected), "{text}");
        assert_eq!(rows(&session, &sql).await, found, "{condition}");
    }
}

#[tokio::test]
async fn a_function_says_which_arguments_a_result_has() {
    let session = columns();
    for (condition, expected, found) in [
        ("it_tens(n) = 0", "t.n >= Int64(0) AND t.n < Int64(10)", "7"),
        ("it_tens(n) <= -1", "t.n < Int64(0)", "-3"),
        ("it_tens(n) > 0", "t.n >= Int64(10)", ""),
        ("it_tens(n) < 2147483647", "it_tens(t.n) < Int32(2147483647)", "7\n-3"),
    ] {
        let sql = format!("SELECT n FROM t WHERE {condition}");
        let text = plan(&session, &sql).await;
        assert!(text.contains(expected), "{text}");
        assert_eq!(rows(&session, &sql).await, found, "{condition}");
    }
}

#[tokio::test]
async fn an_order_is_kept() {
    let session = columns();
    let sql = "SELECT it_scaled(i) AS s FROM (SELECT i FROM t ORDER BY i LIMIT 3) ORDER BY s";
    let frame = session.sql(sql).await.unwrap();
    let physical = frame.create_physical_plan().await.unwrap();
    let text = datafusion::physical_plan::displayable(physical.as_ref()).indent(false).to_string();
    assert_eq!(text.matches("SortExec").count(), 1, "{text}");
    assert_eq!(rows(&session, sql).await, "-5\n15\nNULL");
}

fn properties_of(sort: SortProperties, range: Interval) -> ExprProperties {
    ExprProperties {
        sort_properties: sort,
        range,
        preserves_lex_ordering: false,
        strictly_order_preserving: false,
    }
}

#[test]
fn the_methods_of_the_trait_answer() {
    let ordered = SortProperties::Ordered(SortOptions { descending: true, nulls_first: false });
    let interval =
        |low: Option<i64>, high: Option<i64>| Interval::try_new(low.into(), high.into()).unwrap();
    let first = properties_of(ordered, interval(Some(-3), Some(4)));
    let five = properties_of(SortProperties::Singleton, interval(Some(5), Some(5)));
    let clamped = it_bounded::udf();
    let both = [first.clone(), five.clone()];
    assert_eq!(clamped.output_ordering(&both).unwrap(), ordered);
    assert!(clamped.preserves_lex_ordering(&both).unwrap());
    assert!(!clamped.strictly_order_preserving(&both).unwrap(), "it is not injective");
    let ranges = |inputs: &[&Interval]| clamped.evaluate_bounds(inputs).unwrap();
    assert_eq!(ranges(&[&first.range, &five.range]), interval(Some(-3), Some(4)));
    let far = interval(Some(-99), Some(99));
    assert_eq!(ranges(&[&far, &five.range]), interval(Some(-10), Some(5)));
    let open = interval(None, None);
    assert_eq!(ranges(&[&open, &open]), interval(Some(-10), Some(10)), "by what is declared");
    let scaled = it_scaled::udf();
    let small = Interval::try_new(ScalarValue::Int32(Some(0)), ScalarValue::Int32(None)).unwrap();
    let small = properties_of(ordered, small);
    assert!(scaled.strictly_order_preserving(std::slice::from_ref(&small)).unwrap());
    assert_eq!(scaled.evaluate_bounds(&[&small.range]).unwrap(), interval(Some(1), None));
    let hash = belvedere_udfs::stable_hash64::udf();
    let text = Interval::make_unbounded(&DataType::Utf8).unwrap();
    assert_eq!(hash.evaluate_bounds(&[&text]).unwrap(), interval(Some(0), None));
    let moved = [five, first];
    assert_eq!(clamped.output_ordering(&moved).unwrap(), SortProperties::Unordered);
}

type Rows = Result<(), CallError>;

fn square(args: &Args<'_>, out: &mut Out<'_>) -> Rows {
    call::<(i64,), i64, _>(args, out, |x: i64| x.wrapping_mul(x))
}

fn shout(args: &Args<'_>, out: &mut Out<'_>) -> Rows {
    call::<(&'static str,), String, _>(args, out, |x: &str| format!("{x}!"))
}

fn minus(args: &Args<'_>, out: &mut Out<'_>) -> Rows {
    call::<(i64, i64), i64, _>(args, out, |a: i64, b: i64| a.wrapping_sub(b))
}

/// What is refuted of a function, with the call.
fn refuted(function: &'static Function) -> Vec<String> {
    let failures = check_property(function);
    failures
        .iter()
        .map(|found| format!("{}: {}; {}", found.law, found.message, found.sql))
        .collect()
}

#[test]
fn what_is_wrong_is_refuted() {
    static SQUARE: Function = Function {
        properties: Properties {
            monotone: true,
            injective: true,
            idempotent: true,
            inverse: Some(&it_bounded::DESCRIPTOR),
            bounds: Some((Some(Constant::Int(0)), Some(Constant::Int(50)))),
            ..Properties::NONE
        },
        ..Function::new::<i64>("square", "square(x: i64) -> i64", &[Param::new::<i64>("x")], square)
    };
    let found = refuted(&SQUARE);
    let laws: Vec<&str> = found.iter().filter_map(|text| Some(text.split_once(':')?.0)).collect();
    assert_eq!(laws, ["monotone", "injective", "idempotent", "inverse", "bounds"]);
    assert_eq!(
        found[1],
        "injective: two arguments give 0; SELECT square(-9223372036854775808), square(0)"
    );
    static SHOUT: Function = Function {
        properties: Properties { idempotent: true, injective: true, ..Properties::NONE },
        ..Function::new::<String>(
            "shout",
            "shout(x: String) -> String",
            &[Param::new::<&'static str>("x")],
            shout,
        )
    };
    assert_eq!(
        refuted(&SHOUT),
        ["idempotent: the first call gives !, the second !!; SELECT shout(''), shout('!')"]
    );
    static MINUS: Function = Function {
        properties: Properties { commutative: true, ..Properties::NONE },
        ..Function::new::<i64>(
            "minus",
            "minus(a: i64, b: i64) -> i64",
            &[Param::new::<i64>("a"), Param::new::<i64>("b")],
            minus,
        )
    };
    static TENS: Function = Function {
        preimage: Some(|value| belvedere::__private::preimage(value, |tens: i64| Some(0..tens))),
        ..Function::new::<i64>("tens", "tens(x: i64) -> i64", &[Param::new::<i64>("x")], square)
    };
    let found = refuted(&TENS);
    assert!(found[0].starts_with("preimage: "), "{found:?}");
    let found = refuted(&MINUS);
    assert!(found[0].starts_with("commutative: one order gives "), "{found:?}");
}

#[test]
fn what_is_right_stays() {
    for function in [
        &it_scaled::DESCRIPTOR,
        &it_bounded::DESCRIPTOR,
        &it_larger::DESCRIPTOR,
        &it_tens::DESCRIPTOR,
        &belvedere_udfs::utf8_normalize::DESCRIPTOR,
        &belvedere_udfs::map_normalize::DESCRIPTOR,
    ] {
        assert_eq!(refuted(function), [""; 0]);
    }
}
