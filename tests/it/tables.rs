//! Table functions in DataFusion: rows of structs and of single values, endless ones, failing ones,
//! arguments by name, and what the door for SQL lets through.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::util::pretty::pretty_format_batches;
use belvedere::session::gate;
use belvedere::udf::{Function, Kind};
use belvedere::{ArrowType, Registry, Runtime, register_all, register_tables, udtf};
use datafusion::prelude::SessionContext;

/// A way to count.
#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "up" => Ok(Self::Up),
            "down" => Ok(Self::Down),
            other => Err(format!("`{other}` is neither `up` nor `down`")),
        }
    }
}

/// A step.
#[derive(ArrowType)]
struct Step {
    at: i64,
    label: Option<String>,
    parts: Vec<i64>,
    known: BTreeMap<String, bool>,
}

/// Steps that never end.
#[udtf(aliases = [it_endless_steps], tags = [number])]
fn it_steps(
    start: i64,
    #[default = 1] by: i64,
    #[default = None] label: Option<String>,
    #[literal(default = "up")] way: Way,
) -> impl Iterator<Item = Step> {
    let by = match way {
        Way::Up => by,
        Way::Down => by.wrapping_neg(),
    };
    (0..).map(move |turn| {
        let at = start.wrapping_add(by.wrapping_mul(turn));
        Step { at, label: label.clone(), parts: vec![turn, at], known: BTreeMap::new() }
    })
}

/// How many rows were asked for from here on: tests of laws ask for others.
static ASKED: AtomicUsize = AtomicUsize::new(0);

const COUNTED: std::ops::Range<i64> = 7000..8000;

/// Counts how many rows are asked for.
#[udtf]
fn it_asked(first: i64) -> impl Iterator<Item = i64> {
    (first..).inspect(|row| {
        ASKED.fetch_add(usize::from(COUNTED.contains(row)), Ordering::Relaxed);
    })
}

/// Lines that may not be there, and a word that is not.
#[udtf]
fn it_lines(
    texts: Vec<Option<String>>,
    wrong: i64,
) -> Result<Vec<Result<Option<String>, String>>, String> {
    if texts.is_empty() {
        return Err("there are no texts".to_owned());
    }
    let line = |(i, text)| match i == wrong {
        true => Err(format!("line {i} is wrong")),
        false => Ok(text),
    };
    Ok((0..).zip(texts).map(line).collect())
}

/// Panics in the third row.
#[udtf]
fn it_panicking() -> Box<dyn Iterator<Item = f64> + Send> {
    Box::new((0..5).map(|row| if row == 2 { panic!("no third row") } else { f64::from(row) }))
}

fn session() -> SessionContext {
    Runtime::builder().threads(2).build().unwrap().session()
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

async fn check(cases: &[(&str, &str)]) {
    let session = session();
    for (sql, expected) in cases {
        assert_eq!(run(&session, sql).await.as_deref(), Ok(*expected), "{sql}");
    }
}

#[tokio::test]
async fn rows_are_those_of_the_iterator() {
    check(&[
        ("SELECT * FROM range_table(1, 4)", "1; 2; 3"),
        ("SELECT * FROM range_table(4, 4)", ""),
        ("SELECT count(*) FROM range_table(0, 100000)", "100000"),
        ("SELECT sum(value) FROM range_table(0, 100000)", "4999950000"),
    ])
    .await;
    check(&[
        ("SELECT * FROM it_steps(5, 2, 'x') LIMIT 2", "5 x [0, 5] {}; 7 x [1, 7] {}"),
        ("SELECT label, at FROM it_steps(5) LIMIT 1", "NULL 5"),
        ("SELECT at FROM it_endless_steps(5, way => 'down') LIMIT 3", "5; 4; 3"),
        ("SELECT parts[1] FROM it_steps(0) WHERE at > 500 LIMIT 1", "501"),
        ("SELECT value FROM it_lines(['a', NULL, 'b'], 9)", "a; NULL; b"),
        ("SELECT value FROM range_table(NULL, 3)", ""),
        ("SELECT count(*) FROM it_steps(NULL)", "0"),
    ])
    .await;
}

#[tokio::test]
async fn no_more_rows_are_asked_for_than_needed() {
    check(&[("SELECT value FROM it_asked(7001) LIMIT 3", "7001; 7002; 7003")]).await;
    assert_eq!(ASKED.swap(0, Ordering::Relaxed), 3);
    check(&[("SELECT value FROM it_asked(7001) LIMIT 2 OFFSET 1", "7002; 7003")]).await;
    assert_eq!(ASKED.swap(0, Ordering::Relaxed), 3);
    // What a filter leaves is not known before, and the end comes all the same.
    check(&[("SELECT value > 10 FROM it_asked(1) WHERE value > 10 LIMIT 1", "true")]).await;
    let session = session();
    let sql = "EXPLAIN FORMAT INDENT SELECT at FROM it_steps(1) LIMIT 3";
    let rows = session.sql(sql).await.unwrap().collect().await.unwrap();
    let plan = pretty_format_batches(&rows).unwrap().to_string();
    assert!(
        plan.contains("StreamingTableExec: partition_sizes=1, projection=[at], fetch=3"),
        "{plan}"
    );
}

#[tokio::test]
async fn arguments_go_by_name_and_have_defaults() {
    check(&[
        ("SELECT * FROM range_table(start => 1, end => 3)", "1; 2"),
        ("SELECT * FROM range_table(END => 3, \"start\" => 1)", "1; 2"),
        ("SELECT * FROM Range_Table(1, end => 1 + 2)", "1; 2"),
        ("SELECT at, label FROM it_steps(start => 1, label => 'l', way => 'down') LIMIT 2", "1 l; 0 l"),
        ("SELECT a.value, b.value FROM range_table(1, 3) a JOIN range_table(start => 2, end => 5) b USING (value)", "2 2"),
        ("SELECT value FROM LATERAL range_table(start => 1, end => 2)", "1"),
        ("SELECT value FROM range(1, 3)", "1; 2"),
    ])
    .await;
}

#[tokio::test]
async fn wrong_calls_say_what_is_wrong() {
    let session = session();
    for (call, expected) in [
        ("range_table(1)", "`range_table` takes 2 arguments, not 1: `end` is missing"),
        ("range_table(1, 2, 3)", "`range_table` takes 2 arguments, not 3"),
        ("range_table(end => 2)", "`range_table`: argument `start` is missing"),
        ("range_table(1, start => 2)", "`range_table`: argument `start` is given twice"),
        (
            "range_table(start => 1, 2)",
            "`range_table`: an argument without a name stands behind one with a name",
        ),
        (
            "range_table(start => 1, edn => 2)",
            "`range_table` has no argument `edn`; did you mean `end`?",
        ),
        ("range_table('a', 2)", "`range_table`: argument `start` takes i64, this is Utf8"),
        ("range_table(1.5, 2)", "`range_table`: argument `start` takes i64"),
        (
            "it_steps(1, way => 'left')",
            "`it_steps`: argument `way`: `left` is neither `up` nor `down`",
        ),
        ("it_lines([], 0)", "`it_lines`: there are no texts"),
        ("it_lines(['a', 'b', 'c'], 1)", "`it_lines`: line 1 is wrong (row 1"),
        ("it_panicking()", "`it_panicking` panicked: no third row"),
    ] {
        let found = run(&session, &format!("SELECT * FROM {call}")).await.expect_err(call);
        assert!(found.contains(expected), "{call}: {found}");
    }
}

#[tokio::test]
async fn other_sessions_have_them_too() {
    #[expect(clippy::disallowed_methods, reason = "other programs make their sessions themselves")]
    let mut session = SessionContext::new();
    register_all(&mut session).unwrap();
    register_tables(&session).unwrap();
    let sql = "SELECT value FROM range_table(end => 2, start => 1)";
    assert_eq!(run(&session, sql).await.as_deref(), Ok("1"));
    #[expect(clippy::disallowed_methods, reason = "other programs make their sessions themselves")]
    let alone = SessionContext::new();
    alone.register_udtf("numbers", belvedere_udfs::range_table::udtf());
    assert_eq!(run(&alone, "SELECT value FROM numbers(1, 2)").await.as_deref(), Ok("1"));
}

/// What reads tables alone reads those of the program's functions, and no others.
#[tokio::test]
async fn the_door_knows_the_functions_of_the_program() {
    let session = session();
    for sql in
        ["SELECT * FROM range_table(start => 1, end => 2)", "SELECT * FROM It_Steps(1) LIMIT 1"]
    {
        let admitted = gate::admit(&session, sql).await.unwrap();
        assert!(admitted.tables.is_empty(), "{sql}");
    }
    let refused = gate::admit(&session, "SELECT * FROM read_delta('x')").await.unwrap_err();
    let text = refused.to_string();
    assert!(text.starts_with("the table function `read_delta` is not allowed"), "{text}");
    assert!(text.contains("range_table") && text.contains("it_steps"), "{text}");
    let wrong = gate::admit(&session, "SELECT * FROM range_table(1, 'x')").await.unwrap_err();
    assert!(wrong.to_string().contains("argument `end` takes i64"), "{wrong}");
}

/// `udf_registry()`, `udf_docs()`, `SHOW FUNCTIONS` and `information_schema` have every function of the
/// program, each under all of its names.
#[tokio::test]
async fn lists_of_functions_are_complete() {
    let session = session();
    let registry = Registry::linked().unwrap();
    let names: Vec<&str> = registry.functions().iter().map(|function| function.name).collect();
    let listed = async |sql: &str| -> Vec<String> {
        let rows = run(&session, sql).await.unwrap();
        rows.split("; ").map(str::to_owned).collect()
    };
    assert_eq!(listed("SELECT name FROM udf_registry()").await, names);
    assert_eq!(listed("SELECT name FROM udf_docs()").await, names);
    let kinds = "SELECT count(DISTINCT kind) FROM udf_registry()";
    assert_eq!(listed(kinds).await, ["4"]);
    let shown: BTreeSet<String> =
        listed("SELECT DISTINCT routine_name FROM information_schema.routines")
            .await
            .into_iter()
            .collect();
    for function in registry.functions() {
        for name in std::iter::once(&function.name).chain(function.aliases) {
            assert!(shown.contains(*name), "`{name}` is no routine");
        }
    }
    let tables: BTreeSet<String> = listed(
        "SELECT routine_name FROM information_schema.routines WHERE function_type = 'TABLE'",
    )
    .await
    .into_iter()
    .collect();
    for function in registry.functions() {
        let is_table = function.kind() == Kind::Table;
        assert_eq!(tables.contains(function.name), is_table, "{}", function.name);
    }
    let shown: BTreeSet<String> = {
        let batches = session.sql("SHOW FUNCTIONS").await.unwrap().collect().await.unwrap();
        let table = pretty_format_batches(&batches).unwrap().to_string();
        let first = |line: &str| line.split('|').nth(1).map(|cell| cell.trim().to_owned());
        table.lines().filter_map(first).collect()
    };
    // DataFusion leaves out its own functions that take any types, and those whose types only constants
    // decide have no row for a result.
    let ours = |function: &&&Function| function.source_hash.is_some() && function.fields.is_none();
    let missing: Vec<&str> = registry
        .functions()
        .iter()
        .filter(ours)
        .map(|function| function.name)
        .filter(|name| !shown.contains(*name))
        .collect();
    assert_eq!(missing, [] as [&str; 0], "SHOW FUNCTIONS");
}
