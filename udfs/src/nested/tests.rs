//! `map_entries` over maps of several makes.

use std::sync::Arc;

use arrow_array::builder::{Int64Builder, MapBuilder, MapFieldNames, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array as _, ArrayRef, Int64Array, ListArray, MapArray, StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields};

use super::map_entries;

/// `{a: 1, b: NULL}`, NULL, `{}`, `{c: 3}`, under the names that Parquet's writers use.
fn nullable_map() -> MapArray {
    let names =
        MapFieldNames { entry: "key_value".into(), key: "keys".into(), value: "values".into() };
    let mut map = MapBuilder::new(Some(names), StringBuilder::new(), Int64Builder::new());
    map.keys().append_value("a");
    map.values().append_value(1);
    map.keys().append_value("b");
    map.values().append_null();
    map.append(true).unwrap();
    map.append(false).unwrap();
    map.append(true).unwrap();
    map.keys().append_value("c");
    map.values().append_value(3);
    map.append(true).unwrap();
    map.finish()
}

/// A map of numbers to lists whose values are not nullable: `{7: x, 8: y}`, `{9: z}`.
fn required_map(value: ArrayRef) -> MapArray {
    let fields: Fields = vec![
        Field::new("key", DataType::Int64, false),
        Field::new("value", value.data_type().clone(), false),
    ]
    .into();
    let columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(vec![7, 8, 9])), value];
    let entries = StructArray::new(fields.clone(), columns, None);
    let entry = Arc::new(Field::new("entries", DataType::Struct(fields), false));
    MapArray::new(entry, OffsetBuffer::from_lengths([2, 1]), entries, None, false)
}

/// The fields of the structs in the list.
fn fields(map: &MapArray) -> Vec<Field> {
    let DataType::List(item) = map_entries(map).unwrap().data_type().clone() else {
        panic!("not a list")
    };
    assert!(!item.is_nullable());
    let DataType::Struct(fields) = item.data_type().clone() else { panic!("not a struct") };
    fields.iter().map(|field| field.as_ref().clone()).collect()
}

#[test]
fn entries_are_called_key_and_value_and_keep_their_types() {
    assert_eq!(
        fields(&nullable_map()),
        [Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Int64, true)]
    );
    let value: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", "z"]));
    assert_eq!(
        fields(&required_map(value)),
        [Field::new("key", DataType::Int64, false), Field::new("value", DataType::Utf8, false)]
    );
}

#[test]
fn a_null_map_gives_null_and_an_empty_one_an_empty_list() {
    let list = map_entries(&nullable_map()).unwrap();
    assert_eq!(list.nulls(), Some(&NullBuffer::from(vec![true, false, true, true])));
    assert_eq!((0..4).map(|row| list.value_length(row)).collect::<Vec<_>>(), [2, 0, 0, 1]);
    let first = list.value(0);
    assert_eq!(first.len(), 2);
    assert!(first.nulls().is_none(), "an entry is there even where its value is NULL");
}

#[test]
fn a_slice_gives_the_entries_of_its_rows() {
    let map = nullable_map();
    let whole = map_entries(&map).unwrap();
    for (offset, length) in [(0, 4), (1, 3), (3, 1), (2, 0)] {
        let part = map_entries(&map.slice(offset, length)).unwrap();
        assert_eq!(part, whole.slice(offset, length));
    }
}

#[test]
fn values_may_be_nested() {
    let inner = [Some(vec![Some(1), None]), Some(vec![]), Some(vec![Some(2)])];
    let inner = ListArray::from_iter_primitive::<Int64Type, _, _>(inner);
    let map = required_map(Arc::new(inner.clone()));
    let entries = map_entries(&map).unwrap().value(1);
    assert_eq!(fields(&map)[1].data_type(), inner.data_type());
    assert_eq!(*entries.as_struct().column(1).as_list::<i32>(), inner.slice(2, 1));
}
