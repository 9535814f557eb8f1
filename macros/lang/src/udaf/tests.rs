//! Tests of what is reported for aggregates, and of their signatures.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use super::Aggregate;
use super::messages::EXPLANATIONS;
use crate::cases::{self, topics};
use crate::sink::Diagnostic;

topics! { heads functions types }

fn report(cases: &str) -> String {
    cases::report(cases, diagnostics)
}

/// Reads `#[udaf(…)]` and the item below it.
fn parse(text: &str) -> Result<Aggregate, Vec<Diagnostic>> {
    // What is no Rust for a tokenizer is an item that ends too early for rustc.
    let text = if text.ends_with("for {") { text.replace(" {", "") } else { text.to_owned() };
    let (arguments, item) = cases::attribute_and_item(&text);
    Aggregate::parse(arguments, item).map_err(|broken| broken.errors)
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    parse(text).err().unwrap_or_default()
}

#[test]
fn every_message_has_a_case() {
    cases::check_messages(TOPICS, EXPLANATIONS, diagnostics);
}

/// The signature is what views read it as.
#[track_caller]
fn check_signature(item: &str, expected: &str) {
    cases::check_signature(&parse(item).unwrap().head.signature(), expected);
}

#[test]
fn signatures_are_words() {
    let item = |head: &str, update: &str, result: &str| {
        format!(
            "#[udaf] impl{head} {{ type State = i64; fn update(s: &mut i64, {update}) {{}} \
             fn merge(s: &mut i64, o: i64) {{}} fn finish(s: &i64) -> {result} {{ todo }} }}"
        )
    };
    check_signature(
        &item(" Aggregate for CountIf", "condition: bool", "i64"),
        "aggregate count_if(condition: bool) -> i64",
    );
    check_signature(
        &item(" Aggregate for HTTPStatus", "text: &str, at: Option<Date>", "Option<Vec<String>>"),
        "aggregate http_status(text: String, at: Option<Date>) -> Option<List<String>>",
    );
    for (ident, name) in [("JMean", "j_mean"), ("JSONRank2", "json_rank2"), ("ABC", "abc")] {
        check_signature(
            &item(&format!(" Aggregate for {ident}"), "x: i64", "i64"),
            &format!("aggregate {name}(x: i64) -> i64"),
        );
    }
    check_signature(
        &item(
            "<V: SortValue, K: SortValue> Aggregate for ArgMax<V, K>",
            "value: Option<&V>, key: &K",
            "Option<Vec<Option<&V>>>",
        ),
        "aggregate arg_max<V: SortValue, K: SortValue>(value: Option<V>, key: K) -> Option<List<Option<V>>>",
    );
}

/// Stored results are known by it, so that it covers what computes them and nothing else.
#[test]
fn an_aggregate_is_known_by_its_impl() {
    let item = "#[udaf] impl Aggregate for Total { type State = i64; \
                fn update(s: &mut i64, n: i64) { *s += n } \
                fn merge(s: &mut i64, o: i64) { *s += o } fn finish(s: &i64) -> i64 { *s } }";
    let hash = |text: &str| parse(text).unwrap().head.source_hash;
    let said = item.replace("#[udaf]", "#[udaf(tags = [aggregate], idempotent)] /** A sum. */");
    assert_eq!(hash(&said), hash(item));
    for (from, to) in [("*s += o", "*s -= o"), ("State = i64", "State = i32"), ("-> i64", "-> i32")]
    {
        assert_ne!(hash(&item.replace(from, to)), hash(item), "{from}");
    }
}
