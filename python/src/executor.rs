//! Where the engine works while Python waits: threads of one executor for the whole process.
//!
//! Python's lock is free while it waits, and Ctrl-C ends the wait and the work. Nothing here blocks on
//! the executor itself, so that rows can be asked for on the threads of another engine's executor.

use std::io;
use std::panic::AssertUnwindSafe;
use std::process;
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use futures::FutureExt as _;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime as Executor};

use crate::error::{error, forked, panicked};

/// How long a signal such as Ctrl-C waits for an answer.
const TICK: Duration = Duration::from_millis(50);

/// How long stopped work may take to let go of what it holds.
const PATIENCE: Duration = Duration::from_secs(2);

/// The stack of a thread, in bytes: plans are trees, and unoptimised code recurses deeply.
const STACK: usize = 8 << 20;

/// Waits for the engine; work is dropped when a signal raises an exception.
pub(crate) fn wait<T: Send + 'static>(
    py: Python<'_>,
    work: impl Future<Output = T> + Send + 'static,
) -> PyResult<T> {
    wait_ticking(py, work, |_| Ok(()))
}

/// Waits as [`wait`] does, and calls `tick` again and again, and once in the end; its error ends the
/// work.
pub(crate) fn wait_ticking<T: Send + 'static>(
    py: Python<'_>,
    work: impl Future<Output = T> + Send + 'static,
    mut tick: impl FnMut(Python<'_>) -> PyResult<()>,
) -> PyResult<T> {
    // Who asks for many short answers in turn is interrupted between them.
    py.check_signals()?;
    let (sender, mut receiver) = mpsc::sync_channel(1);
    let task = executor()?.spawn(async move {
        let done = AssertUnwindSafe(work).catch_unwind().await;
        // Nobody waits any more after an exception.
        let _ = sender.send(done);
    });
    loop {
        let waited;
        (waited, receiver) = py.detach(move || (receiver.recv_timeout(TICK), receiver));
        match waited {
            Ok(Ok(done)) => {
                tick(py)?;
                return Ok(done);
            }
            Ok(Err(panic)) => return Err(panicked(&*panic)),
            Err(RecvTimeoutError::Timeout) => {
                if let Err(stopped) = py.check_signals().and_then(|()| tick(py)) {
                    task.abort();
                    // What the work holds, a lock of a warehouse for one, is free when this returns.
                    py.detach(move || _ = receiver.recv_timeout(PATIENCE));
                    return Err(stopped);
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(error("the interpreter is about to end"));
            }
        }
    }
}

/// What work of the engine is started with from threads of others.
pub(crate) fn handle() -> PyResult<Handle> {
    Ok(executor()?.handle().clone())
}

/// The executor of this process.
fn executor() -> PyResult<&'static Executor> {
    static EXECUTOR: OnceLock<(u32, io::Result<Executor>)> = OnceLock::new();
    let (owner, executor) = EXECUTOR.get_or_init(|| {
        let threads = Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
        (process::id(), threads)
    });
    if *owner != process::id() {
        return Err(forked());
    }
    executor.as_ref().map_err(|failed| error(format!("no thread could be started: {failed}")))
}
