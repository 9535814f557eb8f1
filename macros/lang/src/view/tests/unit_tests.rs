//! Unit tests of views: what is reported of their rows, and the JSON that they become.

use std::fmt::Write as _;
use std::str::FromStr as _;

use proc_macro2::TokenStream;

use super::texts::Known;
use crate::cases::split;
use crate::render::Findings;
use crate::sink::{Diagnostic, Sink};
use crate::types::{parse_columns, path_text};
use crate::view::names::Names as _;
use crate::view::unit_test::{Fixture, parse_unit_test};

const CASES: &str = include_str!("cases/unit_tests.txt");

fn check(text: &str) -> (Option<(Vec<Fixture>, Fixture)>, Vec<Diagnostic>) {
    let sink = Sink::new();
    let test = parse_unit_test(TokenStream::from_str(text).unwrap(), &sink);
    let checked = test.map(|test| {
        let columns = test.relations.iter();
        let columns = columns.map(|path| parse_columns(&Known.relation(&path_text(path))?).ok());
        test.check(&columns.collect::<Vec<_>>(), &sink)
    });
    (checked, sink.into_diagnostics())
}

pub(super) fn all_diagnostics() -> Vec<Diagnostic> {
    split(CASES).flat_map(|(_, text)| check(text).1).collect()
}

#[test]
fn unit_tests() {
    let mut report = String::new();
    for (name, text) in split(CASES) {
        writeln!(report, "=== {name}").unwrap();
        let (checked, diagnostics) = check(text);
        if let Some((given, expected)) = checked.filter(|_| diagnostics.is_empty()) {
            for Fixture { rows, .. } in given {
                write!(report, "given\n{rows}").unwrap();
            }
            let Fixture { rows, columns } = expected;
            write!(report, "expected in {}\n{rows}", columns.join(", ")).unwrap();
        }
        for finding in Findings::new(diagnostics, text).shown {
            writeln!(report, "error: {}", finding.to_text("test.rs")).unwrap();
        }
        report.push('\n');
    }
    insta::with_settings!(
        { omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" },
        { insta::assert_snapshot!("unit_tests", report) }
    );
}
