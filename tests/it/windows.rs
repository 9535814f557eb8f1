//! Window functions of every shape in DataFusion: rows in turn, frames, partitions; in bounded memory
//! and in partitions that are there at once; and what plans and messages say of them.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::{ArrayRef, AsArray as _, Int64Array, StringArray};
use arrow::util::pretty::pretty_format_batches;
use belvedere::udf::Result;
use belvedere::{Number, Rows, Runtime, SortValue, Timestamp, udwf};
use datafusion::prelude::SessionContext;

/// The last value that was there, up to the row: lent by the state.
#[udwf(tags = [window])]
impl<V: SortValue> Window for ItLastKnown<V> {
    type State = Option<V::Owned>;

    fn next<'a>(last: &'a mut Self::State, value: Option<&'a V>) -> Option<&'a V> {
        if let Some(value) = value {
            *last = Some(value.to_owned());
        }
        last.as_ref().map(V::lend)
    }
}

/// The frame's values in brackets: shows which rows a frame has.
#[udwf]
impl Window for ItFrame {
    fn frame(value: Rows<'_, Option<&str>>) -> String {
        let values: Vec<&str> = value.iter().map(|value| value.unwrap_or("-")).collect();
        format!("[{}]", values.join(" "))
    }
}

/// The difference between the largest and the smallest value of the frame.
#[udwf(name = "it_spread", aliases = [it_range_of], since = "0.1")]
impl<N: Number> Window for Spread<N> {
    fn frame(value: Rows<'_, N>) -> Result<Option<N>> {
        let mut values = value.iter();
        let Some(first) = values.next() else { return Ok(None) };
        let (least, most) = values.fold((first, first), |(least, most), value| {
            (if value < least { value } else { least }, if value > most { value } else { most })
        });
        most.minus(least).map(Some)
    }
}

/// What is left of a partition's first value, row by row: fails where there is too little, and for
/// partitions of one row.
#[udwf]
impl Window for ItLeft {
    fn partition(value: Rows<'_, i64>) -> Result<Vec<Result<i64, String>>, std::fmt::Error> {
        if value.len() == 1 {
            return Err(std::fmt::Error);
        }
        let mut left = None;
        let each = value.iter().map(|value| match left {
            None => {
                left = Some(value);
                Ok(value)
            }
            Some(had) if value <= had => {
                left = Some(had - value);
                Ok(had - value)
            }
            Some(had) => Err(format!("{value} of {had}")),
        });
        Ok(each.collect())
    }
}

/// Says that it may fail, and panics.
#[udwf]
impl Window for ItBrittle {
    type State = i64;

    fn next(_: &mut i64, value: i64) -> Result<i64, String> {
        assert!(value < 1000, "too much");
        Ok(value)
    }
}

/// The smallest value of the frame.
#[udwf]
impl<V: SortValue> Window for ItSmallest<V> {
    fn frame<'a>(value: Rows<'a, &'a V>) -> Option<&'a V> {
        value.iter().min()
    }
}

/// The share of a value in the total of its partition.
#[udwf]
impl Window for ItShare {
    fn partition(value: Rows<'_, f64>) -> impl Iterator<Item = Option<f64>> {
        let total: f64 = value.iter().sum();
        value.into_iter().map(move |value| (total != 0.0).then(|| value / total))
    }
}

/// The texts of the partition from the last to the first.
#[udwf]
impl Window for ItBackwards {
    fn partition<'a>(text: Rows<'a, Option<&'a str>>) -> Vec<Option<&'a str>> {
        text.iter().rev().collect()
    }
}

/// Forgets a row.
#[udwf]
impl Window for ItForgetful {
    fn partition(value: Rows<'_, i64>) -> Vec<i64> {
        value.iter().skip(1).collect()
    }
}

/// Says that it ascends, and does not.
#[udwf(ascending)]
impl Window for ItZigzag {
    type State = i64;

    fn next(turn: &mut i64, value: Option<i64>) -> i64 {
        *turn = 1 - *turn;
        *turn + value.unwrap_or_default() / 10
    }
}

/// Remembers the partition before.
#[udwf]
impl Window for ItHaunted {
    type State = i64;

    fn next(count: &mut i64, _value: i64) -> i64 {
        static SEEN: AtomicI64 = AtomicI64::new(0);
        *count += 1;
        SEEN.fetch_add(1, Ordering::Relaxed)
    }
}

/// A state that no column could hold, an argument of time, a panic.
#[udwf]
impl Window for ItSince {
    type State = Vec<std::collections::BTreeSet<i64>>;

    fn next(seen: &mut Self::State, at: Timestamp, limit: Option<i64>) -> i64 {
        assert_ne!(limit, Some(0), "no limit");
        seen.push([at.0].into());
        seen.iter().flatten().map(|first| at.0 - first).max().unwrap_or_default()
    }
}

/// A law that nothing breaks would be none.
#[test]
fn those_that_break_laws_are_shown() {
    let broken = |function| {
        let failures = belvedere::testing::check_window(function);
        failures.iter().map(|f| (f.law, f.message.clone(), f.sql.clone())).collect::<Vec<_>>()
    };
    let zigzag = broken(&it_zigzag::DESCRIPTOR);
    assert_eq!(
        zigzag.iter().map(|(law, message, _)| (*law, message.as_str())).collect::<Vec<_>>(),
        [("ascending", "0 in row 2, behind 1")]
    );
    let (_, _, sql) = &zigzag[0];
    let start = "SELECT it_zigzag(value) OVER (ORDER BY i) FROM (VALUES (1, ";
    assert!(sql.starts_with(start) && sql.matches("), (").count() == 1, "{sql}");
    let haunted = broken(&it_haunted::DESCRIPTOR);
    let laws: Vec<&str> = haunted.iter().map(|(law, ..)| *law).collect();
    assert!(laws.contains(&"in a partition behind another"), "{haunted:?}");
    assert!(laws.contains(&"in bounded memory"), "{haunted:?}");
    let forgetful = broken(&it_forgetful::DESCRIPTOR);
    assert!(forgetful[0].1.contains("results for"), "{forgetful:?}");
    let brittle = broken(&it_brittle::DESCRIPTOR);
    let (law, message, _) = &brittle[0];
    assert_eq!((*law, message.contains("panicked: too much")), ("of rows that it fails for", true));
    for function in [
        &it_last_known::DESCRIPTOR,
        &it_frame::DESCRIPTOR,
        &spread::DESCRIPTOR,
        &it_smallest::DESCRIPTOR,
        &it_share::DESCRIPTOR,
        &it_backwards::DESCRIPTOR,
        &it_left::DESCRIPTOR,
        &belvedere_udfs::running_total::DESCRIPTOR,
        &belvedere_udfs::row_index::DESCRIPTOR,
    ] {
        assert_eq!(broken(function), [], "{}", function.name);
    }
}

fn session(batches: usize) -> SessionContext {
    let session = Runtime::builder().threads(2).build().unwrap().session();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("g", Arc::new(Int64Array::from(vec![1, 1, 1, 1, 2, 2, 3]))),
        ("i", Arc::new(Int64Array::from(vec![1, 2, 2, 4, 1, 2, 1]))),
        (
            "n",
            Arc::new(Int64Array::from(vec![Some(5), None, Some(-2), Some(9), None, None, Some(7)])),
        ),
        (
            "s",
            Arc::new(StringArray::from(vec![
                Some("b"),
                None,
                Some("a"),
                Some("c"),
                None,
                Some("z"),
                Some("y"),
            ])),
        ),
    ];
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = arrow::array::RecordBatch::try_from_iter_with_nullable(nullable).unwrap();
    let step = batch.num_rows().div_ceil(batches);
    let batches: Vec<_> = (0..batch.num_rows())
        .step_by(step)
        .map(|at| batch.slice(at, step.min(batch.num_rows() - at)))
        .collect();
    let schema = batches[0].schema();
    let table = datafusion::datasource::MemTable::try_new(schema, vec![batches]).unwrap();
    session.register_table("t", Arc::new(table)).unwrap();
    session
}

async fn run(session: &SessionContext, sql: &str) -> Result<String, String> {
    let told = |error: datafusion::error::DataFusionError| error.strip_backtrace();
    let batches = session.sql(sql).await.map_err(told)?.collect().await.map_err(told)?;
    let table = pretty_format_batches(&batches).unwrap().to_string();
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|').map(str::trim);
        cells.map(|cell| if cell.is_empty() { "NULL" } else { cell }).collect::<Vec<_>>().join(" ")
    };
    Ok(lines.map(cells).collect::<Vec<_>>().join("; "))
}

/// The values of a call by row, in the order of the table; however many batches there are.
#[track_caller]
fn check(call: &str, expected: &str) {
    let executor = tokio::runtime::Runtime::new().unwrap();
    for batches in [1, 3, 7] {
        let sql = format!("SELECT {call} AS v FROM t ORDER BY g, i, n NULLS FIRST");
        let found = executor.block_on(run(&session(batches), &sql));
        assert_eq!(found.as_deref(), Ok(expected), "{call}, {batches} batches");
    }
}

const BY_GROUP: &str = "OVER (PARTITION BY g ORDER BY i, n NULLS FIRST)";

#[test]
fn rows_are_seen_in_turn() {
    check(&format!("row_index() {BY_GROUP}"), "1; 2; 3; 4; 1; 2; 1");
    check("row_index() OVER (ORDER BY g, i, n NULLS FIRST)", "1; 2; 3; 4; 5; 6; 7");
    check(&format!("running_count() {BY_GROUP}"), "1; 2; 3; 4; 1; 2; 1");
    check(&format!("running_total(n) {BY_GROUP}"), "5; NULL; 3; 12; NULL; NULL; 7");
    check("running_total(n) OVER (ORDER BY g, i, n NULLS FIRST)", "5; NULL; 3; 12; NULL; NULL; 19");
    check(&format!("it_last_known(s) {BY_GROUP}"), "b; b; a; c; NULL; z; y");
    check(&format!("it_last_known(n) {BY_GROUP}"), "5; 5; -2; 9; NULL; NULL; 7");
    check(&format!("it_last_known(s) IGNORE NULLS {BY_GROUP}"), "b; NULL; a; c; NULL; z; y");
    // The frame is none of their business.
    let framed =
        "OVER (PARTITION BY g ORDER BY i, n NULLS FIRST ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING)";
    check(&format!("running_total(n) {framed}"), "5; NULL; 3; 12; NULL; NULL; 7");
}

#[test]
fn frames_are_seen_as_they_are() {
    let over = |frame: &str| format!("it_frame(s) OVER (PARTITION BY g ORDER BY i {frame})");
    check(&over(""), "[b]; [b - a]; [b - a]; [b - a c]; [-]; [- z]; [y]");
    check(
        &over("ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"),
        "[b]; [b -]; [- a]; [a c]; [-]; [- z]; [y]",
    );
    check(
        &over("ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"),
        "[b - a c]; [b - a c]; [b - a c]; [b - a c]; [- z]; [- z]; [y]",
    );
    check(&over("ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING"), "[- a]; [a c]; [c]; []; [z]; []; []");
    check(
        &over("RANGE BETWEEN 1 PRECEDING AND CURRENT ROW"),
        "[b]; [b - a]; [b - a]; [c]; [-]; [- z]; [y]",
    );
    check(
        &over("GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW"),
        "[b]; [b - a]; [b - a]; [- a c]; [-]; [- z]; [y]",
    );
    let over = |call: &str, frame: &str| {
        format!("{call} OVER (PARTITION BY g ORDER BY i, n NULLS FIRST {frame})")
    };
    check(&over("it_frame(s) IGNORE NULLS", ""), "[b]; [b]; [b a]; [b a c]; []; [z]; [y]");
    let three = "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING";
    check(&over("it_spread(n)", three), "0; 7; 11; 11; NULL; NULL; 0");
    check(&over("it_range_of(n * 1.5)", three), "0.0; 10.5; 16.5; 16.5; NULL; NULL; 0.0");
    check(&over("it_smallest(s)", three), "b; a; a; a; z; z; y");
}

#[test]
fn partitions_are_seen_whole() {
    check(
        "it_share(n * 1.0) OVER (PARTITION BY g)",
        "0.4166666666666667; NULL; -0.16666666666666666; 0.75; NULL; NULL; 1.0",
    );
    check(&format!("it_backwards(s) {BY_GROUP}"), "c; a; NULL; b; z; NULL; y");
    check(&format!("it_backwards(s) IGNORE NULLS {BY_GROUP}"), "c; NULL; a; b; NULL; z; y");
}

#[tokio::test]
async fn an_input_without_rows_gives_none() {
    let session = session(1);
    for call in
        ["row_index()", "running_total(n)", "it_frame(s)", "it_share(n * 1.0)", "lag_window(n)"]
    {
        let sql = format!("SELECT {call} OVER (PARTITION BY g ORDER BY i) FROM t WHERE g > 9");
        assert_eq!(run(&session, &sql).await.as_deref(), Ok(""), "{call}");
    }
}

#[tokio::test]
async fn types_follow_from_arguments() {
    let session = session(1);
    for (argument, ty) in [
        ("arrow_cast(n, 'Int8')", "Int64"),
        ("arrow_cast(n, 'UInt16')", "UInt64"),
        ("arrow_cast(n, 'Float32')", "Float64"),
        ("arrow_cast(n, 'Dictionary(Int32, Int64)')", "Int64"),
        ("NULL", "Int64"),
    ] {
        let mut sql = format!(
            "SELECT arrow_typeof(running_total({argument}) OVER (ORDER BY i)) FROM t WHERE n > 0 LIMIT 1"
        );
        assert_eq!(run(&session, &sql).await.as_deref(), Ok(ty), "{argument}");
        if argument != "NULL" && !argument.contains("Dictionary") {
            sql = sql.replace("running_total", "sum");
            assert_eq!(run(&session, &sql).await.as_deref(), Ok(ty), "sum of {argument}");
        }
    }
    let sql = "SELECT row_index() OVER (ORDER BY i) AS a, running_total(n) OVER (ORDER BY i) AS b, \
               running_total(g) OVER (ORDER BY i) AS c, it_frame(s) OVER (ORDER BY i) AS d \
               FROM (SELECT i, n, s, coalesce(g, 0) AS g FROM t)";
    let frame = session.sql(sql).await.unwrap();
    let nullable: Vec<bool> = frame.schema().fields().iter().map(|f| f.is_nullable()).collect();
    assert_eq!(nullable, [false, true, false, false], "{:?}", frame.schema());
}

#[tokio::test]
async fn a_running_total_is_the_sum_of_the_rows_so_far() {
    let session = Runtime::builder().threads(2).build().unwrap().session();
    let sql = "SELECT count(*) FROM (
                 SELECT running_total(v) OVER w AS a, sum(v) OVER w AS b FROM (
                   SELECT value AS i, value % 7 AS g,
                          CASE WHEN value % 5 = 0 THEN NULL ELSE value * 9000000000 END AS v
                   FROM range(0, 20000))
                 WINDOW w AS (PARTITION BY g ORDER BY i ROWS UNBOUNDED PRECEDING))
               WHERE (a IS DISTINCT FROM b) AND a IS NOT NULL";
    assert_eq!(run(&session, sql).await.as_deref(), Ok("0"));
}

/// An error names the function and what it said, wherever the row is; rows that nobody asks for are none.
#[tokio::test]
async fn a_window_function_may_fail() {
    let session = session(3);
    let most = "9223372036854775807";
    for (call, expected) in [
        (
            format!("running_total({most}) OVER (ORDER BY g, i)"),
            format!("`running_total`: {most} + {most} does not fit `i64`"),
        ),
        (
            format!("running_total(cast({most} as bigint unsigned)) OVER (ORDER BY g, i)"),
            "`running_total`: 18446744073709551614 + 9223372036854775807 does not fit `u64`".into(),
        ),
        (
            format!("it_spread(n * ({most} / 9)) OVER (ORDER BY n)"),
            "`it_spread`: 9223372036854775800 - -2049638230412172400 does not fit `i64`".into(),
        ),
        ("it_left(n) OVER (ORDER BY n)".into(), "`it_left`: 5 of -2".into()),
        (
            "it_left(-i) OVER (PARTITION BY g ORDER BY i)".into(),
            "`it_left`: an error occurred".into(),
        ),
    ] {
        let found = run(&session, &format!("SELECT {call} AS v FROM t")).await.unwrap_err();
        assert!(found.contains(&expected), "{call}: {found}");
    }
    let left = "it_left(CASE WHEN g + i = 2 THEN 100 ELSE i END)";
    let over = format!("{left} OVER (ORDER BY g, i, n NULLS FIRST)");
    let sql = format!("SELECT {over} AS v FROM t ORDER BY g, i, n NULLS FIRST");
    assert_eq!(run(&session, &sql).await.as_deref(), Ok("100; 98; 96; 92; 91; 89; 88"));
    for (function, fallible) in [
        (&belvedere_udfs::running_total::DESCRIPTOR, true),
        (&it_left::DESCRIPTOR, true),
        (&spread::DESCRIPTOR, true),
        (&belvedere_udfs::row_index::DESCRIPTOR, false),
        (&it_share::DESCRIPTOR, false),
    ] {
        assert_eq!(function.fallible, fallible, "{}", function.name);
    }
}

#[tokio::test]
async fn rows_in_turn_and_frames_need_bounded_memory() {
    let session = session(1);
    let plan = |call: &'static str| {
        let session = session.clone();
        async move {
            let sql = format!("EXPLAIN FORMAT INDENT SELECT {call} FROM t");
            let rows = session.sql(&sql).await.unwrap().collect().await.unwrap();
            pretty_format_batches(&rows).unwrap().to_string()
        }
    };
    for (call, bounded) in [
        ("row_index() OVER (ORDER BY i)", true),
        ("it_frame(s) OVER (ORDER BY i ROWS 2 PRECEDING)", true),
        ("it_share(n * 1.0) OVER (ORDER BY i)", false),
    ] {
        let plan = plan(call).await;
        assert_eq!(plan.contains("BoundedWindowAggExec"), bounded, "{plan}");
        assert_eq!(plan.contains(" WindowAggExec"), !bounded, "{plan}");
    }
    // Rows that are numbered need not be sorted by their numbers.
    let plan = plan("row_index() OVER (ORDER BY i) AS r").await;
    let numbered = plan.matches("SortExec").count();
    let sql = "EXPLAIN FORMAT INDENT SELECT row_index() OVER (ORDER BY i) AS r FROM t ORDER BY r";
    let rows = session.sql(sql).await.unwrap().collect().await.unwrap();
    let sorted = pretty_format_batches(&rows).unwrap().to_string();
    assert_eq!(sorted.matches("SortExec").count(), numbered, "{sorted}");
}

/// Numbers that are sorted already, a limit that reaches the input, partitions, DataFusion's own names.
#[tokio::test]
async fn plans_are_as_they_were() {
    let session = session(1);
    let mut plans = String::new();
    for sql in [
        "SELECT row_index() OVER (ORDER BY i) AS r FROM t ORDER BY r",
        "SELECT row_index() OVER (ORDER BY i ROWS UNBOUNDED PRECEDING) AS r FROM t LIMIT 2",
        "SELECT running_total(n) OVER (PARTITION BY g ORDER BY i) AS v FROM t",
        "SELECT it_spread(n) OVER (ORDER BY i ROWS 2 PRECEDING) AS v FROM t",
        "SELECT it_share(n * 1.0) OVER (PARTITION BY g) AS v FROM t",
        "SELECT lag_window(n) OVER w, row_number_window() OVER w FROM t WINDOW w AS (ORDER BY i)",
    ] {
        let frame = session.sql(&format!("EXPLAIN FORMAT INDENT {sql}")).await.unwrap();
        let rows = frame.collect().await.unwrap();
        let texts = rows[0].column(1).as_string::<i32>();
        let plan: Vec<&str> = texts.iter().flatten().map(str::trim_end).collect();
        plans.push_str(&format!("{sql}\n\n{}\n\n", plan.join("\n\n")));
    }
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(plans) });
}

#[tokio::test]
async fn wrong_calls_say_what_is_wrong() {
    let session = session(1);
    let error = async |call: &str| {
        run(&session, &format!("SELECT {call} FROM t")).await.expect_err("it is wrong")
    };
    for (call, expected) in [
        (
            "running_total(s) OVER (ORDER BY i)",
            "`running_total`: argument `value` takes N, this is Utf8 (it is no integer and no float)",
        ),
        ("running_total(n, n) OVER (ORDER BY i)", "`running_total` takes 1 argument, not 2"),
        ("row_index(n) OVER (ORDER BY i)", "`row_index` takes 0 arguments, not 1"),
        (
            "it_frame(n) OVER (ORDER BY i)",
            "`it_frame`: argument `value` takes String, this is Int64",
        ),
        (
            "it_forgetful(i) OVER (PARTITION BY g)",
            "`it_forgetful`: `partition` gave 3 results for 4 rows",
        ),
        ("it_since(to_timestamp(i), g - 1) OVER (ORDER BY i)", "no limit"),
        ("it_smallest(MAP {'a': n}) OVER (ORDER BY i)", "its values have no order"),
    ] {
        let found = error(call).await;
        assert!(found.contains(expected), "{call}: {found}");
    }
}

#[tokio::test]
async fn named_arguments_and_builders_call_them() {
    use datafusion::logical_expr::{Expr, ExprFunctionExt as _, col};
    let session = session(1);
    let sql = "SELECT running_total(value => n) OVER (ORDER BY g, i, n NULLS FIRST) FROM t LIMIT 1";
    assert_eq!(run(&session, sql).await.as_deref(), Ok("5"));
    let call = Expr::from(belvedere_udfs::running_total::expr(belvedere::col("n")));
    let call = call.partition_by(vec![col("g")]).order_by(vec![col("i").sort(true, true)]);
    let frame = session.table("t").await.unwrap();
    let frame = frame.window(vec![call.build().unwrap().alias("v")]).unwrap();
    assert_eq!(frame.count().await.unwrap(), 7);
    let foreign = Rc::new(belvedere_udfs::row_index::udwf());
    assert_eq!(
        (foreign.name(), belvedere_udfs::row_index::DESCRIPTOR.name),
        ("row_index", "row_index")
    );
}
