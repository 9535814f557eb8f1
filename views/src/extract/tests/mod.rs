//! Extraction of whole files: what each text gives, and that no bytes can harm it.

mod against_python;
mod bad_input;
mod names;
mod python;
mod rust;
mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use super::*;

/// The batches that an extraction emitted, by table name.
#[derive(Debug, Default)]
pub(super) struct Extracted(BTreeMap<&'static str, Vec<RecordBatch>>);

impl Extracted {
    fn emit(&mut self, table: usize, batch: RecordBatch) {
        let schema = schema::TABLES[table].arrow_schema().unwrap();
        assert_eq!(batch.schema(), schema, "{}", schema::TABLES[table].name);
        self.0.entry(schema::TABLES[table].name).or_default().push(batch);
    }

    /// The named columns of a table, one line for each row, values separated by blanks.
    pub(super) fn lines(&self, table: &str, columns: &[&str]) -> Vec<String> {
        let mut lines = Vec::new();
        for batch in self.0.get(table).into_iter().flatten() {
            for row in 0..batch.num_rows() {
                let values = columns.iter().map(|name| {
                    let column = batch.column_by_name(name);
                    value(column.unwrap_or_else(|| panic!("no column {name}")), row)
                });
                lines.push(values.collect::<Vec<_>>().join(" "));
            }
        }
        lines
    }

    pub(super) fn count(&self, table: &str) -> usize {
        self.0.get(table).into_iter().flatten().map(RecordBatch::num_rows).sum()
    }
}

fn value(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "-".to_owned();
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            let items: Vec<_> = (0..items.len()).map(|at| value(&items, at)).collect();
            format!("[{}]", items.join(" "))
        }
        DataType::Struct(_) => {
            let columns = column.as_struct().columns();
            let values: Vec<_> = columns.iter().map(|column| value(column, row)).collect();
            format!("<{}>", values.join(" "))
        }
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let mut text = String::new();
            for at in 0..entries.len() {
                let (key, value) = (value(entries.column(0), at), value(entries.column(1), at));
                write!(text, "{}{key}={value}", if at > 0 { " " } else { "" }).unwrap();
            }
            format!("{{{text}}}")
        }
        other => panic!("no column has the type {other}"),
    }
}

/// The rows of one file with that content.
pub(super) fn extract(path: &str, bytes: &[u8]) -> Extracted {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
    let (listing, extracted) = extract_tree(folder.path());
    assert_eq!(listing.inputs.len(), 1);
    extracted
}

/// The inputs of a tree and all their rows.
fn extract_tree(root: &Path) -> (Listing, Extracted) {
    let tree = CodeTree::open(root, &SourceOptions::default()).unwrap();
    let listing = tree.list(&|_| ()).unwrap();
    let mut extracted = Extracted::default();
    for input in &listing.inputs {
        let read = tree
            .extract(input, &mut |table, batch| {
                extracted.emit(table, batch);
                Ok(())
            })
            .unwrap();
        assert_eq!(read, *input);
    }
    (listing, extracted)
}

#[track_caller]
pub(super) fn check(actual: Vec<String>, expected: &[&str]) {
    assert_eq!(actual, expected, "actual:\n{}", actual.join("\n"));
}
