//! How calls are made: order, bounds, time, further attempts, equal arguments, NULLs, what goes wrong,
//! and what becomes of calls that nobody waits for.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use futures::StreamExt as _;

use super::defined::{ALIVE, ASKED, ATTEMPTS, MOST, PATIENCE, RUNNING, SIZES, STARTED, TICKS};
use super::{error, numbers, rows, session, texts};

/// Waits for what comes at once.
async fn until(is: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    waited.await.unwrap();
}

#[tokio::test]
async fn answers_come_in_the_order_of_the_rows() {
    let session = session(numbers(0..40));
    let expected: Vec<String> = (0..40).map(|x| (2 * x).to_string()).collect();
    assert_eq!(rows(&session, "SELECT async_later(x) FROM t").await, expected.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_bound_is_that_of_the_process() {
    let queries = (0..4).map(|_| {
        let session = session(numbers(0..20));
        tokio::spawn(async move { rows(&session, "SELECT sum(async_bounded(x)) FROM t").await })
    });
    for query in queries.collect::<Vec<_>>() {
        assert_eq!(query.await.unwrap(), "190");
    }
    assert_eq!((MOST.load(SeqCst), RUNNING.load(SeqCst)), (3, 0));
}

#[tokio::test]
async fn a_call_is_given_up_when_its_time_is_over() {
    let session = session(numbers([1, 13, 2]));
    assert_eq!(
        error(&session, "SELECT async_slow(x) FROM t").await,
        "Execution error: `async_slow`: no answer within 40ms (in async_slow(13), row 1 of its batch)"
    );
    assert_eq!(rows(&session, "SELECT try_async_slow(x) FROM t").await, "1\nNULL\n2");
}

#[tokio::test]
async fn a_call_that_fails_is_made_again() {
    let attempts = |key: &str| ATTEMPTS.lock().unwrap().get(key).copied();
    let one = session(texts(&[Some("a"), Some("b")]));
    assert_eq!(rows(&one, "SELECT async_flaky(k) FROM t").await, "a after 3\nb after 3");
    let down = session(texts(&[Some("down")]));
    assert_eq!(
        error(&down, "SELECT async_flaky(k) FROM t").await,
        "Execution error: `async_flaky`: no connection (after 3 attempts) (in async_flaky('down'), row 0 \
         of its batch)"
    );
    assert_eq!(attempts("down"), Some(3));
    let refused = session(texts(&[Some("refused"), None]));
    let found = error(&refused, "SELECT async_flaky(k) FROM t").await;
    assert!(found.contains("`async_flaky`: refused (in async_flaky('refused')"), "{found}");
    assert_eq!(attempts("refused"), Some(1), "it would be refused again");
    assert_eq!(rows(&refused, "SELECT try_async_flaky(k) FROM t").await, "NULL\nNULL");
}

#[tokio::test]
async fn equal_arguments_are_asked_for_once() {
    let keys = [Some("a"), Some("b"), None, Some("a"), Some("none"), Some("a"), Some("b")];
    let numbers = [Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(1.0), Some(2.0), None];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("k", Arc::new(keys.iter().copied().collect::<StringArray>())),
        ("n", Arc::new(numbers.iter().copied().collect::<Float64Array>())),
    ];
    let session = session(columns);
    ASKED.lock().unwrap().clear();
    assert_eq!(
        rows(&session, "SELECT async_asked(k, n) FROM t").await,
        "a 1\nb 1\nNULL\na 1\nNULL\na 2\nNULL"
    );
    let mut asked = std::mem::take(&mut *ASKED.lock().unwrap());
    asked.sort_unstable();
    // A NULL number makes the answer NULL without a call.
    assert_eq!(asked, ["a", "a", "b", "none"]);
    assert_eq!(rows(&session, "SELECT DISTINCT async_asked('c', 3) FROM t").await, "c 3");
    assert_eq!(*ASKED.lock().unwrap(), ["c"], "constants are the same in every row");
}

#[tokio::test]
async fn a_call_is_about_as_many_rows_as_there_are() {
    let keys = ["a", "b", "none", "", "c", "d"];
    let keys: Vec<Option<&str>> = keys.iter().map(|k| (!k.is_empty()).then_some(*k)).collect();
    let mut columns = texts(&keys);
    columns.extend(numbers(0..6));
    let session = session(columns);
    SIZES.lock().unwrap().clear();
    assert_eq!(
        rows(
            &session,
            "SELECT async_together(k, x, '?'), async_together('z', NULL) FROM t LIMIT 6"
        )
        .await,
        "a0? | z0!\nb1? | z0!\nNULL | z0!\nNULL | z0!\nc4? | z0!\nd5? | z0!"
    );
    assert_eq!(*SIZES.lock().unwrap(), [3, 2, 3, 3], "NULL is not asked for");
    assert_eq!(
        error(
            &session,
            "SELECT async_together(CASE WHEN x = 4 THEN 'down' ELSE 'a' END, x) FROM t"
        )
        .await,
        "Execution error: `async_together`: no connection, asked for 3 rows, of which this is the first \
         (in async_together('a', 3, '!'), row 3 of its batch)"
    );
    let found =
        error(&session, "SELECT async_together(CASE WHEN x = 0 THEN 'short' END, x) FROM t").await;
    assert!(found.contains("`async_together`: gave 0 values for 1 rows"), "{found}");
}

#[tokio::test]
async fn a_row_of_a_call_fails_alone() {
    let session = session(numbers([2, 3, 4]));
    assert_eq!(
        error(&session, "SELECT async_in_part(x) FROM t").await,
        "Execution error: `async_in_part`: 3 is odd (in async_in_part(3), row 1 of its batch)"
    );
    assert_eq!(rows(&session, "SELECT try_async_in_part(x) FROM t").await, "1\nNULL\n2");
}

#[tokio::test]
async fn a_panic_is_an_error_that_names_the_row() {
    let session = session(numbers([1, 13]));
    for name in ["async_panics", "try_async_panics"] {
        assert_eq!(
            error(&session, &format!("SELECT {name}(x) FROM t")).await,
            format!(
                "Execution error: `{name}` panicked: thirteen is refused (in {name}(13, 1), row 1 of \
                 its batch)"
            )
        );
    }
}

#[tokio::test]
async fn calls_end_with_the_query_that_waits_for_them() {
    let session = session(numbers(0..100));
    let frame = session.sql("SELECT async_endless(x) FROM t").await.unwrap();
    let mut batches = frame.execute_stream().await.unwrap();
    tokio::select! {
        _ = batches.next() => unreachable!("it never answers"),
        () = until(|| STARTED.load(SeqCst) == 5) => {}
    }
    assert_eq!(ALIVE.load(SeqCst), 5, "as many as its bound");
    drop(batches);
    until(|| ALIVE.load(SeqCst) == 0).await;
    assert_eq!(STARTED.load(SeqCst), 5, "and none is made afterwards");
}

/// On a runtime of one thread, what else there is goes on while calls hold their threads.
#[tokio::test(flavor = "current_thread")]
async fn a_thread_of_a_query_is_never_held_up() {
    let session = session(numbers(0..12));
    let query = rows(&session, "SELECT sum(async_blocking(x)) FROM t");
    let ticker = async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            TICKS.fetch_add(1, SeqCst);
        }
    };
    tokio::select! {
        found = query => assert_eq!(found, "66"),
        () = ticker => unreachable!("it ticks for ever"),
    }
}

#[tokio::test]
async fn every_kind_of_argument_is_kept() {
    let columns = texts(&[Some("a"), None]);
    let session = session(columns);
    let found = rows(
        &session,
        "SELECT it_waited(k, arrow_cast('xyz', 'Binary'), named_struct('x', 4, 'y', \
         arrow_cast(1, 'Int32'))), it_waited('b', NULL, NULL, 5), \
         it_waited(arrow_cast(k, 'Dictionary(Int32, Utf8)'), NULL, NULL), \
         it_waited(arrow_cast(k, 'Utf8View'), NULL, NULL) FROM t",
    );
    assert_eq!(found.await, "a 3 8 | b 0 0 | a 0 0 | a 0 0\nNULL | b 0 0 | NULL | NULL");
    let found = error(&session, "SELECT it_waited(k, NULL, NULL, length(k)) FROM t").await;
    assert!(
        found.contains("`it_waited`: argument `by`: must be a constant, but its values differ"),
        "{found}"
    );
}
