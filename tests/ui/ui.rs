//! Runs every case: one file, one rule, the whole text that rustc prints beside it.
//!
//! There are no passing cases: one of them would make every case a build instead of a check.
//! `cargo xtask bless` rewrites the `.stderr` files.

// Lints that tests are exempt from hold for whatever stands outside of `cfg(test)`.
#![cfg(test)]

mod editor;

use std::path::PathBuf;
use std::{fs, io};

#[test]
fn wrong_programs_are_explained() {
    trybuild::TestCases::new().compile_fail("cases/*/*.rs");
}

/// An error of ours is read at a glance: a half have at most six lines, none has more than twelve.
/// rustc's own (without a code at the end of their first line) are as long as it likes.
#[test]
fn messages_are_short() -> io::Result<()> {
    let mut lengths = Vec::new();
    for case in outputs()? {
        let text = fs::read_to_string(&case)?;
        let is_ours = |error: &&str| {
            let first = error.lines().next().unwrap_or_default();
            first.starts_with("error: ") && first.ends_with(']')
        };
        for error in text.split("\n\n").filter(is_ours) {
            let length = error.trim_end().lines().count();
            assert!(length <= 12, "{} has an error of {length} lines", case.display());
            lengths.push(length);
        }
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 6, "{lengths:?}");
    Ok(())
}

/// Every `.stderr` file.
fn outputs() -> io::Result<Vec<PathBuf>> {
    let mut outputs = Vec::new();
    for folder in fs::read_dir("cases")? {
        for case in fs::read_dir(folder?.path())? {
            let path = case?.path();
            if path.extension().is_some_and(|extension| extension == "stderr") {
                outputs.push(path);
            }
        }
    }
    Ok(outputs)
}
