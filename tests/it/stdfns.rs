//! Standard functions under the engine: the same values whatever the text is encoded in, however
//! the rows are cut into batches, and whether an argument is a column or a constant.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, Int64Builder, MapBuilder, RecordBatch, StringArray,
    StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::prelude::{Expr, SessionContext};

use crate::support::sessions::plain_session;

/// Calls over the columns of [`table`]; none of them fails on any row.
const CALLS: [&str; 38] = [
    "stable_hash64(s)",
    "stable_hash128(s)",
    "prefixed_hash64(t, s)",
    "prefixed_hash64('ns', s)",
    "stable_id(s, t)",
    "stable_id_parts(s, t, n, b)",
    "stable_id_parts('x', s)",
    "prefixed_hash_parts64(t, s, n, b)",
    "stable_hash_any(s)",
    "stable_hash_any(n, false, 'none')",
    "semantic_tag('node', s)",
    "cdf_change_rank(s)",
    "cdf_is_upsert(t)",
    "stable_id_parts_required('x', 1, t, n)",
    "span_id('span', s, n, n, t)",
    "span_id('span', s, n, n)",
    "span_make(n, n + 3)",
    "try_span_make(n, 2, 1, 'utf-16', b)",
    "span_len(try_span_make(n, 2))",
    "span_overlaps(span_make(n, n + 3), span_make(2, 4))",
    "span_contains(span_make(-2, 4), span_make(n, n))",
    "try_col_to_byte(s, n, 'utf16')",
    "try_col_to_byte(s, n, 'utf8')",
    "col_to_byte(s, n, 'utf32')",
    "try_canonicalize_byte_span(n, s, n, n, t, n, 'utf16')",
    "interval_align_score(n, n, 3, n)",
    "utf8_normalize(s)",
    "utf8_null_if_blank(s)",
    "qname_normalize(s, t, 'rust')",
    "map_entries(m)",
    "map_get_default(m, 'key0', n)",
    "list_compact([s, t])",
    "list_unique_sorted([n, 1, n])",
    "map_keys(m)",
    "map_values(m)",
    "map_extract(m, 'key0')",
    "list_extract([s, t], n)",
    "arrow_metadata(stable_id('edge', s), 'semantic_type')",
];

/// Rows with NULLs, blanks, characters of every width, and texts too long to lie in a view.
fn table() -> RecordBatch {
    let s = [
        Some("alpha"),
        None,
        Some(""),
        Some("  ﬁRST   Ａ "),
        Some("a😀b"),
        Some("a text that is far too long to lie in a view itself"),
        Some("é"),
        None,
    ];
    let t = [Some("m"), Some("m::n"), None, Some(" "), Some("Straße"), Some("m"), Some(""), None];
    let n = [Some(0), Some(1), Some(-1), None, Some(3), Some(2), Some(100), None];
    let b = [Some(true), None, Some(false), Some(true), Some(true), None, Some(false), Some(true)];
    let mut m = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for row in 0..8 {
        for key in 0..row % 3 {
            m.keys().append_value(format!("key{key}"));
            m.values().append_option((key != row % 4).then_some(key));
        }
        m.append(row % 5 != 4).unwrap();
    }
    let columns: [(&str, ArrayRef); 5] = [
        ("s", Arc::new(StringArray::from(s.to_vec()))),
        ("t", Arc::new(StringArray::from(t.to_vec()))),
        ("n", Arc::new(Int64Array::from(n.to_vec()))),
        ("b", Arc::new(BooleanArray::from(b.to_vec()))),
        ("m", Arc::new(m.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .unwrap()
}

/// The same rows with all text in another encoding.
fn encoded(table: &RecordBatch, ty: &DataType) -> RecordBatch {
    let schema = table.schema();
    let columns = schema.fields().iter().zip(table.columns()).map(|(field, column)| {
        let text = field.data_type() == &DataType::Utf8;
        let column = if text { cast(column, ty).unwrap() } else { Arc::clone(column) };
        (field.name(), column, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The values of an expression over rows, as text, with `NULL` for what is NULL.
async fn evaluate(context: &SessionContext, expr: Expr, rows: RecordBatch) -> Result<Vec<String>> {
    let batches = context.read_batch(rows)?.select(vec![expr])?.collect().await?;
    let mut values = Vec::new();
    for batch in &batches {
        let column = batch.column(0);
        for row in 0..batch.num_rows() {
            let value = array_value_to_string(column, row)?;
            values.push(if column.is_null(row) { "NULL".to_owned() } else { value });
        }
    }
    Ok(values)
}

fn parse(context: &SessionContext, call: &str, rows: &RecordBatch) -> Expr {
    let schema = DFSchema::try_from(rows.schema()).unwrap();
    context.parse_sql_expr(call, &schema).unwrap_or_else(|error| panic!("{call}: {error}"))
}

/// Each call over all rows, as a plain column gives it.
async fn expected(
    context: &SessionContext,
    table: &RecordBatch,
) -> Vec<(&'static str, Vec<String>)> {
    let mut expected = Vec::new();
    for call in CALLS {
        let values = evaluate(context, parse(context, call, table), table.clone()).await;
        let values = values.unwrap_or_else(|error| panic!("{call}: {error}"));
        assert!(values.iter().any(|value| value != "NULL"), "{call} gives some value");
        expected.push((call, values));
    }
    expected
}

#[tokio::test]
async fn every_encoding_gives_the_same_values() {
    let (context, table) = (plain_session().unwrap(), table());
    let dictionary =
        |key: DataType, value: DataType| DataType::Dictionary(Box::new(key), Box::new(value));
    let encodings = [
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary(DataType::Int32, DataType::Utf8),
        dictionary(DataType::UInt8, DataType::LargeUtf8),
        dictionary(DataType::Int64, DataType::Utf8View),
    ];
    for (call, expected) in expected(&context, &table).await {
        for ty in &encodings {
            let rows = encoded(&table, ty);
            let values = evaluate(&context, parse(&context, call, &rows), rows).await;
            assert_eq!(values.unwrap(), expected, "{call} over {ty}");
        }
    }
}

#[tokio::test]
async fn slicing_the_rows_slices_the_values() {
    let (context, table) = (plain_session().unwrap(), table());
    for (call, expected) in expected(&context, &table).await {
        for ty in [DataType::Utf8, DataType::Utf8View] {
            for (offset, length) in [(1, 7), (3, 2), (7, 1), (4, 0)] {
                let rows = encoded(&table, &ty).slice(offset, length);
                let values = evaluate(&context, parse(&context, call, &rows), rows).await;
                assert_eq!(
                    values.unwrap(),
                    expected[offset..offset + length],
                    "{call} over {length} rows from {offset}"
                );
            }
        }
    }
}

/// One run with each argument as a constant, so that the planner computes the call, and one for
/// each argument that stays a column beside constants.
#[tokio::test]
async fn constants_give_what_columns_give() {
    let (context, table) = (plain_session().unwrap(), table());
    for (call, expected) in expected(&context, &table).await {
        let expr = parse(&context, call, &table);
        let columns: Vec<String> =
            expr.column_refs().iter().map(|column| column.name.clone()).collect();
        for row in 0..table.num_rows() {
            for kept in columns.iter().map(Some).chain([None]) {
                let constant = with_constants(expr.clone(), &table, row, kept);
                let values = evaluate(&context, constant, table.slice(row, 1)).await.unwrap();
                assert_eq!(values, expected[row..=row], "{call} in row {row}, column {kept:?}");
            }
        }
    }
}

/// The expression with the values of one row in place of all columns but one.
fn with_constants(expr: Expr, table: &RecordBatch, row: usize, kept: Option<&String>) -> Expr {
    let constant = |expr: Expr| match &expr {
        Expr::Column(column) if Some(&column.name) != kept => {
            let values = table.column_by_name(&column.name).unwrap();
            let value = ScalarValue::try_from_array(values, row)?;
            Ok(Transformed::yes(Expr::Literal(value, None)))
        }
        _ => Ok(Transformed::no(expr)),
    };
    expr.transform(constant).unwrap().data
}
