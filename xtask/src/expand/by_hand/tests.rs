//! What is printed for a function, and why nothing is for others.

use belvedere_lang::udf::Function;

use super::by_hand;

fn printed(item: &str, twin: bool) -> Result<String, &'static str> {
    let item = item.parse().expect("tokens");
    let function = Function::parse(proc_macro2::TokenStream::new(), item).expect("a function");
    by_hand(&function, twin)
        .map(|tokens| prettyplease::unparse(&syn::parse2(tokens).expect("what is printed is Rust")))
}

#[test]
fn nulls_follow_from_the_signature() {
    let strict = printed("fn f(a: i64, b: &str) -> i64 { a }", false).expect("plain types");
    assert!(strict.contains("if a.is_null(row) || b.is_null(row) {"), "{strict}");
    assert!(strict.contains("args.arg_fields.iter().any(|field| field.is_nullable())"));
    let seen = printed("fn f(a: Option<i64>) -> Option<bool> { None }", false).expect("plain");
    assert!(seen.contains("a.is_valid(row).then(|| a.value(row))"), "{seen}");
    assert!(seen.contains("out.append_option(super::f("), "{seen}");
    assert!(!seen.contains("continue;"), "{seen}");
}

#[test]
fn a_twin_gives_null_where_the_function_fails() {
    let item = "fn f(a: i64) -> Result<i64, String> { Ok(a) }";
    let fails = printed(item, false).expect("plain types");
    assert!(fails.contains("exec_datafusion_err!"), "{fails}");
    let twin = printed(item, true).expect("plain types");
    assert!(twin.contains("out.append_option(super::f(a.value(row)).ok())"), "{twin}");
    assert!(twin.contains("pub struct TryF"), "{twin}");
}

#[test]
fn an_omitted_argument_has_its_default() {
    let item = "fn f(a: i64, #[default = 3] b: i32) -> i64 { a }";
    let text = printed(item, false).expect("plain types");
    assert!(text.contains("ScalarValue::from(3i64)"), "{text}");
    assert!(text.contains("if !(1..=2).contains(&types.len())"), "{text}");
}

#[test]
fn what_has_no_form_by_hand_says_why() {
    let nested = printed("fn f(a: List<'_, i64>) -> i64 { 1 }", false);
    assert_eq!(nested, Err("it takes or gives a list, a map or a struct"));
    let variadic = printed("fn f(a: &[i64]) -> i64 { 1 }", false);
    assert_eq!(variadic, Err("it takes any number of arguments"));
    let generic = printed("fn f<T: Value>(a: T) -> T { a }", false);
    assert_eq!(generic, Err("it takes or gives values of any type"));
    let lent = printed("fn f(#[literal] a: &Regex) -> i64 { 1 }", false);
    assert_eq!(lent, Err("it is lent a constant that is parsed"));
    let scratch = printed("fn f(a: i64, #[state] b: &mut Vec<u8>) -> i64 { a }", false);
    assert_eq!(scratch, Err("it is given more than its arguments"));
}
