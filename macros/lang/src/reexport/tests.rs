//! Tests of re-exports: what is read, and what is reported.

use std::str::FromStr as _;

use proc_macro2::TokenStream;

use super::Reexport;
use crate::render;

#[track_caller]
fn check(text: &str, expected: &str) {
    let errors = Reexport::parse(TokenStream::from_str(text).unwrap()).err().unwrap_or_default();
    assert_eq!(render::short_report(text, &errors), expected);
}

#[test]
fn a_signature_with_docs_tags_and_names() {
    let text = "/// The first.\n#[aliases = [first_value_agg], tags = [aggregate]] #[since = \"0.1\"]\n\
                pub aggregate first_value<V>(value: Option<V>) -> Option<V>;";
    let text = text.replace("], tags", "]] #[tags");
    let first = Reexport::parse(TokenStream::from_str(&text).unwrap()).unwrap();
    assert_eq!(
        first.signature.to_full_text(),
        "aggregate first_value<V>(value: Option<V>) -> Option<V>"
    );
    assert_eq!(
        (first.aliases, first.tags),
        (vec!["first_value_agg".into()], vec!["aggregate".into()])
    );
    assert_eq!(first.doc.paragraphs, ["The first."]);
    assert_eq!(first.since.as_deref(), Some("0.1"));
}

#[test]
fn what_is_no_signature_is_said() {
    check(
        "pub async f(x: i64) -> i64;",
        "error: cannot read the signature: DataFusion has no async functions [F0130]
       help: write `pub aggregate first_value<V>(value: Option<V>) -> Option<V>;`
  | pub async f(x: i64) -> i64;
  |     ^^^^^
",
    );
    check(
        "pub aggregate f(x i64) -> i64;",
        "error: cannot read the signature: expected `:`, found `i64` [F0130]
       help: write `pub aggregate first_value<V>(value: Option<V>) -> Option<V>;`
  | pub aggregate f(x i64) -> i64;
  |     ^^^^^^^^^
",
    );
    check(
        "#[tag = [list]] pub aggregate f(x: any) -> i64;",
        "error: `x` of a re-exported function cannot be `any` [F0131]
       help: write its type, or a type parameter: `<T>(value: T)`
  | #[tag = [list]] pub aggregate f(x: any) -> i64;
  |                               ^
error: `#[reexport]` has no attribute `tag` [F0030]
       help: did you mean `tags`?
  | #[tag = [list]] pub aggregate f(x: any) -> i64;
  |   ^^^
",
    );
}

#[test]
fn names_defaults_and_all_the_remaining_arguments() {
    check("#[aliases = [at]] pub list_extract<T>(list: List<T>, index: i64 = 1) -> Option<T>;", "");
    check("#[aliases = [latest]] pub aggregate max<T>(value: T) -> Option<T>;", "");
    check("#[aliases = [first_of]] pub coalesce<T>(values: ...Option<T>) -> Option<T>;", "");
    check("#[aliases = [steps]] pub table range(start: i64, end: i64) -> i64;", "");
}
