//! Rows that are handed on in slices, as many at a time as are worked off quickly.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream};
use futures::{Stream, StreamExt as _};

/// How many rows the first slice has: few enough for a join with millions of rows on its other side.
const FIRST: usize = 16;

/// How long may be computed between two pauses.
const PAUSE: Duration = Duration::from_millis(10);

/// The rows of an input, with pauses.
pub(super) struct Paused {
    input: SendableRecordBatchStream,
    /// What has been read and not handed on.
    rest: Option<RecordBatch>,
    /// How many rows are handed on at once.
    rows: usize,
    /// When the last slice was.
    handed: Option<Instant>,
    /// When there was a pause; none before the first rows.
    paused: Option<Instant>,
}

impl Paused {
    pub(super) const fn new(input: SendableRecordBatchStream) -> Self {
        Self { input, rest: None, rows: FIRST, handed: None, paused: None }
    }
}

impl Stream for Paused {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let now = Instant::now();
        if let Some(handed) = self.handed.take() {
            // What they took is seen once they are asked for more.
            let took = now - handed;
            if took > PAUSE {
                self.rows = (self.rows / 2).max(1);
            } else if took < PAUSE / 4 {
                self.rows = self.rows.saturating_mul(2);
            }
        }
        if now - *self.paused.get_or_insert(now) > PAUSE {
            self.paused = Some(now);
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match ready!(self.input.poll_next_unpin(context)) {
                Some(Ok(batch)) => batch,
                other => return Poll::Ready(other),
            },
        };
        let rows = self.rows.min(batch.num_rows());
        if rows < batch.num_rows() {
            self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        self.handed = Some(now);
        Poll::Ready(Some(Ok(batch.slice(0, rows))))
    }
}

impl RecordBatchStream for Paused {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}
