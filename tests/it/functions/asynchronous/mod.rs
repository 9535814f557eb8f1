//! Async functions: a policy that allows them, how calls are made, and where they can stand in a query.

mod calls;
mod defined;
mod places;
mod policy;

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use belvedere::Runtime;
use datafusion::prelude::SessionContext;

use super::{error, rows};

/// A session that allows async functions, with a table `t` of these columns.
fn session(columns: Vec<(&str, ArrayRef)>) -> SessionContext {
    let runtime = Runtime::builder().threads(2).allow_async().build().unwrap();
    let session = runtime.session();
    let nullable = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(nullable).unwrap();
    session.register_batch("t", batch).unwrap();
    session
}

fn numbers(values: impl IntoIterator<Item = i64>) -> Vec<(&'static str, ArrayRef)> {
    vec![("x", Arc::new(values.into_iter().collect::<Int64Array>()))]
}

fn texts(values: &[Option<&str>]) -> Vec<(&'static str, ArrayRef)> {
    vec![("k", Arc::new(values.iter().copied().collect::<StringArray>()))]
}
