//! Structs of any fields: picked fields share the columns that they come from, and keep NULL and
//! metadata.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, Int64Array, StringArray, StructArray};
use arrow::array::{RecordBatch, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields, Int64Type, Schema};
use datafusion::logical_expr::ScalarUDF;

use super::{column, session};

/// Structs of `a`, never NULL, and `b`; the second row is NULL and has values beneath.
fn structs() -> StructArray {
    let unit = HashMap::from([("unit".to_owned(), "byte".to_owned())]);
    let fields = Fields::from(vec![
        Field::new("a", DataType::Int64, false).with_metadata(unit),
        Field::new("b", DataType::Utf8, true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![1, 2, 3])),
        Arc::new(StringArray::from(vec![Some("x"), Some("hidden"), None])),
    ];
    StructArray::new(fields, columns, Some(NullBuffer::from(vec![true, false, true])))
}

#[tokio::test]
async fn picked_fields_are_the_columns_themselves() {
    let structs = structs();
    let session = session(vec![("s", Arc::new(structs.clone()))]);
    let picked = column(&session, "SELECT struct_pick(s, 'b', 'a') FROM t").await;
    let picked = picked.as_struct();
    assert_eq!(picked.column_names(), ["b", "a"]);
    assert_eq!(picked.nulls(), structs.nulls());
    let (found, given) = (picked.column(1), structs.column(0));
    let start = |array: &ArrayRef| array.as_primitive::<Int64Type>().values().inner().as_ptr();
    assert_eq!(start(found), start(given), "nothing is copied");
    let field = &picked.fields()[1];
    assert!(field.is_nullable(), "the struct may be NULL");
    assert_eq!(field.metadata()["unit"], "byte");
}

#[tokio::test]
async fn rows_in_another_order_are_taken() {
    let order: ArrayRef = Arc::new(UInt64Array::from(vec![3, 1, 2]));
    let session = session(vec![("s", Arc::new(structs())), ("n", order)]);
    let sql = "SELECT struct_pick(s, 'a') FROM t WHERE n <> 1 ORDER BY n DESC";
    let picked = column(&session, sql).await;
    let picked = picked.as_struct();
    assert_eq!(picked.column(0).as_primitive::<Int64Type>().value(0), 1);
    assert_eq!(picked.null_count(), 0);
}

#[tokio::test]
async fn metadata_of_the_struct_stays() {
    let session = session(Vec::new());
    let about = HashMap::from([("source".to_owned(), "scan".to_owned())]);
    let structs = structs();
    let field = Field::new("s", structs.data_type().clone(), true).with_metadata(about);
    let schema = Arc::new(Schema::new(vec![field]));
    let batch = RecordBatch::try_new(schema, vec![Arc::new(structs)]).unwrap();
    session.register_batch("marked", batch).unwrap();
    let frame = session.sql("SELECT struct_pick(s, 'a') AS p FROM marked").await.unwrap();
    assert_eq!(frame.schema().field(0).metadata()["source"], "scan");
}

/// What both methods of DataFusion's trait say of columns of these types.
fn types(udf: &ScalarUDF, types: &[DataType]) -> Result<DataType, String> {
    udf.inner().return_type(types).map_err(|error| error.strip_backtrace())
}

#[test]
fn types_alone_say_what_does_not_depend_on_constants() {
    let hash = belvedere_udfs::stable_hash64::udf();
    assert_eq!(types(&hash, &[DataType::LargeUtf8]), Ok(DataType::Int64));
    let blank = belvedere_udfs::utf8_null_if_blank::udf();
    assert_eq!(types(&blank, &[DataType::Utf8View]), Ok(DataType::Utf8View));
    let compact = belvedere_udfs::list_compact::udf();
    let list = DataType::new_list(DataType::Date32, true);
    let item = Field::new("element", DataType::Date32, false);
    assert_eq!(types(&compact, &[list]), Ok(DataType::List(Arc::new(item))));
    let pick = belvedere_udfs::struct_pick::udf();
    let error = types(&pick, &[structs().data_type().clone(), DataType::Utf8]).unwrap_err();
    assert!(error.contains("a field is named by a constant text"), "{error}");
}
