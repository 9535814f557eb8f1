//! The same functions in a query, on one thread: what can be compared with other engines.

use anyhow::{Context, Result};
use arrow::array::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use std::sync::Arc;
use tokio::runtime::Runtime;

use crate::case::{BATCHES, Case};
use crate::measure::{Contestant, contest};
use crate::rows::cases;

/// Measures the benches whose name contains `only`.
pub(crate) fn measure(only: &str, rounds: usize) -> Result<()> {
    let runtime = runtime()?;
    let is_asked = |case: &&Case| case.name.contains(only) && !case.query.is_empty();
    for case in cases().iter().filter(is_asked) {
        let batches = case.batches(BATCHES)?;
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let session = session()?;
        table(&session, batches)?;
        let statement = format!("SELECT {} FROM t", case.query);
        let run = Box::new(|| query(&runtime, &session, &statement).map(drop));
        let mut contestants = [Contestant { name: "belvedere", run }];
        contest(case.name, "query", rows, rounds, &mut contestants)?;
    }
    Ok(())
}

/// A session with one thread for a query and all linked functions.
#[expect(
    clippy::disallowed_methods,
    reason = "functions are measured in a session of DataFusion's own"
)]
pub(crate) fn session() -> Result<SessionContext> {
    let config = SessionConfig::new().with_target_partitions(1);
    let mut session = SessionContext::new_with_config(config);
    belvedere::register_all(&mut session)?;
    belvedere::register_tables(&session)?;
    Ok(session)
}

/// One thread for everything that a query does.
pub(crate) fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().build().context("there is no thread for queries")
}

/// The table `t` of a session.
pub(crate) fn table(session: &SessionContext, batches: Vec<RecordBatch>) -> Result<()> {
    let schema = batches.first().context("a table has a batch at least")?.schema();
    session.register_table("t", Arc::new(MemTable::try_new(schema, vec![batches])?))?;
    Ok(())
}

/// Runs a statement to its end.
pub(crate) fn query(
    runtime: &Runtime,
    session: &SessionContext,
    statement: &str,
) -> Result<Vec<RecordBatch>> {
    runtime.block_on(async { Ok(session.sql(statement).await?.collect().await?) })
}
