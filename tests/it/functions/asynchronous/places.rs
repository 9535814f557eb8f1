//! Where async calls can stand: each query is compared with the one over columns that are there.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};

use super::{error, rows, session};

/// A table with what `async_later(x)` answers.
fn table() -> Vec<(&'static str, ArrayRef)> {
    let x: Vec<i64> = vec![3, 1, 2, 3];
    let twice: Vec<i64> = x.iter().map(|x| 2 * x).collect();
    let four: Vec<i64> = x.iter().map(|x| 4 * x).collect();
    [("x", x), ("y", twice), ("z", four)]
        .map(|(name, values)| (name, Arc::new(Int64Array::from(values)) as ArrayRef))
        .into()
}

#[tokio::test]
async fn a_call_stands_wherever_a_column_does() {
    let session = session(table());
    for sql in [
        "SELECT x, {y} FROM t",
        "SELECT x + {y} AS s, {y} * {y} AS q FROM t WHERE {y} > 2",
        "SELECT CASE WHEN x > 1 THEN {y} ELSE x END AS c FROM t",
        "SELECT coalesce(NULL, {y}) AS c FROM t WHERE x = 3 AND {y} = 6",
        "SELECT {z} AS z FROM t",
        "SELECT abs({z}) AS z FROM t WHERE {z} > 4",
        "SELECT x FROM t ORDER BY {y} DESC, x",
        "SELECT {y}, count(*) FROM t GROUP BY {y} ORDER BY 1",
        "SELECT sum({y}), max({z}), min({y}), count(DISTINCT {y}) FROM t",
        "SELECT x, sum({y}) FILTER (WHERE {z} > 4) AS s FROM t GROUP BY x ORDER BY x",
        "SELECT x, sum({y}) AS s FROM t GROUP BY x HAVING sum({y}) > 2 ORDER BY x",
        "SELECT x, sum({y}) OVER (PARTITION BY {z} ORDER BY x) AS s FROM t ORDER BY x, s",
        "SELECT a.x FROM t AS a JOIN t AS b ON a.{y} = b.y ORDER BY a.x",
        "SELECT a.x, b.x FROM t AS a LEFT JOIN t AS b ON a.x = b.x AND b.{y} > 4 ORDER BY 1, 2",
        "SELECT x FROM t WHERE {y} IN (SELECT {z} FROM t) ORDER BY x",
        "SELECT x FROM t WHERE EXISTS (SELECT 1 FROM t AS o WHERE o.{y} = t.{z}) ORDER BY x",
        "SELECT v FROM (SELECT {y} AS v FROM t) WHERE v > 2 ORDER BY v",
        "SELECT v + w FROM (SELECT {y} AS v, {z} AS w FROM t) ORDER BY 1 LIMIT 2",
        "SELECT {y} FROM t UNION ALL SELECT {z} FROM t ORDER BY 1",
        "SELECT DISTINCT {y} FROM t ORDER BY 1",
        "SELECT DISTINCT ON ({y}) x FROM t ORDER BY {y}",
        "WITH a AS (SELECT {y} AS v FROM t) SELECT max(v) FROM a UNION ALL SELECT min(v) FROM a ORDER BY 1",
    ] {
        let called = sql
            .replace("a.{y}", "async_later(a.x)")
            .replace("b.{y}", "async_later(b.x)")
            .replace("o.{y}", "async_later(o.x)")
            .replace("t.{z}", "async_later(async_later(t.x))")
            .replace("{y}", "async_later(x)")
            .replace("{z}", "async_later(async_later(x))");
        let plain = sql.replace("{y}", "y").replace("{z}", "z");
        assert_eq!(rows(&session, &called).await, rows(&session, &plain).await, "{called}");
    }
}

#[tokio::test]
async fn names_of_columns_stay() {
    let session = session(table());
    let frame =
        session.sql("SELECT async_later(async_later(x)), x FROM t ORDER BY async_later(x)").await;
    let batches = frame.unwrap().collect().await.unwrap();
    let names: Vec<String> =
        batches[0].schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["async_later(async_later(t.x))", "x"]);
}

#[tokio::test]
async fn a_place_without_rows_of_its_own_is_refused() {
    let session = session(table());
    for (sql, place) in [
        ("SELECT * FROM (VALUES (async_later(1)))", "`VALUES`"),
        (
            "SELECT a.x FROM t AS a JOIN t AS b ON async_later(a.x + b.x) > 4",
            "a join condition, with arguments of both sides",
        ),
        ("SELECT count(*) FROM t GROUP BY CUBE (async_later(x), x)", "grouping sets"),
    ] {
        let found = error(&session, sql).await;
        let expected = format!(
            "`async_later` is an async function, which cannot be waited for in {place}: compute it in \
             a subquery, `(SELECT *, async_later(…) AS answer FROM …)`, and use its column"
        );
        assert!(found.contains(&expected), "{sql}: {found}");
    }
}
