//! What Arrow has beyond the types of the language: the second table of the page.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UnionArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, UnionFields};
use belvedere::delta::schema::{as_stored, conform, to_delta};
use belvedere::register_all;
use datafusion::prelude::SessionContext;

use super::functions::value;
use super::table;
use crate::support::warehouse::runtime;

/// A number and a text that are fields of a union.
fn union(dense: bool) -> ArrayRef {
    let field = |name, ty| Arc::new(Field::new(name, ty, true));
    let fields = [(3, field("number", DataType::Int64)), (5, field("text", DataType::Utf8))];
    let fields: UnionFields = fields.into_iter().collect();
    let ids = vec![3_i8, 5, 3].into();
    let numbers = |numbers: Vec<Option<i64>>| Arc::new(Int64Array::from(numbers)) as ArrayRef;
    let texts = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
    let array = if dense {
        let children = vec![numbers(vec![Some(7), None]), texts(vec![Some("seven")])];
        UnionArray::try_new(fields, ids, Some(vec![0, 0, 1].into()), children)
    } else {
        let children =
            vec![numbers(vec![Some(7), Some(8), None]), texts(vec![None, Some("seven"), None])];
        UnionArray::try_new(fields, ids, None, children)
    };
    Arc::new(array.unwrap())
}

/// A column of a type that the page names, and the function for what it is of.
fn sample(name: &str) -> (ArrayRef, &'static str) {
    let number: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
    let text: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let run_ends = Arc::new(Field::new("run_ends", DataType::Int32, false));
    let values = Arc::new(Field::new("values", DataType::Utf8, true));
    let (array, ty, function) = match name {
        "Dictionary" => {
            let values = Box::new(DataType::Utf8);
            (text, DataType::Dictionary(Box::new(DataType::Int8), values), "it_same_string")
        }
        "RunEndEncoded" => (text, DataType::RunEndEncoded(run_ends, values), "it_same_string"),
        "Float16" => (number, DataType::Float16, "it_same_f32"),
        "Decimal32" => (number, DataType::Decimal32(5, 1), "it_same_decimal"),
        "Decimal64" => (number, DataType::Decimal64(5, 1), "it_same_decimal"),
        "Decimal256" => (number, DataType::Decimal256(5, 1), "it_same_decimal"),
        "Date64" => {
            (Arc::new(Int64Array::from(vec![0])) as ArrayRef, DataType::Date64, "it_same_date")
        }
        "Union" => return (union(true), "it_union_tag"),
        other => panic!("there is no value of {other}"),
    };
    (cast(&array, &ty).unwrap(), function)
}

fn session(column: ArrayRef) -> SessionContext {
    let mut session = runtime().session();
    register_all(&mut session).unwrap();
    let batch = RecordBatch::try_from_iter_with_nullable([("x", column, true)]).unwrap();
    session.register_batch("t", batch).unwrap();
    session
}

/// What stands behind `refused: ` in a cell, with the column in its place.
fn refusal(cell: &str) -> Option<String> {
    let (_, refusal) = cell.split_once("refused: ")?;
    let written = refusal.split('`').nth(1)?;
    Some(written.replace('…', "x"))
}

/// The rows of the table, one for each type.
fn types() -> Vec<(&'static str, Vec<&'static str>)> {
    let rows = table(1).into_iter();
    rows.flat_map(|row| row[0].split(", ").map(|name| (name, row.clone())).collect::<Vec<_>>())
        .collect()
}

#[tokio::test]
async fn functions_take_what_the_table_says() {
    for (name, row) in types() {
        let (column, function) = sample(name);
        let ty = column.data_type().to_string();
        let session = session(column);
        let found = value(&session, &format!("SELECT {function}(x) FROM t")).await;
        match refusal(row[1]) {
            None => assert!(found.is_ok(), "{name}: {found:?}"),
            Some(instead) => {
                let instead = instead.replace("(x ", "(… ");
                let error = found.unwrap_err();
                assert!(error.contains(&instead), "{name}: {error}");
            }
        }
        let found = value(&session, "SELECT it_same_value(x) FROM t").await.unwrap();
        assert_eq!(row[2], "as it is");
        assert_eq!(found.1, ty, "{name}");
    }
}

#[test]
fn what_is_not_stored_is_refused_with_what_to_write() {
    for (name, row) in types() {
        let (column, _) = sample(name);
        let field = Field::new("x", column.data_type().clone(), true);
        let error = to_delta(&Schema::new(vec![field])).unwrap_err().to_string();
        let instead = refusal(row[3]).unwrap();
        assert!(error.contains("column `x` is "), "{error}");
        assert!(error.contains("which Delta Lake cannot store"), "{error}");
        assert!(error.contains(&instead), "{name}: {error}");
    }
    let inner = Field::new("at", DataType::UInt64, true);
    let ty = DataType::Struct(vec![inner].into());
    let error = to_delta(&Schema::new(vec![Field::new("x", ty, true)])).unwrap_err().to_string();
    assert!(error.contains("(there is UInt64 in it)"), "{error}");
    assert!(error.ends_with("write CAST(… AS BIGINT)"), "{error}");
}

#[test]
fn sources_may_give_dictionaries_and_run_ends() {
    let stored = as_stored(&Schema::new(vec![Field::new("x", DataType::Utf8, true)])).unwrap();
    for name in ["Dictionary", "RunEndEncoded"] {
        let (column, _) = sample(name);
        let batch = RecordBatch::try_from_iter_with_nullable([("x", column, true)]).unwrap();
        let found = conform(&batch, &stored).unwrap();
        assert_eq!(**found.column(0), StringArray::from(vec!["a"]), "{name}");
    }
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    let batch = RecordBatch::try_from_iter_with_nullable([("x", numbers, true)]).unwrap();
    let error = conform(&batch, &stored).unwrap_err().to_string();
    assert!(error.contains("column `x` should be Utf8 and is Int32"), "{error}");
}

#[tokio::test]
async fn unions_are_taken_apart() {
    for dense in [true, false] {
        let session = session(union(dense));
        for (sql, expected) in [
            ("array_agg(it_union_tag(x))", "[number, text, NULL]"),
            ("array_agg(it_union_text(x))", "[7, seven, NULL]"),
            ("array_agg(it_union_number(x, 'number'))", "[7, NULL, NULL]"),
            ("array_agg(union_tag(it_same_value(x)))", "[number, text, number]"),
            ("array_agg(union_extract(x, 'text'))", "[NULL, seven, NULL]"),
            ("it_union_tag(NULL)", "NULL"),
        ] {
            let found = value(&session, &format!("SELECT {sql} FROM t")).await;
            assert_eq!(found.map(|(text, _)| text).as_deref(), Ok(expected), "{sql} {dense}");
        }
        for (sql, expected) in [
            ("it_union_number(x, 'text')", "field `text` of the union is Utf8, not i64"),
            ("it_union_number(x, 'other')", "the union has no field `other`"),
            ("it_union_tag('text')", "takes AnyUnion, this is Utf8"),
        ] {
            let error = value(&session, &format!("SELECT {sql} FROM t")).await.unwrap_err();
            assert!(error.contains(expected), "{sql}: {error}");
        }
    }
}
