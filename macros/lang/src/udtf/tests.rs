//! Tests of what is reported for table functions, and of their signatures.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

use super::Table;
use super::messages::EXPLANATIONS;
use crate::carets;
use crate::cases::{split, topics};
use crate::sink::Diagnostic;
use crate::udf::pieces_to_text;
use crate::view::signature::Signature;

topics! { functions }

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

/// Reads `#[udtf(…)]` and the item below it.
fn parse(text: &str) -> Result<Table, Vec<Diagnostic>> {
    let mut trees = TokenStream::from_str(text).unwrap().into_iter();
    let Some(TokenTree::Group(attribute)) = trees.nth(1) else { panic!("no attribute") };
    let arguments = match attribute.stream().into_iter().nth(1) {
        Some(TokenTree::Group(arguments)) => arguments.stream(),
        _ => TokenStream::new(),
    };
    Table::parse(arguments, trees.collect()).map_err(|broken| broken.errors)
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
    check_signature(
        "#[udtf] fn range_table(start: i64, end: i64) -> impl Iterator<Item = i64> { start..end }",
        "table range_table(start: i64, end: i64) -> i64",
    );
    check_signature(
        "#[udtf] fn texts(#[default = None] name: Option<String>, #[default = 3] n: i64) \
         -> Result<Vec<Result<Option<String>, Bad>>, Bad> { todo }",
        "table texts(name: Option<String> = null, n: i64 = 3) -> Option<String>",
    );
}
