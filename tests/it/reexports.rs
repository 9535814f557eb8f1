//! Functions of DataFusion under signatures of ours: further names, defaults, all the remaining arguments.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use arrow::util::pretty::pretty_format_batches;
use belvedere::testing::check_scalar;
use belvedere::udf::{Constant, Function, Kind, Operand, Param, Type, ValueType};
use belvedere::{Registry, Runtime, col};
use datafusion::prelude::{Expr, SessionContext};

belvedere::reexport! {
    /// All texts, one behind the other; those that are NULL are left out.
    ///
    /// ```sql
    /// SELECT it_glued('a', NULL, 'b');
    /// ----
    /// ab
    /// ```
    #[aliases = [it_glued]]
    #[tags = [string]]
    pub concat(values: ...Option<String>) -> String;
}

belvedere::reexport! {
    /// A number with so many digits behind its point.
    #[aliases = [it_rounded]]
    #[tags = [number]]
    pub round(value: f64, places: i32 = 0) -> f64;
}

belvedere::reexport! {
    /// The integers from the first on, up to the last and with it.
    #[aliases = [it_series]]
    #[tags = [number]]
    pub table generate_series(start: i64, end: i64, step: i64 = 1) -> i64;
}

fn session() -> SessionContext {
    let x: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.25), None]));
    let s: ArrayRef = Arc::new(StringArray::from(vec![None, Some("b")]));
    let session = Runtime::builder().threads(1).build().unwrap().session();
    let batch = RecordBatch::try_from_iter_with_nullable([("x", x, true), ("s", s, true)]);
    session.register_batch("t", batch.unwrap()).unwrap();
    session
}

async fn rows(session: &SessionContext, sql: &str) -> String {
    let batches = session.sql(sql).await.unwrap().collect().await.unwrap();
    let table = pretty_format_batches(&batches).unwrap().to_string();
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    lines.map(|line| line.replace(['|', ' '], "")).collect::<Vec<_>>().join(";")
}

#[tokio::test]
async fn another_name_is_the_same_function() {
    let session = session();
    for (call, expected, found) in [
        ("it_glued(s, 'c')", "concat(t.s, Utf8(\"c\"))", "c;bc"),
        ("it_rounded(x)", "round(t.x) AS", "1.0;"),
        ("it_rounded(x, 1)", "round(t.x, Int64(1))", "1.3;"),
    ] {
        let sql = format!("SELECT {call} AS r FROM t");
        let frame = session.sql(&sql).await.unwrap();
        assert_eq!(frame.schema().field(0).name(), "r");
        let plan = frame.clone().into_optimized_plan().unwrap().display_indent().to_string();
        // What DataFusion makes of its own function is made of this one too.
        let own = sql.replace("it_glued", "concat").replace("it_rounded", "round");
        let same = session.sql(&own).await.unwrap().into_optimized_plan().unwrap();
        assert_eq!(plan, same.display_indent().to_string(), "{expected}");
        assert_eq!(rows(&session, &sql).await, found, "{call}");
    }
    assert_eq!(rows(&session, "SELECT value FROM it_series(1, 3)").await, "1;2;3");
}

#[test]
fn a_builder_takes_what_the_signature_takes() {
    let all = Expr::from(concat::expr([col("a"), col("b"), col("c")]));
    assert_eq!(all.to_string(), "concat(a, b, c)");
    let round = |places| Expr::from(round::expr(col("x"), places)).to_string();
    assert_eq!(round(Operand::Default), "round(x)");
    assert_eq!(round(2.into()), "round(x, Int64(2))");
}

#[tokio::test]
async fn every_name_is_listed() {
    let session = session();
    for (name, wanted) in [("it_glued", 1), ("it_rounded", 1), ("it_series", 1)] {
        let sql = format!(
            "SELECT count(DISTINCT routine_name) FROM information_schema.routines \
             WHERE routine_name = '{name}'"
        );
        assert_eq!(rows(&session, &sql).await, wanted.to_string(), "{name}");
        assert!(Registry::linked().unwrap().function(name).is_some(), "{name}");
    }
}

/// A default that is not DataFusion's.
#[test]
fn a_wrong_default_is_found() {
    const F64: ValueType = ValueType::required(Type::F64);
    static WRONG: Function = Function::engine(
        "round",
        "round(value: f64, places: i32 = 1) -> f64",
        &[
            Param::of("value", F64),
            Param::of("places", ValueType::required(Type::I32)).or(Constant::Int(1)),
        ],
        F64,
        Kind::Scalar,
    );
    let failures = check_scalar(&WRONG, None).unwrap();
    let laws: Vec<&str> = failures.iter().map(|failure| failure.law).collect();
    assert_eq!(laws, ["without what has a default"], "{failures:?}");
    assert_eq!(check_scalar(&round::DESCRIPTOR, None).unwrap(), []);
    assert_eq!(check_scalar(&concat::DESCRIPTOR, None).unwrap(), []);
    assert_eq!(DataType::Float64, F64.ty.to_arrow());
}
