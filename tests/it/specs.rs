//! Queries and expressions as data: what they give, and what is said of those that are
//! wrong, by the library and by the command line.

use std::io::Write as _;
use std::process::Stdio;

use arrow::util::pretty::pretty_format_batches;
use belvedere::Runtime;
use belvedere::query::{read_expr, read_query};
use belvedere::spec::{ExprForm, ExprSpec};

use crate::command_line::{belvedere, command};
use crate::support::warehouse::Lab;

async fn published() -> Lab {
    let lab = Lab::with_files();
    lab.run().await;
    lab
}

fn runtime(lab: &Lab) -> Runtime {
    Runtime::builder().threads(2).warehouse(&lab.warehouse).build().unwrap()
}

async fn rows_of(query: belvedere::query::Query<'_>) -> String {
    pretty_format_batches(&query.collect().await.unwrap()).unwrap().to_string()
}

async fn error(lab: &Lab, json: &str) -> String {
    match read_query(json) {
        Ok(spec) => runtime(lab).query_spec(&spec).collect().await.unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

/// A spec and the text that it means give the same plan, and so the same rows.
async fn check(runtime: &Runtime, json: &str, text: &str) -> String {
    let spec = read_query(json).unwrap();
    let (query, same) = (runtime.query_spec(&spec), runtime.query(text));
    assert_eq!(query.columns().await.unwrap(), same.columns().await.unwrap());
    assert_eq!(query.plan().await.unwrap().display(), same.plan().await.unwrap().display());
    rows_of(query).await
}

#[tokio::test]
async fn a_spec_gives_the_rows_of_the_text_that_it_means() {
    let lab = published().await;
    let json = r#"{ "version": 1,
        "params": [{ "name": "least", "type": "i64", "default": 1 }],
        "from": { "relation": "lines", "as": "l" },
        "steps": [
            { "join": { "source": { "relation": "files", "as": "f" },
                "on": { "eq": [{ "column": "f.path" }, { "column": "l.path" }] } } },
            { "where": { "and": [{ "not": { "is_null": { "column": "l.text" } } },
                { "ge": [{ "column": "l.number" }, { "column": "least" }] }] } },
            { "group": { "by": [{ "column": "l.path" }, { "column": "f.bytes" }], "aggregate": [
                { "name": "n", "value": { "call": { "function": "count" } } },
                { "name": "longest", "value": { "call": { "function": "max", "args": [
                    { "call": { "function": "length", "args": [{ "column": "l.text" }] } }] } } }] } },
            { "order_by": [{ "value": { "column": "path" }, "descending": true }] }
        ] }"#;
    let text = "param least: i64 = 1 from lines as l join files as f on f.path == l.path \
                where l.text is not null and l.number >= least \
                group by { l.path, f.bytes } aggregate { n: count(), longest: max(length(l.text)) } \
                order by path desc";
    let runtime = runtime(&lab);
    let expected = "\
+-------+-------+---+---------+
| path  | bytes | n | longest |
+-------+-------+---+---------+
| c.txt | 5     | 1 | 4       |
| b.txt | 12    | 2 | 5       |
| a.txt | 8     | 2 | 3       |
+-------+-------+---+---------+";
    assert_eq!(check(&runtime, json, text).await, expected);
    let spec = read_query(json).unwrap();
    let second = runtime.query_spec(&spec).param("least", 2);
    assert_eq!(
        second.collect().await.unwrap().iter().map(|batch| batch.num_rows()).sum::<usize>(),
        2
    );
    // What is stored as data comes back as it was.
    let stored = serde_json::to_string(&spec).unwrap();
    assert_eq!(read_query(&stored).unwrap(), spec);
}

#[tokio::test]
async fn the_steps_of_templates_are_the_templates() {
    let lab = published().await;
    let runtime = runtime(&lab);
    for (step, text) in [
        (
            r#"{ "identify": { "kind": "line", "parts": ["path", "number"], "into": "id" } }"#,
            "from identify<lines>(id, \"line\", path, number) as lines",
        ),
        (
            r#"{ "with_span": { "start": "number", "end": "ends", "into": "span" } }"#,
            "with s = (from lines derive { ends: number + 1 }) \
             from with_span<s>(span, number, ends) as lines",
        ),
        (
            r#"{ "canonicalize":
                { "column": "path", "into": "plain", "form": "nfc", "casefold": false } }"#,
            "from canonicalize<lines>(path, plain, form: \"nfc\", casefold: false) as lines",
        ),
        (
            r#"{ "latest": { "keys": ["path"], "order": "number" } }"#,
            "from latest<lines>(path, number) as lines",
        ),
        (
            r#"{ "latest": { "keys": ["path", "text"], "order": "number" } }"#,
            "from latest<lines>(path, text, number) as lines",
        ),
    ] {
        let before = match step.contains("with_span") {
            true => {
                r#"{ "derive": [
                    { "name": "ends", "value": { "add": [{ "column": "number" }, 1] } }] }, "#
            }
            false => "",
        };
        let order = r#", { "order_by": [
            { "value": { "column": "path" } }, { "value": { "column": "number" } }] }"#;
        let json = format!(r#"{{ "from": "lines", "steps": [{before}{step}{order}] }}"#);
        let spec = read_query(&json).unwrap();
        let same = runtime.query(format!("{text} order by path, number"));
        assert_eq!(rows_of(runtime.query_spec(&spec)).await, rows_of(same).await, "{step}");
    }
    // In one query, in this order, over what conditions leave.
    let json = r#"{ "from": { "relation": "lines", "as": "l" }, "steps": [
        { "where": { "not": { "is_null": { "column": "l.text" } } } },
        { "canonicalize": { "column": "text", "into": "plain" } },
        { "identify": { "kind": "line", "parts": ["plain"], "into": "id" } },
        { "latest": { "keys": ["path"], "order": "number" } },
        { "select": [{ "column": "l.path" }, { "column": "plain" },
            { "name": "kind", "value": { "call": { "function": "substr",
                "args": [{ "column": "id" }, 1, 5] } } }] },
        { "order_by": [{ "value": { "column": "path" } }] } ] }"#;
    let expected = "\
+-------+-------+-------+
| path  | plain | kind  |
+-------+-------+-------+
| a.txt | two   | line: |
| b.txt | four  | line: |
| c.txt | five  | line: |
+-------+-------+-------+";
    assert_eq!(rows_of(runtime.query_spec(&read_query(json).unwrap())).await, expected);
}

#[tokio::test]
async fn an_expression_is_checked_over_a_relation() {
    let lab = published().await;
    let runtime = runtime(&lab);
    let expr = read_expr(r#"{ "mul": [{ "column": "bytes" }, 2] }"#).unwrap();
    let columns = runtime.expr_spec("files", &expr).columns().await.unwrap();
    assert_eq!(columns[0].to_string(), "value: i64");
    let built = ExprSpec::from(ExprForm::Mul([ExprSpec::column("bytes"), 2.into()]));
    assert_eq!(built, expr);
    let wrong = ExprSpec::call("lower", [ExprSpec::column("byts")]);
    let error = runtime.expr_spec("files", &wrong).columns().await.unwrap_err();
    let expected = "no column `byts` in `files` [V0050]\n       help: did you mean `bytes`?\n \
                    --> spec:/call/args/0/column\n  |\n1 | from files select { value: lower(byts) }\n  \
                    |                                  ^^^^";
    assert_eq!(error.to_string(), expected);
    let error = runtime.expr_spec("fi les", &expr).columns().await.unwrap_err().to_string();
    assert!(error.starts_with("`fi les` is no name [V0301]"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_node() {
    let lab = published().await;
    let json = r#"{ "from": { "relation": "files", "as": "f" }, "steps": [
        { "where": { "gt": [{ "column": "f.byts" }, 3] } },
        { "select": [{ "name": "x", "value": { "call": { "function": "utf8_normalise",
            "args": [{ "column": "f.path" }] } } }] } ] }"#;
    let expected = "\
no column `byts` in `f` (files) [V0050]
       help: did you mean `bytes`?
 --> spec:/steps/0/where/gt/0/column
  |
2 | where f.byts > 3
  |         ^^^^
error: no function is called `utf8_normalise` [V0271]
       help: did you mean `utf8_normalize`?
 --> spec:/steps/1/select/0/value/call/function
  |
3 | select { x: utf8_normalise(f.path) }
  |             ^^^^^^^^^^^^^^";
    assert_eq!(error(&lab, json).await, expected);
    let json = "{\n  \"from\": \"files\",\n  \"steps\": [{ \"where\": { \"colum\": \"a\" } }]\n}";
    let expected = "\
the spec cannot be read: no form of expressions is called `colum`; did you mean `column`? [V0300]
 --> spec:/steps/0/where/colum
  |
3 |   \"steps\": [{ \"where\": { \"colum\": \"a\" } }]
  |                          ^^^^^^^";
    assert_eq!(error(&lab, json).await, expected);
    for (json, expected) in [
        (
            r#"{ "from": "files", "steps": [{ "group": [{ "column": "path" }] }] }"#,
            "\
the spec cannot be read: expected an object with `by`, `aggregate`, found a list [V0300]
 --> spec:/steps/0/group
  |
1 | { \"from\": \"files\", \"steps\": [{ \"group\": [{ \"column\": \"path\" }] }] }
  |                                         ^",
        ),
        (
            r#"{ "from": "files", "from": "lines" }"#,
            "\
the spec cannot be read: `from` stands twice in this object [V0300]
       help: leave one of them out
 --> spec:/from
  |
1 | { \"from\": \"files\", \"from\": \"lines\" }
  |                    ^^^^^^",
        ),
        (
            r#"{ "from": "files", "steps": [{ "select": ["path"] }] }"#,
            "\
`\"path\"` is a text, not a column [V0307]
       help: the column is `{\"column\": \"path\"}`, the text is `{\"name\": \"…\", \"value\": \"path\"}`
 --> spec:/steps/0/select/0
  |
2 | select { \"path\" }
  |          ^^^^^^",
        ),
    ] {
        assert_eq!(error(&lab, json).await, expected);
    }
    let expected = "the spec has version 2, and this program reads version 1 [V0302]";
    assert_eq!(error(&lab, r#"{ "version": 2, "form": [] }"#).await, expected);
}

#[tokio::test]
async fn numbers_are_what_is_written_or_refused() {
    let lab = published().await;
    let json = "{ \"from\": \"files\",\n  \"steps\": [{ \"where\": { \"lt\": \
                [{ \"column\": \"bytes\" }, 18446744073709551616] } }] }";
    let expected = "\
this number does not fit into 64 bits [V0072]
       help: as a decimal it is `cast(\"18446744073709551616\" as Decimal<20, 0>)`
 --> spec:/steps/0/where/lt/1
  |
2 |   \"steps\": [{ \"where\": { \"lt\": [{ \"column\": \"bytes\" }, 18446744073709551616] } }] }
  |                                                        ^^^^^^^^^^^^^^^^^^^^";
    assert_eq!(error(&lab, json).await, expected);
    let json = r#"{ "from": "files", "steps": [{ "limit": "10" }] }"#;
    let expected = "\
the spec cannot be read: expected a whole number from 0 on, found the text \"10\" [V0300]
       help: without quotes, point and exponent
 --> spec:/steps/0/limit
  |
1 | { \"from\": \"files\", \"steps\": [{ \"limit\": \"10\" }] }
  |                                         ^^^^";
    assert_eq!(error(&lab, json).await, expected);
    let spec = read_query(
        r#"{ "from": "files", "steps": [{ "select": [{ "name": "x", "value": 449.49106478873813 }] }] }"#,
    );
    assert_eq!(spec.unwrap().to_text().unwrap(), "from files\nselect { x: 449.49106478873813 }");
}

#[tokio::test]
async fn hostile_specs_end_with_an_error() {
    let lab = published().await;
    let deep = |n: usize| format!("{}true{}", "{\"not\":".repeat(n), "}".repeat(n));
    let query = |expr: &str| format!(r#"{{"from":"files","steps":[{{"where":{expr}}}]}}"#);
    let many = |step: &str, n: usize| {
        format!(r#"{{"from":"files","steps":[{}]}}"#, vec![step; n].join(","))
    };
    for (json, code, part) in [
        ("x".repeat(2 << 20), "V0300", "no more than 1048576 are read"),
        (query(&deep(100_000)), "V0300", "it nests more than 128 deep"),
        (query(&deep(100)), "V0018", "spec:/steps/0/where/not/not"),
        (query(&format!("[{}1]", "1,".repeat(100_000))), "V0278", " --> spec"),
        (many(r#"{"where":true}"#, 300), "V0279", "spec:/steps/299"),
        (
            many(r#"{"identify":{"kind":"a","parts":["path"],"into":"path"}}"#, 300),
            "V0",
            "spec:/steps/",
        ),
        (query(r#"{"column":"a) or (true"}"#), "V0301", "spec:/steps/0/where/column"),
        (query(r#"{"column":"path; drop table files"}"#), "V0301", "spec:/steps/0/where/column"),
        (query(r#"{"call":{"function":"now() or lower","args":[]}}"#), "V0301", "call/function"),
        (
            query(r#"{"cast":{"value":1,"to":"bool) or (true"}}"#),
            "V0275",
            "spec:/steps/0/where/cast/to",
        ),
        (query(r#"{"column":"\u0000"}"#), "V0301", "spec:/steps/0/where/column"),
        (r#"{"from":""}"#.to_owned(), "V0301", "spec:/from"),
        (r#"{"from":"files) union all (from lines"}"#.to_owned(), "V0301", "spec:/from"),
        (r#"{"from":"where"}"#.to_owned(), "V0270", "spec:/from"),
        (String::new(), "V0300", "the spec cannot be read: it is empty"),
        ("null".to_owned(), "V0300", "null"),
        ("[]".to_owned(), "V0300", "expected an object with `$schema`, `version`, `params`"),
        ("{}".to_owned(), "V0300", "`from` is missing in this object"),
        ("{\"from\":\"files\"".to_owned(), "V0300", "it ends before it is complete"),
        ("{\"from\":\"größe\", \"stéps\": []}".to_owned(), "V0300", "spec:/stéps"),
    ] {
        let error = error(&lab, &json).await;
        let shown: String = error.chars().take(400).collect();
        assert!(error.contains(code) && error.contains(part), "{code} {part}: {shown}");
        assert!(error.len() < 100_000, "{code}: {} bytes", error.len());
    }
    // A text in a spec is a text, whatever stands in it.
    let json = query(r#"{"eq":[{"column":"path"},"a.txt\" or true or path == \""]}"#);
    let spec = read_query(&json).unwrap();
    assert!(runtime(&lab).query_spec(&spec).collect().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_answers_specs() {
    let lab = published().await;
    let file = |name: &str, text: &str| {
        let path = lab.source.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let json = r#"{ "params": [{ "name": "least", "type": "i64" }], "from": "files", "steps": [
        { "where": { "gt": [{ "column": "bytes" }, { "column": "least" }] } },
        { "select": [{ "column": "path" }] }, { "order_by": [{ "value": { "column": "path" } }] }] }"#;
    let good = file("good.json", json);
    let done = belvedere(
        &lab.warehouse,
        &["query", "--spec", &good, "--param", "least=6", "--format", "csv"],
    );
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "path\na.txt\nb.txt\n", ""));
    let done = belvedere(&lab.warehouse, &["query", "--spec", &good, "--as-text"]);
    let text =
        "param least: i64\nfrom files\nwhere bytes > least\nselect { path }\norder by path\n";
    assert_eq!((done.code, done.out.as_str()), (0, text));

    let mut command = command(&lab.warehouse, &["query", "--spec", "-", "--format", "csv"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let input = r#"{ "from": "files", "steps": [{ "select": [{ "column": "byts" }] }] }"#;
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let expected = "error: no column `byts` in `files` [V0050]\n       help: did you mean `bytes`?\n \
                    --> standard input:/steps/0/select/0/column\n  |\n2 | select { byts }\n  |          ^^^^\n";
    assert_eq!((output.status.code(), err.as_str()), (Some(1), expected));

    let wrong = file("wrong.json", "{ \"from\": \"files\", \"step\": [] }");
    let done = belvedere(&lab.warehouse, &["query", "--spec", &wrong]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains(&format!(" --> {wrong}:/step\n")), "{}", done.err);
    let done = belvedere(&lab.warehouse, &["query", "--spec", "nowhere.json"]);
    assert!(done.err.starts_with("error: `nowhere.json` cannot be read: "), "{}", done.err);
    let done = belvedere(&lab.warehouse, &["query", "from files", "--spec", &good]);
    assert_eq!(done.code, 2);
    let done = belvedere(&lab.warehouse, &["explain", "V0301"]);
    assert!(done.out.starts_with("V0301: Names of columns, relations"), "{}", done.out);
}

/// The page shows a spec and the text that it means.
#[test]
fn the_page_says_what_the_spec_means() {
    let page = include_str!("../../docs/specs.md");
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let spec = read_query(block("json")).unwrap();
    assert_eq!(format!("{}\n", spec.to_text().unwrap()), block("text"));
}
