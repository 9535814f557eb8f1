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

use crate::error::stopped;
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
    /// Whether somebody has stopped them, perhaps while a batch was on its way.
    stopped: bool,
}

impl Rows {
    pub(crate) fn new(rows: SendableRecordBatchStream, origin: Origin) -> Self {
        let schema = rows.schema();
        let state = State { rows: Some(rows), waited: None, stopped: false };
        Self { schema, state: Mutex::new(state), origin }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a batch on its way be stopped; one that was stopped before that is now.
    fn wait_under(&self, work: AbortHandle) {
        let mut state = self.state();
        if state.stopped {
            work.abort();
        }
        state.waited = Some(work);
    }

    /// Keeps the rows behind a batch, unless somebody has stopped them meanwhile.
    fn go_on(&self, rows: SendableRecordBatchStream) -> bool {
        let mut state = self.state();
        state.waited = None;
        if !state.stopped {
            state.rows = Some(rows);
        }
        !state.stopped
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
        self.wait_under(task.abort_handle());
        let waited = wait_for(py, &task);
        let (next, rows) = waited?;
        let next = next.transpose().map_err(|error| self.origin.error(error))?;
        let Some(batch) = next else { return Ok(None) };
        if self.go_on(rows) { batch.to_pyarrow(py).map(Some) } else { Err(stopped()) }
    }

    /// Ends the execution; who waits for a batch is told.
    fn stop(&self) {
        let mut state = self.state();
        state.stopped = true;
        if let Some(waited) = state.waited.take() {
            waited.abort();
        }
        let rows = state.rows.take();
        drop(state);
        drop(rows);
    }
}
