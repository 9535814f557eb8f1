//! Where texts are read: on a thread of their own.
//!
//! A text may nest as deeply as its limits let it, so the stack that reads it is known. The places of
//! its tokens are kept by the thread that reads it, and end with it; a server that answers queries for
//! months keeps none.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use tokio::sync::oneshot;

use super::error::QueryError;

/// The stack of the thread, in bytes. Only what is used of it takes memory.
pub(crate) const STACK: usize = 32 << 20;

/// Does work that reads a text; a panic of it is one here.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, QueryError> {
    let (sender, receiver) = oneshot::channel::<Result<T, Box<dyn Any + Send>>>();
    let run = move || {
        // Where nobody waits any more, the result is of no use.
        let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
    };
    thread::Builder::new().name("belvedere-text".to_owned()).stack_size(STACK).spawn(run)?;
    match receiver.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => unreachable!("the thread sends its result or its panic"),
    }
}
