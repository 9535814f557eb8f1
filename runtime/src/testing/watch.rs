//! Functions that never return: each call is made on a thread that is watched, and left behind there
//! when it takes too long.
//!
//! Rust cannot stop a thread, so what never returns goes on until the process of the test ends.

use std::any::Any;
use std::cell::RefCell;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::{Duration, Instant};
use std::{panic, thread};

use datafusion::common::{Result, internal_err};

use super::Failure;
use crate::udf::Function;
use crate::udf::adapter::panic_text;

/// How long a call may take before it is taken for one that never returns. Made-up calls are of a few
/// rows, and take milliseconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Holds a function against something.
pub(super) type Check = Box<dyn FnMut(&'static Function) -> Result<Vec<Failure>>>;

/// What a check needs, made on the thread on which it runs.
pub(super) type Start = fn(&[&'static Function]) -> Result<Check>;

type Sql = Box<dyn Fn() -> String + Send>;

thread_local! {
    /// What this thread calls, for whoever watches it.
    static CALLED: RefCell<Option<Arc<Called>>> = const { RefCell::new(None) };
}

/// The call that a thread is in, and when it began.
#[derive(Default)]
struct Called(Mutex<Option<(Instant, Sql)>>);

impl Called {
    fn set(&self, call: Option<(Instant, Sql)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = call;
    }

    /// The statement of a call that takes longer than that.
    fn is_over(&self, patience: Duration) -> Option<String> {
        let call = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, sql) = call.as_ref()?;
        (patience < since.elapsed()).then(sql)
    }

    /// The statement of the call that a thread was in when it panicked.
    fn last(&self) -> String {
        let call = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        call.as_ref().map(|(_, sql)| sql()).unwrap_or_default()
    }
}

/// Panics on threads that are watched are told as failures, each once: the hook of the process would
/// print every one of the many calls in which they are looked for.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_watched =
                CALLED.try_with(|called| called.try_borrow().is_ok_and(|called| called.is_some()));
            if !is_watched.unwrap_or(false) {
                before(panic);
            }
        }));
    });
}

/// Runs code of functions that others wrote; `sql` is the call, should it never return.
pub(super) fn calling<T>(sql: impl Fn() -> String + Send + 'static, run: impl FnOnce() -> T) -> T {
    struct Ended(Arc<Called>);
    impl Drop for Ended {
        fn drop(&mut self) {
            // Whoever finds this thread gone asks which call was its last.
            if !thread::panicking() {
                self.0.set(None);
            }
        }
    }
    let called = CALLED.with_borrow(Clone::clone);
    let _ended = called.map(|called| {
        called.set(Some((Instant::now(), Box::new(sql))));
        Ended(called)
    });
    run()
}

/// Holds functions against something, each of which may call them: one that does not return in time is
/// a failure, and the next follow on another thread.
pub(super) fn each(
    functions: &[&'static Function],
    patience: Duration,
    start: Start,
) -> Result<Vec<Failure>> {
    silence();
    let mut failures = Vec::new();
    let mut from = 0;
    while from < functions.len() {
        let called = Arc::new(Called::default());
        let (sender, receiver) = channel();
        let (functions_there, called_there) = (functions.to_vec(), Arc::clone(&called));
        let thread = thread::spawn(move || {
            CALLED.set(Some(called_there));
            let mut check = match start(&functions_there) {
                Ok(check) => check,
                Err(error) => return drop(sender.send(Err(error))),
            };
            for function in &functions_there[from..] {
                // Nobody listens any longer where something else was wrong.
                if sender.send(check(function)).is_err() {
                    return;
                }
            }
        });
        while let Some(function) = functions.get(from) {
            match receiver.recv_timeout(TICK) {
                Ok(found) => {
                    failures.extend(found?);
                    from += 1;
                }
                Err(RecvTimeoutError::Timeout) => {
                    let Some(sql) = called.is_over(patience) else { continue };
                    failures.push(never_returns(function, patience, sql));
                    from += 1;
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => match thread.join() {
                    Err(panic) => {
                        failures.push(panics(function, panic.as_ref(), called.last()));
                        from += 1;
                        break;
                    }
                    Ok(()) => return internal_err!("`{}` was not checked", function.name),
                },
            }
        }
    }
    Ok(failures)
}

/// A panic that nothing has caught: the next functions follow on another thread.
fn panics(function: &Function, payload: &(dyn Any + Send), sql: String) -> Failure {
    let message = format!("panicked: {}", panic_text(payload));
    Failure { function: function.name, law: "that it does not panic", message, sql }
}

/// The law of all others: what does not return is no function.
pub(super) const RETURNS: &str = "that it returns";

fn never_returns(function: &Function, patience: Duration, sql: String) -> Failure {
    let message = format!("has not returned after {patience:?}");
    Failure { function: function.name, law: RETURNS, message, sql }
}
