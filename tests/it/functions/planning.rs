//! What the planner is told: nullability, metadata, volatility, strictness, expressions.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, Int64Array};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::logical_expr::{ExprSchemable as _, col, lit};
use datafusion::prelude::Expr;

use super::{column, constant_rows, defined, rows, session};

fn field(expr: Expr, fields: Vec<Field>) -> Field {
    let schema = datafusion::common::DFSchema::try_from(Schema::new(fields)).unwrap();
    expr.to_field(&schema).unwrap().1.as_ref().clone()
}

#[test]
fn nullability_follows_arguments_and_result() {
    let x = |nullable| vec![Field::new("x", DataType::Int64, nullable)];
    let half = || Expr::from(defined::it_half::expr(col("x")));
    assert!(!field(half(), x(false)).is_nullable());
    assert!(field(half(), x(true)).is_nullable());
    let twin = Expr::from(defined::try_it_half::expr(col("x")));
    assert!(field(twin, x(false)).is_nullable());
    let text = vec![Field::new("x", DataType::Utf8, true)];
    let missing = Expr::from(defined::it_missing::expr(belvedere::col("x")));
    assert!(!field(missing, text).is_nullable());
}

#[test]
fn metadata_is_inherited_or_set_and_structs_have_their_name() {
    let x = Field::new("x", DataType::Int64, false)
        .with_metadata([("unit".to_owned(), "byte".to_owned())].into());
    let same = field(Expr::from(defined::it_same::expr(col("x"))), vec![x.clone()]);
    assert_eq!(same.metadata(), x.metadata());
    let id = field(Expr::from(defined::it_id::expr(col("x"))), vec![x.clone()]);
    assert_eq!(id.metadata()["semantic_type"], "NodeId");
    assert_eq!(id.metadata()["a:b"], "c");
    let point = field(Expr::from(defined::it_point::expr(col("x"), 1)), vec![x]);
    assert_eq!(point.metadata()["semantic_type"], "Point");
}

#[tokio::test]
async fn a_volatile_function_is_called_for_every_row() {
    let x: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let session = session(vec![("x", x)]);
    let tickets = column(&session, "SELECT it_ticket() FROM t").await;
    let tickets = tickets.as_primitive::<Int64Type>().values().to_vec();
    assert_eq!(tickets.len(), 3);
    assert!(tickets.windows(2).all(|pair| pair[0] < pair[1]), "{tickets:?}");
}

#[tokio::test]
async fn calls_of_constants_are_constants() {
    let x: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let session = session(vec![("x", x)]);
    let plan = session.sql("SELECT it_answer() + x, it_half(8) FROM t").await.unwrap();
    let plan = plan.into_optimized_plan().unwrap().display_indent().to_string();
    assert!(plan.contains("checked_add(Int64(42), t.x)") && plan.contains("Int64(4) AS"), "{plan}");
    assert_eq!(rows(&session, "SELECT it_answer() + x, it_half(8) FROM t").await, "43 | 4\n44 | 4");
}

#[test]
fn strictness_is_that_of_the_signature() {
    assert!(defined::it_half::udf().is_strict());
    assert!(!defined::it_missing::udf().is_strict());
    assert!(!defined::it_labelled::udf().is_strict());
    assert!(!defined::it_answer::udf().is_strict());
}

#[test]
fn one_instance_in_a_process() {
    assert!(Arc::ptr_eq(&defined::it_half::udf(), &defined::it_half::udf()));
    assert_eq!(*defined::it_half::udf(), *defined::it_half::udf());
    assert_ne!(*defined::it_half::udf(), *defined::try_it_half::udf());
}

#[tokio::test]
async fn builders_give_the_calls_that_sql_gives() {
    let x: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let session = session(vec![("x", x)]);
    let call = defined::concat::expr("+", [lit(1), col("x")]);
    let frame = session.table("t").await.unwrap().select(vec![Expr::from(call)]).unwrap();
    let batches = frame.collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_string::<i32>().value(1), "1+2");
    let styled = defined::it_styled::expr("a", belvedere::Operand::Default, 2);
    let frame = session.read_empty().unwrap().select(vec![Expr::from(styled)]).unwrap();
    assert_eq!(frame.collect().await.unwrap()[0].column(0).as_string::<i32>().value(0), "AA");
}

#[tokio::test]
async fn null_without_a_type_is_null() {
    let sql = "SELECT it_half(NULL), it_size(NULL), it_missing(NULL), it_labelled(1, NULL), \
               it_total(NULL), it_where(NULL)";
    assert_eq!(constant_rows(sql).await, "NULL | NULL | true | NULL | NULL | NULL");
}

#[tokio::test]
async fn an_operator_is_the_function_that_takes_both_sides() {
    let session = session(Vec::new());
    let error = super::error(&session, "SELECT 1 <@ 'a'").await;
    let expected = "`<@` is `span_contains` here, which does not take Int64 and Utf8";
    assert!(error.contains(expected), "{error}");
}
