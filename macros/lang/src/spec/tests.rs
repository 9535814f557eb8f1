//! Specs: what they mean as texts, what is wrong with them and at which node, and that no name or
//! constant means anything but itself.

mod functions;
mod schema;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;
use crate::cases::split;
use crate::lex::{QUERY_MAX, tokens};
use crate::render::{Finding, Findings};
use crate::sink::Sink;
use crate::types::columns_to_text;
use crate::view::model;
use crate::view::names::{Names, last_name};
use crate::view::query::check_query;
use crate::view::template::Bundle;

const CASES: &str = include_str!("tests/cases.txt");

/// What the specs can name: of `words`, a column that is called so.
struct Known<'n>(&'n str);

impl Names for Known<'_> {
    fn relation(&self, path: &str) -> Option<String> {
        let columns = match last_name(path) {
            "orders" => {
                "id: i64, customer: String, note: Option<String>, pieces: i64, price: f64, \
                 placed: Date, tags: List<String>, attrs: Map<String, i64>, pos: { line: i64, col: i32 }"
            }
            "customers" => "customer: String, name: String, since: Date",
            "rows_1" => "customer: String",
            // Whatever a column is called.
            "words" => return Some(format!("{}: String", self.0)),
            _ => return None,
        };
        Some(columns.to_owned())
    }

    fn function(&self, path: &str) -> Result<Option<String>, Vec<String>> {
        let text = match last_name(path) {
            "stable_id_parts" => "stable_id_parts(prefix: literal String, parts: ...any) -> String",
            "span_make" => "span_make(bstart: i64, bend: i64) -> { bstart: i64, bend: i64 }",
            "clipped" => {
                "clipped(text: String, length: i64, mark: literal String = \"…\") -> String"
            }
            name => {
                let known = functions::registry().into_iter().find(|(known, _)| known == name);
                return Ok(known.map(|(_, signature)| signature));
            }
        };
        Ok(Some(text.to_owned()))
    }

    fn named_type(&self, _path: &str) -> Option<String> {
        None
    }

    fn schema_file(&self, _path: &str) -> Result<Vec<u8>, String> {
        Err("there is no such file".to_owned())
    }

    fn template(&self, path: &str) -> Option<String> {
        let (text, functions) = match last_name(path) {
            "identify" => (
                "identify<R: Relation>(id, prefix: String, ...parts) = from R as r \
                 derive { id: stable_id_parts(prefix, ...r.parts) } select { r.*, id }",
                self.function("stable_id_parts"),
            ),
            "with_span" => (
                "with_span<R: Relation>(span, bstart, bend) = from R as r \
                 derive { span: span_make(r.bstart, r.bend) } select { r.*, span }",
                self.function("span_make"),
            ),
            "canonicalize" => (
                "canonicalize<R: Relation>(text, canonical, form: String = \"nfkc\", \
                 casefold: bool = true) = from R as r derive { canonical: case when casefold then lower(r.text) else \
                 concat(form, r.text) end } select { r.*, canonical }",
                Ok(None),
            ),
            "latest" => (
                "latest<R: Relation>(...key, order) = \
                 from R as r distinct on { ...r.key } order by r.order desc",
                Ok(None),
            ),
            _ => return None,
        };
        let functions = functions.ok().flatten().into_iter().collect();
        Some(Bundle { text: text.to_owned(), functions, ..Bundle::default() }.to_text())
    }

    fn relations(&self) -> Vec<String> {
        ["orders", "customers"].map(str::to_owned).to_vec()
    }

    fn functions(&self) -> Vec<String> {
        vec!["clipped".to_owned()]
    }

    fn types(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Every word that stands in quotes in the parser or in the messages, in the cases that SQL has.
fn words() -> BTreeSet<String> {
    const SOURCES: [&str; 14] = [
        include_str!("../view/parse.rs"),
        include_str!("../view/parse/call.rs"),
        include_str!("../view/parse/comparison.rs"),
        include_str!("../view/parse/distinct.rs"),
        include_str!("../view/parse/expression.rs"),
        include_str!("../view/parse/foreign.rs"),
        include_str!("../view/parse/join.rs"),
        include_str!("../view/parse/order.rs"),
        include_str!("../view/parse/param.rs"),
        include_str!("../view/parse/query.rs"),
        include_str!("../view/parse/set.rs"),
        include_str!("../view/parse/source.rs"),
        include_str!("../view/parse/window.rs"),
        include_str!("../view/parse/words.rs"),
    ];
    let quoted = SOURCES.iter().flat_map(|source| source.split('"'));
    let names = quoted.filter(|word| crate::types::is_column_name(word));
    let mut words: BTreeSet<String> = names.map(str::to_owned).collect();
    // A column of each word, in lower case, in upper case, and capitalised.
    for word in words.clone() {
        words.insert(word.to_uppercase());
        let (first, rest) = word.split_at(1);
        words.insert(first.to_uppercase() + rest);
    }
    words.retain(|word| crate::types::is_column_name(word));
    assert!(
        words.contains("LIMIT") && words.contains("by") && words.len() > 200,
        "{}",
        words.len()
    );
    words
}

fn findings(spec: &Printed) -> (Option<model::View>, Findings) {
    findings_with("word", spec)
}

fn findings_with(word: &str, spec: &Printed) -> (Option<model::View>, Findings) {
    let problems = spec.problems();
    if !problems.is_empty() {
        return (None, problems);
    }
    let sink = Sink::new();
    let model = tokens(spec.text(), QUERY_MAX, &sink)
        .and_then(|tokens| check_query(tokens, &Known(word), &sink).model);
    (model, spec.findings(sink.into_diagnostics()))
}

/// What a spec means, or what is wrong with it.
fn checked(spec: &Printed) -> Result<model::View, String> {
    checked_with("word", spec)
}

fn checked_with(word: &str, spec: &Printed) -> Result<model::View, String> {
    match findings_with(word, spec) {
        (Some(model), findings) if findings.is_empty() => Ok(model),
        (_, findings) => {
            let texts: Vec<_> =
                findings.shown.iter().map(|finding| finding.to_text("spec")).collect();
            Err(texts.join("\nerror: "))
        }
    }
}

fn read(json: &str) -> QuerySpec {
    serde_json::from_str(json).unwrap()
}

/// What an expression over `orders` means.
fn meant(expr: &ExprSpec) -> String {
    expr.to_text().unwrap()
}

fn expr(json: &str) -> ExprSpec {
    serde_json::from_str(json).unwrap()
}

#[test]
fn cases() {
    let mut report = String::new();
    for (name, json) in split(CASES) {
        writeln!(report, "=== {name}").unwrap();
        let spec: QuerySpec = match serde_json::from_str(json) {
            Ok(spec) => spec,
            Err(error) => {
                writeln!(report, "unreadable: {error}\n").unwrap();
                continue;
            }
        };
        let again: QuerySpec =
            serde_json::from_str(&serde_json::to_string(&spec).unwrap()).unwrap();
        assert_eq!(again, spec, "{name}");
        let printed = spec.print();
        match checked(&printed) {
            Ok(model) => {
                writeln!(report, "{}\n=> {}\n", printed.text(), columns_to_text(&model.columns))
                    .unwrap();
            }
            Err(errors) => writeln!(report, "error: {errors}\n").unwrap(),
        }
    }
    insta::with_settings!(
        { omit_expression => true, prepend_module_to_snapshot => false },
        { insta::assert_snapshot!("specs", report) }
    );
}

#[test]
fn operands_bind_as_the_spec_nests_them() {
    for (json, text) in [
        (r#"{"mul": [{"add": [1, 2]}, {"sub": [3, {"sub": [4, 5]}]}]}"#, "(1 + 2) * (3 - (4 - 5))"),
        (r#"{"add": [{"add": [1, 2]}, {"mul": [3, 4]}]}"#, "1 + 2 + 3 * 4"),
        (r#"{"neg": {"neg": -5}}"#, "-(-(-5))"),
        (r#"{"neg": {"column": "a.b"}}"#, "-a.b"),
        (r#"{"sub": [1, -1]}"#, "1 - -1"),
        (r#"{"field": {"of": -1, "name": "x"}}"#, "(-1).x"),
        (r#"{"field": {"of": 1, "name": "x"}}"#, "(1).x"),
        (
            r#"{"index": {"of": {"add": [1, 2]}, "at": {"or": [true, false]}}}"#,
            "(1 + 2)[true or false]",
        ),
        (
            r#"{"and": [{"or": [true, false]}, {"not": {"and": [true, false]}}]}"#,
            "(true or false) and not (true and false)",
        ),
        (
            r#"{"or": [{"and": [true, false]}, {"or": [true, false]}]}"#,
            "true and false or (true or false)",
        ),
        (r#"{"not": {"not": {"is_null": {"column": "x"}}}}"#, "not x is not null"),
        (r#"{"eq": [{"eq": [1, 2]}, true]}"#, "(1 == 2) == true"),
        (r#"{"is_null": {"not": true}}"#, "(not true) is null"),
        (r#"{"and": [{"or": [true, {"column": "b"}]}]}"#, "true or b"),
        (r#"{"not": {"and": [{"or": [true, {"column": "b"}]}]}}"#, "not (true or b)"),
        (r#"{"eq": [{"and": [{"add": [1, 2]}]}, 3]}"#, "1 + 2 == 3"),
        (
            r#"{"between": {"value": {"column": "x"}, "low": {"eq": [1, 2]}, "high": 3}}"#,
            "x between (1 == 2) and 3",
        ),
        (
            r#"{"not": {"in": {"value": {"column": "x"}, "items": [1, {"not": true}]}}}"#,
            "x not in (1, not true)",
        ),
        ("[1, [2], 1.5, 1e300, -0.0, null]", "[1, [2], 1.5, 1e300, -0.0, null]"),
        ("-9223372036854775808", "-9223372036854775808"),
        (
            r#""a \"b\" \u0000 \\ \n // /* ' é 🦀 \u202e""#,
            r#""a \"b\" \0 \\ \n // /* ' é 🦀 \u{202e}""#,
        ),
    ] {
        let spec = expr(json);
        assert_eq!(meant(&spec), text, "{json}");
        assert_eq!(expr(&serde_json::to_string(&spec).unwrap()), spec, "{json}");
    }
}

#[test]
fn a_thousand_conditions_are_no_deeper_than_ten() {
    let one = ExprSpec::from(ExprForm::Ne([ExprSpec::column("pieces"), 1.into()]));
    let all = ExprSpec::from(ExprForm::Or(vec![one; 1000]));
    let printed = all.print_over("orders");
    assert!(checked(&printed).is_ok(), "{}", checked(&printed).unwrap_err());
    let wrong = ExprSpec::from(ExprForm::And(vec![ExprSpec::from(true), ExprSpec::column("no")]));
    let mut many = vec![ExprSpec::from(true); 999];
    many.push(wrong);
    let (_, findings) = findings(&ExprSpec::from(ExprForm::And(many)).print_over("orders"));
    let pointers: Vec<_> =
        findings.shown.iter().filter_map(|finding| finding.pointer.as_deref()).collect();
    assert_eq!(pointers, ["/and/999/and/1/column"]);
}

/// A query that reads columns called `§` wherever one can be named.
const ALL_PLACES: &str = r#"{ "from": { "relation": "words", "as": "§" }, "steps": [
    { "window": [{ "name": "§", "window": { "partition_by": [{ "column": "§" }],
        "order_by": [{ "value": { "column": "§.§" } }] } }] },
    { "derive": [
        { "name": "x_a", "value": { "call": { "function": "concat",
            "args": [{ "column": "§" }] } } },
        { "name": "x_b", "value": { "call": { "function": "max", "args": [{ "column": "§" }],
            "over": { "base": "§" } } } },
        { "name": "x_c", "value": { "case": { "when": [{ "if": { "eq": [{ "column": "§" }, "a"] },
            "then": { "column": "§" } }], "else": { "column": "§" } } } },
        { "name": "x_d", "value": { "struct": [{ "name": "§", "value": { "column": "§" } }] } }] },
    { "where": { "and": [
        { "like": { "value": { "column": "§" }, "pattern": "%" } },
        { "in": { "value": { "column": "§" }, "items": [{ "column": "§" }] } },
        { "between": { "value": { "column": "§" }, "low": { "column": "§" },
            "high": { "column": "§" } } },
        { "not": { "eq": [{ "column": "§" }, { "column": "§" }] } },
        { "exists": { "from": { "relation": "words", "as": "others" },
            "steps": [{ "where":
                { "eq": [{ "column": "others.§" }, { "column": "§.§" }] } }] } }] } },
    { "select": [{ "column": "§" }, { "name": "x_s", "value": { "column": "x_d.§" } },
        { "name": "y_§", "value": { "column": "x_b" } }] },
    { "distinct": { "on": [{ "column": "§" }], "order_by": [{ "value": { "column": "§" } }] } },
    { "group": { "by": [{ "column": "§" }, { "column": "x_s" }], "aggregate": [
        { "name": "n", "value": { "call": { "function": "count", "args": [{ "column": "y_§" }],
            "distinct": true, "filter": { "eq": [{ "column": "§" }, "b"] } } } }] } },
    { "union": { "query": { "from": "words", "steps": [
        { "select": [{ "column": "§" }, { "name": "x_s", "value": { "column": "§" } },
            { "name": "n", "value": 1 }] }] } } },
    { "select": [{ "star": { "except": ["x_s"], "rename": [{ "column": "n", "name": "x_n" }] } },
        { "name": "x_§", "value": { "column": "§" } }] },
    { "order_by": [{ "value": { "column": "§" }, "descending": true, "nulls": "first" },
        { "value": { "column": "§" } }] },
    { "limit": 3 } ] }"#;

#[test]
fn a_column_can_be_called_like_any_word() {
    for word in words() {
        let spec = read(&ALL_PLACES.replace('§', &word));
        let model =
            checked_with(&word, &spec.print()).unwrap_or_else(|errors| panic!("{word}: {errors}"));
        let expected = format!("{word}: String, x_n: i64, x_{word}: String");
        assert_eq!(columns_to_text(&model.columns), expected);
    }
}

#[test]
fn what_is_no_name_is_no_name_anywhere() {
    let hostile = [
        "",
        " ",
        "a b",
        "a) or (true",
        "a\"",
        "\"a\"",
        "r#a",
        "a//",
        "a/*",
        "a.",
        ".a",
        "a..b",
        "*",
        "1",
        "1a",
        "'a'",
        "a,b",
        "a;",
        "a\nb",
        "a\u{0}",
        "self",
        "Self",
        "crate",
        "super",
        "_",
        "a::b",
        "{",
        "a\u{202e}b",
        "−",
        "e\u{301} ",
        "from orders",
        "a as b",
        "$a",
        "a'b",
        "🦀",
        "-a",
        "a-b",
        "null)",
        "#a",
    ];
    for name in hostile {
        let column = ExprSpec::column(name).print_over("orders");
        let shown = checked(&column).unwrap_err();
        assert!(shown.contains("V0301"), "{name:?}: {shown}");
        assert!(shown.contains("\n --> spec:/column\n"), "{name:?}: {shown}");
        let quoted = serde_json::to_string(name).unwrap();
        let query = read(&format!(
            r#"{{ "from": "orders",
                "steps": [{{ "select": [{{ "name": {quoted}, "value": 1 }}] }}] }}"#
        ));
        let shown = checked(&query.print()).unwrap_err();
        assert!(shown.contains("V0301") && shown.contains("/steps/0/select/0/name"), "{shown}");
    }
    // A dot, a colon and what follows them are names of their own.
    for name in hostile.iter().filter(|name| !matches!(**name, "a::b" | "self" | "crate" | "super"))
    {
        let call = ExprSpec::call(*name, []).print_over("orders");
        let shown = checked(&call).unwrap_err();
        assert!(
            shown.contains("V0301") && shown.contains("spec:/call/function\n"),
            "{name:?}: {shown}"
        );
    }
}

#[test]
fn a_type_is_a_type_and_nothing_else() {
    let cast = |to: &str| {
        let cast = CastSpec { value: ExprSpec::column("pieces"), to: to.to_owned() };
        checked(&ExprSpec::from(ExprForm::Cast(cast)).print_over("orders"))
    };
    for (to, text) in [
        ("Decimal<12,2>", "Decimal<12, 2>"),
        (" i32 // the last", "i32"),
        ("i32 /* ) */", "i32"),
        ("\ni32\n", "i32"),
    ] {
        assert_eq!(columns_to_text(&cast(to).unwrap().columns), format!("value: {text}"));
    }
    for to in [
        "",
        "i32)",
        "i32) or (true",
        "i32, i32",
        "1",
        "strng",
        "i32; x",
        "(",
        "\"i32\"",
        &"(".repeat(1000),
    ] {
        let shown = cast(to).unwrap_err();
        assert!(shown.contains("spec:/cast/to\n"), "{to}: {shown}");
    }
    for to in
        ["Map<String, List<{ a: i64, r#type: Option<Bytes> }>>", "[u8; 16]", "crate::types::Span"]
    {
        let cast = CastSpec { value: ExprSpec::default(), to: to.to_owned() };
        let text = ExprSpec::from(ExprForm::Cast(cast)).to_text().unwrap();
        assert_eq!(text, format!("cast(null as {to})"));
    }
}

#[test]
fn texts_are_themselves() {
    for text in [
        "\") or (\"",
        "\\",
        "\\\"",
        "'",
        "\u{0}",
        "// x",
        "{}",
        "r#\"",
        "%",
        "\r\n",
        "\u{feff}",
        "null",
    ] {
        let equal = ExprForm::Eq([ExprSpec::column("note"), text.into()]);
        let model = checked(&ExprSpec::from(equal).print_over("orders")).unwrap();
        let literal = format!("{model:?}");
        assert!(literal.contains(&format!("String({text:?})")), "{text:?}: {literal}");
    }
}

#[test]
fn what_nests_too_deeply_is_an_error() {
    let mut deep = ExprSpec::from(true);
    for _ in 0..100_000 {
        deep = ExprForm::Not(deep).into();
    }
    let shown = checked(&deep.print_over("orders")).unwrap_err();
    assert!(shown.contains("V0018"), "{}", shown.lines().next().unwrap());
    // Dropping it would recurse.
    std::mem::forget(deep);
    let mut deep = ExprSpec::from(true);
    for _ in 0..100 {
        deep = ExprForm::And(vec![deep, true.into()]).into();
    }
    let shown = checked(&deep.print_over("orders")).unwrap_err();
    assert!(shown.contains("V0018") && shown.contains("spec:/and/0/and/0"), "{shown:.200}");
}

#[test]
fn a_text_that_is_too_long_is_an_error() {
    let long = ExprSpec::call("concat", vec![ExprSpec::from("x".repeat(1000)); 100]);
    let shown = checked(&long.print_over("orders")).unwrap_err();
    assert!(shown.starts_with("the text has ") && shown.contains("V0278"), "{shown:.200}");
}

#[test]
fn of_many_problems_the_first_are_shown() {
    let many =
        ExprSpec::call("concat", vec![ExprSpec::column("a b"); 80]).print_over("orders").problems();
    assert_eq!((many.shown.len(), many.left_out), (50, 30));
    let first: &Finding = &many.shown[1];
    assert_eq!(first.pointer.as_deref(), Some("/call/args/1/column"));
}

#[test]
fn pointers_escape_what_names_hold() {
    let call = CallSpec {
        function: "clipped".to_owned(),
        named: [("a/b~c".to_owned(), 1.into())].into(),
        ..CallSpec::default()
    };
    let printed = ExprSpec::from(ExprForm::Call(Box::new(call))).print_over("orders");
    let pointer = printed.problems().shown[0].pointer.clone();
    assert_eq!(pointer.as_deref(), Some("/call/named/a~1b~0c"));
}
