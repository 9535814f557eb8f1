//! Tests of what is reported for window functions, and of their signatures.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use super::Window;
use super::messages::EXPLANATIONS;
use crate::cases::{self, topics};
use crate::sink::Diagnostic;

topics! { heads functions types }

fn report(cases: &str) -> String {
    cases::report(cases, diagnostics)
}

/// Reads `#[udwf(…)]` and the item below it.
fn parse(text: &str) -> Result<Window, Vec<Diagnostic>> {
    // What is no Rust for a tokenizer is an item that ends too early for rustc.
    let text = if text.ends_with("for {") { text.replace(" {", "") } else { text.to_owned() };
    let (arguments, item) = cases::attribute_and_item(&text);
    Window::parse(arguments, item).map_err(|broken| broken.errors)
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
    check_signature(
        "#[udwf] impl Window for RowIndex { type State = i64; fn next(n: &mut i64) -> i64 { 1 } }",
        "window row_index() -> i64",
    );
    check_signature(
        "#[udwf] impl<N: Number> Window for Total<N> { type State = N; \
         fn next(total: &mut N, value: N) -> N { *total } }",
        "window total<N: Number>(value: N) -> N",
    );
    check_signature(
        "#[udwf] impl<V: SortValue> Window for Widest<V> { \
         fn frame<'a>(value: Rows<'a, Option<&'a V>>, at: Rows<'_, Date>) -> Option<&'a V> { None } }",
        "window widest<V: SortValue>(value: Option<V>, at: Date) -> Option<V>",
    );
    check_signature(
        "#[udwf] impl Window for Share { \
         fn partition(x: Rows<'_, f64>) -> impl Iterator<Item = Option<f64>> { todo } }",
        "window share(x: f64) -> Option<f64>",
    );
}

/// Stored results are known by it, so that it covers what computes them and nothing else.
#[test]
fn a_window_function_is_known_by_its_impl() {
    let item = "#[udwf] impl Window for Total { type State = i64; \
                fn next(s: &mut i64, n: i64) -> i64 { *s += n; *s } }";
    let hash = |text: &str| parse(text).unwrap().head.source_hash;
    let said = item.replace("#[udwf]", "#[udwf(tags = [window], ascending)] /** A sum. */");
    assert_eq!(hash(&said), hash(item));
    for (from, to) in [("*s += n", "*s -= n"), ("State = i64", "State = i32"), ("-> i64", "-> i32")]
    {
        assert_ne!(hash(&item.replace(from, to)), hash(item), "{from}");
    }
}
