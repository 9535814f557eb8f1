//! Type parameters: what a call makes of them when it is planned, and of columns in every encoding.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, DictionaryArray, Float64Array, Int32Array, Int64Array,
    ListArray, RecordBatch, RunArray, StringArray, StringViewArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type, Schema};
use datafusion::prelude::SessionContext;

use super::{column, constant_rows, error, rows, session};

/// Rows `[b, NULL, a, b]`, NULL, `[]`, `[NULL]`, with junk in the items of the NULL row.
fn list_of(items: &DataType) -> ListArray {
    let texts = [Some("2"), None, Some("1"), Some("2"), Some("9"), None];
    let texts: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    let items = cast(&texts, items).unwrap();
    let field = Field::new("item", items.data_type().clone(), true)
        .with_metadata(HashMap::from([("unit".to_owned(), "byte".to_owned())]));
    let offsets = OffsetBuffer::from_lengths([4, 1, 0, 1]);
    let nulls = NullBuffer::from(vec![true, false, true, true]);
    ListArray::new(Arc::new(field), offsets, items, Some(nulls))
}

fn item_of(list: &ArrayRef) -> FieldRef {
    match list.data_type() {
        DataType::List(field) => Arc::clone(field),
        other => panic!("not a list: {other}"),
    }
}

#[tokio::test]
async fn items_keep_their_type_and_their_metadata() {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    for ty in [
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        DataType::Int8,
        DataType::Float64,
        DataType::Decimal128(10, 2),
        dictionary,
    ] {
        let list = list_of(&ty);
        let session = session(vec![("list", Arc::new(list.clone()))]);
        let compact = column(&session, "SELECT it_compact(list) FROM t").await;
        let item = item_of(&compact);
        assert_eq!((item.data_type(), item.is_nullable()), (&ty, false));
        assert_eq!(item.metadata()["unit"], "byte");
        let (lists, expected) = (compact.as_list::<i32>(), list.values().slice(0, 1));
        assert_eq!(lists.value_length(0), 3, "{ty}");
        assert_eq!(&lists.value(0).slice(0, 1), &expected);
        assert_eq!((lists.is_null(1), lists.value_length(2), lists.value_length(3)), (true, 0, 0));
        let kept = column(&session, "SELECT it_reversed(list) FROM t").await;
        assert!(item_of(&kept).is_nullable(), "an item is NULL here");
        assert_eq!(kept.as_list::<i32>().value(0).logical_null_count(), 1);
    }
}

#[tokio::test]
async fn no_rows_give_no_rows_of_the_type() {
    let list = list_of(&DataType::Utf8View);
    let full = session(vec![("list", Arc::new(list.clone()))]);
    let expected = column(&full, "SELECT it_compact(list) FROM t").await;
    let empty = session(vec![("list", Arc::new(list.slice(0, 0)))]);
    let batches = super::batches(&empty, "SELECT it_compact(list) FROM t").await.unwrap();
    let types = batches.iter().map(|batch| (batch.num_rows(), batch.column(0).data_type().clone()));
    assert!(types.clone().all(|(rows, ty)| rows == 0 && ty == *expected.data_type()));
    let nulls = session(vec![("list", Arc::new(list.slice(1, 1)))]);
    let found = column(&nulls, "SELECT it_compact(list) FROM t").await;
    assert_eq!((found.null_count(), found.data_type()), (1, expected.data_type()));
}

#[tokio::test]
async fn lists_of_every_make_are_taken() {
    let list: ArrayRef = Arc::new(list_of(&DataType::Int64));
    let item = || Arc::new(Field::new("item", DataType::Int64, true));
    for ty in [DataType::LargeList(item()), DataType::ListView(item()), DataType::List(item())] {
        let session = session(vec![("list", cast(&list, &ty).unwrap())]);
        let found = rows(&session, "SELECT it_sorted(list) FROM t").await;
        assert_eq!(found, "[1, 2, NULL]\nNULL\n[]\n[NULL]", "{ty}");
    }
    let sql = "SELECT it_sorted(arrow_cast([3, 1, 2], 'FixedSizeList(3, Int64)'))";
    assert_eq!(constant_rows(sql).await, "[1, 2, 3]");
}

#[tokio::test]
async fn floats_are_in_total_order() {
    let items: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, 0.0, -0.0, -1.5, 0.0]));
    let field = Arc::new(Field::new("item", DataType::Float64, false));
    let list = ListArray::new(field, OffsetBuffer::from_lengths([5]), items, None);
    let session = session(vec![("list", Arc::new(list))]);
    let found = rows(&session, "SELECT it_sorted(list) FROM t").await;
    assert_eq!(found, "[-1.5, -0.0, 0.0, NaN]");
    let found = column(&session, "SELECT it_sorted(list) FROM t").await;
    assert!(!item_of(&found).is_nullable(), "no item of the column can be NULL");
}

/// The same texts, encoded in every way.
fn encodings() -> Vec<(&'static str, ArrayRef)> {
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("b"), Some("a")]));
    let words: DictionaryArray<Int32Type> =
        vec![Some("a"), None, Some("b"), Some("a")].into_iter().collect();
    // A NULL among the values, and one that no row refers to.
    let values: ArrayRef = Arc::new(StringArray::from(vec![Some("b"), None, Some("a"), Some("z")]));
    let odd = DictionaryArray::new(Int32Array::from(vec![2, 1, 0, 2]), values);
    let ends = Int32Array::from(vec![1, 2, 3, 4]);
    let runs = RunArray::<Int32Type>::try_new(&ends, texts.as_ref()).unwrap();
    vec![
        ("plain", Arc::clone(&texts)),
        ("large", cast(&texts, &DataType::LargeUtf8).unwrap()),
        ("view", cast(&texts, &DataType::Utf8View).unwrap()),
        ("words", Arc::new(words)),
        ("odd", Arc::new(odd)),
        ("runs", Arc::new(runs)),
    ]
}

#[tokio::test]
async fn values_are_the_same_in_every_encoding() {
    let columns = encodings();
    let session = session(columns.clone());
    for (name, array) in &columns {
        let sql = format!("SELECT it_handed({name}), it_first_of({name}, 'z') FROM t");
        assert_eq!(rows(&session, &sql).await, "a | a\nNULL | z\nb | b\na | a", "{name}");
        let found = column(&session, &format!("SELECT it_handed({name}) FROM t")).await;
        if *name != "runs" {
            assert_eq!(found.data_type(), array.data_type(), "{name} stays what it is");
        }
        for (other, _) in &columns {
            let sql =
                format!("SELECT it_first_of({name}, {other}), it_pair({name}, {other}) FROM t");
            let found = rows(&session, &sql).await;
            assert_eq!(found, "a | [a, a]\nNULL | [NULL, NULL]\nb | [b, b]\na | [a, a]", "{sql}");
        }
    }
}

#[tokio::test]
async fn arguments_meet_in_the_wider_type() {
    let narrow: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None]));
    let wide: ArrayRef = Arc::new(Int64Array::from(vec![Some(1 << 40), Some(2)]));
    let session = session(vec![("narrow", narrow), ("wide", wide)]);
    for sql in ["SELECT it_pair(narrow, wide) FROM t", "SELECT it_pair(wide, narrow) FROM t"] {
        let found = column(&session, sql).await;
        assert_eq!(item_of(&found).data_type(), &DataType::Int64);
    }
    // A literal is of its own type, folded or not: the type of a call does not change.
    for sql in ["SELECT it_pair(narrow, 7) FROM t", "SELECT it_pair(narrow, 3 + 4) FROM t"] {
        assert_eq!(rows(&session, sql).await, "[1, 7]\n[NULL, 7]");
    }
    assert_eq!(rows(&session, "SELECT it_first_of(NULL, wide) FROM t").await, "1099511627776\n2");
    assert_eq!(constant_rows("SELECT it_first_of(NULL, NULL)").await, "NULL");
    let found = error(&session, "SELECT it_pair(narrow, 'a') FROM t").await;
    assert_eq!(
        found,
        "Error during planning: `it_pair`: `T` is Int32 in argument `first` and Utf8 in argument \
         `second`: cast one of them; the function is it_pair<T>(first: Option<T>, second: \
         Option<T>) -> List<Option<T>>"
    );
    let found = error(&session, "SELECT it_all(narrow, wide, true) FROM t").await;
    assert!(
        found.contains(
            "`T` is Int64 in argument `rest`, number 1 and Boolean in argument `rest`, number 3"
        ),
        "{found}"
    );
}

#[tokio::test]
async fn types_without_an_order_are_refused_where_one_is_needed() {
    let found = error(&session(Vec::new()), "SELECT it_sorted([MAP {'a': 1}])").await;
    assert!(found.contains("its values have no order; the function is it_sorted<T: SortValue>("));
    assert_eq!(constant_rows("SELECT it_reversed([MAP {'a': 1}])").await, "[{a: 1}]");
}

#[tokio::test]
async fn a_value_that_is_handed_through_keeps_its_metadata() {
    let field = Field::new("x", DataType::Utf8View, false)
        .with_metadata(HashMap::from([("semantic_type".to_owned(), "NodeId".to_owned())]));
    let schema = Arc::new(Schema::new(Fields::from(vec![field])));
    let array: ArrayRef = Arc::new(StringViewArray::from(vec!["a"]));
    let batch = RecordBatch::try_new(schema, vec![array]).unwrap();
    let session: SessionContext = session(Vec::new());
    session.register_batch("t", batch).unwrap();
    let found = super::batches(&session, "SELECT it_handed(x) FROM t").await.unwrap();
    let field = found[0].schema().field(0).clone();
    assert_eq!((field.data_type(), field.is_nullable()), (&DataType::Utf8View, false));
    assert_eq!(field.metadata()["semantic_type"], "NodeId");
}
