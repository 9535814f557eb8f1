//! Where the engine works while Python waits: threads of one executor for the whole process.
//!
//! Python's lock is free while it waits, and Ctrl-C ends the wait and the work. No thread of the engine
//! ever asks for that lock, and nothing here runs code of Python's: what is called back goes on in
//! Python's own frames, which ask again and again.

use std::any::Any;
use std::io;
use std::panic::AssertUnwindSafe;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures::FutureExt as _;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime as Executor};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::error::{ending, error, forked, panicked, stopped};

/// How long a signal such as Ctrl-C waits for an answer.
const TICK: Duration = Duration::from_millis(50);

/// How long stopped work may take to let go of what it holds.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a thread that has done what blocks waits for more. It is as short as that is for threads to
/// tell, by being there, that something blocks.
const IDLE: Duration = Duration::from_millis(10);

/// The stack of a thread, in bytes: plans are trees, and unoptimised code recurses deeply. What is not used
/// is not taken.
const STACK: usize = 64 << 20;

/// The executor, and the process whose threads it has.
struct Threads {
    owner: u32,
    handle: Handle,
    /// None once the interpreter ends.
    executor: Mutex<Option<Executor>>,
    /// Whether the interpreter ends. All work listens, and is dropped when it does.
    ending: watch::Sender<bool>,
}

/// How many threads the executor has: those that work, and those that something blocks.
static LIVE: AtomicUsize = AtomicUsize::new(0);

static THREADS: OnceLock<io::Result<Threads>> = OnceLock::new();

/// The thread that ends the interpreter, once it does.
static ENDING: OnceLock<ThreadId> = OnceLock::new();

/// Work that goes on while Python does something else. Dropped, it stops.
pub(crate) struct Task<T> {
    done: Mutex<Receiver<Result<T, Box<dyn Any + Send>>>>,
    abort: AbortHandle,
}

impl<T: Send + 'static> Task<T> {
    /// Starts work of the engine.
    pub(crate) fn start(
        py: Python<'_>,
        work: impl Future<Output = T> + Send + 'static,
    ) -> PyResult<Self> {
        let (sender, done) = mpsc::sync_channel(1);
        let threads = threads(py)?;
        let mut ending = threads.ending.subscribe();
        let task = threads.handle.spawn(async move {
            tokio::select! {
                _ = ending.wait_for(|ends| *ends) => {}
                done = AssertUnwindSafe(work).catch_unwind() => {
                    // Nobody waits any more after an exception.
                    let _ = sender.send(done);
                }
            }
        });
        Ok(Self { done: Mutex::new(done), abort: task.abort_handle() })
    }

    /// Waits for a moment; returns what was done, if it is.
    pub(crate) fn wait_a_moment(&self, py: Python<'_>) -> PyResult<Option<T>> {
        // The lock is taken where Python's is free: two threads may wait for one task.
        match py.detach(|| self.receiver().recv_timeout(TICK)) {
            Ok(Ok(done)) => Ok(Some(done)),
            Ok(Err(panic)) => Err(panicked(&*panic)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                stay_where_the_interpreter_ends(py);
                Err(stopped())
            }
        }
    }

    /// Stops the work, and waits until it holds nothing any more: a lock of a warehouse for one.
    pub(crate) fn stop(&self, py: Python<'_>) {
        self.abort.abort();
        py.detach(|| _ = self.receiver().recv_timeout(PATIENCE));
    }

    /// What stops the work from elsewhere.
    pub(crate) fn abort_handle(&self) -> AbortHandle {
        self.abort.clone()
    }

    fn receiver(&self) -> MutexGuard<'_, Receiver<Result<T, Box<dyn Any + Send>>>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// Waits for the engine; work is dropped when a signal raises an exception.
pub(crate) fn wait<T: Send + 'static>(
    py: Python<'_>,
    work: impl Future<Output = T> + Send + 'static,
) -> PyResult<T> {
    // Who asks for many short answers in turn is interrupted between them.
    py.check_signals()?;
    wait_for(py, &Task::start(py, work)?)
}

/// Waits for work that was started; it is stopped when a signal raises an exception.
pub(crate) fn wait_for<T: Send + 'static>(py: Python<'_>, task: &Task<T>) -> PyResult<T> {
    loop {
        if let Some(done) = task.wait_a_moment(py)? {
            return Ok(done);
        }
        if let Err(interrupted) = py.check_signals() {
            task.stop(py);
            return Err(interrupted);
        }
    }
}

/// An interpreter that ends stops those of its threads that are left where they are, without a word: one
/// of them waits here for that.
fn stay_where_the_interpreter_ends(py: Python<'_>) {
    let is_another = |ending: &ThreadId| *ending != thread::current().id();
    while ENDING.get().is_some_and(is_another) {
        py.detach(thread::park);
    }
}

/// What work of the engine is started with from threads of others.
pub(crate) fn handle(py: Python<'_>) -> PyResult<Handle> {
    threads(py).map(|threads| threads.handle.clone())
}

fn threads(py: Python<'_>) -> PyResult<&'static Threads> {
    let threads = THREADS
        .get_or_init(Threads::start)
        .as_ref()
        .map_err(|failed| error(format!("no thread could be started: {failed}")))?;
    if threads.owner != process::id() {
        return Err(forked());
    }
    stay_where_the_interpreter_ends(py);
    if ENDING.get().is_some() {
        return Err(ending());
    }
    Ok(threads)
}

impl Threads {
    fn start() -> io::Result<Self> {
        let executor = Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(STACK)
            .thread_keep_alive(IDLE)
            .on_thread_start(|| _ = LIVE.fetch_add(1, Ordering::SeqCst))
            .on_thread_stop(|| _ = LIVE.fetch_sub(1, Ordering::SeqCst))
            .build()?;
        let handle = executor.handle().clone();
        let (owner, executor) = (process::id(), Mutex::new(Some(executor)));
        Ok(Self { owner, handle, executor, ending: watch::Sender::new(false) })
    }

    /// Drops all work, and waits until nothing of it goes on: what reads or writes the log of a Delta
    /// table blocks a thread until it is done, and panics where the executor stops before.
    async fn end(&self) {
        self.ending.send_replace(true);
        self.ending.closed().await;
        // Whatever waited for a thread before this one has one now.
        let _ = self.handle.spawn_blocking(|| ()).await;
        while LIVE.load(Ordering::SeqCst) > self.handle.metrics().num_workers() {
            sleep(IDLE / 2).await;
        }
    }
}

/// Ends all work, before the interpreter ends and with it what rows of Python's are made of.
#[pyfunction]
pub(crate) fn shut_down(py: Python<'_>) {
    let Some(Ok(threads)) = THREADS.get() else { return };
    // The threads of a parent are not here to be waited for.
    if threads.owner != process::id() || ENDING.set(thread::current().id()).is_err() {
        return;
    }
    let executor = threads.executor.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(executor) = executor {
        py.detach(move || {
            // What takes longer is left where it is.
            let _ = executor.block_on(async { timeout(PATIENCE, threads.end()).await });
            executor.shutdown_timeout(PATIENCE);
        });
    }
}
