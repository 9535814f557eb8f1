//! Tests of what is reported for aggregates, and of their signatures.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

use super::Aggregate;
use super::messages::EXPLANATIONS;
use crate::carets;
use crate::cases::{split, topics};
use crate::sink::Diagnostic;
use crate::udf::pieces_to_text;
use crate::view::signature::Signature;

topics! { heads functions types }

fn report(cases: &str) -> String {
    let mut report = String::new();
    for (name, text) in split(cases) {
        writeln!(report, "=== {name}").unwrap();
        let found = diagnostics(text);
        report.push_str(&carets::diagnostics(text, &found));
        report.push_str(if found.is_empty() { "nothing to report\n\n" } else { "\n" });
    }
    report
}

/// Reads `#[udaf(…)]` and the item below it.
fn parse(text: &str) -> Result<Aggregate, Vec<Diagnostic>> {
    // What is no Rust for a tokenizer is an item that ends too early for rustc.
    let text = if text.ends_with("for {") { text.replace(" {", "") } else { text.to_owned() };
    let mut trees = TokenStream::from_str(&text).unwrap().into_iter();
    let Some(TokenTree::Group(attribute)) = trees.nth(1) else { panic!("no attribute") };
    let arguments = match attribute.stream().into_iter().nth(1) {
        Some(TokenTree::Group(arguments)) => arguments.stream(),
        _ => TokenStream::new(),
    };
    Aggregate::parse(arguments, trees.collect()).map_err(|broken| broken.errors)
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    parse(text).err().unwrap_or_default()
}

#[test]
fn every_message_has_a_case() {
    let cases = TOPICS.iter().flat_map(|(_, cases)| split(cases));
    let found: Vec<Diagnostic> = cases.flat_map(|(_, text)| diagnostics(text)).collect();
    for (code, text) in EXPLANATIONS {
        let shown = found.iter().any(|diagnostic| diagnostic.message.code == *code);
        assert!(shown, "no case shows {code}");
        assert!(text.trim().len() > 20, "{code} is not explained");
    }
    for diagnostic in found {
        let text = diagnostic.message.to_string();
        assert!(text.lines().count() <= 3, "{text}");
    }
}

/// The signature is what views read it as.
#[track_caller]
fn check_signature(item: &str, expected: &str) {
    let text = pieces_to_text(&parse(item).unwrap().signature()).unwrap();
    assert_eq!(text, expected);
    assert_eq!(Signature::parse(&text).unwrap().to_full_text(), expected);
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
        "aggregate httpstatus(text: String, at: Option<Date>) -> Option<List<String>>",
    );
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
    let hash = |text: &str| parse(text).unwrap().source_hash;
    let said = item.replace("#[udaf]", "#[udaf(tags = [aggregate], idempotent)] /** A sum. */");
    assert_eq!(hash(&said), hash(item));
    for (from, to) in [("*s += o", "*s -= o"), ("State = i64", "State = i32"), ("-> i64", "-> i32")]
    {
        assert_ne!(hash(&item.replace(from, to)), hash(item), "{from}");
    }
}
