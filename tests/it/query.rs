//! The language at run time: queries over what is published, by the library and by the command line,
//! and files that are checked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

use arrow::array::{Array as _, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches;
use belvedere::Runtime;
use belvedere::query::QueryError;
use belvedere_lang::view::builtins;

use crate::command_line::{belvedere, command};
use crate::support::warehouse::{Lab, cells};

async fn published() -> Lab {
    let lab = Lab::with_files();
    lab.run().await;
    lab
}

fn runtime(lab: &Lab) -> Runtime {
    Runtime::builder().threads(2).warehouse(&lab.warehouse).build().unwrap()
}

async fn rows(lab: &Lab, text: &str) -> String {
    let batches = runtime(lab).query(text).collect().await.unwrap();
    pretty_format_batches(&batches).unwrap().to_string()
}

async fn error(lab: &Lab, text: &str) -> String {
    runtime(lab).query(text).collect().await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_text_gives_rows_of_what_is_published() {
    let lab = published().await;
    let text = "from lines as l\n\
                join files as f on f.path == l.path\n\
                where l.text is not null\n\
                group by { l.path, f.bytes } aggregate { n: count(), longest: max(length(l.text)) }\n\
                order by path desc";
    let expected = "\
+-------+-------+---+---------+
| path  | bytes | n | longest |
+-------+-------+---+---------+
| c.txt | 5     | 1 | 4       |
| b.txt | 12    | 2 | 5       |
| a.txt | 8     | 2 | 3       |
+-------+-------+---+---------+";
    assert_eq!(rows(&lab, text).await, expected);
    let columns = runtime(&lab).query(text).columns().await.unwrap();
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    assert_eq!(columns, ["path: String", "bytes: i64", "n: i64", "longest: i32"]);
}

/// The page of the built-ins and the docstrings of Python show them.
#[tokio::test]
async fn examples_of_built_ins_are_so() {
    let lab = published().await;
    let runtime = runtime(&lab);
    let mut wrong = Vec::new();
    for builtin in builtins::all() {
        for example in &builtin.examples {
            let text = example.query("files order by path limit 1");
            let values = match runtime.query(&text).collect().await {
                Ok(batches) => values(&batches),
                Err(error) => vec![error.to_string()],
            };
            if values != example.values {
                wrong.push(format!("{text}\n  {values:?}"));
            }
        }
        if builtin.examples.is_empty() {
            wrong.push(format!("no example: {builtin}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The values of the only column, as they are printed.
fn values(batches: &[RecordBatch]) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batches.iter().map(|batch| batch.column(0));
    let values = columns.flat_map(|column| {
        let format = ArrayFormatter::try_new(column, &options).unwrap();
        (0..column.len()).map(|row| format.value(row).to_string()).collect::<Vec<_>>()
    });
    values.collect()
}

#[tokio::test]
async fn what_other_languages_have_is_there_in_the_form_of_this_one() {
    let lab = published().await;
    // A `;` ends a query, and an empty list has its type from a cast.
    let text = "from files where bytes == 8
        select { none: cast([] as List<String>), some: [path], all: cast([] as List<{ n: i64 }>),
                 either: case when bytes == 8 then cast([] as List<i64>) else [bytes] end };";
    let expected = "\
+------+---------+-----+--------+
| none | some    | all | either |
+------+---------+-----+--------+
| []   | [a.txt] | []  | []     |
+------+---------+-----+--------+";
    assert_eq!(rows(&lab, text).await, expected);
    // Dates become columns.
    let text = "from files derive { day: cast(\"2024-02-29\" as Date) }
        pivot { count() } for day in
            (cast(\"2024-02-29\" as Date) as leap, cast(\"2024-03-01\" as Date) as next)";
    let expected = "\
+------+------+
| leap | next |
+------+------+
| 3    | 0    |
+------+------+";
    assert_eq!(rows(&lab, text).await, expected);
}

#[tokio::test]
async fn a_limit_holds_where_no_column_is_read() {
    let lab = published().await;
    for (text, expected) in [
        ("from lines limit 2 select { x: 1 }", 2),
        ("from lines select { x: 1 } limit 3", 3),
        ("from lines limit 0 aggregate { n: count() }", 1),
        ("from lines limit 4 aggregate { n: count() } where n == 4", 1),
        ("from lines aggregate { n: count() } where n > 4", 1),
        ("from (from lines limit 2 select { x: 1 }) as a cross join files as f select { x: 1 }", 6),
    ] {
        let batches = runtime(&lab).query(text).collect().await.unwrap();
        let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
        assert_eq!(rows, expected, "{text}");
    }
}

#[tokio::test]
async fn functions_are_found_by_rust_path_and_by_sql_name() {
    let lab = published().await;
    for text in [
        "from files where path == \"a.txt\" select { x: utf8_normalize(path) }",
        "from files where path == \"a.txt\" select { x: belvedere_udfs::text::utf8_normalize(path) }",
        "from files where path == \"a.txt\" select { x: crate::text::utf8_normalize(path) }",
    ] {
        assert!(rows(&lab, text).await.contains("| a.txt |"), "{text}");
    }
}

#[tokio::test]
async fn all_errors_of_a_text_are_told_at_once() {
    let lab = published().await;
    let text = "from lines as l\nwhere l.nmber > 1 and l.path == 'a.txt'\nselect { x: utf8_normalise(l.path) }";
    let expected = "\
no column `nmber` in `l` (lines) [V0050]
       help: did you mean `number`?
 --> query:2:9
  |
2 | where l.nmber > 1 and l.path == 'a.txt'
  |         ^^^^^
error: text is written in double quotes [V0021]
       help: `\"a.txt\"`
 --> query:2:33
  |
2 | where l.nmber > 1 and l.path == 'a.txt'
  |                                 ^^^^^^^
error: no function is called `utf8_normalise` [V0271]
       help: did you mean `utf8_normalize`?
 --> query:3:13
  |
3 | select { x: utf8_normalise(l.path) }
  |             ^^^^^^^^^^^^^^";
    assert_eq!(error(&lab, text).await, expected);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let lab = published().await;
    let unpublished = error(&lab, "from source_files").await;
    assert!(unpublished.starts_with("`source_files` is not published\nhelp: "), "{unpublished}");
    let unknown = error(&lab, "from fles").await;
    assert!(unknown.contains("did you mean `files`?"), "{unknown}");
    let nowhere = Runtime::builder().build().unwrap();
    let error = nowhere.query("from files").collect().await.unwrap_err();
    assert!(matches!(error, QueryError::NoWarehouse), "{error}");
    let empty = Runtime::builder().warehouse(lab.source.join("nothing")).build().unwrap();
    let error = empty.query("from source_files").collect().await.unwrap_err().to_string();
    assert!(error.starts_with("nothing is published in the warehouse"), "{error}");
}

#[tokio::test]
async fn a_failure_of_a_row_says_where() {
    let lab = published().await;
    let text = "from files select { x: cast(path as i64) }";
    let error = error(&lab, text).await;
    assert!(error.contains("Cannot cast string") && error.contains("in `cast("), "{error}");
    assert!(error.contains("help: `try_cast`"), "{error}");
}

/// The engine is asked before any row is read, and of the files' own columns it is not.
#[tokio::test]
async fn constants_that_have_no_value_are_errors_of_the_text() {
    let lab = published().await;
    for (value, reason) in [
        ("make_date(2024, 13, 1)", "no month has the number 13"),
        ("regexp_like(path, \"(\")", "a pattern is no regular expression, unclosed group"),
        (
            "regexp_match(path, \"a\", \"q\")",
            "a pattern is no regular expression, unrecognized flag",
        ),
        ("map([\"a\", \"a\"], [1, 2])", "map key must be unique, duplicate key found: a"),
        ("9223372036854775807 + 1", "Overflow happened on: 9223372036854775807 + 1"),
        ("date_part(\"day\", make_date(2024, 2, 32))", "no day has the number 32"),
    ] {
        let text = format!("from files where bytes < 0 select {{ a: {value} }}");
        let error = runtime(&lab).query(text).columns().await.unwrap_err().to_string();
        let (first, rest) = error.split_once('\n').unwrap();
        let (help, place) = rest.split_once('\n').unwrap();
        assert_eq!(
            first,
            format!("this is the same for all rows and has no value: {reason} [V0124]"),
            "{value}"
        );
        let guards = "`case when … then … end` guards what is not to be computed for every row";
        assert_eq!(help.trim_start(), format!("help: {guards}"));
        assert!(place.ends_with(&"^".repeat(value.len())), "{place}");
    }
    for value in [
        "make_date(2024, 12, 1)",
        "try_cast(\"x\" as i64)",
        "regexp_replace(path, \"(a)\", \"b\")",
        "make_date(cast(bytes as i32), 13, 1)",
        "coalesce(nullif(1, 1), 2)",
        "lpad(\"x\", 100000000)",
        "[1][9223372036854775807]",
        "case when bytes < 0 then make_date(2024, 13, 1) end",
        "case when bytes >= 0 then 1 when 1 / 0 > 2 then 2 else 3 % 0 end",
        "case when false then 1 / 0 else 2 end",
        "coalesce(bytes, date_part(\"day\", make_date(2024, 13, 1)))",
    ] {
        let text = format!("from files where bytes < 0 select {{ a: {value} }}");
        let columns = runtime(&lab).query(text).columns().await;
        assert!(columns.is_ok(), "{value}: {}", columns.unwrap_err());
    }
}

/// A branch that no row takes is computed for none.
#[tokio::test]
async fn what_a_branch_guards_fails_where_a_row_takes_it() {
    let lab = published().await;
    let ask = async |from: &str, value: &str| {
        let text = format!("{from} select {{ a: {value} }} distinct");
        runtime(&lab).query(text).collect().await.map(|rows| cells(&rows))
    };
    for value in [
        "case when bytes < 0 then 1 / 0 else 2 end",
        "case when bytes >= 0 then 2 when 1 / 0 > 2 then 3 % 0 else 4 end",
        "case when false then 1 / 0 else 2 end",
        "case when bytes < 0 then try_cast(\"many\" as i64) else 2 end",
        "case when bytes < 0 then date_part(\"day\", make_date(2024, 13, 1)) else 2 end",
        "coalesce(nullif(2, bytes), case when bytes < 0 then 1 / 0 else 3 end)",
    ] {
        let rows = ask("from files where bytes != 2", value).await;
        assert_eq!(rows.unwrap_or_else(|error| panic!("{value}: {error}")), ["2"], "{value}");
    }
    for (value, reason) in [
        ("case when bytes >= 0 then 1 / 0 else 2 end", "division by zero in `1 / 0`"),
        // Casts of constants the engine computes when it plans.
        (
            "case when bytes < 0 then cast(\"2024-1-45\" as Date) end",
            "this is the same for all rows and has no value: ",
        ),
    ] {
        let error = ask("from files", value).await.unwrap_err().to_string();
        assert!(error.contains(reason), "{value}: {error}");
    }
}

/// What is documented is so, and one more is refused.
#[tokio::test]
async fn parentheses_nest_41_deep() {
    let lab = published().await;
    let ask = async |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let text = format!("from files where {open}bytes >= 0{close} aggregate {{ n: count() }}");
        runtime(&lab).query(text).collect().await
    };
    assert_eq!(cells(&ask(41).await.unwrap()), ["3"]);
    let error = ask(42).await.unwrap_err().to_string();
    assert!(
        error.starts_with(
            "this is nested too deeply [V0018]\n       \
             help: compute a part of it in `derive { … }`, or write `x in (…)` for many `==`\n"
        ),
        "{error}"
    );
}

/// The most steps that a text may have, of kinds that no optimizer joins together.
#[test]
fn the_deepest_plan_has_stack_enough() {
    let executor = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    executor.block_on(async {
        let lab = published().await;
        let mut text = "from lines ".to_owned();
        for step in 0..99 {
            write!(text, "limit {} derive {{ n{step}: number + {step} }} ", 1000 - step).unwrap();
        }
        text.push_str("select { path }");
        let runtime = runtime(&lab);
        let batches =
            tokio::spawn(async move { runtime.query(text).collect().await }).await.unwrap();
        let rows: usize = batches.unwrap().iter().map(|batch| batch.num_rows()).sum();
        assert_eq!(rows, 6);
    });
}

#[tokio::test]
async fn hostile_texts_end_with_an_error() {
    let lab = published().await;
    let many = "where true ".repeat(10_000);
    for (text, code) in [
        ("x".repeat(10 << 20), "V0278"),
        ("(".repeat(50_000), "V0018"),
        (format!("from files where {}", "not ".repeat(10_000)), "V0018"),
        (format!("from files where {}true", "true and ".repeat(5_000)), "V0018"),
        (format!("from files {many}")[..60_000].to_owned(), "V0279"),
        ("from files\0".to_owned(), "V0277"),
        ("from files where path == \"".to_owned(), "V0274"),
        ("from files } }".to_owned(), "V0275"),
        (format!("from files select {{ {} }}", "path, ".repeat(10_000)), "V0058"),
    ] {
        let error = error(&lab, &text).await;
        assert!(error.contains(code), "{code}: {}", &error[..error.len().min(300)]);
        assert!(error.len() < 100_000, "{code}: {} bytes", error.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_has_the_formats_of_sql() {
    let lab = published().await;
    let text = "from files where bytes > 5 select { path, bytes } order by path";
    let done = belvedere(&lab.warehouse, &["query", text]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.out.contains("| a.txt | 8     |\n| b.txt | 12    |"), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["query", text, "--format", "csv"]);
    assert_eq!(done.out, "path,bytes\na.txt,8\nb.txt,12\n");
    let done = belvedere(&lab.warehouse, &["query", "from lines", "--max-rows", "2"]);
    assert!(done.err.contains("only the first 2 rows are shown"), "{}", done.err);
    let done = belvedere(&lab.warehouse, &["query", "from fils where"]);
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.err.contains("error: no table or view is called `fils` [V0270]"), "{}", done.err);
    assert!(done.err.contains("error: expected"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_read_from_standard_input() {
    let lab = published().await;
    for (text, code, part) in [
        ("from files\nwhere bytes == 8".to_owned(), 0, "a.txt"),
        ("from files\nwhere byts == 8".to_owned(), 1, "query:2:7"),
        (
            "from files where path == \";\";\nfrom files where bytes == 8; // done\n".to_owned(),
            0,
            "| a.txt | 8     |",
        ),
        ("from files;\nfrom files; from files where byts == 8;".to_owned(), 1, "query:2:30"),
        (" // nothing".to_owned(), 1, "error: "),
        ("x".repeat(10 << 20), 1, "no more than 65536 are read"),
    ] {
        let args = if text.len() % 2 == 0 { &["query", "-"][..] } else { &["query"] };
        let mut command = command(&lab.warehouse, args);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        let all = [done.stdout, done.stderr].concat();
        let all = String::from_utf8(all).unwrap();
        assert_eq!(done.status.code(), Some(code), "{all}");
        assert!(all.contains(part), "{all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_checked_against_the_program_and_the_warehouse() {
    let lab = published().await;
    let file = |name: &str, text: &str| {
        let path = lab.source.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file(
        "good.view",
        "use crate::tables::files;\n\n\
         view! { pub a = from b as b join source_files as s on s.path == b.path select { s.path } }\n\
         view! { pub b = from files where bytes > 3 }\n",
    );
    let bare = file("bare.view", "from lines where number > 3 select { path }");
    let done = belvedere(&lab.warehouse, &["check", &good, &bare]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    assert_eq!(done.err, "no errors in 2 files with 3 tables and views\n");

    let bad = file("bad.view", "view! {\n    pub a = from files where byts > 3\n}\n");
    let nowhere = lab.source.join("nowhere.view");
    let done = belvedere(&lab.warehouse, &["check", &bad, nowhere.to_str().unwrap(), &bare]);
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    let expected = format!(
        "error: no column `byts` in `files` [V0050]\n       help: did you mean `bytes`?\n \
         --> {bad}:2:30\n  |\n2 |     pub a = from files where byts > 3\n  \
         |                              ^^^^\n\
         error: `{}` cannot be read: No such file or directory (os error 2)\n",
        nowhere.display()
    );
    assert_eq!(done.err, expected);
    // Without a warehouse there are the tables and views of the program.
    let done = belvedere(&lab.source.join("none"), &["check", &good]);
    assert!(done.err.contains("no table or view is called `files`"), "{}", done.err);
}
