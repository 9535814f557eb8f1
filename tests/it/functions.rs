//! Functions in SQL: every encoding, struct, list and map arguments, defaults, twins, panics, and
//! what a session and `information_schema` know of them.
//!
//! [`defined`] holds the functions, in a module that shadows the names of Rust's prelude.

mod arguments;
mod asynchronous;
mod columns;
mod constants;
mod defined;
mod encodings;
mod failures;
mod generics;
mod planning;
mod properties;
mod registry;
mod settings;
mod simplify;
mod structs;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::util::display::FormatOptions;
use arrow::util::pretty::pretty_format_batches_with_options;
use belvedere::{Runtime, register_all};
use datafusion::prelude::SessionContext;

/// A session that knows every linked function, with a table `t` of these columns.
pub(crate) fn session(columns: Vec<(&str, ArrayRef)>) -> SessionContext {
    let runtime = Runtime::builder().build().unwrap();
    let mut session = runtime.session();
    register_all(&mut session).unwrap();
    if !columns.is_empty() {
        let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
        let batch = RecordBatch::try_from_iter_with_nullable(nullable).unwrap();
        session.register_batch("t", batch).unwrap();
    }
    session
}

async fn batches(session: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>, String> {
    let frame = session.sql(sql).await.map_err(|error| error.strip_backtrace())?;
    frame.collect().await.map_err(|error| error.strip_backtrace())
}

/// The rows of a query, one a line, values separated by ` | `; NULL is called so.
pub(crate) async fn rows(session: &SessionContext, sql: &str) -> String {
    let batches = batches(session, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let options = FormatOptions::default().with_null("NULL");
    let table = pretty_format_batches_with_options(&batches, &options).unwrap().to_string();
    let values = table.lines().skip(3).filter(|line| line.starts_with('|')).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.join(" | ")
    });
    values.collect::<Vec<_>>().join("\n")
}

/// The rows of a query over constants alone.
async fn constant_rows(sql: &str) -> String {
    rows(&session(Vec::new()), sql).await
}

/// What a query fails with.
pub(crate) async fn error(session: &SessionContext, sql: &str) -> String {
    match batches(session, sql).await {
        Ok(_) => panic!("{sql} does not fail"),
        Err(error) => error,
    }
}

/// The first column of a query, all batches in one.
async fn column(session: &SessionContext, sql: &str) -> ArrayRef {
    let batches = batches(session, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns: Vec<&dyn arrow::array::Array> =
        batches.iter().map(|batch| batch.column(0).as_ref()).collect();
    let joined = arrow::compute::concat(&columns).unwrap();
    Arc::clone(&joined)
}
