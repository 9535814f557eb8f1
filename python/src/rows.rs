//! Rows as they leave: an Arrow C stream, which every library of data frames reads without copies.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ffi_stream::FFI_ArrowArrayStream;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt as _;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::error;
use crate::executor::wait;
use crate::plan::Origin;

/// The rows of one execution, which are read once.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct Rows {
    reader: Mutex<Option<Reader>>,
    failure: Failure,
}

/// The exception behind a failure, for which the stream itself has only a text.
type Failure = Arc<Mutex<Option<PyErr>>>;

impl Rows {
    pub(crate) fn new(rows: SendableRecordBatchStream, origin: Origin) -> Self {
        let failure = Failure::default();
        let schema = rows.schema();
        let reader = Reader { schema, rows: Some(rows), origin, failure: Arc::clone(&failure) };
        Self { reader: Mutex::new(Some(reader)), failure }
    }

    /// The rows as a stream of the C interface.
    pub(crate) fn into_capsule(self, py: Python<'_>) -> PyResult<Bound<'_, PyCapsule>> {
        self.__arrow_c_stream__(py, None)
    }
}

#[pymethods]
impl Rows {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Who asks for another schema casts what it gets: the protocol makes it a wish.
        drop(requested_schema);
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        let reader = reader.ok_or_else(|| {
            error("these rows are read already\nhelp: ask the relation for them again")
        })?;
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The exception that ended the stream, if one did.
    fn failure(&self) -> Option<PyErr> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Batches for one who pulls them, on whatever thread.
struct Reader {
    schema: SchemaRef,
    /// None behind the last batch.
    rows: Option<SendableRecordBatchStream>,
    origin: Origin,
    failure: Failure,
}

impl Reader {
    fn pull(&mut self) -> PyResult<Option<RecordBatch>> {
        let Some(mut rows) = self.rows.take() else { return Ok(None) };
        let pull = async move {
            let next = rows.next().await;
            (next, rows)
        };
        let (next, rows): (Option<Result<RecordBatch>>, _) = Python::attach(|py| wait(py, pull))?;
        let next = next.transpose().map_err(|error| self.origin.error(error))?;
        if next.is_some() {
            self.rows = Some(rows);
        }
        Ok(next)
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pull().transpose().map(|batch| {
            batch.map_err(|error| {
                let text = Python::attach(|py| error.value(py).to_string());
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                ArrowError::ExternalError(text.into())
            })
        })
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
