//! Tests of the whole way from text to messages and to the model.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then views and tables, several
//! separated by `---`. Its snapshot holds what is reported, carets drawn under the text.

mod completion;
mod fixture;
mod grain;
mod helps;
mod model;
mod refresh;
mod robustness;
mod texts;
mod unit_tests;

use std::fmt::Write as _;

use self::fixture::World;
use super::messages::EXPLANATIONS;
use crate::cases::{split, topics};
use crate::render;
use crate::sink::Diagnostic;

topics! {
    audits builtins calls columns expressions files grouping habits joins params promises queries sets
    sql steps subqueries syntax tables templates windows
}

/// What is reported for every case of a topic.
fn report(cases: &str) -> String {
    let mut report = String::new();
    for (name, texts) in split_texts(cases) {
        writeln!(report, "=== {name}").unwrap();
        let mut world = World::default();
        let mut silent = true;
        for text in texts {
            let diagnostics = world.define(text);
            silent &= diagnostics.is_empty();
            report.push_str(&render::short_report(text, &diagnostics));
        }
        report.push_str(if silent { "nothing to report\n\n" } else { "\n" });
    }
    report
}

/// The cases of a topic: name and texts.
fn split_texts(cases: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    split(cases).map(|(name, texts)| (name, texts.split("---\n").map(str::trim_end).collect()))
}

/// Every diagnostic of every case.
fn all_diagnostics() -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for (_, cases) in TOPICS {
        for (_, texts) in split_texts(cases) {
            let mut world = World::default();
            all.extend(texts.into_iter().flat_map(|text| world.define(text)));
        }
    }
    all.extend(texts::all_diagnostics());
    all.extend(unit_tests::all_diagnostics());
    all
}

#[test]
fn messages_are_short() {
    // rustc adds three lines of its own: the place, and the line of source between rulers.
    let length = |diagnostic: &Diagnostic| diagnostic.message.to_string().lines().count() + 3;
    let mut lengths: Vec<usize> = all_diagnostics().iter().map(length).collect();
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 6);
    assert!(lengths[lengths.len() - 1] <= 12);
}

#[test]
fn messages_end_with_their_code() {
    for diagnostic in all_diagnostics() {
        let text = diagnostic.message.to_string();
        let end = format!("[{}]", diagnostic.message.code);
        assert!(text.lines().next().unwrap().ends_with(&end), "{text}");
        let known = |(code, _): &(&str, &str)| *code == diagnostic.message.code;
        assert!(EXPLANATIONS.iter().any(known), "its code is in no table: {text}");
    }
}

#[test]
fn codes_are_unique_and_explained() {
    let codes: Vec<&str> = EXPLANATIONS.iter().map(|(code, _)| *code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted);
    for (code, text) in EXPLANATIONS {
        assert!(text.trim().len() > 20, "{code} is not explained");
    }
}

#[test]
fn every_message_has_a_case() {
    let diagnostics = all_diagnostics();
    let shown = |code: &str| diagnostics.iter().any(|diagnostic| diagnostic.message.code == code);
    let codes = EXPLANATIONS.iter().map(|(code, _)| *code);
    let missing: Vec<&str> = codes.filter(|code| !shown(code)).collect();
    assert_eq!(missing, [""; 0]);
}
