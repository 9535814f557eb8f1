//! Cases of what is reported: a file under `tests/cases` for each topic, and a snapshot for each.
//!
//! `=== name` begins a case, whose text goes on to the next one. A module of tests says what is
//! reported for all cases of a topic by a function `report` of its own.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

use crate::render;
use crate::sink::Diagnostic;
use crate::udf::{Piece, pieces_to_text};
use crate::view::signature::Signature;

/// Declares the topics: a test for each that compares what is reported with its snapshot, and
/// `TOPICS`, the names with the cases.
macro_rules! topics {
    ($($topic:ident)*) => {
        const TOPICS: &[(&str, &str)] = &[
            $((stringify!($topic), include_str!(concat!("tests/cases/", stringify!($topic), ".txt")))),*
        ];

        $(
            #[test]
            fn $topic() {
                let (_, cases) = TOPICS.iter().find(|(name, _)| *name == stringify!($topic)).unwrap();
                insta::with_settings!(
                    { omit_expression => true, prepend_module_to_snapshot => false },
                    { insta::assert_snapshot!(stringify!($topic), report(cases)); }
                );
            }
        )*
    };
}

pub(crate) use topics;

/// The cases of a topic: name and text.
pub(crate) fn split(cases: &str) -> impl Iterator<Item = (&str, &str)> {
    cases.split("=== ").skip(1).map(|case| {
        let (name, text) = case.split_once('\n').unwrap();
        (name, text.trim_end())
    })
}

/// What is reported for every case of a topic, each of which is one item.
pub(crate) fn report(cases: &str, diagnostics: fn(&str) -> Vec<Diagnostic>) -> String {
    let mut report = String::new();
    for (name, text) in split(cases) {
        writeln!(report, "=== {name}").unwrap();
        let found = diagnostics(text);
        report.push_str(&render::short_report(text, &found));
        report.push_str(if found.is_empty() { "nothing to report\n\n" } else { "\n" });
    }
    report
}

/// Every message is explained, is short, and is shown by a case.
pub(crate) fn check_messages(
    topics: &[(&str, &str)],
    explanations: &[(&str, &str)],
    diagnostics: fn(&str) -> Vec<Diagnostic>,
) {
    let cases = topics.iter().flat_map(|(_, cases)| split(cases));
    let found: Vec<Diagnostic> = cases.flat_map(|(_, text)| diagnostics(text)).collect();
    for (code, text) in explanations {
        let shown = found.iter().any(|diagnostic| diagnostic.message.code == *code);
        assert!(shown, "no case shows {code}");
        assert!(text.trim().len() > 20, "{code} is not explained");
    }
    for diagnostic in found {
        let text = diagnostic.message.to_string();
        assert!(!diagnostic.message.code.is_empty(), "{text}");
        assert!(text.lines().count() <= 3, "{text}");
    }
}

/// The tokens between the parentheses of the attribute that a text begins with, and those below it.
pub(crate) fn attribute_and_item(text: &str) -> (TokenStream, TokenStream) {
    let mut trees = TokenStream::from_str(text).unwrap().into_iter();
    let Some(TokenTree::Group(attribute)) = trees.nth(1) else { panic!("no attribute") };
    let arguments = match attribute.stream().into_iter().nth(1) {
        Some(TokenTree::Group(arguments)) => arguments.stream(),
        _ => TokenStream::new(),
    };
    (arguments, trees.collect())
}

/// A signature is what views read it as.
#[track_caller]
pub(crate) fn check_signature(signature: &[Piece], expected: &str) {
    let text = pieces_to_text(signature).unwrap();
    assert_eq!(text, expected);
    assert_eq!(Signature::parse(&text).unwrap().to_full_text(), expected);
}
