//! The examples of doc comments, run: each stands in documents for readers, who believe it.
//!
//! Every example runs in a session of Belvedere and in one with DataFusion's own settings, since
//! functions promise to work in both.

use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow_array::RecordBatch;
use datafusion::common::Result;
use datafusion::prelude::SessionContext;

use super::watch::{Check, calling};
use super::{CheckError, Failure, check_each};
use crate::registry::{Registry, allow_async};
use crate::session::{Runtime, foreign};
use crate::udf::{Example, Function};

/// Runs the examples in the doc comments of a registry's functions, in sessions that have every
/// function of the program.
///
/// The rows of an example are compared as text, blanks apart: NULL is `NULL`, text without
/// characters `(empty)`. An example of an async function asks whatever the function asks.
///
/// # Errors
///
/// [`CheckError::Failures`], one for each example that fails or gives other rows, or what keeps a
/// session from being made.
pub fn check_examples(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, start)
}

/// Runs the examples of functions.
pub(super) fn start(registered: &[&'static Function]) -> Result<Check> {
    let executor = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build()?;
    let sessions = [Runtime::builder().allow_async().build()?.session(), foreign::session()?];
    allow_async(&sessions[1], registered);
    Ok(Box::new(move |function| {
        let run = |example: &'static Example| {
            sessions.iter().find_map(|session| {
                let run = || executor.block_on(check(session, function, example));
                calling(|| example.sql.to_owned(), run)
            })
        };
        Ok(function.examples.iter().filter_map(run).collect())
    }))
}

/// What is wrong with an example.
async fn check(
    session: &SessionContext,
    function: &'static Function,
    example: &Example,
) -> Option<Failure> {
    let message = match rows(session, example.sql).await {
        Ok(rows) => {
            let promised: Vec<String> = example.expected.lines().map(plain_blanks).collect();
            if rows == promised {
                return None;
            }
            format!("gives {}, not {}", shown(&rows), shown(&promised))
        }
        // What the optimizer puts before it says nothing of the example.
        Err(error) => error.find_root().strip_backtrace(),
    };
    let (function, sql) = (function.name, example.sql.to_owned());
    Some(Failure { function, law: "the example of its docs", message, sql })
}

async fn rows(session: &SessionContext, sql: &str) -> Result<Vec<String>> {
    let batches = session.sql(sql).await?.collect().await?;
    let rows = batches.iter().map(rows_of).collect::<Result<Vec<_>>>()?;
    Ok(rows.into_iter().flatten().collect())
}

/// The rows of a batch as an example writes them.
fn rows_of(batch: &RecordBatch) -> Result<Vec<String>> {
    let options = FormatOptions::new().with_null("NULL");
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<_, _>>()?;
    let row = |row: usize| {
        let cell = |column: &ArrayFormatter<'_>| {
            let text = column.value(row).try_to_string()?;
            Ok(if text.is_empty() { "(empty)".to_owned() } else { text })
        };
        let cells: Vec<String> = columns.iter().map(cell).collect::<Result<_>>()?;
        Ok(plain_blanks(&cells.join(" ")))
    };
    (0..batch.num_rows()).map(row).collect()
}

fn plain_blanks(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(rows: &[String]) -> String {
    match rows {
        [] => "no row".to_owned(),
        rows => rows.iter().map(|row| format!("`{row}`")).collect::<Vec<_>>().join(", "),
    }
}
