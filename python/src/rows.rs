//! Rows as they leave, batch by batch.
//!
//! Each batch is handed to Python by the Arrow C interface, without copies. What pulls them is Python:
//! a stream of C's would be pulled on whatever thread, with Python's lock held or not, and could not
//! answer Ctrl-C without knowing which.

use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow_pyarrow::ToPyArrow as _;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt as _;
use pyo3::prelude::*;
use tokio::task::AbortHandle;

use crate::executor::{Task, wait_for};
use crate::plan::Origin;

/// The rows of one execution, which are read once.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct Rows {
    schema: SchemaRef,
    state: Mutex<State>,
    origin: Origin,
}

struct State {
    /// None behind the last batch, and while one is waited for.
    rows: Option<SendableRecordBatchStream>,
    /// What stops the one who waits.
    waited: Option<AbortHandle>,
}

impl Rows {
    pub(crate) fn new(rows: SendableRecordBatchStream, origin: Origin) -> Self {
        let schema = rows.schema();
        let state = State { rows: Some(rows), waited: None };
        Self { schema, state: Mutex::new(state), origin }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Rows {
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.schema.to_pyarrow(py)
    }

    /// The next batch; none behind the last one.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        py.check_signals()?;
        let Some(mut rows) = self.state().rows.take() else { return Ok(None) };
        let task = Task::start(py, async move {
            let next: Option<Result<RecordBatch>> = rows.next().await;
            (next, rows)
        })?;
        self.state().waited = Some(task.abort_handle());
        let waited = wait_for(py, &task);
        self.state().waited = None;
        let (next, rows) = waited?;
        let next = next.transpose().map_err(|error| self.origin.error(error))?;
        let Some(batch) = next else { return Ok(None) };
        self.state().rows = Some(rows);
        batch.to_pyarrow(py).map(Some)
    }

    /// Ends the execution; who waits for a batch is told.
    fn stop(&self) {
        let mut state = self.state();
        if let Some(waited) = state.waited.take() {
            waited.abort();
        }
        let rows = state.rows.take();
        drop(state);
        drop(rows);
    }
}
