//! Failures: errors name the function and the row, twins give NULL, panics are contained.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, Int64Array};

use super::{error, rows, session};

fn numbers(values: Vec<Option<i64>>) -> Vec<(&'static str, ArrayRef)> {
    vec![("x", Arc::new(Int64Array::from(values)) as ArrayRef)]
}

#[tokio::test]
async fn an_error_names_the_function_and_the_row() {
    let session = session(numbers(vec![Some(2), None, Some(5)]));
    let found = error(&session, "SELECT it_half(x) FROM t").await;
    assert_eq!(found, "Execution error: `it_half`: 5 is odd (in it_half(5), row 2 of its batch)");
}

#[tokio::test]
async fn a_twin_gives_null() {
    let session = session(numbers(vec![Some(2), None, Some(5)]));
    assert_eq!(rows(&session, "SELECT try_it_half(x) FROM t").await, "1\nNULL\nNULL");
}

#[tokio::test]
async fn a_failure_under_null_is_none() {
    // What lies under the NULL would be an error, and in the other function a panic.
    let array = Int64Array::new(vec![2, 13].into(), Some(vec![true, false].into()));
    let session = session(vec![("x", Arc::new(array) as ArrayRef)]);
    let found = rows(&session, "SELECT it_half(x), it_divided(26, x) FROM t").await;
    assert_eq!(found, "1 | 13\nNULL | NULL");
}

#[tokio::test]
async fn rows_that_a_condition_leaves_out_do_not_fail() {
    let session = session(numbers(vec![Some(2), Some(5)]));
    let sql = "SELECT CASE WHEN x % 2 = 0 THEN it_half(x) ELSE 0 END FROM t";
    assert_eq!(rows(&session, sql).await, "1\n0");
}

#[tokio::test]
async fn a_panic_is_an_error_that_names_the_row() {
    let session = session(numbers(vec![Some(1), None, Some(13), Some(0)]));
    let found = error(&session, "SELECT it_divided(26, x) FROM t").await;
    assert_eq!(
        found,
        "Execution error: `it_divided` panicked: thirteen is refused (in it_divided(26, 13), row 2 of its \
         batch)"
    );
    let found = error(&session, "SELECT it_divided(26, 13)").await;
    assert!(found.ends_with("panicked: thirteen is refused (in it_divided(26, 13))"), "{found}");
    // The process and the session live on.
    assert_eq!(rows(&session, "SELECT it_answer()").await, "42");
}

#[tokio::test]
async fn the_row_of_a_dictionary_is_the_row_of_the_batch() {
    let keys = Int32Array::from(vec![Some(2), None, Some(2), Some(1)]);
    let values = Int64Array::from(vec![Some(7), Some(13), Some(2), None]);
    let array = DictionaryArray::try_new(keys, Arc::new(values)).unwrap();
    let session = session(vec![("x", Arc::new(array) as ArrayRef)]);
    let found = error(&session, "SELECT it_half(x) FROM t").await;
    assert_eq!(found, "Execution error: `it_half`: 13 is odd (in it_half(13), row 3 of its batch)");
    let found = error(&session, "SELECT it_divided(26, x) FROM t").await;
    assert!(found.ends_with("(in it_divided(26, 13), row 3 of its batch)"), "{found}");
}

#[tokio::test]
async fn long_arguments_are_cut() {
    let session = session(Vec::new());
    let found = error(&session, "SELECT it_parsed(repeat('é', 1000))").await;
    assert!(found.ends_with(&format!("(in it_parsed('{}…'))", "é".repeat(60))), "{found}");
}
