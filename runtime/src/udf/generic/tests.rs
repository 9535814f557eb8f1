//! Functions with type parameters without an engine: expansions, and what their shims make of
//! columns of several types.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::Arc;

use arrow_array::builder::{Int64Builder, MapBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, Int64Array, ListArray, StringArray,
    StringViewArray, StructArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};

use crate::udf::args::{Args, Out};
use crate::udf::{Body, CallError, Function, List, Map, SortValue, Value};
use crate::{ArrowType, udf};

/// What is in a map.
#[derive(ArrowType, Clone, Copy, Debug)]
struct Entry<K, V> {
    key: K,
    value: V,
}

#[udf]
fn compact<T: Value>(list: List<'_, Option<T>>) -> Vec<T> {
    list.iter().flatten().collect()
}

#[udf]
fn sorted<T: SortValue>(list: List<'_, T>) -> Vec<T> {
    list.iter().collect::<BTreeSet<_>>().into_iter().collect()
}

#[udf]
fn first_of<T: Value>(first: Option<T>, second: T) -> T {
    first.unwrap_or(second)
}

#[udf]
fn entries<K: Value, V: Value>(map: Map<'_, K, V>) -> Vec<Entry<K, V>> {
    map.iter().map(|(key, value)| Entry { key, value }).collect()
}

#[udf]
fn inverted<K: SortValue, V: SortValue>(map: Map<'_, K, Option<V>>) -> BTreeMap<V, K> {
    map.iter().filter_map(|(key, value)| Some((value?, key))).collect()
}

#[udf]
fn looked_up<'a, K, V>(map: Map<'a, K, V>, key: K) -> Option<V>
where
    K: SortValue,
    V: Value,
{
    map.get(&key)
}

#[udf]
fn transposed<T: Value>(rows: List<'_, List<'_, T>>) -> Vec<Vec<T>> {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    (0..width).map(|i| rows.iter().filter_map(|row| row.get(i)).collect()).collect()
}

#[udf]
fn last<T: Value>(rest: &[Option<T>]) -> Result<Option<T>, String> {
    rest.iter().rev().find(|item| item.is_some()).copied().ok_or_else(|| "all NULL".to_owned())
}

fn run(function: &Function, ty: &DataType, args: &[ArrayRef]) -> Result<ArrayRef, CallError> {
    let rows = args[0].len();
    let arrays: Vec<(ArrayRef, bool)> = args.iter().map(|array| (array.clone(), false)).collect();
    let args = Args::new(function, &arrays, rows)?;
    let mut out = Out::new(ty, &args);
    let Body::Rows(shim) = function.body else { panic!("a function over rows") };
    shim(&args, &mut out)?;
    out.finish(rows)
}

/// Lists with so many of the items each.
fn lists(items: ArrayRef, lengths: &[usize]) -> ArrayRef {
    let field = Arc::new(Field::new("element", items.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    Arc::new(ListArray::new(field, offsets, items, None))
}

fn map() -> ArrayRef {
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for (key, value) in [("a", Some(1)), ("b", None)] {
        map.keys().append_value(key);
        map.values().append_option(value);
    }
    map.append(true).unwrap();
    map.append(true).unwrap();
    map.append(false).unwrap();
    Arc::new(map.finish())
}

#[test]
fn signatures_name_type_parameters() {
    for (function, expected) in [
        (&compact::DESCRIPTOR, "compact<T>(list: List<Option<T>>) -> List<T>"),
        (&sorted::DESCRIPTOR, "sorted<T: SortValue>(list: List<T>) -> List<T>"),
        (&entries::DESCRIPTOR, "entries<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>"),
        (&try_last::DESCRIPTOR, "try_last<T>(rest: ...Option<T>) -> Option<T>"),
    ] {
        assert_eq!(function.signature, expected);
        assert_eq!(function.typed_signature(), expected);
    }
}

#[track_caller]
fn check_compact(items: ArrayRef, expected: ArrayRef) {
    let list = lists(items, &[2, 0, 3]);
    let found = run(&compact::DESCRIPTOR, list.data_type(), slice::from_ref(&list)).unwrap();
    assert_eq!(found.data_type(), list.data_type());
    assert_eq!(found.as_list::<i32>().values(), &expected);
    let ends: Vec<i32> = found.as_list::<i32>().offsets().to_vec();
    assert_eq!(ends, [0, 1, 1, 3]);
    // Other offsets into the same items.
    let part = run(&compact::DESCRIPTOR, list.data_type(), &[list.slice(2, 1)]).unwrap();
    assert_eq!(&part.as_list::<i32>().value(0), &expected.slice(1, 2));
}

#[test]
fn values_of_every_type_are_gathered() {
    check_compact(
        Arc::new(Int64Array::from(vec![Some(1), None, Some(2), None, Some(3)])),
        Arc::new(Int64Array::from(vec![1, 2, 3])),
    );
    let text = "a text that does not lie in a view itself";
    check_compact(
        Arc::new(StringViewArray::from(vec![Some(text), None, Some(""), None, Some(text)])),
        Arc::new(StringViewArray::from(vec![text, "", text])),
    );
    let words: DictionaryArray<Int32Type> =
        vec![Some("b"), None, Some("a"), None, Some("b")].into_iter().collect();
    let values = words.values().clone();
    let kept = DictionaryArray::<Int32Type>::new(vec![0, 1, 0].into(), values);
    check_compact(Arc::new(words), Arc::new(kept));
    let inner = |lists: Vec<Option<Vec<Option<i64>>>>| {
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))
    };
    check_compact(
        inner(vec![Some(vec![None]), None, Some(vec![]), None, Some(vec![Some(1)])]),
        inner(vec![Some(vec![None]), Some(vec![]), Some(vec![Some(1)])]),
    );
}

#[track_caller]
fn check_sorted(items: ArrayRef, expected: ArrayRef) {
    let list = lists(items.clone(), &[items.len()]);
    let found = run(&sorted::DESCRIPTOR, list.data_type(), slice::from_ref(&list)).unwrap();
    assert_eq!(&found.as_list::<i32>().value(0), &expected);
}

#[test]
fn values_have_the_order_of_their_type() {
    check_sorted(
        Arc::new(Int64Array::from(vec![Some(10), None, Some(-9), Some(10), None])),
        Arc::new(Int64Array::from(vec![Some(-9), Some(10), None])),
    );
    check_sorted(
        Arc::new(StringArray::from(vec!["b", "ß", "B", "", "b"])),
        Arc::new(StringArray::from(vec!["", "B", "b", "ß"])),
    );
    check_sorted(
        Arc::new(Float64Array::from(vec![f64::NAN, 0.0, -0.0, f64::INFINITY, 0.0])),
        Arc::new(Float64Array::from(vec![-0.0, 0.0, f64::INFINITY, f64::NAN])),
    );
    let lists = |lists: &[&[i64]]| -> ArrayRef {
        let lists = lists.iter().map(|list| Some(list.iter().map(|n| Some(*n))));
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))
    };
    check_sorted(lists(&[&[2], &[1, 9], &[], &[2]]), lists(&[&[], &[1, 9], &[2]]));
}

#[test]
fn a_result_is_gathered_from_several_arguments() {
    let ints = |values: Vec<Option<i64>>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
    let (first, second) =
        (ints(vec![Some(1), None, None, Some(4)]), ints(vec![Some(5), Some(6), None, Some(8)]));
    let found = run(&first_of::DESCRIPTOR, &DataType::Int64, &[first.clone(), second.clone()]);
    assert_eq!(&found.unwrap(), &ints(vec![Some(1), Some(6), None, Some(4)]));
    let found = run(&last::DESCRIPTOR, &DataType::Int64, &[first.slice(0, 2), second.slice(0, 2)]);
    assert_eq!(&found.unwrap(), &ints(vec![Some(5), Some(6)]));
    let nothing = ints(vec![None]);
    let error = run(&last::DESCRIPTOR, &DataType::Int64, slice::from_ref(&nothing)).unwrap_err();
    assert_eq!((error.row, error.message.as_str()), (Some(0), "all NULL"));
    let found = run(&try_last::DESCRIPTOR, &DataType::Int64, &[nothing]).unwrap();
    assert_eq!(found.null_count(), 1);
}

#[test]
fn structs_with_type_parameters_are_written() {
    let fields =
        vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Int64, true)];
    let item = Arc::new(Field::new("element", DataType::Struct(fields.into()), false));
    let found = run(&entries::DESCRIPTOR, &DataType::List(item.clone()), &[map()]).unwrap();
    assert_eq!(found.data_type(), &DataType::List(item));
    let found = found.as_list::<i32>();
    assert_eq!((found.value_length(0), found.value_length(1), found.is_null(2)), (2, 0, true));
    let structs: &StructArray = found.values().as_struct();
    assert_eq!(structs.column(0).as_string::<i32>(), &StringArray::from(vec!["a", "b"]));
    let values = structs.column(1).as_primitive::<Int64Type>();
    assert_eq!(values, &Int64Array::from(vec![Some(1), None]));
}

#[test]
fn keys_and_values_are_compared_and_changed() {
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["b", "a", "a"]));
    let found = run(&looked_up::DESCRIPTOR, &DataType::Int64, &[map(), keys.clone()]).unwrap();
    assert_eq!(found.null_count(), 3);
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["a", "a", "a"]));
    let found = run(&looked_up::DESCRIPTOR, &DataType::Int64, &[map(), keys]).unwrap();
    assert_eq!(found.as_primitive::<Int64Type>(), &Int64Array::from(vec![Some(1), None, None]));

    let fields =
        vec![Field::new("key", DataType::Int64, false), Field::new("value", DataType::Utf8, false)];
    let entry = Arc::new(Field::new("key_value", DataType::Struct(fields.into()), false));
    let found = run(&inverted::DESCRIPTOR, &DataType::Map(entry, false), &[map()]).unwrap();
    let entries = found.as_map().value(0);
    assert_eq!(entries.column(0).as_primitive::<Int64Type>().values(), &[1]);
}

#[test]
fn views_nest() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, 4.0, 5.0]));
    let rows = lists(lists(floats, &[2, 3]), &[2]);
    let found = run(&transposed::DESCRIPTOR, rows.data_type(), slice::from_ref(&rows)).unwrap();
    let found = found.as_list::<i32>().value(0);
    let ends: Vec<i32> = found.as_list::<i32>().offsets().to_vec();
    assert_eq!(ends, [0, 2, 4, 5]);
    let values = found.as_list::<i32>().values().as_primitive::<Float64Type>();
    assert_eq!(values.values(), &[1.0, 3.0, 2.0, 4.0, 5.0]);
}

#[test]
fn no_rows_give_no_rows_of_the_type() {
    let list = lists(Arc::new(StringViewArray::from(vec!["a"])), &[1]).slice(0, 0);
    let found = run(&compact::DESCRIPTOR, list.data_type(), slice::from_ref(&list)).unwrap();
    assert_eq!((found.len(), found.data_type()), (0, list.data_type()));
}
