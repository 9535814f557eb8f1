//! What the engine computes otherwise than it says is mended for views and for SQL alike.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal128Array, Decimal256Array, DurationMicrosecondArray, Float32Array,
    Float64Array, Int64Array, IntervalMonthDayNanoArray, RecordBatch, UInt64Array,
};
use arrow::datatypes::{
    DataType, Decimal128Type, DecimalType as _, Field, IntervalMonthDayNano, Schema, i256,
};
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

use crate::support::warehouse::{cells, runtime};

const NAN: f64 = f64::NAN;

/// Batches of a key, floats of both widths and an integer, in this order.
fn table(rows: &[(i64, f64, i64)]) -> SessionContext {
    let schema = Arc::new(Schema::new(vec![
        Field::new("k", DataType::Int64, false),
        Field::new("f", DataType::Float64, false),
        Field::new("e", DataType::Float32, false),
        Field::new("n", DataType::Int64, false),
        Field::new("u", DataType::UInt64, false),
    ]));
    let batch = |rows: &[(i64, f64, i64)]| {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(rows.iter().map(|row| row.0).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|row| row.1).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|row| row.1 as f32).collect::<Float32Array>()),
            Arc::new(rows.iter().map(|row| row.2).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|row| row.2.unsigned_abs()).collect::<UInt64Array>()),
        ];
        RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()
    };
    let partitions = rows.chunks(2).map(|rows| vec![batch(rows)]).collect();
    let session = runtime().session();
    let table = MemTable::try_new(Arc::clone(&schema), partitions).unwrap();
    session.register_table("t", Arc::new(table)).unwrap();
    session
}

async fn ask(session: &SessionContext, sql: &str) -> Result<Vec<String>, String> {
    let rows = session.sql(sql).await.map_err(|error| error.to_string())?;
    let rows = rows.collect().await.map_err(|error| error.strip_backtrace())?;
    Ok(cells(&rows))
}

/// NaN is the greatest, wherever it stands.
#[tokio::test]
async fn the_least_and_the_greatest_float_of_a_group_do_not_depend_on_the_order_of_rows() {
    let orders = [[NAN, 1.0, 2.0], [1.0, NAN, 2.0], [1.0, 2.0, NAN], [2.0, 1.0, NAN]];
    for floats in orders {
        let session = table(&floats.map(|float| (7, float, 1)));
        let sql = "select k, min(f), max(f), min(e), max(e), min(distinct f), max(f) filter (where f < 2) \
                   from t group by k";
        assert_eq!(ask(&session, sql).await.unwrap(), ["7|1.0|NaN|1.0|NaN|1.0|1.0"], "{floats:?}");
        let sql = "select min(f), max(f), min(e), max(e) from t";
        assert_eq!(ask(&session, sql).await.unwrap(), ["1.0|NaN|1.0|NaN"], "{floats:?}");
        let sql = "select k, max(f) as m from t group by k order by m desc limit 1";
        assert_eq!(ask(&session, sql).await.unwrap(), ["7|NaN"], "{floats:?}");
    }
    for zeros in [[0.0, -0.0], [-0.0, 0.0]] {
        let session = table(&zeros.map(|float| (7, float, 1)));
        let sql = "select min(f), max(f), min(e), max(e) from t group by k";
        assert_eq!(ask(&session, sql).await.unwrap(), ["-0.0|0.0|-0.0|0.0"]);
    }
}

#[tokio::test]
async fn sums_are_exact_and_fail_where_they_do_not_fit() {
    let max = i64::MAX;
    let session = table(&[(1, 0.0, max), (1, 0.0, 1), (1, 0.0, -1), (2, 0.0, 5), (2, 0.0, 5)]);
    let fits = [
        ("select sum(n) from t where n <> 5", format!("{max}")),
        ("select k, sum(n) from t where n <> 5 group by k", format!("1|{max}")),
        (
            "select sum(distinct n), sum(distinct n + 0), count(distinct k) from t where n <> 5",
            format!("{max}|{max}|1"),
        ),
        ("select sum(n) from t where n = 7", "NULL".to_owned()),
        ("select sum(u) from t where k = 1", format!("{}", u64::try_from(max).unwrap() + 2)),
        (
            "select max(s) from (select sum(n) over (order by n rows 1 preceding) as s from t)",
            format!("{max}"),
        ),
    ];
    for (sql, expected) in fits {
        let found = ask(&session, sql).await;
        if sql.contains("rows 1 preceding") {
            // 5 and the greatest are neighbours.
            assert_eq!(
                found.unwrap_err(),
                "Execution error: the sum 9223372036854775812 does not fit `i64`"
            );
            continue;
        }
        assert_eq!(found.unwrap(), [expected], "{sql}");
    }
    let overflows = [
        "select sum(n) from t",
        "select k, sum(n) from t where n > 0 group by k",
        "select sum(distinct n), sum(distinct n + 0), count(distinct k) from t where n > 0",
        "select sum(n) over (order by n) from t where n > 0",
        "select sum(distinct n) over (order by n rows between 1 preceding and 1 following) from t where n > 0",
    ];
    for sql in overflows {
        let error = ask(&session, sql).await.unwrap_err();
        assert!(error.contains("the sum 92233720368547758"), "{sql}: {error}");
        assert!(error.ends_with("does not fit `i64`"), "{sql}: {error}");
    }
}

/// A row with a key, a decimal of all digits, one of few, one of 76, a duration and an interval.
type Wide = (i64, i128, i128, i256, i64, IntervalMonthDayNano);

const MOST: i128 = 10_i128.pow(38) - 1;

fn most_256() -> i256 {
    i256::from_i128(10).checked_pow(76).unwrap().wrapping_sub(i256::ONE)
}

/// Each row in a partition of its own, so that states are merged.
fn wide_table(rows: &[Wide]) -> SessionContext {
    let batch = |row: &Wide| {
        let decimal = |value: i128, precision: u8| {
            Decimal128Array::from_value(value, 1).with_precision_and_scale(precision, 2).unwrap()
        };
        let decimals = Decimal256Array::from_value(row.3, 1).with_precision_and_scale(76, 1);
        let columns: [(&str, ArrayRef); 6] = [
            ("k", Arc::new(Int64Array::from_value(row.0, 1))),
            ("d", Arc::new(decimal(row.1, 38))),
            ("e", Arc::new(decimal(row.2, 10))),
            ("w", Arc::new(decimals.unwrap())),
            ("u", Arc::new(DurationMicrosecondArray::from_value(row.4, 1))),
            ("i", Arc::new(IntervalMonthDayNanoArray::from_value(row.5, 1))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let partitions: Vec<Vec<RecordBatch>> = rows.iter().map(|row| vec![batch(row)]).collect();
    let session = runtime().session();
    let table = MemTable::try_new(partitions[0][0].schema(), partitions).unwrap();
    session.register_table("t", Arc::new(table)).unwrap();
    session
}

/// The most of each type, one more, and one less; two more rows in another group.
fn at_the_edges() -> SessionContext {
    let span = IntervalMonthDayNano::new;
    let (one, most) = (i256::ONE, most_256());
    wide_table(&[
        (1, MOST, 9_999_999_999, most, i64::MAX, span(i32::MAX, 1, i64::MAX)),
        (1, 1, 1, one, 1, span(1, 1, 1)),
        (1, -1, -1, i256::MINUS_ONE, -1, span(-1, -1, -1)),
        (2, 5, 5, one, 5, span(5, 5, 5)),
        (2, 5, 5, one, 5, span(5, 5, 5)),
    ])
}

#[tokio::test]
async fn sums_of_decimals_durations_and_intervals_are_exact() {
    let session = at_the_edges();
    let d = "999999999999999999999999999999999999.99";
    let w = format!("{}.9", "9".repeat(75));
    let fits = [
        ("sum(d), sum(e), sum(w)", format!("{d}|99999999.99|{w}")),
        ("sum(distinct d), sum(distinct e)", format!("{d}|99999999.99")),
        (
            "arrow_typeof(sum(d)), arrow_typeof(sum(e))",
            "Decimal128(38, 2)|Decimal128(20, 2)".into(),
        ),
    ];
    for (what, expected) in fits {
        for group in ["", " group by k"] {
            let sql = format!("select {what} from t where k = 1{group}");
            assert_eq!(ask(&session, &sql).await.unwrap(), [expected.as_str()], "{sql}");
        }
    }
    let spans = [
        ("sum(u) = arrow_cast(9223372036854775807, 'Duration(Microsecond)')", "true"),
        ("sum(i) = max(i)", "true"),
        ("avg(u) = arrow_cast(3074457345618258602, 'Duration(Microsecond)')", "true"),
        ("sum(distinct u) = max(u)", "true"),
        ("sum(distinct i) = max(i)", "true"),
        ("sum(d) filter (where d > 5)", d),
        ("sum(d) filter (where d < -5)", "NULL"),
    ];
    for (what, expected) in spans {
        for group in ["", " group by k"] {
            let sql = format!("select {what} from t where k = 1{group}");
            assert_eq!(ask(&session, &sql).await.unwrap(), [expected], "{sql}");
        }
    }
    let sql = "select sum(d), sum(e), sum(w), sum(distinct d) from t where k = 2";
    assert_eq!(ask(&session, sql).await.unwrap(), ["0.10|0.10|0.2|0.05"]);
    let sql = "select k, avg(e), avg(w), avg(distinct w) from t where k = 2 group by k";
    assert_eq!(ask(&session, sql).await.unwrap(), ["2|0.050000|0.10000|0.10000"]);
    let sql = "select avg(w) over (order by e rows 1 preceding) from t where k = 2";
    assert_eq!(ask(&session, sql).await.unwrap(), ["0.10000", "0.10000"]);
    // Four digits more have no place behind so many.
    for call in ["avg(d)", "avg(w)"] {
        let error = ask(&session, &format!("select {call} from t where k = 1")).await.unwrap_err();
        assert!(error.contains("Overflow") || error.contains("does not fit"), "{call}: {error}");
    }
    let sql = "select sum(d) over w, sum(e) over w, sum(w) over w, sum(distinct d) over w from t \
               where d < 100 window w as (order by d, k rows 1 preceding) order by d, k limit 3";
    let rows = ["-0.01|-0.01|-0.1|-0.01", "0.00|0.00|0.0|0.00", "0.06|0.06|0.2|0.06"];
    assert_eq!(ask(&session, sql).await.unwrap(), rows);
}

#[tokio::test]
async fn sums_of_decimals_durations_and_intervals_fail_where_they_do_not_fit() {
    let session = at_the_edges();
    let ten = format!("1{}", "0".repeat(36));
    let wide = format!("1{}", "0".repeat(75));
    for (of, said) in [
        ("d", format!("the sum {ten}.00 does not fit `Decimal<38, 2>`")),
        ("w", format!("the sum {wide}.0 does not fit `Decimal<76, 1>`")),
        ("u", "the sum 9223372036854775808 µs does not fit `Duration`".to_owned()),
        ("i", "the sum 2147483648 months does not fit `Interval`".to_owned()),
    ] {
        let frame = "over (order by k rows between unbounded preceding and unbounded following)";
        let calls = [
            format!("sum({of})"),
            format!("k, sum({of})"),
            format!("sum(distinct {of})"),
            format!("k, sum(distinct {of}), count(distinct k)"),
            format!("sum({of}) {frame}"),
            format!("sum({of}) over (order by k rows 1 preceding)"),
            format!("sum(distinct {of}) over (order by k rows 1 preceding)"),
        ];
        for call in calls {
            // Two rows that do not fit together.
            let group = if call.starts_with("k, ") { "group by k" } else { "" };
            let from = "(select * from t where k = 1 and (date_part('month', i) >= 0) and e > 0)";
            let sql = format!("select {call} from {from} {group}");
            let found = ask(&session, &sql).await.unwrap_err();
            assert_eq!(found, format!("Execution error: {said}"), "{sql}");
        }
    }
    // On its way the sum of so many digits leaves what it is kept in.
    let most = most_256();
    let zero = IntervalMonthDayNano::default();
    let rows: Vec<Wide> = (0..9).map(|_| (1, 0, 0, most, 0, zero)).collect();
    let session = wide_table(&rows);
    for sql in
        ["select sum(w) from t", "select k, sum(w) from t group by k", "select avg(w) from t"]
    {
        let found = ask(&session, sql).await.unwrap_err();
        assert_eq!(found, "Execution error: the sum on its way does not fit `Decimal256`", "{sql}");
    }
}

/// Sums of random decimals are those of integers with as many digits.
#[tokio::test]
async fn sums_of_decimals_are_those_of_their_digits() {
    let mut rng = fastrand::Rng::with_seed(3);
    let zero = IntervalMonthDayNano::default();
    let rows: Vec<Wide> = (0..400)
        .map(|_| {
            let small = rng.i64(-9_999_999_999..9_999_999_999).into();
            let large = i128::from(rng.i64(..)) * i128::from(rng.i64(..)) / 17;
            (rng.i64(0..5), large, small, i256::from_i128(large), rng.i64(..) / 500, zero)
        })
        .collect();
    let session = wide_table(&rows);
    let sql = "select k, sum(d), sum(e), cast(sum(u) as bigint) from t group by k order by k";
    let found = ask(&session, sql).await.unwrap();
    for (k, row) in (0..5).zip(found) {
        let of = |value: fn(&Wide) -> i128| {
            rows.iter().filter(|row| row.0 == k).map(value).sum::<i128>()
        };
        let decimal = |sum| Decimal128Type::format_decimal(sum, 38, 2);
        let (d, e, u) = (of(|row| row.1), of(|row| row.2), of(|row| row.4.into()));
        let expected = format!("{k}|{}|{}|{u}", decimal(d), decimal(e));
        assert_eq!(row, expected);
    }
}

/// What is sorted by twice is sorted by once; groups were a panic.
#[tokio::test]
async fn a_key_of_an_order_may_stand_twice() {
    let session = table(&[(1, 0.5, 10), (1, 0.25, 20), (2, 1.5, 30), (1, 0.25, 5), (2, 0.0, 7)]);
    let grouped = [
        ("first_value(n order by n, f, n desc)", ["1|5", "2|7"]),
        ("last_value(n order by f, n, f)", ["1|10", "2|30"]),
        ("last_value(n order by n + 0, n)", ["1|20", "2|30"]),
        ("array_agg(n order by n, n desc)", ["1|[5, 10, 20]", "2|[7, 30]"]),
        ("nth_value(n, 2 order by n, n)", ["1|10", "2|30"]),
        ("string_agg(cast(n as varchar), '-' order by n, n)", ["1|5-10-20", "2|7-30"]),
        ("first_value(n order by n, n) filter (where n > 5)", ["1|10", "2|7"]),
    ];
    for (call, expected) in grouped {
        let sql = format!("select k, {call} as v from t group by k order by k");
        assert_eq!(ask(&session, &sql).await.unwrap(), expected, "{sql}");
        let sql = format!("select {call} as v from t where k = 2");
        let alone = expected[1].split_once('|').unwrap().1;
        assert_eq!(ask(&session, &sql).await.unwrap(), [alone], "{sql}");
    }
    let sql = "select distinct on (k) k, n from t order by k, n, k desc, n";
    assert_eq!(ask(&session, sql).await.unwrap(), ["1|5", "2|7"]);
    let sql = "select k, first_value(m order by a, b) from \
               (select k, n as m, f as a, f as b from t where n <> 20) group by k order by k";
    assert_eq!(ask(&session, sql).await.unwrap(), ["1|5", "2|7"]);
    let rows =
        session.sql("select k, first_value(n order by f, f) from t group by k").await.unwrap();
    let rows = rows.collect().await.unwrap();
    let schema = rows[0].schema();
    assert_eq!(
        schema.field(1).name(),
        "first_value(t.n) ORDER BY [t.f ASC NULLS LAST, t.f ASC NULLS LAST]"
    );
}

#[tokio::test]
async fn arithmetic_of_integers_fails_where_it_does_not_fit() {
    let session = table(&[(1, 0.0, i64::MAX), (2, 0.0, i64::MIN), (3, 0.0, 3)]);
    let overflows = [
        "select n + 1 from t",
        "select n - 1 from t",
        "select n * 2 from t",
        "select -n from t",
        "select k from t where n + k > 0",
        "select sum(n + k) from t",
        "select n + 1, count(*) from t group by n + 1",
        "select a.k from t a join t b on a.n + 1 = b.n",
        "select k from t order by n * 3",
        "select row_number() over (order by n - 5) from t",
        "select k from t where exists (select 1 from t b where b.k = t.k and b.n + 1 > 2)",
        "select 9223372036854775807 + 1",
        "select arrow_cast(127, 'Int8') * arrow_cast(2, 'Int8')",
        "select cast(0 as bigint unsigned) - cast(k as bigint unsigned) from t",
        "select case when k > 0 then n + 1 else 0 end from t",
        "select cast('99999999999999999999999999999999999999' as decimal(38, 0)) + k from t",
        "select cast('-99999999999999999999999999999999999999' as decimal(38, 0)) - k from t",
        "select cast(n as decimal(20, 0)) * cast(n as decimal(20, 0)) * 2 from t",
        "select cast('9999999999999999999999999999999999999' as decimal(38, 0)) / cast('0.09' as decimal(2, 2)) from t",
    ];
    for sql in overflows {
        let error = ask(&session, sql).await.unwrap_err();
        assert!(error.contains("Overflow happened on: "), "{sql}: {error}");
    }
    let fits = [
        ("select k + n from t where k = 3", "6"),
        ("select n + 1 as m from t where k = 3", "4"),
        ("select case when k = 3 then n + 1 else 0 end as m from t where k = 1", "0"),
        ("select sum(m) from (select k * 2 as m from t)", "12"),
        ("select max(-k) from t", "-1"),
        ("select (k + 1) * 2 from t where (k + 1) * 2 = 8", "8"),
        ("select date '2024-01-31' - date '2024-01-01'", "30"),
        ("select cast(1.5 as decimal(3, 1)) + 1", "2.5"),
        ("select k + null from t where k = 3", "NULL"),
    ];
    for (sql, expected) in fits {
        assert_eq!(ask(&session, sql).await.unwrap(), [expected], "{sql}");
    }
    let schema = session.sql("select k + 1, -(k * 2) from t").await.unwrap();
    let names = schema.collect().await.unwrap()[0].schema();
    let names: Vec<_> = names.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["t.k + Int64(1)", "(- t.k * Int64(2))"]);
}

/// A result that would take the memory of the machine is refused before it is made.
#[tokio::test]
async fn results_that_are_as_long_as_a_number_says_are_bounded() {
    let session = table(&[(1, 0.0, 10_000_000_000), (2, 0.0, 3)]);
    let refused = [
        ("select range(1, 100000000000)", "range"),
        ("select generate_series(1, 100000000000) from t", "generate_series"),
        ("select count(*) from (select unnest(generate_series(1, n)) from t)", "generate_series"),
        ("select repeat('xy', n) from t", "repeat"),
        ("select length(repeat('x', 10000000000)) as n", "repeat"),
        ("select lpad('x', n) from t", "lpad"),
        ("select rpad('x', n, 'yz') from t", "rpad"),
        ("select array_repeat(k, n) from t", "array_repeat"),
        ("select array_resize([1], n, 0) from t", "array_resize"),
    ];
    for (sql, function) in refused {
        let error = ask(&session, sql).await.unwrap_err();
        let begin = format!("Resources exhausted: `{function}` would make ");
        assert!(error.starts_with(&begin), "{sql}: {error}");
        assert!(error.ends_with(" MB in one piece, and may make 256 MB"), "{sql}: {error}");
    }
    let made = [
        ("select count(*) from (select unnest(range(1, 1000001)))", "1000000"),
        ("select range(10, 1, -3)", "[10, 7, 4]"),
        ("select generate_series(5, 1)", "[]"),
        (
            "select array_length(range(date '2024-01-01', date '2025-01-01', interval '1 month'))",
            "12",
        ),
        (
            "select array_length(generate_series(timestamp '2024-01-01', timestamp '2024-01-02', interval '1 hour'))",
            "25",
        ),
        ("select length(repeat('xy', 1000))", "2000"),
        ("select repeat('x', -1) || lpad('a', 3, 'b') || rpad('a', 2)", "bbaa "),
        ("select '<' || lpad('ab', n - 4) || '>' from t where k = 2", "<>"),
        (
            "select '<' || rpad('ab', n - 4, 'c') || lpad('ab', n) || '>' from t where k = 2",
            "< ab>",
        ),
        ("select array_repeat('x', 2)", "[x, x]"),
        ("select repeat(cast(null as varchar), 3)", "NULL"),
        ("select value from generate_series(1, 100000000000) limit 1", "1"),
    ];
    for (sql, expected) in made {
        assert_eq!(ask(&session, sql).await.unwrap(), [expected], "{sql}");
    }
}

/// What has left a frame that moves has no say any more.
#[tokio::test]
async fn frames_forget_what_is_no_number() {
    let inf = f64::INFINITY;
    let floats = [1.0, NAN, 2.0, 4.0, inf, 8.0, 16.0, 1e100, 3e100, 1.0, 3.0];
    let rows: Vec<_> = (1..).zip(floats).map(|(k, float)| (k, float, k)).collect();
    let session = table(&rows);
    for call in
        ["sum(f)", "avg(f)", "stddev(f)", "var_pop(f)", "covar_pop(f, k)", "regr_avgy(f, k)"]
    {
        // The frame of each row as a group of its own.
        let sql = format!(
            "select w.k, w.v, g.v from \
             (select k, {call} over (order by k rows 1 preceding) as v from t) w join \
             (select o.k, {group} as v from t o join t i on i.k in (o.k, o.k - 1) group by o.k) g \
             on w.k = g.k order by w.k",
            group = call.replace("(f", "(i.f").replace("k)", "i.k)"),
        );
        for row in ask(&session, &sql).await.unwrap() {
            let mut cells = row.split('|').skip(1);
            let (window, group) = (cells.next().unwrap(), cells.next().unwrap());
            let number = |text: &str| text.parse::<f64>().unwrap_or(-1.0);
            let (left, right) = (number(window), number(group));
            let near = (left - right).abs() <= right.abs() * 1e-9;
            assert!(near || left.to_bits() == right.to_bits() || window == group, "{call}: {row}");
        }
    }
}

/// The engine takes the upper one of two equal projections for superfluous.
#[tokio::test]
async fn columns_computed_from_themselves_are_computed_as_often_as_it_is_written() {
    let session = table(&[(1, 0.5, 10)]);
    for times in 1..8 {
        let nested = |step: &str| {
            let mut from = "t".to_owned();
            for _ in 0..times {
                from = format!("(select {step} from {from})");
            }
            from
        };
        let sql = format!("select n, k from {}", nested("n + 1 as n, k"));
        assert_eq!(ask(&session, &sql).await.unwrap(), [format!("{}|1", 10 + times)]);
        let sql = format!("select k, n from {}", nested("n as k, k as n"));
        let swapped = if times % 2 == 0 { "1|10" } else { "10|1" };
        assert_eq!(ask(&session, &sql).await.unwrap(), [swapped], "{times}");
        // Three steps of a circle, over one that is two of them.
        let circle =
            format!("(select n as k, k as u, u as n from {})", nested("u as k, n as u, k as n"));
        let sql = format!("select k, u, n from {circle}");
        let row = ["10|1|10", "1|10|10", "10|10|1"][times % 3];
        assert_eq!(ask(&session, &sql).await.unwrap(), [row], "{times}");
        let sql =
            format!("select 1 where 10 + {times} in (select n from {})", nested("n + 1 as n"));
        assert_eq!(ask(&session, &sql).await.unwrap(), ["1"], "{times}");
    }
}
