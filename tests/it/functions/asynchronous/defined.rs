//! Async functions, each of which lets one test see what happens to its calls.

#![allow(unreachable_pub, reason = "written as a library would be")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use belvedere::udf;
use belvedere::udf::{Error, Result};

/// Twice a number, later the smaller it is.
#[udf(concurrency = 64, aliases = [async_doubled_later])]
pub async fn async_later(x: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(u64::try_from(40 - x).unwrap_or(0))).await;
    2 * x
}

/// How many calls run, and how many have run at once.
pub static RUNNING: AtomicUsize = AtomicUsize::new(0);
pub static MOST: AtomicUsize = AtomicUsize::new(0);

/// Counts what runs at once.
#[udf(concurrency = 3)]
pub async fn async_bounded(x: i64) -> Result<i64> {
    MOST.fetch_max(RUNNING.fetch_add(1, SeqCst) + 1, SeqCst);
    tokio::time::sleep(Duration::from_millis(3)).await;
    RUNNING.fetch_sub(1, SeqCst);
    Ok(x)
}

/// Answers at once, but for one number never.
#[udf(timeout = "40ms")]
pub async fn async_slow(x: i64) -> Result<i64> {
    if x == 13 {
        std::future::pending::<()>().await;
    }
    Ok(x)
}

/// How often each key was asked for.
pub static ATTEMPTS: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// Answers the third attempt; what is refused is not asked for again.
#[udf(retry = 2, retry_if = may_pass)]
pub async fn async_flaky(key: &str) -> Result<String> {
    let mut attempts = ATTEMPTS.lock().unwrap();
    let attempt = attempts.entry(key.to_owned()).or_default();
    *attempt += 1;
    match key {
        "refused" => Err(Error::new("refused")),
        "down" => Err(Error::new("no connection")),
        _ if *attempt < 3 => Err(Error::new("busy")),
        _ => Ok(format!("{key} after {attempt}")),
    }
}

fn may_pass(error: &Error) -> bool {
    error.to_string() != "refused"
}

/// The keys that were asked for.
pub static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Remembers what it is asked for.
#[udf(dedupe)]
pub async fn async_asked(key: Option<&str>, number: f64) -> Option<String> {
    let key = key?;
    ASKED.lock().unwrap().push(key.to_owned());
    (key != "none").then(|| format!("{key} {number}"))
}

/// Calls of [`async_endless()`] that are alive, and that have been.
pub static ALIVE: AtomicUsize = AtomicUsize::new(0);
pub static STARTED: AtomicUsize = AtomicUsize::new(0);

struct Alive;

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

/// Never answers.
#[udf(concurrency = 5)]
pub async fn async_endless(x: i64) -> i64 {
    ALIVE.fetch_add(1, SeqCst);
    STARTED.fetch_add(1, SeqCst);
    let _alive = Alive;
    std::future::pending::<()>().await;
    x
}

/// Panics for one number.
#[udf]
pub async fn async_panics(x: i64, #[default = 1] by: i64) -> Result<i64> {
    assert!(x != 13, "thirteen is refused");
    Ok(x * by)
}

/// How many rows each call was about.
pub static SIZES: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Answers for many keys at once.
#[udf(batch = 3, concurrency = 1)]
pub async fn async_together(
    keys: Vec<String>,
    numbers: Vec<Option<i64>>,
    #[literal(default = "!")] mark: String,
) -> Result<Vec<Option<String>>> {
    SIZES.lock().unwrap().push(keys.len());
    if keys.iter().any(|key| key == "down") {
        return Err(Error::new("no connection"));
    }
    let pairs = keys.iter().zip(&numbers);
    let mut answers: Vec<Option<String>> = pairs
        .map(|(key, number)| (key != "none").then(|| format!("{key}{}{mark}", number.unwrap_or(0))))
        .collect();
    if keys.iter().any(|key| key == "short") {
        answers.pop();
    }
    Ok(answers)
}

/// Some rows of a call fail.
#[udf(batch = 8)]
pub async fn async_in_part(xs: Vec<i64>) -> Vec<Result<i64>> {
    let half = |x: i64| match x % 2 {
        0 => Ok(x / 2),
        _ => Err(Error::new(format!("{x} is odd"))),
    };
    xs.into_iter().map(half).collect()
}

/// What else the thread of the query has done.
pub static TICKS: AtomicUsize = AtomicUsize::new(0);

/// Holds its thread until the thread of the query has gone on.
#[udf(concurrency = 4)]
pub async fn async_blocking(x: i64) -> Result<i64> {
    let (begun, before) = (Instant::now(), TICKS.load(SeqCst));
    while TICKS.load(SeqCst) < before + 3 {
        if begun.elapsed() > PATIENCE {
            return Err(Error::new("the thread of the query waits too"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(x)
}

/// How long something is waited for that comes at once, whatever else the machine does.
pub const PATIENCE: Duration = Duration::from_secs(60);
