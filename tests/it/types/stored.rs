//! What tables of Delta Lake store: a column of every type, with a NULL beneath its value, goes
//! from a source into a table, from there into a view, and comes back as it was.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, concat, concat_batches};
use belvedere::delta::catalog;
use belvedere::delta::publication::Publication;
use belvedere::delta::warehouse::Warehouse;
use belvedere::refresh::source::{
    Emit, Input, Listing, Source, SourceError, SourceKind, SourceOptions,
};
use belvedere::view::{Relation, RelationKind, ViewText};
use belvedere_lang::types::{Column, Type, ValueType, columns_to_text};

use super::{rows, sample, type_of};
use crate::support::warehouse::{Lab, all_skipped, runtime};

/// The columns of the table: a key and what can be stored, NULL or not.
fn columns() -> Vec<Column> {
    let key = Column { name: "key".to_owned(), ty: ValueType::required(Type::String) };
    let stored = rows().into_iter().filter(|row| !row[5].starts_with("refused"));
    let columns = stored.enumerate().map(|(i, row)| {
        let ty = ValueType::optional(type_of(&row));
        Column { name: format!("c{i}"), ty }
    });
    std::iter::once(key).chain(columns).collect()
}

/// A row of values and one of NULLs.
async fn batch(relation: &Relation, columns: &[Column]) -> RecordBatch {
    let session = runtime().session();
    let schema = relation.arrow_schema().unwrap();
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(StringArray::from(vec!["a", "b"]))];
    for (column, field) in columns.iter().zip(schema.fields()).skip(1) {
        let sql = format!("SELECT {}", sample(&column.ty.ty));
        let found = session.sql(&sql).await.unwrap().collect().await.unwrap();
        let value = cast(found[0].column(0), field.data_type()).unwrap();
        assert_eq!(value.null_count(), 0, "{sql} is no {}", column.ty.ty);
        let null = new_null_array(field.data_type(), 1);
        arrays.push(concat(&[&value, &null]).unwrap());
    }
    RecordBatch::try_new(schema, arrays).unwrap()
}

static BATCH: OnceLock<RecordBatch> = OnceLock::new();

/// A source of two inputs, each with a row of the first so many columns of the batch.
struct Samples {
    columns: usize,
}

fn open_keys(_: &Path, _: &SourceOptions) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Samples { columns: 1 }))
}

fn open_all(_: &Path, _: &SourceOptions) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(Samples { columns: usize::MAX }))
}

impl Source for Samples {
    fn list(&self, _: &(dyn Fn(u64) + Sync)) -> Result<Listing, SourceError> {
        let inputs = ["a", "b"].map(|key| Input::of_content(key, b"")).to_vec();
        Ok(Listing { inputs, ignored: 0 })
    }

    fn extract(&self, input: &Input, emit: Emit<'_>) -> Result<Input, SourceError> {
        let batch = BATCH.get().ok_or("there are no values")?;
        let columns: Vec<usize> = (0..batch.num_columns().min(self.columns)).collect();
        emit(0, batch.project(&columns)?.slice(usize::from(input.key == "b"), 1))?;
        Ok(input.clone())
    }
}

fn relation(name: &'static str, columns: &[Column], kind: RelationKind) -> &'static Relation {
    let columns = columns_to_text(columns).leak();
    Box::leak(Box::new(Relation { kind, ..Relation::table(name, "it::types::stored", columns) }))
}

fn kind(version: &'static str, tables: &[&'static Relation]) -> &'static SourceKind {
    let open = if version == "keys" { open_keys } else { open_all };
    let tables = Vec::leak(tables.to_vec());
    Box::leak(Box::new(SourceKind { name: "samples", tables, key_column: "key", version, open }))
}

/// The table of so many columns, and a view that hands all of them on.
fn lab(columns: &[Column], version: &'static str) -> Lab {
    let samples = relation("samples", columns, RelationKind::Table);
    let names: Vec<String> = columns.iter().map(|column| format!("s.{}", column.name)).collect();
    let text = format!("pub copies = from samples as s select {{ {} }}", names.join(", "));
    let sources = Vec::leak(vec![samples]);
    let text = ViewText::new(text.leak(), sources);
    let copies = relation("copies", columns, RelationKind::View(text));
    let mut lab = Lab::new();
    lab.kind = kind(version, &[samples]);
    lab.relations = vec![samples, copies];
    lab
}

/// All rows of a relation, in the order of their keys.
async fn published(lab: &Lab, name: &str) -> RecordBatch {
    let runtime = runtime();
    let warehouse = Warehouse::open(&lab.warehouse).unwrap();
    let publication = Publication::read(&runtime, &warehouse).await.unwrap().unwrap();
    let session = catalog::session(&runtime, &warehouse, &publication).await.unwrap();
    let sql = format!("SELECT * FROM {name} ORDER BY key");
    let batches = session.sql(&sql).await.unwrap().collect().await.unwrap();
    concat_batches(&batches[0].schema(), &batches).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_comes_back_as_it_was() {
    let columns = columns();
    let mut lab = lab(&columns[..1], "keys");
    let all = self::lab(&columns, "all");
    let written = batch(all.relations[0], &columns).await;
    let written = BATCH.get_or_init(|| written);
    // A table that was made without a type takes it in a later version.
    lab.run().await;
    assert_eq!(published(&lab, "copies").await.num_columns(), 1);
    (lab.kind, lab.relations) = (all.kind, all.relations.clone());
    lab.run().await;
    for name in ["samples", "copies"] {
        let read = published(&lab, name).await;
        assert_eq!(read.schema().fields(), written.schema().fields(), "{name}");
        assert_eq!(read.columns(), written.columns(), "{name}");
    }
    assert!(all_skipped(&lab.run().await));
}
