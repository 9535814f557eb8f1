//! Constants: literals, defaults, named arguments, and constants that arrive as columns.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::{ArrayRef, AsArray as _, StringArray};
use arrow::datatypes::{DataType, Field};
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use super::{constant_rows, defined, error, rows, session};

#[tokio::test]
async fn omitted_arguments_have_defaults() {
    let sql = "SELECT it_styled('a'), it_styled('B', 'lower'), it_styled('a', 'upper', 3), \
               it_clamped(-1), it_clamped(20), it_clamped(20, 0, 30)";
    assert_eq!(constant_rows(sql).await, "A | b | AAA | 0 | 9 | 20");
}

#[tokio::test]
async fn arguments_have_names() {
    let sql = "SELECT it_clamped(value => 20, low => 1), it_styled('a', style => 'lower')";
    assert_eq!(constant_rows(sql).await, "9 | a");
}

#[tokio::test]
async fn a_wrong_constant_is_an_error_of_the_plan() {
    let session = session(Vec::new());
    let found = session.sql("SELECT it_styled('a', 'bold')").await.unwrap_err();
    assert_eq!(
        found.strip_backtrace(),
        "Error during planning: `it_styled`: argument `style`: unknown style `bold`: it is `lower` \
         or `upper`"
    );
}

#[tokio::test]
async fn a_column_is_no_constant() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["upper", "lower"]));
    let session = session(vec![("x", texts)]);
    let found = error(&session, "SELECT it_styled('a', x) FROM t").await;
    assert!(
        found.contains(
            "`it_styled`: argument `style` must be a constant, this is `t.x`; the function is \
             it_styled(text: String, style: literal = \"upper\", times: literal i32 = 1) -> String"
        ),
        "{found}"
    );
}

#[tokio::test]
async fn a_constant_may_be_computed_and_null_gives_null() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let session = session(vec![("x", texts)]);
    let sql = "SELECT it_styled(x, 'low' || 'er', 1 + 1), it_styled(x, NULL) FROM t";
    let found = error(&session, sql).await;
    assert!(found.contains("argument `times` takes i32, this is Int64"), "{found}");
    let sql = "SELECT it_styled(x, 'low' || 'er', CAST(1 + 1 AS INT)), it_styled(x, NULL) FROM t";
    assert_eq!(rows(&session, sql).await, "aa | NULL\nbb | NULL");
}

/// What an engine on the other side of an interface does: every argument is an array.
fn invoke(style: &[&str]) -> Result<ArrayRef, String> {
    let columns: [ArrayRef; 2] = [
        Arc::new(StringArray::from(vec!["a"; style.len()])),
        Arc::new(StringArray::from(style.to_vec())),
    ];
    let field = |name: &str| Arc::new(Field::new(name, DataType::Utf8, true));
    let args = ScalarFunctionArgs {
        args: columns.into_iter().map(ColumnarValue::Array).collect(),
        arg_fields: vec![field("text"), field("style")],
        number_rows: style.len(),
        return_field: field("it_styled"),
        config_options: Arc::new(ConfigOptions::new()),
    };
    let result = defined::it_styled::udf().invoke_with_args(args);
    result
        .map_err(|error| error.strip_backtrace())?
        .into_array(style.len())
        .map_err(|e| e.to_string())
}

#[test]
fn a_constant_may_arrive_as_an_array() {
    let result = invoke(&["lower", "lower"]).unwrap();
    assert_eq!(result.as_string::<i32>(), &StringArray::from(vec!["a", "a"]));
    assert_eq!(invoke(&[]).unwrap().len(), 0);
    assert_eq!(
        invoke(&["lower", "upper"]).unwrap_err(),
        "Execution error: `it_styled`: argument `style`: must be a constant, but its values differ"
    );
}

#[tokio::test]
async fn what_is_made_of_constants_is_made_once() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["ab", "b", "abba"]));
    let session = session(vec![("x", texts)]);
    for _ in 0..3 {
        let sql = "SELECT it_like(x, 'a*'), it_code(x, 'abz'), it_code(x, 'abz', 5) FROM t";
        assert_eq!(rows(&session, sql).await, "true | 3 | 11\nfalse | 2 | 6\ntrue | 6 | 22");
        // Encodings and plans make no difference: values do.
        let sql = "SELECT it_like(x, arrow_cast('a*', 'Utf8View')), it_code(x, 'ab' || 'z') FROM t";
        assert_eq!(rows(&session, sql).await, "true | 3\nfalse | 2\ntrue | 6");
    }
    assert_eq!(defined::PATTERNS.load(Ordering::Relaxed), 1);
    assert_eq!(defined::TABLES.load(Ordering::Relaxed), 2);
    let sql = "SELECT it_like(NULL, 'a*'), it_like('a', NULL), it_code('a', NULL)";
    assert_eq!(constant_rows(sql).await, "NULL | NULL | NULL");
    assert_eq!(defined::TABLES.load(Ordering::Relaxed), 2, "NULL makes nothing");
}

#[tokio::test]
async fn what_cannot_be_made_of_constants_is_an_error_of_the_plan() {
    let plan = |sql: &'static str| async move {
        let session = session(Vec::new());
        session.sql(sql).await.unwrap_err().strip_backtrace()
    };
    assert_eq!(
        plan("SELECT it_like('a', 'a')").await,
        "Error during planning: `it_like`: argument `pattern`: a pattern ends in `*`"
    );
    assert_eq!(
        plan("SELECT it_code('x', 'xy', -2)").await,
        "Error during planning: `it_code`: -2 is below 0"
    );
    assert_eq!(
        plan("SELECT it_code('a', 'panic')").await,
        "Error during planning: `it_code`: preparing panicked: no table"
    );
    // Constants are the text of the query, so a twin refuses them too: it gives NULL for rows.
    assert_eq!(
        plan("SELECT try_it_code('x', 'xy', -2)").await,
        "Error during planning: `try_it_code`: -2 is below 0"
    );
    assert_eq!(
        plan("SELECT try_it_code('a', 'panic')").await,
        "Error during planning: `try_it_code`: preparing panicked: no table"
    );
    assert_eq!(constant_rows("SELECT try_it_code('c', 'xy')").await, "NULL");
    // What a plan has to compute first is found out then.
    for function in ["it_code", "try_it_code"] {
        let sql = format!("SELECT {function}('x', 'xy', 1 - 3)");
        let found = error(&session(Vec::new()), &sql).await;
        assert!(found.contains(&format!("`{function}`: -2 is below 0")), "{found}");
    }
    let found = error(&session(Vec::new()), "SELECT it_code('c', 'xy')").await;
    assert!(found.contains("`c` is not in `xy`, 1 (in it_code('c', 'xy', 1))"), "{found}");
}
