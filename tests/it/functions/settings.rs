//! Settings: defaults that a session changes for its functions.

use std::sync::Arc;

use arrow::array::StringArray;
use belvedere::{Settings, register_all};
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{error, rows, session};

async fn set(session: &SessionContext, statement: &str) {
    session.sql(statement).await.unwrap().collect().await.unwrap();
}

#[tokio::test]
async fn a_session_changes_defaults_and_not_arguments() {
    let session = session(vec![("x", Arc::new(StringArray::from(vec![" Ｂ c", "d"])))]);
    let sql = "SELECT utf8_normalize(x), utf8_normalize(x, 'nfkc', true, true) FROM t";
    assert_eq!(rows(&session, sql).await, "b c | b c\nd | d");
    set(&session, "SET belvedere.utf8_normalize.form = 'NFC'").await;
    set(&session, "SET belvedere.utf8_normalize.casefold = false").await;
    assert_eq!(rows(&session, sql).await, "Ｂ c | b c\nd | d");
    // Its alias is the same function.
    assert_eq!(rows(&session, "SELECT normalize_utf8('Ｂ')").await, "Ｂ");
    set(&session, "SET belvedere.utf8_normalize.form = 'nfkc'").await;
    assert_eq!(rows(&session, "SELECT utf8_normalize('Ｂ')").await, "B");
    let other = super::session(Vec::new());
    assert_eq!(rows(&other, "SELECT utf8_normalize('Ｂ')").await, "b", "a session of its own");
}

#[tokio::test]
async fn a_plan_knows_of_a_setting() {
    let session = session(Vec::new());
    let sql = "SELECT arrow_metadata(span_make(1, 2), 'col_unit'), \
               arrow_metadata(try_span_make(1, 2), 'line_base'), span_make(1, 2)['col_unit']";
    assert_eq!(rows(&session, sql).await, "byte | 0 | byte");
    set(&session, "SET belvedere.span.col_unit = 'UTF-16'").await;
    set(&session, "SET belvedere.span.line_base = 1").await;
    assert_eq!(rows(&session, sql).await, "utf16 | 1 | utf16");
    let sql = "SELECT span_len(span_make(1, 2))";
    assert_eq!(rows(&session, sql).await, "1");
    set(&session, "SET belvedere.span.end_exclusive = false").await;
    assert_eq!(rows(&session, sql).await, "2");
}

#[tokio::test]
async fn settings_are_shown() {
    let session = session(Vec::new());
    set(&session, "SET belvedere.map_normalize.key_case = 'upper'").await;
    let sql = "SELECT name, value FROM information_schema.df_settings \
               WHERE name LIKE 'belvedere.%' ORDER BY name";
    let shown = rows(&session, sql).await;
    assert_eq!(
        shown,
        "belvedere.map_normalize.key_case | upper\n\
         belvedere.map_normalize.sort_keys | true\n\
         belvedere.span.col_unit | byte\n\
         belvedere.span.end_exclusive | true\n\
         belvedere.span.line_base | 0\n\
         belvedere.utf8_normalize.casefold | true\n\
         belvedere.utf8_normalize.collapse_ws | true\n\
         belvedere.utf8_normalize.form | nfkc"
    );
    assert_eq!(rows(&session, "SELECT map_normalize(MAP {'a': 1})").await, "{A: 1}");
}

#[tokio::test]
async fn what_cannot_be_set_is_refused_at_once() {
    let session = session(Vec::new());
    for (statement, expected) in [
        (
            "SET belvedere.utf8_normalize.from = 'nfc'",
            "there is no setting `belvedere.utf8_normalize.from`: \
             did you mean `belvedere.utf8_normalize.form`?",
        ),
        (
            "SET belvedere.speed = 9",
            "there is no setting `belvedere.speed`: information_schema.df_settings lists them",
        ),
        (
            "SET belvedere.utf8_normalize.form = 'nfx'",
            "`belvedere.utf8_normalize.form` cannot be `nfx`: \
             unknown normal form `nfx`: use `nfc`, `nfd`, `nfkc` or `nfkd`",
        ),
        (
            "SET belvedere.utf8_normalize.casefold = 'perhaps'",
            "`belvedere.utf8_normalize.casefold` cannot be `perhaps`: it takes bool",
        ),
        (
            "SET belvedere.span.line_base = 3000000000",
            "`belvedere.span.line_base` cannot be `3000000000`: it takes i32",
        ),
    ] {
        let found = error(&session, statement).await;
        assert!(found.contains(expected), "{found}");
    }
    assert_eq!(rows(&session, "SELECT utf8_normalize('A')").await, "a");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "other programs make their sessions themselves")]
async fn other_programs_ask_for_them() {
    let mut config = SessionConfig::new().with_option_extension(Settings::default());
    config.options_mut().set("belvedere.utf8_normalize.casefold", "false").unwrap();
    let mut session = SessionContext::new_with_config(config);
    register_all(&mut session).unwrap();
    set(&session, "SET belvedere.utf8_normalize.form = 'nfc'").await;
    assert_eq!(rows(&session, "SELECT utf8_normalize('Ｂ')").await, "Ｂ");
}
