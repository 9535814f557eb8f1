//! Where calls are made: threads of their own, so that no call holds up a query and no query a call.
//!
//! One set of threads and one limit for each function serve the whole process, because a service that is
//! asked does not know sessions.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use datafusion::common::{DataFusionError, Result};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;

use crate::udf::asynchronous::{Answer, Calls, Failed, Limits};

/// The pause before the second attempt; each one after it is twice as long, and each is up to twice what it
/// says, so that calls that fail together do not come back together.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A body that blocks its thread leaves others for the calls of other functions, and for clocks.
const THREADS_LEAST: usize = 4;

/// The threads, made when the first call is.
pub(super) fn handle() -> Result<&'static Handle> {
    static LANE: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Builder::new_multi_thread()
            .worker_threads(processors.max(THREADS_LEAST))
            .thread_name("belvedere-async")
            .enable_all()
            .build()
    });
    match &*LANE {
        Ok(runtime) => Ok(runtime.handle()),
        Err(error) => {
            let text = format!("the threads of async functions cannot be started: {error}");
            Err(DataFusionError::Execution(text))
        }
    }
}

/// The turns of a function's calls; a function and its twin share them.
pub(super) fn turns(limits: &'static Limits) -> Arc<Semaphore> {
    /// By the address of the limits, which stand for a function.
    static TURNS: LazyLock<Mutex<HashMap<usize, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || Arc::new(Semaphore::new(limits.concurrency as usize));
    Arc::clone(turns.entry(std::ptr::from_ref(limits).addr()).or_insert_with(new))
}

/// Makes a call, and makes it again where that may help.
pub(super) async fn answer(
    calls: Arc<dyn Calls>,
    call: usize,
    limits: &'static Limits,
    turns: Arc<Semaphore>,
) -> Result<Answer, Failed> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1.. {
        let turn = turns.acquire().await;
        let answer = within(limits, calls.attempt(call)).await;
        // Others may have their turn during the pause.
        drop(turn);
        match answer {
            Err(failed) if failed.again && attempt <= limits.retry => {
                tokio::time::sleep(pause.mul_f64(1.0 + spread(call))).await;
                pause = LONGEST_PAUSE.min(2 * pause);
            }
            Err(failed) if 1 < attempt => {
                let message = format!("{} (after {attempt} attempts)", failed.message);
                return Err(Failed { message, ..failed });
            }
            answer => return answer,
        }
    }
    unreachable!("the last attempt has an answer or none")
}

/// A number from 0 to 1 for each call, far from that of the next one: multiples of the golden ratio.
fn spread(call: usize) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    (call as f64 * GOLDEN).fract()
}

/// An attempt that is given up when its time is over.
async fn within(
    limits: &Limits,
    attempt: impl Future<Output = Result<Answer, Failed>>,
) -> Result<Answer, Failed> {
    let Some(milliseconds) = limits.timeout_ms else { return attempt.await };
    let time = Duration::from_millis(milliseconds);
    match tokio::time::timeout(time, attempt).await {
        Ok(answer) => answer,
        Err(_) => Err(Failed { message: format!("no answer within {time:?}"), again: true }),
    }
}
