//! What a view is given to read: encodings may differ from the declared columns, types may not.

use std::error::Error;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder, StringViewArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use belvedere::session::Runtime;
use belvedere::view::{Input, ViewError, lower};
use belvedere_lang::sink::Sink;
use belvedere_lang::types::parse_columns;
use belvedere_lang::view::env::{Env, Relation};
use belvedere_lang::view::{check_view, model, parse_view};
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, provider_as_source};

use super::fixture::Tested;
use belvedere::testing::agreement::{Named, agrees};

const COLUMNS: &str = "id: String, tags: List<String>";

fn model() -> Result<model::View, Box<dyn Error>> {
    let sink = Sink::new();
    let env = Env {
        relations: vec![Relation { name: "t".to_owned(), columns: Some(parse_columns(COLUMNS)?) }],
        ..Env::default()
    };
    let text = "pub v = from t as t unnest t.tags as tag select { t.id, tag, t.tags }";
    let view = parse_view(text.parse()?, &sink).ok_or("no view")?;
    let model = check_view(&view, &env, &sink).ok_or("no model")?;
    assert!(sink.into_diagnostics().is_empty());
    Ok(model)
}

fn input(columns: Vec<(&str, ArrayRef)>) -> Result<Input, Box<dyn Error>> {
    let fields =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), false));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    Ok(Input {
        name: TableReference::bare("t"),
        columns: parse_columns(COLUMNS)?,
        source: provider_as_source(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?)),
    })
}

/// A list whose element is called `item` and may be NULL, as arrow's builders make it.
fn tags() -> ArrayRef {
    let mut tags = ListBuilder::new(StringBuilder::new());
    tags.append_value([Some("x"), Some("y")]);
    Arc::new(tags.finish())
}

#[tokio::test]
async fn other_encodings_orders_and_extra_columns_are_read() -> Tested {
    let id: ArrayRef = Arc::new(StringViewArray::from(vec!["a"]));
    let extra: ArrayRef = Arc::new(StringArray::from(vec!["unused"]));
    let input = input(vec![("extra", extra), ("tags", tags()), ("id", id)])?;
    let runtime = Runtime::builder().build()?;
    let model = model()?;
    let plan = lower(&model, &[input], &[])?;
    agrees(&runtime, &model, Named { widths: &[2], functions: &[] }, &plan)?;
    let batches = runtime.session().execute_logical_plan(plan).await?.collect().await?;
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
    assert_eq!(*batches[0].column(0).data_type(), DataType::Utf8);
    Ok(())
}

#[test]
fn a_missing_column_is_named() -> Tested {
    let id: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let error = lower(&model()?, &[input(vec![("id", id)])?], &[]).expect_err("no `tags`");
    assert!(matches!(&error, ViewError::SourceMismatch { column, .. } if column == "tags"));
    assert_eq!(
        error.to_string(),
        "`t` has no column `tags: List<String>`; it has `id`\n\
         help: the stored table is of another version; rebuild it"
    );
    Ok(())
}

#[test]
fn a_column_of_another_type_is_named() -> Tested {
    let id: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![1]));
    let input = input(vec![("id", id), ("tags", tags())])?;
    let error = lower(&model()?, &[input], &[]).expect_err("`id` is a number");
    let text = error.to_string();
    assert!(text.starts_with("`t` has no column `id: String`; it has `id: Int64`"), "{text}");
    Ok(())
}
