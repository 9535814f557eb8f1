//! SQL in, rows out: runs every `.slt` file below `slt/`.
//!
//! A case is text, so adding one rebuilds nothing. `BLESS_SLT=1`, which `cargo xtask bless`
//! sets, rewrites the expected rows of the files with the actual ones. NULL is written `NULL`,
//! text without characters `(empty)`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use sqllogictest::{
    DB, DBOutput, DefaultColumnType, MakeConnection, Runner, default_column_validator,
    default_normalizer, default_validator,
};
use tokio::runtime::Runtime;

use crate::support::sessions::plain_session;

/// A session behind the face that the runner wants.
struct Engine {
    context: SessionContext,
    runtime: Runtime,
}

impl Engine {
    fn new() -> Result<Self, DataFusionError> {
        Ok(Self { context: plain_session()?, runtime: Runtime::new()? })
    }
}

impl DB for Engine {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let (schema, batches) = self.runtime.block_on(async {
            let frame = self.context.sql(sql).await?;
            let schema = frame.schema().as_arrow().clone();
            Ok::<_, DataFusionError>((schema, frame.collect().await?))
        })?;
        if schema.fields().is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        Ok(DBOutput::Rows { types: column_types(&schema), rows: rows(&batches)? })
    }

    fn engine_name(&self) -> &str {
        "belvedere"
    }
}

fn column_types(schema: &Schema) -> Vec<DefaultColumnType> {
    let column_type = |ty: &DataType| match ty {
        ty if ty.is_integer() => DefaultColumnType::Integer,
        ty if ty.is_floating() => DefaultColumnType::FloatingPoint,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DefaultColumnType::Text,
        _ => DefaultColumnType::Any,
    };
    schema.fields().iter().map(|field| column_type(field.data_type())).collect()
}

/// The values of all rows as text.
fn rows(batches: &[RecordBatch]) -> Result<Vec<Vec<String>>, DataFusionError> {
    let options = FormatOptions::new().with_null("NULL").with_display_error(false);
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|column| cell(column.value(row).to_string()));
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}

fn cell(text: String) -> String {
    if text.is_empty() { "(empty)".to_owned() } else { text }
}

fn runner() -> Runner<Engine, impl MakeConnection<Conn = Engine>> {
    Runner::new(|| async { Engine::new() })
}

/// All `.slt` files below a folder, sorted.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "slt") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn every_file_gives_the_rows_that_it_promises() {
    let files = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("slt"));
    assert!(!files.is_empty(), "there are cases");
    let update = std::env::var_os("BLESS_SLT").is_some();
    let mut failures = String::new();
    for file in files {
        if update {
            update_file(&file);
        } else if let Err(error) = runner().run_file(&file) {
            writeln!(failures, "{}\n", error.display(false)).unwrap();
        }
    }
    assert!(failures.is_empty(), "`cargo xtask bless it` takes the actual rows\n\n{failures}");
}

fn update_file(file: &Path) {
    let mut runner = runner();
    let update = runner.update_test_file(
        file,
        " ",
        default_validator,
        default_normalizer,
        default_column_validator,
    );
    // The engine has a runtime of its own, which must not be entered from within another.
    futures::executor::block_on(update).unwrap();
}
