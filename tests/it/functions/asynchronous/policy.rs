//! Async functions are off unless a session allows them, and are told of everywhere.

use belvedere::{Registry, Runtime, register_async};
use belvedere_lang::print::registry::Volatility;

use super::{error, numbers, rows, session};
use crate::support::sessions::plain_session;

const REFUSAL: &str = "is an async function, and this session does not allow those: they ask \
                       services outside of it. `belvedere sql --allow-async` allows them, \
                       `Runtime::builder().allow_async()` in a program, and \
                       `belvedere::register_async` in a session of its own";

#[tokio::test]
async fn a_session_refuses_unless_it_allows() {
    let refusing = Runtime::builder().build().unwrap().session();
    for name in ["async_later", "async_doubled_later", "try_async_slow"] {
        let found = error(&refusing, &format!("SELECT {name}(1)")).await;
        assert!(found.ends_with(&format!("`{name}` {REFUSAL}")), "{found}");
    }
    let session = session(numbers([1, 2]));
    assert_eq!(
        rows(&session, "SELECT async_later(x), async_doubled_later(x) FROM t").await,
        "2 | 2\n4 | 4"
    );
}

#[tokio::test]
async fn a_session_of_its_own_is_asked_too() {
    let session = plain_session().unwrap();
    let found = error(&session, "SELECT async_later(1)").await;
    assert!(found.ends_with(REFUSAL), "{found}");
    register_async(&session).unwrap();
    assert_eq!(rows(&session, "SELECT async_later(value) FROM range(1, 3)").await, "2\n4");
    assert_eq!(
        rows(&session, "SELECT value FROM range(1, 4) ORDER BY async_later(-value)").await,
        "3\n2\n1"
    );
}

#[tokio::test]
async fn a_function_alone_is_given_to_any_session() {
    let session = plain_session().unwrap();
    session.register_udf(super::defined::async_slow::udf().as_ref().clone());
    assert_eq!(rows(&session, "SELECT async_slow(value) FROM range(1, 3)").await, "1\n2");
}

#[tokio::test]
async fn wrong_calls_are_told_as_those_of_other_functions() {
    let session = session(numbers([1]));
    let found = error(&session, "SELECT async_later('a') FROM t").await;
    assert!(
        found.ends_with(
            "`async_later`: argument `x` takes i64, this is Utf8 (cast it: CAST(… AS BIGINT)); the function is \
             async async_later(x: i64) -> i64"
        ),
        "{found}"
    );
    let found = error(&session, "SELECT async_later() FROM t").await;
    assert!(found.contains("`async_later` takes 1 argument, not 0: `x` is missing"), "{found}");
    let found = error(&session, "SELECT async_panics(1, 2, 3) FROM t").await;
    assert!(found.contains("`async_panics` takes 1 to 2 arguments, not 3"), "{found}");
    assert_eq!(rows(&session, "SELECT async_panics(x => x, by => 3) FROM t").await, "3");
}

#[tokio::test]
async fn what_is_known_of_them_is_shown() {
    let registry = Registry::linked().unwrap();
    let function = registry.function("async_flaky").unwrap();
    assert_eq!(function.signature, "async async_flaky(key: String) -> String");
    let limits = function.as_async().unwrap().limits;
    assert_eq!(limits.to_string(), "concurrency = 8, retry = 2");
    let twin = registry.function("try_async_flaky").unwrap();
    assert!(
        std::ptr::eq(twin.as_async().unwrap().limits, limits),
        "a twin has no turns of its own"
    );

    let snapshot = registry.snapshot().unwrap();
    let shown = |name: &str| snapshot.functions.iter().find(|f| f.name == name).unwrap();
    assert_eq!(shown("async_together").calls.as_deref(), Some("batch = 3, concurrency = 1"));
    assert_eq!(shown("async_slow").calls.as_deref(), Some("concurrency = 8, timeout = 40ms"));
    assert_eq!(shown("async_asked").volatility, Volatility::Volatile);
    assert_eq!(shown("it_half").calls, None);

    let session = session(numbers([1]));
    let sql = "SELECT signature, volatility, calls FROM udf_registry() WHERE name = 'async_asked'";
    assert_eq!(
        rows(&session, sql).await,
        "async async_asked(key: Option<String>, number: f64) -> Option<String> | volatile | \
         concurrency = 8, dedupe"
    );
}
