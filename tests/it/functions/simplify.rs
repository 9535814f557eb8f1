//! `simplify = f`: what stands in the place of a call, what is refused, and that a wrong one is refuted.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use belvedere::testing::check_scalar;
use belvedere::udf::{Function, Given};
use belvedere::{List, Operand, Value, lit, udf};
use datafusion::prelude::SessionContext;

use super::{constant_rows, error, rows, session};

/// A power of a number.
///
/// ```sql
/// SELECT it_power(3, 1), it_power(3, 0);
/// ----
/// 3 1
/// ```
#[udf(simplify = small_power)]
fn it_power(x: i64, n: u32) -> i64 {
    x.wrapping_pow(n)
}

fn small_power(x: Given<i64>, n: Given<u32>) -> Option<Operand> {
    match n.constant()? {
        0 => Some(lit(1)),
        1 => Some(x.into()),
        _ => None,
    }
}

/// The first value, or the other where there is none.
///
/// ```sql
/// SELECT it_or(NULL, 'a');
/// ----
/// a
/// ```
#[udf(simplify = sure)]
fn it_or<'a>(value: Option<&'a str>, other: Option<&'a str>) -> Option<&'a str> {
    value.or(other)
}

fn sure(value: Given<String>, other: Given<String>) -> Option<Operand> {
    if value.is_null() {
        return Some(other.into());
    }
    (!value.is_nullable() || value.is_same(&other)).then(|| value.into())
}

/// A way to write a text.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Plain,
    Loud,
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "plain" => Ok(Self::Plain),
            "loud" => Ok(Self::Loud),
            other => Err(format!("there is no way `{other}`")),
        }
    }
}

/// A text, written so often.
#[udf(simplify = plainly)]
fn it_said(
    text: &str,
    #[literal(values = ["plain", "loud"])] way: Way,
    #[default = 1] times: i64,
) -> Result<String, String> {
    let times = usize::try_from(times).map_err(|_| "less than nothing".to_owned())?;
    let once = if way == Way::Loud { text.to_uppercase() } else { text.to_owned() };
    Ok(once.repeat(times.min(9)))
}

fn plainly(text: Given<String>, way: Given<Way>, times: Given<i64>) -> Option<Operand> {
    match (way.constant()?, times.constant()?) {
        (Way::Plain, 1) => Some(text.into()),
        (Way::Loud, 1) => Some(it_said::expr(it_said::expr(text, "loud", 1), "plain", 1).into()),
        _ => None,
    }
}

/// The lists of a call, one behind the other.
///
/// ```sql
/// SELECT it_joined([1], [2]);
/// ----
/// [1, 2]
/// ```
#[udf(simplify = only)]
fn it_joined<T: Value>(lists: &[List<'_, T>]) -> Vec<T> {
    lists.iter().flat_map(List::iter).collect()
}

fn only(lists: Vec<Given>) -> Option<Operand> {
    match lists.as_slice() {
        [list] if matches!(list.data_type(), DataType::List(_)) => Some(list.into()),
        _ => None,
    }
}

fn table() -> SessionContext {
    let lists = vec![Some(vec![Some(1), None]), None];
    let (item, offsets) = (Field::new_list_field(DataType::Int64, false), [2, 0]);
    let (offsets, items) = (OffsetBuffer::from_lengths(offsets), Int64Array::from(vec![8, 9]));
    let full = ListArray::new(Arc::new(item), offsets, Arc::new(items), None);
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("m", Arc::new(full), true),
        ("x", Arc::new(Int64Array::from(vec![3, 4])), false),
        ("y", Arc::new(Int64Array::from(vec![Some(5), None])), true),
        ("i", Arc::new(Int32Array::from(vec![Some(7), None])), true),
        ("a", Arc::new(StringArray::from(vec!["a", "b"])), false),
        ("b", Arc::new(StringArray::from(vec![Some("c"), None])), true),
        ("l", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)), true),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column, null)| Field::new(*name, column.data_type().clone(), *null))
        .collect();
    let columns = columns.into_iter().map(|(_, column, _)| column).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let session = session(Vec::new());
    session.register_batch("t", batch).unwrap();
    session
}

#[tokio::test]
async fn a_plan_has_what_stands_in_the_place_of_a_call() {
    let session = table();
    for (call, expected, found) in [
        ("it_power(x, 1)", "t.x AS", "3\n4"),
        ("it_power(y, 1)", "t.y AS", "5\nNULL"),
        ("it_power(i, 1)", "CAST(t.i AS Int64)", "7\nNULL"),
        ("it_power(x, 0)", "Int64(1) AS", "1\n1"),
        // The function is not asked for NULL, and so neither is its short form.
        ("it_power(y, 0)", "it_power(t.y", "1\nNULL"),
        ("it_power(x, 2)", "it_power(t.x", "9\n16"),
        ("it_or(a, b)", "t.a AS", "a\nb"),
        ("it_or(b, a)", "it_or(t.b", "c\nb"),
        ("it_or(b, b)", "t.b AS", "c\nNULL"),
        ("it_or(arrow_cast(a, 'Utf8View'), b)", "CAST(t.a AS Utf8View)", "a\nb"),
        ("it_or(NULL, b)", "t.b AS", "c\nNULL"),
        ("it_said(b, 'plain')", "t.b AS", "c\nNULL"),
        ("it_said(way => 'plain', times => 2, text => b)", "it_said(t.b", "cc\nNULL"),
        ("try_it_said(b, 'plain')", "t.b AS", "c\nNULL"),
        // What stands there may fail, which the twin does not.
        ("try_it_said(b, 'loud')", "try_it_said(t.b", "C\nNULL"),
        ("it_joined(l)", "CAST(t.l AS List(", "[1, NULL]\nNULL"),
    ] {
        let sql = format!("SELECT {call} AS r FROM t");
        let frame = session.sql(&sql).await.unwrap();
        let plan = frame.into_optimized_plan().unwrap().display_indent().to_string();
        assert!(plan.contains(expected), "{call}: {plan}");
        assert_eq!(rows(&session, &sql).await, found, "{call}");
    }
}

#[tokio::test]
async fn what_is_asked_for_every_row_is_left_alone() {
    let session = table();
    let sql = "SELECT it_power(it_ticket(), 0) AS r FROM t";
    let plan = session.sql(sql).await.unwrap().into_optimized_plan().unwrap();
    let plan = plan.display_indent().to_string();
    assert!(plan.contains("it_power(it_ticket()"), "{plan}");
}

#[tokio::test]
async fn standard_functions_need_not_look_at_what_is_never_null() {
    let session = table();
    for (call, expected) in [
        ("stable_id_parts_required(a, 1, x, y)", "stable_id_parts(t.a, t.x, t.y)"),
        ("stable_id_parts_required(a, 2, x, y)", "stable_id_parts_required"),
        ("prefixed_hash_parts64_required(b, 0, y)", "prefixed_hash_parts64(t.b, t.y)"),
        ("span_id_required('n', 2, a, x, y)", "span_id(Utf8(\"n\"), t.a, t.x, t.y)"),
        ("col_to_byte(a, -1, 'utf16')", "Int64(0)"),
        ("col_to_byte(b, 0, 'utf16')", "col_to_byte(t.b"),
        ("list_compact(l)", "list_compact(t.l)"),
        ("list_compact(m)", "CAST(t.m AS List("),
    ] {
        let frame = session.sql(&format!("SELECT {call} AS r FROM t")).await.unwrap();
        let plan = frame.into_optimized_plan().unwrap().display_indent().to_string();
        assert!(plan.contains(expected), "{call}: {plan}");
    }
    let sql = "SELECT stable_id_parts_required('span', 1, 'a', NULL)";
    assert_eq!(constant_rows(sql).await, "span:e572d4f485d45f5df562e024a5aa26e5");
}

/// A function that says something wrong.
macro_rules! wrong {
    ($name:ident, $signature:literal, $param:ty => $result:ty, $body:expr, $simplify:expr) => {{
        static WRONG: Function = {
            use belvedere::__private::{Args, CallError, Out, Param, call};
            fn shim(args: &Args<'_>, out: &mut Out<'_>) -> Result<(), CallError> {
                call::<($param,), $result, _>(args, out, $body)
            }
            Function {
                simplify: Some($simplify),
                ..Function::new::<$result>(
                    stringify!($name),
                    $signature,
                    &[Param::new::<$param>("x")],
                    shim,
                )
            }
        };
        &WRONG
    }};
}

/// What is refuted, with the call.
fn refuted(function: &'static Function) -> String {
    let failures = check_scalar(function, None).unwrap();
    let failures = failures.iter().filter(|failure| failure.law == "simplify");
    failures.map(|found| format!("{}; {}", found.message, found.sql)).collect()
}

#[tokio::test]
async fn what_is_no_result_of_the_call_is_refused_and_refuted() {
    let session = table();
    let text = wrong!(it_to_text, "it_to_text(x: i64) -> i64", i64 => i64, |x: i64| x, |_| {
        Ok(Some("a".into()))
    });
    let null = wrong!(it_to_null, "it_to_null(x: Option<i64>) -> i64", Option<i64> => i64,
        |x: Option<i64>| x.unwrap_or(0), |args| Ok(Some(args.read::<i64>(0)?.into())));
    let large = wrong!(it_to_much, "it_to_much(x: i64) -> i64", i64 => i64, |x: i64| x, |args| {
        let x = args.read::<i64>(0)?;
        Ok(Some((0..99).fold(x.into(), |x, _| it_power::expr(x, 2).into())))
    });
    let panics = wrong!(it_to_panic, "it_to_panic(x: i64) -> i64", i64 => i64, |x: i64| x, |_| {
        panic!("no idea")
    });
    for (function, call, expected) in [
        (text, "it_to_text(x)", "a stands in its place, which is no Int64"),
        (null, "it_to_null(y)", "`t.y` may be NULL, and the call never is"),
        (large, "it_to_much(x)", "more than 64 calls and constants stand in its place"),
        (panics, "it_to_panic(x)", "it panicked: no idea"),
    ] {
        session.register_udf(function.to_udf().as_ref().clone());
        let found = error(&session, &format!("SELECT {call} FROM t")).await;
        let name = function.name;
        assert!(found.contains(&format!("`{name}` cannot be simplified as it says: ")), "{found}");
        assert!(found.contains(expected), "{found}");
        let refuted = refuted(function);
        assert!(refuted.contains("cannot be simplified as it says"), "{refuted}");
    }
}

#[test]
fn what_gives_other_rows_is_refuted() {
    let wrong = wrong!(it_to_itself, "it_to_itself(x: i64) -> i64", i64 => i64,
        |x: i64| x.wrapping_abs(), |args| Ok(Some(args.read::<i64>(0)?.into())));
    let found = refuted(wrong);
    assert!(found.starts_with("`x` gives -"), "{found}");
    assert!(
        found.contains("FROM (VALUES (-") && found.matches("(-").count() == 1,
        "one row: {found}"
    );

    let fails = wrong!(it_to_more, "it_to_more(x: i64) -> i64", i64 => Result<i64, String>,
        |x: i64| if x < 0 { Err("too little".to_owned()) } else { Ok(x) },
        |args| Ok(Some(args.read::<i64>(0)?.into())));
    let found = refuted(fails);
    assert!(found.contains("where the call fails") && found.contains("too little"), "{found}");

    let never =
        wrong!(it_to_none, "it_to_none(x: i64) -> i64", i64 => i64, |x: i64| x, |_| Ok(None));
    assert!(refuted(never).starts_with("no call that is made up is simplified"));
    for function in [&it_power::DESCRIPTOR, &it_or::DESCRIPTOR, &it_said::DESCRIPTOR] {
        assert_eq!(refuted(function), "");
    }
    assert_eq!(refuted(&it_joined::DESCRIPTOR), "");
}
