//! Runs every case: one file, one rule, the whole text that rustc prints beside it.
//!
//! There are no passing cases: one of them would make every case a build instead of a check.
//! `cargo xtask bless` rewrites the `.stderr` files.

#[test]
fn wrong_programs_are_explained() {
    trybuild::TestCases::new().compile_fail("cases/*/*.rs");
}
