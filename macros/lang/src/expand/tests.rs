//! Expansions, as a person would read them: each is a page of the manual.

use std::str::FromStr as _;

use proc_macro2::TokenStream;

use super::{arrow_type, udf};

/// The expansion, printed; a hidden macro's number depends on where the text stands.
fn print(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).unwrap();
    let text = prettyplease::unparse(&file);
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("__belvedere_") {
        let name = rest[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap();
        out.push_str(&rest[..at]);
        out.push_str(
            rest[at..at + name].trim_end_matches(|c: char| c.is_ascii_digit() || c == '_'),
        );
        rest = &rest[at + name..];
    }
    out + rest
}

fn expand(attribute: &str, item: &str) -> String {
    let tokens = |text: &str| TokenStream::from_str(text).unwrap();
    print(udf::udf(tokens(attribute), tokens(item)))
}

macro_rules! check {
    ($name:literal, $text:expr) => {
        insta::with_settings!(
            { omit_expression => true, prepend_module_to_snapshot => false },
            { insta::assert_snapshot!($name, $text); }
        );
    };
}

#[test]
fn the_simplest_function() {
    let text = expand("", "pub fn double(x: i64) -> i64 { 2 * x }");
    let lines =
        text.lines().count() - "pub fn double(x: i64) -> i64 {\n    2 * x\n}".lines().count();
    assert!(lines <= 40, "{lines} lines:\n{text}");
    check!("the_simplest_function", text);
}

#[test]
fn everything_that_can_be_said() {
    let text = expand(
        r#"name = "joined", aliases = [glued], tags = [string], volatility = stable,
           metadata = inherit(0), since = "0.1", version = 2"#,
        r#"/// Text and a number.
           ///
           /// ```sql
           /// SELECT joined('a');
           /// ----
           /// a1
           /// ```
           fn concat<'a>(
               text: &'a str,
               tags: List<'_, Option<&'a str>>,
               #[literal(default = "nfkc")] form: Form,
               #[default = 1] number: i64,
               #[cast] rest: &[Option<&str>],
           ) -> Result<Option<&'a str>, Failure> { Ok(Some(text)) }"#,
    );
    check!("everything_that_can_be_said", text);
}

#[test]
fn types_of_the_user() {
    let text =
        expand("", "pub fn shifted(span: Span, by: self::units::Unit) -> super::Range { span }");
    check!("types_of_the_user", text);
}

#[test]
fn a_derived_type() {
    let item = "#[derive(ArrowType)] pub struct Span<'a> { bstart: i64, unit: Option<&'a str> }";
    check!("a_derived_type", print(arrow_type::arrow_type(&syn::parse_str(item).unwrap())));
}

#[test]
fn a_row() {
    let item = "#[derive(Row)] struct Call { id: String, span: Span, n: Option<i64> }";
    check!("a_row", print(arrow_type::row(&syn::parse_str(item).unwrap())));
}

#[test]
fn errors_leave_the_item_and_a_stub() {
    let text = expand("tag = [span]", "pub fn f(#[literal] a: usize) -> i64 { 1 }");
    check!("errors_leave_the_item_and_a_stub", text);
}
