//! What the command line says of what it cannot do, whole: in words of the language, with a way out.

use std::io::Write as _;
use std::process::Stdio;

use crate::command_line::{belvedere, command};
use crate::support::warehouse::Lab;

async fn published() -> Lab {
    let lab = Lab::with_files();
    lab.run().await;
    lab
}

/// What a query is answered with, the text and its carets aside.
fn said(lab: &Lab, args: &[&str]) -> String {
    let done = belvedere(&lab.warehouse, &[&["query"], args].concat());
    assert_ne!(done.code, 0, "{}", done.out);
    let (said, _) = done.err.split_once("\n -->").unwrap_or((done.err.trim_end(), ""));
    said.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn decimals_are_what_is_written() {
    let lab = published().await;
    let query = "from files where path == \"a.txt\" \
                 select { a: cast(123456789012345678.12 as Decimal<38, 2>), \
                 b: cast(2.675 as Decimal<3, 2>), d: cast(-1.25e3 as Decimal<6, 1>), e: 449.49106478873813, \
                 f: cast(bytes as Decimal<38, 2>) == 9007199254740993.01 }";
    let done = belvedere(&lab.warehouse, &["query", query, "--format", "csv"]);
    let expected = "a,b,d,e,f\n123456789012345678.12,2.68,-1250.0,449.49106478873813,false\n";
    assert_eq!((done.err.as_str(), done.out.as_str()), ("", expected));
}

/// What is selected, and what is said.
const FAILING: [(&str, &str); 13] = [
    (
        "sqrt(cast(bytes as f64) - 100.0)",
        "error: a negative number has no square root in `sqrt(cast(files.bytes as f64) - 100)`\n\
             help: `case when x >= 0 then sqrt(x) end` gives NULL for one",
    ),
    (
        "cast(cast(bytes as Decimal<38, 2>) * 100 as Decimal<3, 2>)",
        "error: 800.00 does not fit a decimal of 3 digits, which end at 9.99 in one of \
             `cast(cast(files.bytes as Decimal<38, 2>) * 100 as Decimal<3, 2>)`, \
             `cast(files.bytes as Decimal<38, 2>)`\n\
             help: `try_cast` gives NULL where a value does not fit",
    ),
    (
        "cast(\"99999999999999999999999999999999999999\" as Decimal<38, 0>) + bytes",
        "error: the result has more digits than its type in \
             `cast(\"99999999999999999999999999999999999999\" as Decimal<38, 0>) + \
             cast(files.bytes as Decimal<20, 0>)`\n\
             help: a decimal has at most 38 digits: compute with `cast(… as f64)`, or fewer behind the point",
    ),
    (
        "utf8_normalize(path, \"nfkx\")",
        "error: `utf8_normalize`: argument `form`: unknown normal form `nfkx`: use `nfc`, `nfd`, `nfkc` or `nfkd`",
    ),
    (
        "cast(cast(path as Interval) as String)",
        "error: the text \"a.txt\" is no interval in `cast(files.path as Interval)`\n\
             help: `try_cast` gives NULL where a value does not fit",
    ),
    (
        "regexp_like(path, concat(\"(\", path))",
        "error: a pattern is no regular expression, unclosed group in \
             `regexp_like(files.path, concat(\"(\", files.path))`\n\
             help: a character of its own is written with `\\` before it, as in `\\(`",
    ),
    (
        "decode(path, \"hex\")",
        "error: a text is not in the encoding that `decode` is told in `decode(cast(files.path as Bytes), \"hex\")`\n\
             help: `case when … then decode(…) end` gives NULL for one",
    ),
    (
        "chr(bytes + 1114111)",
        "error: no character has the number 1114119 in `chr(files.bytes + 1114111)`\n\
             help: `case when n between 1 and 55295 then chr(n) end` gives NULL beyond",
    ),
    (
        "make_date(2023, 2, cast(bytes + 21 as i32))",
        "error: there is no such day as 2023, 2, 29 (year, month, day) in `make_date(2023, 2, cast(files.bytes + 21 as i32))`\n\
             help: `try_cast` of a text such as `2024-02-29` to `Date` gives NULL for one",
    ),
    (
        "to_date(path)",
        "error: a text is no date that `Date` has in `to_date(files.path)`\n\
             help: `try_cast(… as Date)` gives NULL for one",
    ),
    (
        "to_timestamp(path)",
        "error: the text 'a.txt' is no time: timestamp must contain at least 10 characters in \
             `to_timestamp_micros(files.path)`\n\
             help: `try_cast(… as Timestamp)` of the text gives NULL where it is none",
    ),
    (
        "cast(cast(concat(\"9999-12-\", cast(bytes + 10 as String)) as Date) + interval(\"2147483647 days\") as String)",
        "error: a time that is moved so far is in no calendar in \
             `cast(concat(\"9999-12-\", cast(files.bytes + 10 as String)) as Date) + cast(\"2147483647 days\" as Interval)`\n\
             help: `case when … then … end` gives NULL for what is moved too far",
    ),
    (
        "split_part(path, \".\", bytes - bytes)",
        "error: a part at position 0: they count from 1, and from the end below 0 in \
             `split_part(files.path, \".\", files.bytes - files.bytes)`\n\
             help: `nullif(n, 0)` gives NULL for 0",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_fails_is_named() {
    let lab = published().await;
    for (select, expected) in FAILING {
        let query = format!("from files where path == \"a.txt\" select {{ x: {select} }}");
        assert_eq!(said(&lab, &[&query]), expected, "{select}");
    }
    let most = "cast(\"99999999999999999999999999999999999999\" as Decimal<38, 0>)";
    let found = said(&lab, &[&format!("from files aggregate {{ x: sum({most}) }}")]);
    let expected = "error: the sum 299999999999999999999999999999999999997 does not fit `Decimal<38, 0>` in \
                    `sum(cast(\"99999999999999999999999999999999999999\" as Decimal<38, 0>))`\n\
                    help: a decimal has at most 38 digits: sum `cast(… as f64)`, or fewer behind the point";
    assert_eq!(found, expected);
}

/// Times that nanoseconds do not reach are cut and binned in views.
#[tokio::test(flavor = "multi_thread")]
async fn dates_of_all_calendars_are_cut() {
    let lab = published().await;
    let query = "from files limit 1 select { a: date_trunc(\"month\", cast(\"9999-12-31\" as Date)), \
                 b: date_trunc(\"week\", cast(\"0001-03-02T01:02:03Z\" as Timestamp)), \
                 c: date_bin(interval(\"1 day\"), cast(\"2500-01-01T10:00:00Z\" as Timestamp)), \
                 d: date_bin(interval(\"1 month\"), cast(\"9999-12-31T10:00:00Z\" as Timestamp), \
                 cast(\"0001-01-31T00:00:00Z\" as Timestamp)) }";
    let done = belvedere(&lab.warehouse, &["query", query, "--format", "csv"]);
    let expected = "a,b,c,d\n9999-12-01T00:00:00,0001-02-26T00:00:00Z,2500-01-01T00:00:00Z,\
                    9999-12-31T00:00:00Z\n";
    assert_eq!((done.err.as_str(), done.out.as_str()), ("", expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_parameters_are_checked() {
    let lab = published().await;
    let query = "param p: Date\nfrom files select { x: p }";
    let expected = "error: the value for `p` of `the query` is no `Date` [V0290]\n\
                    help: it is written as in `p=2024-02-29`";
    assert_eq!(said(&lab, &[query, "--param", "p=2024-02-30"]), expected);
    let query = "param p: Timestamp\nfrom files select { x: p }";
    let expected = "error: the value for `p` of `the query` is no `Timestamp` [V0290]\n\
                    help: it is written as in `p=2024-02-29T12:00:00Z`";
    assert_eq!(said(&lab, &[query, "--param", "p=2024-02-03T99:00"]), expected);
    let query = "param p: i8\nfrom files select { x: p }";
    let expected = "error: the value for `p` of `the query` does not fit `i8` [V0290]\n\
                    help: one is between -128 and 127";
    assert_eq!(said(&lab, &[query, "--param", "p=500"]), expected);
    let query = "param p: Decimal<5, 2>\nfrom files select { x: p }";
    let expected = "error: the value for `p` of `the query` does not fit `Decimal<5, 2>` [V0290]\n\
                    help: one has 3 digits before the point at most, and 2 behind it";
    assert_eq!(said(&lab, &[query, "--param", "p=1234.5"]), expected);
    let query = "param p: Timestamp = \"2024-02-03T25:00:00Z\"\nfrom files select { x: p }";
    let expected = "error: `p` is a constant of type `Timestamp` [V0212]\n       \
                    help: write one, such as `\"2024-02-29T12:00:00Z\"`";
    let done = belvedere(&lab.warehouse, &["query", query]);
    assert!(done.err.contains(" --> query:1:22\n"), "{}", done.err);
    assert_eq!(said(&lab, &[query]), expected);
    let query = "param p: Date = \"2024-02-30\"\nfrom files select { x: p }";
    let expected = "error: `p` is a constant of type `Date` [V0212]\n       \
                    help: write one, such as `\"2024-02-29\"`";
    assert_eq!(said(&lab, &[query]), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_memory_is_told_without_names_of_the_engine() {
    let lab = published().await;
    let found = said(&lab, &["from files order by repeat(path, 100)", "--memory", "100K"]);
    let expected = "error: `the query` needs more memory than allowed\n\
                    note: sorting rows takes 10.0 MB more, and 100.0 KB are left\n\
                    help: allow more with --memory";
    assert_eq!(found, expected);
    let done = belvedere(&lab.warehouse, &["query", "from files", "--memory", "1"]);
    assert_eq!(done.code, 2);
    let expected = "`1` is a number of bytes: write a number and a unit, K, M or G: 2G";
    assert!(done.err.contains(expected), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_for_temporary_files_that_is_not_there_is_named() {
    let lab = published().await;
    let query = "from files unnest range(0, 1000) as a unnest range(0, 1000) as b \
                 derive { n: row_number() over (order by concat(path, cast(a * b as String))) } \
                 aggregate { most: max(n) }";
    let mut child = command(&lab.warehouse, &["query", query, "--memory", "20M"]);
    let output = child.env("TMPDIR", "/no/such/folder").output().unwrap();
    let found = String::from_utf8(output.stderr).unwrap();
    let expected = "error: the folder for temporary files `/no/such/folder` cannot be used: No such file \
                    or directory (os error 2)\n\
                    help: name another one by TMPDIR, or allow more memory with --memory, so that less is \
                    written there\n";
    assert_eq!((output.status.code(), found.as_str()), (Some(1), expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nothing_has_is_told_with_what_is_near() {
    let lab = published().await;
    for (args, expected) in [
        (
            ["show", "nosuch"],
            "no table, view, template or function is called `nosuch`\n\
             help: `belvedere ls` lists tables, views and templates, `belvedere functions` functions",
        ),
        (
            ["show", "stable_hash46"],
            "no table, view, template or function is called `stable_hash46`\n\
             help: did you mean `stable_hash64`?",
        ),
        (
            ["show", "list_fo"],
            "no table, view, template or function is called `list_fo`\n\
             help: did you mean `list_of`?",
        ),
        (
            ["functions", "nosuch"],
            "no function is called `nosuch`\n\
             help: `belvedere functions` lists them, those of DataFusion aside",
        ),
        (["functions", "lenght"], "no function is called `lenght`\nhelp: did you mean `length`?"),
        (
            ["functions", "ast_calls"],
            "no function is called `ast_calls`\n\
             help: `belvedere show ast_calls` shows the table or view of this name",
        ),
    ] {
        let done = belvedere(&lab.warehouse, &args);
        assert_eq!((done.code, done.err), (3, format!("error: {expected}\n")), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_our_own_are_shown_in_types_of_the_language() {
    let lab = published().await;
    let expected = "column        type    null\n\
                    source        String  no\n\
                    input         String  no\n\
                    content_hash  String  no\n\
                    bytes         i64     no\n";
    let done = belvedere(&lab.warehouse, &["show", "belvedere.inputs"]);
    let columns = done.out.split("\n\n").last();
    assert_eq!((columns, done.err.as_str()), (Some(expected), ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_is_named() {
    let lab = published().await;
    let file = lab.source.join("wrong.view");
    std::fs::write(&file, b"from files\xff").unwrap();
    let file = file.to_str().unwrap();
    let no_text = |name: &str| {
        format!(
            "error: `{name}` is no text in UTF-8: byte 10 begins no character\n\
             help: a text in another encoding is converted first, by `iconv` for instance\n"
        )
    };
    for args in [vec!["check", file], vec!["query", "--spec", file]] {
        let done = belvedere(&lab.warehouse, &args);
        assert_eq!((done.code, done.err), (1, no_text(file)), "{args:?}");
    }
    let mut child = command(&lab.warehouse, &["query", "-"]);
    let mut child = child.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"from files\xff").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), no_text("standard input"));
    let folder = lab.source.to_str().unwrap();
    let done = belvedere(&lab.warehouse, &["check", folder]);
    let expected =
        format!("error: `{folder}` is a folder\nhelp: name the files in it: `{folder}/*.rs`\n");
    assert_eq!((done.code, done.err), (1, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_that_is_none_has_a_tip() {
    let lab = published().await;
    let tip = |args: &[&str]| {
        let done = belvedere(&lab.warehouse, args);
        assert_eq!(done.code, 2);
        done.err.lines().find_map(|line| line.trim().strip_prefix("tip: ").map(str::to_owned))
    };
    for (args, expected) in [
        (&["lineage", "files"][..], "`show NAME` says what a table or view is made of"),
        (&["graph"], "`show NAME` says what a table or view is made of"),
        (&["schema", "check"], "`schema pull --check` compares schema files with their tables"),
    ] {
        assert_eq!(tip(args).as_deref(), Some(expected), "{args:?}");
    }
    let done = belvedere(&lab.warehouse, &["query", "from files", "--as-text"]);
    assert_eq!(done.code, 2, "{}", done.out);
    let done = belvedere(&lab.warehouse, &["sql", "from files where bytes > 3"]);
    let expected = "error: this is no SQL\n\
                    help: `from …` is the language of views: `belvedere query` answers it\n";
    assert_eq!((done.code, done.err.as_str()), (1, expected));
    let done = belvedere(&lab.warehouse, &["explain", "v50"]);
    assert!(done.out.starts_with("V0050: "), "{} {}", done.out, done.err);
    let done = belvedere(&lab.warehouse, &["explain", "nothing"]);
    let expected = "error: no error has the code `nothing`\nhelp: a message has its code at the \
                    end of the first line, `V0050`, for instance\n";
    assert_eq!((done.code, done.err.as_str()), (3, expected));
}
