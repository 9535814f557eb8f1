//! Runs every case: one file, one rule, the whole text that rustc prints beside it.
//!
//! There are no passing cases: one of them would make every case a build instead of a check.
//! `cargo xtask bless` rewrites the `.stderr` files.

use std::path::Path;

#[test]
fn wrong_programs_are_explained() {
    trybuild::TestCases::new().compile_fail("cases/*/*.rs");
}

/// An error of ours is read at a glance: a half have at most six lines, none has more than twelve.
/// rustc's own (with a code `E…`) are as long as it likes.
#[test]
fn messages_are_short() {
    let mut lengths = Vec::new();
    for folder in entries(Path::new("cases")) {
        for case in entries(&folder).iter().filter(|path| path.extension().is_some_and(is_stderr)) {
            let text = std::fs::read_to_string(case).unwrap();
            for error in text.split("\n\n").filter(|error| error.starts_with("error: ")) {
                let length = error.trim_end().lines().count();
                assert!(length <= 12, "{} has an error of {length} lines", case.display());
                lengths.push(length);
            }
        }
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 6, "{lengths:?}");
}

fn is_stderr(extension: &std::ffi::OsStr) -> bool {
    extension == "stderr"
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
