//! Tests of what is reported for table functions, and of their signatures.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use super::Table;
use super::messages::EXPLANATIONS;
use crate::cases::{self, topics};
use crate::sink::Diagnostic;

topics! { functions }

fn report(cases: &str) -> String {
    cases::report(cases, diagnostics)
}

/// Reads `#[udtf(…)]` and the item below it.
fn parse(text: &str) -> Result<Table, Vec<Diagnostic>> {
    let (arguments, item) = cases::attribute_and_item(text);
    Table::parse(arguments, item).map_err(|broken| broken.errors)
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
    cases::check_signature(&parse(item).unwrap().signature(), expected);
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
