//! Text and bytes in every encoding: the same values, and the encoding that was planned.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, BinaryViewArray, DictionaryArray, Int8Array, Int32Array,
    LargeStringArray, RunArray, StringArray, StringViewArray,
};
use arrow::datatypes::{DataType, Int8Type, Int32Type};

use super::{column, defined, error, rows, session};

const LONG: &str = "  longer than a view can hold itself  ";

fn values() -> Vec<Option<&'static str>> {
    vec![Some("  a "), None, Some(LONG), Some("é")]
}

/// The encodings of one column, and the type of a text made from it.
fn encodings() -> Vec<(ArrayRef, DataType)> {
    let junk = [Some("junk"), Some("  a "), None, Some(LONG), Some("é"), Some("more junk")];
    let sliced: ArrayRef = Arc::new(StringArray::from(junk.to_vec()));
    // A key that is NULL, a value that is NULL, and values that no key refers to.
    let dictionary_values: ArrayRef =
        Arc::new(StringArray::from(vec![Some("junk"), Some("é"), None, Some("  a "), Some(LONG)]));
    let keys = Int8Array::from(vec![Some(3), Some(2), Some(4), Some(1)]);
    let dictionary = DictionaryArray::<Int8Type>::new(keys, Arc::clone(&dictionary_values));
    let null_keys = Int8Array::from(vec![Some(3), None, Some(4), Some(1)]);
    let with_null_key = DictionaryArray::<Int8Type>::new(null_keys, dictionary_values);
    let views: ArrayRef = Arc::new(StringViewArray::from(values()));
    let of_views: DictionaryArray<Int32Type> =
        DictionaryArray::new(vec![Some(0), None, Some(2), Some(3)].into(), Arc::clone(&views));
    let wrapped =
        |key: DataType, value: DataType| DataType::Dictionary(Box::new(key), Box::new(value));
    vec![
        (Arc::new(StringArray::from(values())), DataType::Utf8),
        (Arc::new(LargeStringArray::from(values())), DataType::LargeUtf8),
        (views, DataType::Utf8View),
        (sliced.slice(1, 4), DataType::Utf8),
        (Arc::new(dictionary), wrapped(DataType::Int8, DataType::Utf8)),
        (Arc::new(with_null_key), wrapped(DataType::Int8, DataType::Utf8)),
        (Arc::new(of_views), wrapped(DataType::Int32, DataType::Utf8View)),
    ]
}

#[tokio::test]
async fn text_keeps_its_encoding() {
    for (array, encoding) in encodings() {
        let session = session(vec![("x", array)]);
        for (call, expected) in [
            ("it_trimmed(x)", [Some("a"), None, Some(LONG.trim()), Some("é")]),
            ("it_shouted(x)", [Some("  A "), None, Some(&LONG.to_uppercase()), Some("É")]),
        ] {
            let result = column(&session, &format!("SELECT {call} FROM t")).await;
            assert_eq!(*result.data_type(), encoding, "{call}");
            let flat = arrow::compute::cast(&result, &DataType::Utf8).unwrap();
            let found: Vec<_> = flat.as_string::<i32>().iter().collect();
            assert_eq!(found, expected, "{call} over {encoding}");
        }
    }
}

#[tokio::test]
async fn other_results_are_flat_and_null_is_seen() {
    for (array, encoding) in encodings() {
        let session = session(vec![("x", array)]);
        let found = rows(&session, "SELECT it_size(it_trimmed(x)), it_missing(x) FROM t").await;
        assert_eq!(found, "1 | false\nNULL | true\n34 | false\n2 | false", "{encoding}");
    }
}

#[tokio::test]
async fn a_second_argument_may_be_a_column_or_a_constant() {
    for (array, encoding) in encodings() {
        let session = session(vec![("x", array)]);
        let found =
            rows(&session, "SELECT it_labelled(it_size(x), x), it_labelled(1, x) FROM t").await;
        let expected = format!("4  a | 1  a\nNULL | NULL\n38{LONG} | 1{LONG}\n2é | 1é");
        let trimmed: Vec<String> = expected
            .lines()
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>().join(" | "))
            .collect();
        assert_eq!(found, trimmed.join("\n"), "{encoding}");
    }
}

/// A dictionary of four values, of which rows refer to two.
fn dictionary_of_four(rows: i8) -> ArrayRef {
    let values: ArrayRef = Arc::new(StringArray::from(vec!["unused", "a", "b", "unused too"]));
    let keys = Int8Array::from_iter((0..rows).map(|i| (i % 10 != 0).then_some(1 + i % 2)));
    Arc::new(DictionaryArray::new(keys, values))
}

#[tokio::test]
async fn a_dictionary_is_evaluated_once_for_each_value() {
    // One that is larger than the batch only for the values in use.
    for (rows, calls, nulls) in [(100, 4, 10), (3, 2, 1)] {
        let session = session(vec![("x", dictionary_of_four(rows))]);
        let before = defined::CALLS.get();
        let result = column(&session, "SELECT it_counted(x) FROM t").await;
        assert_eq!(defined::CALLS.get() - before, calls, "{rows} rows");
        assert_eq!(result.null_count(), nulls);
    }
}

#[tokio::test]
async fn values_of_a_dictionary_without_a_result_are_rows_without_one() {
    let values: ArrayRef = Arc::new(StringArray::from(vec!["a", " ", "b"]));
    let keys = Int8Array::from(vec![Some(0), Some(1), None, Some(2), Some(1)]);
    let session = session(vec![("x", Arc::new(DictionaryArray::new(keys, values)))]);
    let result = column(&session, "SELECT utf8_null_if_blank(x) AS y FROM t").await;
    assert!(matches!(result.data_type(), DataType::Dictionary(..)));
    assert_eq!(result.null_count(), 3);
    assert_eq!(
        rows(&session, "SELECT coalesce(utf8_null_if_blank(x), '-') FROM t").await,
        "a\n-\n-\nb\n-"
    );
}

#[tokio::test]
async fn panics_over_values_that_nobody_refers_to_are_none() {
    let values: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![13, 2]));
    let keys = Int8Array::from(vec![Some(1), None, Some(1)]);
    let session = session(vec![("x", Arc::new(DictionaryArray::new(keys, values)))]);
    assert_eq!(rows(&session, "SELECT it_divided(26, x) FROM t").await, "13\nNULL\n13");
}

/// Batches that share a dictionary, which is what readers of files give.
#[tokio::test]
async fn batches_that_share_a_dictionary_share_what_is_computed() {
    let values: ArrayRef = Arc::new(StringArray::from(vec!["unused", "a", "b", "c"]));
    let batch = |keys: Vec<Option<i8>>, values: &ArrayRef| -> ArrayRef {
        Arc::new(DictionaryArray::new(Int8Array::from(keys), Arc::clone(values)))
    };
    let calls = async |array: ArrayRef, expected: &str| {
        let session = session(vec![("x", array)]);
        let before = defined::SHARED.get();
        assert_eq!(rows(&session, "SELECT it_shared(x) FROM t").await, expected);
        defined::SHARED.get() - before
    };
    assert_eq!(calls(batch(vec![Some(1), Some(2), Some(1)], &values), "a?\nb?\na?").await, 2);
    assert_eq!(calls(batch(vec![Some(2), None, Some(3)], &values), "b?\nNULL\nc?").await, 1);
    assert_eq!(calls(batch(vec![Some(3), Some(1), None], &values), "c?\na?\nNULL").await, 0);
    // The same values are another dictionary.
    let others: ArrayRef = Arc::new(StringArray::from(vec!["unused", "a", "b", "c"]));
    assert_eq!(calls(batch(vec![Some(3)], &others), "c?").await, 1);
    // Other constants make it another call.
    let session = session(vec![("x", batch(vec![Some(1)], &values))]);
    assert_eq!(rows(&session, "SELECT it_shared(x, '!'), it_shared(x) FROM t").await, "a! | a?");
    // So do other places of the same constants.
    for _ in 0..2 {
        let sql = "SELECT qname_normalize(x, 'A'), qname_normalize('A', x) FROM t";
        assert_eq!(rows(&session, sql).await, "A.a | a.A");
        let sql = "SELECT stable_id(x, 'v') = stable_id('a', 'v'), stable_id('v', x) = stable_id('v', 'a') FROM t";
        assert_eq!(rows(&session, sql).await, "true | true");
    }
}

#[tokio::test]
async fn failures_of_values_that_nobody_refers_to_are_no_failures() {
    let values: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![3, 4, 8]));
    let keys = Int8Array::from(vec![Some(1), None, Some(2)]);
    let session = session(vec![("x", Arc::new(DictionaryArray::new(keys, values)))]);
    assert_eq!(rows(&session, "SELECT it_half(x) FROM t").await, "2\nNULL\n4");
}

#[tokio::test]
async fn bytes_keep_their_encoding() {
    let array = BinaryViewArray::from(vec![Some(b"ab".as_slice()), Some(b""), None]);
    let session = session(vec![("x", Arc::new(array))]);
    let result = column(&session, "SELECT it_head(x) FROM t").await;
    assert_eq!(*result.data_type(), DataType::BinaryView);
    assert_eq!(
        result.as_binary_view().iter().collect::<Vec<_>>(),
        [Some(b"a".as_slice()), None, None]
    );
}

/// `["junk", "a", "a", "é", "é", NULL, "a"]` without the first and the last two.
fn runs() -> ArrayRef {
    let ends = Int32Array::from(vec![1, 3, 5, 6, 7]);
    let values = StringArray::from(vec![Some("junk"), Some("a"), Some("é"), None, Some("a")]);
    let runs = RunArray::<Int32Type>::try_new(&ends, &values).unwrap();
    Arc::new(runs.slice(2, 4))
}

#[tokio::test]
async fn runs_are_evaluated_once_each() {
    let session = session(vec![("x", runs())]);
    let before = defined::RUNS.get();
    let result = column(&session, "SELECT it_run(x) FROM t").await;
    assert_eq!(defined::RUNS.get() - before, 2, "NULL is no call");
    assert_eq!(result.data_type(), runs().data_type(), "text keeps its runs");
    let found = rows(&session, "SELECT it_run(x), it_size(x), it_missing(x) FROM t").await;
    assert_eq!(found, "a! | 1 | false\né! | 2 | false\né! | 2 | false\nNULL | NULL | true");
    let found = rows(&session, "SELECT it_run(x) FROM t WHERE it_size(x) = 2").await;
    assert_eq!(found, "é!\né!");
    let found = error(&session, "SELECT it_parsed(x) FROM t WHERE it_missing(x) = false").await;
    assert!(found.contains("row 0 of its batch"), "{found}");
}
