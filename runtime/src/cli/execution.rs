//! A query on threads of its own.
//!
//! Between two pauses an operator may compute for long, a sort of what is in memory for instance: the
//! thread that it has is lost to all others until then. So no query has a thread that anything else needs,
//! and whoever stops one goes on.

use std::io;
use std::panic::resume_unwind;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use futures::StreamExt as _;
use tokio::runtime::{Builder, Runtime as Executor};

use super::STACK;
use crate::plan::Bundle;
use crate::session::Runtime;

/// How many batches are computed before they are written.
const AHEAD: usize = 2;

/// The threads of one query; dropped, they end what they can and are waited for by nobody.
pub(super) struct Execution {
    executor: Option<Executor>,
}

impl Execution {
    pub(super) fn new() -> io::Result<Self> {
        let executor = Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build()?;
        Ok(Self { executor: Some(executor) })
    }

    /// Executes a plan; rows arrive as they are computed.
    pub(super) async fn stream(
        &self,
        bundle: &Bundle,
        runtime: &Runtime,
    ) -> Result<SendableRecordBatchStream> {
        let Some(executor) = &self.executor else {
            return Err(DataFusionError::Execution("the query has ended".to_owned()));
        };
        let (bundle, runtime) = (bundle.clone(), runtime.clone());
        let begun = executor.spawn(async move { bundle.execute(&runtime).await }).await;
        let mut batches = match begun {
            Ok(batches) => batches?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => return Err(DataFusionError::External(Box::new(error))),
            },
        };
        let mut stream = RecordBatchReceiverStream::builder(batches.schema(), AHEAD);
        let sender = stream.tx();
        let compute = async move {
            while let Some(batch) = batches.next().await {
                // Where nobody takes rows any more, there is nothing to do.
                if sender.send(batch).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        stream.spawn_on(compute, executor.handle());
        Ok(stream.build())
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        if let Some(executor) = self.executor.take() {
            executor.shutdown_background();
        }
    }
}
