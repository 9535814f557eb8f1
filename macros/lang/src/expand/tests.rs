//! Expansions, as a person would read them: each is a page of the manual.

use std::str::FromStr as _;

use proc_macro2::TokenStream;

use super::{arrow_type, table, udaf, udf, udtf, udwf, view};

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

/// A table, in a package with one schema file.
fn table(text: &str) -> String {
    let file = r#"{ "format": 1, "uri": "data/orders", "columns": [
        { "name": "id", "type": "i64", "doc": "Counts up." },
        { "name": "at", "type": "Option<{ line: i64 }>" } ] }"#;
    let read = |path: &str| match path {
        "schemas/orders.json" => Ok(file.as_bytes().to_vec()),
        _ => Err("there is no such file".to_owned()),
    };
    print(table::table(TokenStream::from_str(text).unwrap(), &read))
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
           metadata = inherit(0), planned = about, since = "0.1", version = 2"#,
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
               #[literal(default = "nfkc", values = ["nfc", "nfkc"])] form: Form,
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
fn type_parameters() {
    let item = "pub fn entries<K: SortValue, V: Value>(map: Map<'_, K, Option<V>>) -> Vec<Entry<K, V>> { todo }";
    let text = expand("", item);
    check!("type_parameters", text);
}

#[test]
fn what_is_made_once() {
    let text = expand(
        "prepare = self::compiled",
        "pub fn matches(text: &str, #[literal] pattern: &str, #[literal] flags: &Flags,
             #[prepared] regex: &Regex, #[state] found: &mut Vec<Range>) -> i64 { 1 }",
    );
    check!("what_is_made_once", text);
}

#[test]
fn a_list_that_is_collected() {
    let text = expand(
        "",
        "pub fn words(text: &str, #[literal] max: i64)
             -> Result<Option<impl Iterator<Item = &str>>, E> { todo }",
    );
    check!("a_list_that_is_collected", text);
}

#[test]
fn what_stands_in_the_place_of_a_call() {
    let text = expand(
        "simplify = self::shorter",
        "pub fn padded<'a, T: Value>(text: Option<&'a str>, bytes: &[u8], list: List<'_, T>,
             #[literal] form: Option<&Form>, #[literal] width: i64, rest: &[Option<&str>]) -> String { text }",
    );
    check!("what_stands_in_the_place_of_a_call", text);
}

#[test]
fn a_function_that_is_waited_for() {
    let text = expand(
        r#"concurrency = 8, timeout = "2s", retry = 3, retry_if = self::may_pass, dedupe"#,
        "pub async fn look_up(key: &str, data: Option<&[u8]>, #[literal] form: self::Form)
             -> Result<Option<String>, super::Refused> { todo }",
    );
    check!("a_function_that_is_waited_for", text);
}

#[test]
fn a_function_that_is_waited_for_many_rows_at_a_time() {
    let text = expand(
        "batch = 64",
        "pub async fn look_up(keys: Vec<String>, #[literal] form: Form) -> Vec<Option<String>> { todo }",
    );
    check!("a_function_that_is_waited_for_many_rows_at_a_time", text);
}

#[test]
fn a_derived_type_with_type_parameters() {
    let item =
        "#[derive(ArrowType)] pub struct Entry<'a, K, V> { key: K, value: Option<V>, at: &'a str }";
    let text = print(arrow_type::arrow_type(&syn::parse_str(item).unwrap()));
    check!("a_derived_type_with_type_parameters", text);
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

#[test]
fn where_there_is_a_self_there_are_no_modules() {
    let text = expand("", "pub fn f(&self) -> i64 { 1 }");
    assert!(text.contains("pub fn f(&self)") && text.contains("[F0002]"), "{text}");
    assert!(!text.contains("mod "), "{text}");
}

#[test]
fn a_table() {
    let text =
        "/// Files.\npub files { /** Its id. */ file_id: String, at: Option<{ r#in: i64 }> }";
    check!("a_table", table(text));
}

#[test]
fn a_table_of_a_schema_file() {
    check!("a_table_of_a_file", table("/// Orders.\npub orders from \"schemas/orders.json\""));
    // What reads a table whose file is not there hears nothing of it.
    let text = table("orders from \"schemas/order.json\"");
    assert!(text.contains("[V0252]") && text.contains("\"?\""), "{text}");
    assert!(!text.contains("include_bytes"), "{text}");
}

#[test]
fn a_table_over_types_of_the_user() {
    let text = "pub(crate) calls { id: i64, span: Span, more: List<crate::Span> }";
    check!("a_table_asks", table(text));
    let span = r#""Span { bstart: i64, bend: i64 }""#;
    let arrived = format!("[{span} {span}] [] {{ __belvedere_calls_1 {text} }}");
    let text = print(table::finish_table(TokenStream::from_str(&arrived).unwrap()));
    check!("a_table_is_answered", text);
}

#[test]
fn a_view() {
    let text = "/// Sizes.\n#[derive(Debug)] pub sizes = from crate::schema::files as f where size_of(f.at) > 1 \
                select { f.file_id, n: size_of(f.at) }";
    check!("a_view_asks", print(view::view(TokenStream::from_str(text).unwrap())));
    let arrived = format!(
        r#"["file_id: String, at: Option<i64>" "size_of(value: i64) -> i64"] []
           {{ __belvedere_sizes_1 {text} }}"#
    );
    let text = print(view::finish_view(TokenStream::from_str(&arrived).unwrap()));
    check!("a_view_is_answered", text);
}

#[test]
fn a_view_in_an_editor() {
    let arrived = r#"["file_id: String, at: Option<i64>" "id: String, size: i64"] [] { __belvedere_sizes pub sizes =
        from crate::schema::files as f
        left join others on others.id == f.file_id
        derive { half: others.size / 2 }
        where half > 1 and others. > f.at
        select { f.file_id, half } }"#;
    let tokens = view::finish_view_in_editor(TokenStream::from_str(arrived).unwrap());
    // What is unfinished is no Rust.
    let text = tokens.to_string().replace("__row . ;", "__row . missing ;");
    check!("a_view_in_an_editor", print(TokenStream::from_str(&text).unwrap()));
}

#[test]
fn a_view_with_a_promise_tells_it_first() {
    let text = "pub v = from t select { a, b: 1 } contract { a: Option<i64>, b: i64 }";
    check!("a_promise", print(view::view(TokenStream::from_str(text).unwrap())));
}

#[test]
fn a_view_with_errors_hands_on_what_it_knows() {
    let text = "pub v = from t as t select { t.a, b: t.gone, c: t.a + 1 }";
    let arrived = format!(r#"["a: i64"] [] {{ __belvedere_v_1 {text} }}"#);
    let text = print(view::finish_view(TokenStream::from_str(&arrived).unwrap()));
    check!("a_view_with_errors", text);
}

#[test]
fn a_result_that_is_written() {
    let text = expand(
        "",
        "pub fn joined(a: &str, #[cast] rest: &[Option<&str>], out: &mut Text) -> Result<(), E> {
             Ok(())
         }",
    );
    check!("a_result_that_is_written", text);
}

#[test]
fn hidden_macros_are_not_called_by_hand() {
    for text in ["", "{}", "[] [] {}", "[1] [] { x }"] {
        let tokens = TokenStream::from_str(text).unwrap();
        assert!(view::finish_view(tokens.clone()).to_string().contains("carriers only"));
        assert!(view::finish_promise(tokens.clone()).to_string().contains("carriers only"));
        assert!(table::finish_table(tokens).to_string().contains("carriers only"));
    }
}

/// The view has been refused the column, whichever way its readers come to know it.
#[test]
fn readers_are_not_told_what_a_row_type_cannot_hold() {
    let text = r#"["id: i64, n: u64"] [] { v_1 pub v<R> = from files as f select { f.id } }"#;
    let promise = view::finish_promise(TokenStream::from_str(text).unwrap()).to_string();
    assert!(promise.contains(r#""id: i64, n: ?""#), "{promise}");
}

fn expand_aggregate(attribute: &str, item: &str) -> String {
    let tokens = |text: &str| TokenStream::from_str(text).unwrap();
    print(udaf::udaf(tokens(attribute), tokens(item)))
}

#[test]
fn the_simplest_aggregate() {
    let text = expand_aggregate(
        "",
        "impl Aggregate for CountIf {
             type State = i64;
             fn update(count: &mut Self::State, condition: bool) { *count += i64::from(condition); }
             fn merge(count: &mut i64, other: Self::State) { *count += other; }
             fn finish(count: &i64) -> i64 { *count }
         }",
    );
    let lines = text.lines().count();
    assert!(lines <= 82, "{lines} lines:\n{text}");
    check!("the_simplest_aggregate", text);
}

#[test]
fn an_aggregate_with_type_parameters() {
    let text = expand_aggregate(
        "tags = [aggregate], aliases = [asof_select], idempotent",
        "/// The newest.
         impl<V: SortValue> Aggregate for Newest<V> {
             type State = Option<(Timestamp, V::Owned)>;
             fn update(best: &mut Self::State, value: &V, at: Timestamp) {}
             fn retract(best: &mut Self::State, value: &V, at: Timestamp) {}
             fn merge(best: &mut Self::State, other: Self::State) {}
             fn finish(best: &Self::State) -> Vec<Option<V::Owned>> { Vec::new() }
         }",
    );
    check!("an_aggregate_with_type_parameters", text);
}

#[test]
fn an_aggregate_with_errors_leaves_a_stub() {
    let text = expand_aggregate("", "impl Aggregate for CountIf { type State = i64; }");
    check!("an_aggregate_with_errors", text);
}

fn expand_window(attribute: &str, item: &str) -> String {
    let tokens = |text: &str| TokenStream::from_str(text).unwrap();
    print(udwf::udwf(tokens(attribute), tokens(item)))
}

#[test]
fn the_simplest_window_function() {
    let text = expand_window(
        "ascending",
        "impl Window for RowIndex {
             type State = i64;
             fn next(index: &mut Self::State) -> i64 { *index += 1; *index }
         }",
    );
    let lines = text.lines().count();
    assert!(lines <= 82, "{lines} lines:\n{text}");
    check!("the_simplest_window_function", text);
}

#[test]
fn a_window_function_with_type_parameters() {
    let text = expand_window(
        "tags = [window], aliases = [cumulated]",
        "/// The total.
         impl<N: Number> Window for Total<N> {
             type State = N;
             fn next(total: &mut N, value: N) -> N { *total }
         }",
    );
    check!("a_window_function_with_type_parameters", text);
}

#[test]
fn window_functions_of_frames_and_partitions() {
    let frame = expand_window(
        "",
        "impl<V: SortValue> Window for Widest<V> {
             fn frame<'a>(value: Rows<'a, Option<&'a V>>) -> Option<&'a V> { None }
         }",
    );
    let partition = expand_window(
        "",
        "impl Window for Share {
             fn partition(value: Rows<'_, f64>, of: Rows<'_, &str>) -> impl Iterator<Item = f64> { [] }
         }",
    );
    check!("window_functions_of_frames_and_partitions", format!("{frame}\n{partition}"));
}

#[test]
fn window_functions_that_can_fail() {
    let next = expand_window(
        "",
        "impl Window for Total {
             type State = i64;
             fn next(total: &mut i64, value: i64) -> Result<Option<i64>, String> { Ok(None) }
         }",
    );
    let partition = expand_window(
        "",
        "impl Window for Share {
             fn partition(value: Rows<'_, f64>) -> Result<Vec<Result<f64>>> { Ok(Vec::new()) }
         }",
    );
    // What is as without an error stands in the other snapshots.
    let kernel = |text: &str| text[text.find("    const _: () = {").unwrap()..].to_owned();
    let said =
        |text: &str| text.lines().find(|line| line.contains("fallible:")).unwrap().to_owned();
    let (next, partition) = (said(&next) + "\n" + &kernel(&next), kernel(&partition));
    check!("window_functions_that_can_fail", format!("{next}\n{partition}"));
}

#[test]
fn a_window_function_with_errors_leaves_a_stub() {
    let text = expand_window("", "impl Window for Total { type State = i64; }");
    check!("a_window_function_with_errors", text);
}

fn expand_table_function(attribute: &str, item: &str) -> String {
    let tokens = |text: &str| TokenStream::from_str(text).unwrap();
    print(udtf::udtf(tokens(attribute), tokens(item)))
}

#[test]
fn the_simplest_table_function() {
    let text = expand_table_function(
        "",
        "pub fn range_table(start: i64, end: i64) -> impl Iterator<Item = i64> { start..end }",
    );
    let lines = text.lines().count();
    assert!(lines <= 60, "{lines} lines:\n{text}");
    check!("the_simplest_table_function", text);
}

#[test]
fn a_table_function_over_a_plan() {
    let text = expand_table_function(
        "",
        "pub fn measured(folder: String) -> Result<Relation<Measured>, Missing> { todo }",
    );
    check!("a_table_function_over_a_plan", text);
}

#[test]
fn a_table_function_that_can_fail() {
    let text = expand_table_function(
        "tags = [number], aliases = [series]",
        "/// Steps.
         fn steps(#[default = 1] by: i64, #[literal(default = \"up\")] way: Way)
             -> Result<Vec<Result<Step, Bad>>, Bad> { Ok(Vec::new()) }",
    );
    check!("a_table_function_that_can_fail", text);
}

#[test]
fn a_table_function_with_errors_leaves_the_item_and_a_stub() {
    check!(
        "a_table_function_with_errors",
        expand_table_function("", "fn rows(n: &str) -> i64 { 1 }")
    );
}
