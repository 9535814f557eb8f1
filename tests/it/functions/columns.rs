//! Functions over whole columns: whatever a query has arrives in the encoding that the signature says.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, StringArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use belvedere::udf;

use super::{column, rows, session};

/// A text in upper case.
#[udf(signature = "(text: String) -> String", returns = text)]
fn it_whole_upper(text: &StringArray) -> Result<StringArray, ArrowError> {
    Ok(text.iter().map(|text| text.map(str::to_uppercase)).collect())
}

fn text(_: &[DataType]) -> udf::Result<DataType> {
    Ok(DataType::Utf8)
}

/// A number and a half.
#[udf(signature = "(a: i64, b: f64) -> f64", returns = number)]
fn it_whole_sum(a: &Int64Array, b: &Float64Array) -> Result<Float64Array, ArrowError> {
    arrow::compute::binary(a, b, |a, b| a as f64 + b)
}

fn number(types: &[DataType]) -> udf::Result<DataType> {
    match types {
        [DataType::Int64, DataType::Float64] => Ok(DataType::Float64),
        other => Err(format!("{other:?}").into()),
    }
}

/// The list itself.
#[udf(signature = "<T>(list: List<T>) -> List<T>", returns = same)]
fn it_whole_list(list: &ListArray) -> Result<ListArray, ArrowError> {
    Ok(list.clone())
}

fn same(types: &[DataType]) -> udf::Result<DataType> {
    Ok(types[0].clone())
}

#[tokio::test]
async fn texts_and_numbers_of_every_encoding() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("b")]));
    let session = session(vec![("x", texts)]);
    let upper = StringArray::from(vec![Some("A"), None, Some("B")]);
    for encoding in ["Utf8", "LargeUtf8", "Utf8View", "Dictionary(Int8, Utf8View)"] {
        let sql = format!("SELECT it_whole_upper(arrow_cast(x, '{encoding}')) FROM t");
        let found = column(&session, &sql).await;
        let found = arrow::compute::cast(&found, &DataType::Utf8).unwrap();
        assert_eq!(*found, upper, "{encoding}");
    }
    let sql =
        "SELECT it_whole_sum(arrow_cast(octet_length(x), 'Int8'), 1), it_whole_upper('c') FROM t";
    assert_eq!(rows(&session, sql).await, "2.0 | C\nNULL | C\n2.0 | C");
}

#[tokio::test]
async fn lists_of_every_encoding() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let session = session(vec![("x", texts)]);
    for encoding in ["List(Utf8)", "LargeList(Utf8)", "FixedSizeList(1, Utf8View)"] {
        let sql = format!("SELECT it_whole_list(arrow_cast([x], '{encoding}')) FROM t");
        assert_eq!(rows(&session, &sql).await, "[a]\n[NULL]", "{encoding}");
    }
}
