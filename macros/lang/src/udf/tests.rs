//! Tests of what is reported for functions and derived types.
//!
//! A file under `tests/cases` holds cases of one topic: `=== name`, then an item with its attribute.
//! Its snapshot holds what is reported, carets drawn under the text.

use std::str::FromStr as _;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::DeriveInput;

use super::messages::EXPLANATIONS;
use super::{ArrowType, Doc, Function, RowType, pieces_to_text};
use crate::cases::{self, split, topics};
use crate::sink::{Diagnostic, Sink};

topics! { asynchronous attributes columns derives items parameters types }

/// What is reported for every case of a topic.
fn report(cases: &str) -> String {
    cases::report(cases, diagnostics)
}

/// The tokens of `#[udf(…)]` and those of the item, as rustc gives them to the macro; doc comments
/// may stand before the attribute.
fn udf_tokens(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let mut attribute = None;
    let mut item: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        match (&tree, item.last()) {
            (TokenTree::Group(group), Some(TokenTree::Punct(hash)))
                if attribute.is_none() && hash.as_char() == '#' && is_udf(group) =>
            {
                item.pop();
                attribute = Some(arguments(group));
            }
            _ => item.push(tree),
        }
    }
    (attribute.unwrap_or_default(), item.into_iter().collect())
}

fn is_udf(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "udf")
}

fn arguments(group: &Group) -> TokenStream {
    match group.stream().into_iter().nth(1) {
        Some(TokenTree::Group(arguments)) => arguments.stream(),
        _ => TokenStream::new(),
    }
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let tokens = TokenStream::from_str(text).unwrap();
    if text.contains("#[derive(ArrowType)]") {
        let input = syn::parse2::<DeriveInput>(tokens).unwrap();
        return ArrowType::parse(&input).err().unwrap_or_default();
    }
    if text.contains("#[derive(Row)]") {
        let input = syn::parse2::<DeriveInput>(tokens).unwrap();
        return RowType::parse(&input).err().unwrap_or_default();
    }
    let (attribute, item) = udf_tokens(tokens);
    Function::parse(attribute, item).err().map(|broken| broken.errors).unwrap_or_default()
}

fn all_diagnostics() -> Vec<Diagnostic> {
    let cases = TOPICS.iter().flat_map(|(_, cases)| split(cases));
    cases.flat_map(|(_, text)| diagnostics(text)).collect()
}

#[test]
fn every_message_has_a_case() {
    let found = all_diagnostics();
    for (code, _) in EXPLANATIONS {
        let shown = found.iter().any(|diagnostic| diagnostic.message.code == *code);
        assert!(shown, "no case shows {code}");
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

/// The table of the reference that says what excludes what.
#[test]
fn every_attribute_has_its_conflicts_in_the_reference() {
    let page = include_str!("../../../../docs/functions-language.md");
    let (_, section) = page.split_once("\n## What excludes what\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    for attribute in super::attributes::UDF.attributes {
        let row = |row: &&str| {
            let (_, rest) = row.split_once("| ").unwrap();
            let names = rest.split(" | ").next().unwrap();
            names
                .split(", ")
                .any(|name| name.trim_matches('`').split(' ').next() == Some(attribute))
        };
        assert!(rows.iter().any(row), "`{attribute}` is in no row of `What excludes what`");
    }
    for row in rows {
        let codes: Vec<&str> = row.split('[').filter_map(|part| part.get(..5)).collect();
        let known = |code: &&&str| EXPLANATIONS.iter().any(|(known, _)| *known == **code);
        assert!(codes.iter().filter(known).count() > 0, "{row}");
        let links = codes.iter().filter(|code| code.starts_with("F0"));
        assert!(links.clone().all(|code| known(&code)), "{row}");
    }
}

#[test]
fn messages_are_short() {
    for diagnostic in all_diagnostics() {
        let text = diagnostic.message.to_string();
        assert!(text.lines().count() <= 3, "{text}");
        assert!(text.lines().next().unwrap().ends_with(']'), "{text}");
    }
}

fn parse(text: &str) -> Function {
    let (attribute, item) = udf_tokens(TokenStream::from_str(text).unwrap());
    Function::parse(attribute, item).unwrap()
}

/// The signature is what views read it as.
#[track_caller]
fn check_signature(item: &str, expected: &str) {
    cases::check_signature(&parse(item).signature(false), expected);
}

#[test]
fn signatures_are_words() {
    check_signature("#[udf] fn f() -> bool { true }", "f() -> bool");
    check_signature(
        "#[udf] fn f(a: i64, b: Option<&str>, c: &[u8]) -> Option<Vec<u8>> { None }",
        "f(a: i64, b: Option<String>, c: Bytes) -> Option<Bytes>",
    );
    check_signature(
        "#[udf] fn f(a: List<'_, Option<i64>>, b: Map<'_, &str, &str>) -> Vec<String> { vec![] }",
        "f(a: List<Option<i64>>, b: Map<String, String>) -> List<String>",
    );
    check_signature(
        r#"#[udf] fn f(
            a: &str,
            #[literal(default = "nfkc")] form: Form,
            #[literal(default = true)] fold: bool,
            #[literal(default = -3)] n: i32,
        ) -> Result<Option<Cow<'_, str>>> { a }"#,
        "f(a: String, form: literal String = \"nfkc\", fold: literal bool = true, \
         n: literal i32 = -3) -> Option<String>",
    );
    check_signature(
        "#[udf] fn f(#[literal] a: std::net::IpAddr, #[literal] b: std::string::String) -> bool { true }",
        "f(a: literal String, b: literal String) -> bool",
    );
    check_signature(
        "#[udf] fn f(a: &str, #[cast] parts: &[Option<&str>]) -> String { a }",
        "f(a: String, parts: ...any) -> String",
    );
    check_signature(
        "#[udf] fn f(r#type: i64, #[default = 1] low: f64, #[default = None] d: Option<Date>) -> Date { d }",
        "f(type: i64, low: f64 = 1.0, d: Option<Date> = null) -> Date",
    );
    check_signature(
        "#[udf] fn f(a: ::core::option::Option<i64>) -> std::vec::Vec<::std::string::String> { a }",
        "f(a: Option<i64>) -> List<String>",
    );
}

#[test]
fn type_parameters_stand_in_signatures() {
    check_signature(
        "#[udf] fn f<'a, K: SortValue, V: Value>(map: Map<'a, K, Option<V>>, key: K) -> Option<V> { None }",
        "f<K: SortValue, V>(map: Map<K, Option<V>>, key: K) -> Option<V>",
    );
    check_signature(
        "#[udf] fn f<T>(rest: &[Option<T>]) -> Vec<Vec<T>> where T: Value { vec![] }",
        "f<T>(rest: ...Option<T>) -> List<List<T>>",
    );
}

/// The item as it is emitted.
#[track_caller]
fn check_item(item: &str, expected: &str) {
    let expected: syn::ItemFn = syn::parse_str(expected).unwrap();
    assert_eq!(parse(item).item, expected);
}

#[test]
fn values_of_type_parameters_live_as_long_as_the_batch() {
    check_item(
        "#[udf] fn f<T: Value>(list: List<'_, List<Option<T>>>, tags: List<'_, &str>) -> Vec<T> {}",
        "fn f<'__batch, T: Value + ::belvedere::__private::Handle<'__batch>>(
            list: List<'__batch, List<'__batch, Option<T>>>,
            tags: List<'_, &str>
        ) -> Vec<T> {}",
    );
    check_item(
        "#[udf] fn f<'a, T>(list: List<'_, T>, map: Map<'a, T, &'a str>) -> &'a str where T: Value {}",
        "fn f<'a, T>(
            list: List<'a, T>,
            map: Map<'a, T, &'a str>
        ) -> &'a str where T: Value + ::belvedere::__private::Handle<'a> {}",
    );
    check_item("#[udf] fn f(list: List<'_, i64>) -> i64 {}", "fn f(list: List<'_, i64>) -> i64 {}");
}

#[test]
fn twins_give_null() {
    let function = parse("#[udf] fn f(a: i64) -> Result<i64> { a }");
    assert_eq!(pieces_to_text(&function.signature(true)).unwrap(), "try_f(a: i64) -> Option<i64>");
}

/// Stored results are known by it, so that it covers what computes them and nothing else.
#[test]
fn a_function_is_known_by_its_signature_and_body() {
    let hash = |text: &str| parse(text).source_hash;
    let plain = hash("#[udf] fn f(a: i64) -> i64 { a + 1 }");
    let same = "/// Text.\n#[udf(tags = [span], aliases = [g], since = \"1\", version = 2)] \
                #[must_use] pub fn f(a: i64) -> i64 { a + 1 }";
    assert_eq!(hash(same), plain);
    for other in [
        "#[udf] fn f(a: i64) -> i64 { a + 2 }",
        "#[udf] fn f(a: i32) -> i64 { a + 1 }",
        "#[udf] fn f(a: i64) -> i32 { a + 1 }",
        "#[udf] fn f(a: Option<i64>) -> i64 { a + 1 }",
    ] {
        assert_ne!(hash(other), plain, "{other}");
    }
}

#[test]
fn doc_comments_are_paragraphs_and_examples() {
    let function = parse(
        "/// The first\n/// paragraph.\n///\n/// The second.\n///\n/// ```sql\n/// SELECT f(1);\n\
         /// ----\n/// 2\n/// ```\n///\n/// ```text\n/// a  b\n/// ```\n#[udf] fn f(a: i64) -> i64 { a }",
    );
    let Doc { paragraphs, examples } = function.doc;
    assert_eq!(paragraphs, ["The first paragraph.", "The second.", "```text\na  b\n```"]);
    assert_eq!((examples[0].sql.as_str(), examples[0].expected.as_str()), ("SELECT f(1)", "2"));
}

#[test]
fn an_example_without_its_rows_is_reported_at_its_line() {
    let item = "/// ```sql\n/// SELECT 1\n/// ```\nfn f() {}";
    let item: syn::ItemFn = syn::parse_str(item).unwrap();
    let sink = Sink::new();
    Doc::read(&item.attrs, &sink);
    let found = sink.into_diagnostics();
    assert_eq!((found.len(), found[0].start.start().line), (1, 1));
}
