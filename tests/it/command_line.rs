//! The command line over a published warehouse: output, messages, exit codes.
//!
//! Each command line runs in a process of its own, which is this test binary again, told by the
//! environment to run one test only.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};

use belvedere::refresh::source::SourceKind;
use belvedere::view::{Relation, RelationKind};

use crate::support::lines;
use crate::support::warehouse::Lab;

const ARGS: &str = "BELVEDERE_IT_ARGS";
const SEPARATOR: char = '\u{1f}';

/// What a command line did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn command(warehouse: &Path, args: &[&str]) -> Command {
    let mut command = child(warehouse, args);
    command.stdout(Stdio::piped());
    command
}

/// A command line in a process of its own, whose streams are those of the tests.
pub(crate) fn child(warehouse: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "command_line::the_command_line_of_a_child", "--nocapture"])
        .env(ARGS, args.join(&SEPARATOR.to_string()))
        .env("BELVEDERE_WAREHOUSE", warehouse);
    command
}

pub(crate) fn belvedere(warehouse: &Path, args: &[&str]) -> Done {
    let Output { status, stdout, stderr } = command(warehouse, args).output().unwrap();
    // The test harness says first that it runs one test.
    let out = String::from_utf8(stdout).unwrap();
    let out = out.split_once("running 1 test\n").map_or(out.clone(), |(_, out)| out.to_owned());
    let code = status.code().unwrap();
    Done { code, out, err: String::from_utf8(stderr).unwrap() }
}

/// The other side of [`belvedere`]; nothing to do when the binary runs its own tests.
#[test]
fn the_command_line_of_a_child() {
    let Ok(args) = std::env::var(ARGS) else { return };
    let args = std::iter::once("belvedere").chain(args.split(SEPARATOR));
    let code = belvedere::cli::main_from(args.filter(|arg| !arg.is_empty()));
    std::process::exit(i32::from(code));
}

async fn published() -> Lab {
    let lab = Lab::with_files();
    lab.run().await;
    lab
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_writes_three_formats() {
    let lab = published().await;
    let query = "select path, bytes from files where bytes > 5 order by path";
    let done = belvedere(&lab.warehouse, &["sql", query]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.out.contains("| a.txt | 8     |\n| b.txt | 12    |"), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["sql", query, "--format", "csv"]);
    assert_eq!(done.out, "path,bytes\na.txt,8\nb.txt,12\n");
    let done = belvedere(&lab.warehouse, &["sql", query, "--format=json"]);
    assert_eq!(
        done.out,
        "[\n{\"path\":\"a.txt\",\"bytes\":8},\n{\"path\":\"b.txt\",\"bytes\":12}\n]\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_says_when_it_shows_less_than_all() {
    let lab = published().await;
    let done = belvedere(&lab.warehouse, &["sql", "select * from lines", "--max-rows", "2"]);
    assert_eq!(done.code, 0);
    assert_eq!(done.out.lines().filter(|line| line.contains(".txt")).count(), 2);
    assert!(done.err.contains("only the first 2 rows are shown"), "{}", done.err);
    let done = belvedere(
        &lab.warehouse,
        &["sql", "select * from lines", "--max-rows", "2", "--format", "csv"],
    );
    assert_eq!((done.out.lines().count(), done.err.as_str()), (7, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_is_read_only_and_points_at_errors() {
    let lab = published().await;
    let before = lab.listing();
    for (query, part) in [
        ("drop table files", "error: `drop` is not allowed"),
        (
            "select * from fils",
            "1 | select * from fils\n  |               ^^^^\nhelp: did you mean",
        ),
        ("select byte from files", "1 | select byte from files\n  |        ^^^^"),
        ("select 1; select 2", "error: only one statement at a time"),
        ("select * from '/etc/passwd'", "error: `/etc/passwd` is a file"),
    ] {
        let done = belvedere(&lab.warehouse, &["sql", query]);
        assert_eq!((done.code, done.out.as_str()), (1, ""), "{query}");
        assert!(done.err.contains(part), "{query}: {}", done.err);
    }
    assert!(lab.listing() == before, "files of the warehouse changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_seen_enough_is_no_failure() {
    let lab = published().await;
    for format in ["csv", "json", "table"] {
        let query = "select value, repeat('x', 100) as x from generate_series(1, 9000)";
        let mut child = command(&lab.warehouse, &["sql", query, "--format", format])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // What `head` does when it has its lines; the first is the test harness's.
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map(Result::unwrap).any(|line| line == "running 1 test"));
        let done = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{format}");
        assert_eq!(done.status.code(), Some(0), "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_the_program_can_be_called() {
    let lab = published().await;
    let done = belvedere(
        &lab.warehouse,
        &["sql", "select stable_hash64('a') = stable_hash64('a') as same", "--format", "csv"],
    );
    assert_eq!((done.out.as_str(), done.err.as_str()), ("same\ntrue\n", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_listed_and_shown() {
    let lab = published().await;
    let done = belvedere(&lab.warehouse, &["ls"]);
    let (declared, published): (Vec<&str>, Vec<&str>) =
        done.out.lines().partition(|line| line.ends_with("not published"));
    // Views that are linked and not stored are there, whatever is published.
    let is_stored = |line: &&&str| {
        !line.ends_with("computed where it is read")
            && !line.ends_with("over the relations of a use")
    };
    let stored = published.iter().filter(is_stored);
    let names: Vec<_> = stored.filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names, ["name", "counts", "files", "lines", "long"]);
    assert!(declared.iter().any(|line| line.starts_with("ast_calls ")), "{}", done.out);
    let template = published.iter().find(|line| line.starts_with("latest ")).unwrap();
    let words: Vec<&str> = template.split_whitespace().take(3).collect();
    assert_eq!(words, ["latest", "template", "over"]);
    assert!(done.err.contains("publication 1"), "{}", done.err);
    let class = |name: &str| {
        let line = done.out.lines().find(|line| line.split(' ').next() == Some(name));
        line.is_some_and(|line| line.contains(" group state "))
    };
    assert!(class("calls_per_file"), "{}", done.out);
    let shown = belvedere(&lab.warehouse, &["show", "calls_per_file"]);
    assert!(
        shown.out.contains("\nrefresh     group state by file_id (group by)\n"),
        "{}",
        shown.out
    );
    // The program of these tests does not link the relations of the lab.
    let done = belvedere(&lab.warehouse, &["show", "counts"]);
    assert_eq!(done.code, 0);
    assert!(done.out.starts_with("counts · view · 3 rows in 1 file"), "{}", done.out);
    assert!(done.out.contains("this program does not define it"), "{}", done.out);
    assert!(done.out.contains("How many lines the files have."), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["show", "files"]);
    assert!(done.out.contains("  Below the root. With `/`.\n"), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["show", "latest"]);
    assert!(done.out.starts_with("latest<R: Relation>("), "{}", done.out);
    assert!(done.out.contains("\nwrite       from latest<…>("), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["show", "list_of"]);
    assert!(done.out.starts_with("aggregate array_agg("), "{}", done.out);
    assert!(
        done.out.contains("\nin views   list_of<T>(value: T) -> List<Option<T>>\n"),
        "{}",
        done.out
    );
    let done = belvedere(&lab.warehouse, &["show", "interval"]);
    assert!(done.out.starts_with("in views   interval(text: literal String)"), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["functions", "now"]);
    assert!(done.out.contains("\nin views   not there: "), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["show", "latset"]);
    assert!(done.err.contains("did you mean `latest`?"), "{}", done.err);
    let done = belvedere(&lab.warehouse, &["sql", "select * from belvedere.pointers"]);
    assert!(done.out.contains("| counts"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_tell_what_happened() {
    let lab = published().await;
    let code = |args: &[&str]| belvedere(&lab.warehouse, args).code;
    assert_eq!(code(&["ls"]), 0);
    assert_eq!(code(&["--help"]), 0);
    assert_eq!(code(&["--version"]), 0);
    assert_eq!(code(&["frobnicate"]), 2);
    assert_eq!(code(&["sql"]), 2);
    assert_eq!(code(&["sql", "select 1", "--format", "xml"]), 2);
    assert_eq!(code(&["show", "cuonts"]), 3);
    assert_eq!(code(&["functions", "no_such_function"]), 3);
    assert_eq!(code(&["explain", "X9999"]), 3);
    assert_eq!(code(&["run", "--source", "/no/such/folder"]), 1);
    let done = belvedere(&lab.source.join("nothing"), &["ls"]);
    assert_eq!(done.code, 1);
    assert!(
        done.err.contains("nothing is published") && done.err.contains("help:"),
        "{}",
        done.err
    );
    let done = belvedere(&lab.warehouse, &["show", "cuonts"]);
    assert!(done.err.contains("help: did you mean `counts`?"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_functions_are_explained() {
    let lab = Lab::new();
    let done = belvedere(&lab.warehouse, &["functions"]);
    assert!(done.out.contains("stable_hash64("), "{}", done.out);
    let latest = "\ntemplate latest<R: Relation>(...key, order)\n    Of the rows";
    assert!(done.out.contains(latest), "{}", done.out);
    let done = belvedere(&lab.warehouse, &["functions", "latest"]);
    assert!(
        done.out.starts_with("latest<R: Relation>(...key, order) · template\n"),
        "{}",
        done.out
    );
    let done = belvedere(&lab.warehouse, &["functions", "stable_hash64"]);
    assert!(done.out.starts_with("stable_hash64(value: String) -> i64\n"), "{}", done.out);
    let (code, _) = belvedere_lang::view::messages::EXPLANATIONS[0];
    let done = belvedere(&lab.warehouse, &["explain", &code.to_lowercase()]);
    assert!(done.out.starts_with(&format!("{code}: ")), "{}", done.out);
}

/// A folder with enough source code that a run takes a while.
fn source_code(files: usize) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().unwrap();
    for file in 0..files {
        let function = |n| format!("pub fn f{n}(x: u64) -> u64 {{\n    g(x) + h({n})\n}}\n");
        let text: String = (0..80).map(function).collect();
        std::fs::write(folder.path().join(format!("file_{file}.rs")), text).unwrap();
    }
    folder
}

#[test]
fn ctrl_c_stops_a_run_which_the_next_one_resumes() {
    let (source, temp) = (source_code(300), tempfile::TempDir::new().unwrap());
    let warehouse = temp.path().join("warehouse");
    let run = ["run", "--source", source.path().to_str().unwrap()];
    let mut child = command(&warehouse, &run).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    // The inputs are known and are about to be read.
    let listed = lines.find(|line| line.contains("to read"));
    assert!(listed.is_some_and(|line| line.contains("300 inputs")));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let said: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said:?}");
    assert_eq!(
        said.last().map(String::as_str),
        Some("stopped; what was published before is unchanged; the same command resumes")
    );
    assert_eq!(belvedere(&warehouse, &["ls"]).code, 1, "nothing is published");

    let done = belvedere(&warehouse, &run);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(!warehouse.join("belvedere.staging").exists());
    let count = ["sql", "select count(*) as n from ast_defs", "--format", "csv"];
    assert_eq!(belvedere(&warehouse, &count).out, "n\n24000\n");
    let again = belvedere(&warehouse, &run);
    assert!(again.err.contains("nothing changed: publication 1 holds"), "{}", again.err);
}

#[test]
fn queries_without_tables_need_no_warehouse() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none");
    let done = belvedere(&nowhere, &["sql", "select upper('a') as x", "--format", "csv"]);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "x\nA\n", ""));
    let query = "select now() > timestamp '2024-01-01T00:00:00Z' as later, now() = now() as one";
    let done = belvedere(&nowhere, &["sql", query, "--format", "csv"]);
    assert_eq!((done.out.as_str(), done.err.as_str()), ("later,one\ntrue,true\n", ""));
    let done = belvedere(&nowhere, &["sql", "select * from files"]);
    assert_eq!(done.code, 1);
    assert!(done.err.starts_with("error: nothing is published in the warehouse"), "{}", done.err);
    assert!(done.err.contains("help: `belvedere run --source DIR` fills it"), "{}", done.err);
    assert!(!nowhere.exists(), "reading makes no warehouse");
}

#[test]
fn what_is_declared_is_shown_before_anything_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let done = belvedere(&folder.path().join("none"), &["show", "ast_defs"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.out.starts_with("ast_defs · table · not published"), "{}", done.out);
    assert!(done.out.contains("filled by   code\n"), "{}", done.out);
}

#[test]
fn options_out_of_range_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for (args, part) in [
        (["run", "--memory", "foo"], "write a number and a unit, K, M or G: 2G"),
        (["run", "--threads", "0"], "write a whole number from 1 on"),
    ] {
        let done = belvedere(folder.path(), &args);
        assert_eq!(done.code, 2, "{}", done.err);
        assert!(done.err.contains(part), "{}", done.err);
    }
}

#[test]
fn a_folder_without_files_is_a_warning() {
    let (source, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = ["run", "--source", source.path().to_str().unwrap()];
    let done = belvedere(&temp.path().join("warehouse"), &run);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.err.contains("warning: 0 files matched in `"), "{}", done.err);
    assert!(done.err.contains("every table is empty\nhelp: "), "{}", done.err);
}

#[test]
fn another_tree_is_announced_before_it_replaces_the_first() {
    let (first, second) = (source_code(1), source_code(1));
    let temp = tempfile::tempdir().unwrap();
    let warehouse = temp.path().join("warehouse");
    let run = |source: &tempfile::TempDir| {
        belvedere(&warehouse, &["run", "--source", source.path().to_str().unwrap()])
    };
    assert!(!run(&first).err.contains("warning"));
    let done = run(&second);
    let path = first.path().canonicalize().unwrap();
    let warning = format!("warning: this warehouse was filled from `{}`", path.display());
    assert!(done.err.starts_with(&warning), "{}", done.err);
    assert_eq!(done.code, 0);
}

/// Queries that fail, and what the command line says.
const FAILING: &[(&str, &str)] = &[
    (
        "select bytes / (bytes - bytes) from files",
        "error: division by zero in `files.bytes / (files.bytes - files.bytes)`\n\
         help: `nullif(divisor, 0)` gives NULL where the divisor is 0\n",
    ),
    (
        "select cast(path as bigint) from files where path = 'a.txt'",
        "error: Cannot cast string 'a.txt' to value of i64 type in \
         `cast(files.path as i64)`\nhelp: `try_cast` gives NULL where a value does not fit\n",
    ),
    (
        "select upper() from files",
        "error: `upper` is called without arguments\n  |\n1 | select upper() from files\n  \
         |        ^^^^^\nhelp: upper(str)\n",
    ),
    (
        "select span_len() from files",
        "error: `span_len` takes 1 argument, not 0: `span` is missing; the function is \
         span_len(span: Span) -> i64\n  |\n1 | select span_len() from files\n  \
         |        ^^^^^^^^\n",
    ),
    (
        "select count(*) from files group by count_if()",
        "error: `count_if` takes 1 argument, not 0: `condition` is missing",
    ),
    (
        "select utf8_normalize(value => path, frm => 'nfc') from files",
        "error: the function has no argument `frm`\n  |\n1 | select utf8_normalize(value => \
         path, frm => 'nfc') from files\n  |                                      ^^^\n\
         help: did you mean `form`?\n",
    ),
    (
        "select utf8_normalize(form => 'nfc') from files",
        "error: the argument `value` is missing\n\
         help: where a later argument is named, all before it are given\n",
    ),
    (
        "select span_len(x => path) from files",
        "error: the function has no argument `x`\n  |\n1 | select span_len(x => path) from \
         files\n  |                 ^\nhelp: it has `span`\n",
    ),
    (
        "select stable_id(path) from files",
        "error: `stable_id` takes 2 arguments, not 1: `value` is missing; the function is",
    ),
    (
        // Of which of the rows is not said: files are read side by side.
        "select path from files where path > 1",
        "error: Cannot cast string '",
    ),
    (
        "select sum(path) from files",
        "error: no form of `sum` takes these arguments: `sum(Utf8)`\n  |\n1 | select sum(path) \
         from files\n  |        ^^^\nnote: there is `sum(Decimal)`, `sum(UInt64)`, ",
    ),
    (
        "select uper(path) from files",
        "error: no function is called `uper`\n  |\n1 | select uper(path) from files\n  \
         |        ^^^^\nhelp: did you mean `upper`?\n",
    ),
    (
        "select row_index(), 1 from files",
        "error: `row_index` is a window function, and its call has no OVER\n  |\n1 | select \
         row_index(), 1 from files\n  |        ^^^^^^^^^\nhelp: write \
         `row_index(…) OVER (ORDER BY …)`\n",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_rows_name_what_failed_and_no_library() {
    let lab = published().await;
    for (query, expected) in FAILING {
        let done = belvedere(&lab.warehouse, &["sql", query]);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.err.starts_with(expected), "{query}: {}", done.err);
    }
}

#[test]
fn functions_of_datafusion_are_shown_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let done = belvedere(folder.path(), &["functions", "UPPER"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.starts_with("upper(str)\na function of DataFusion\n\n"), "{}", done.out);
    let done = belvedere(folder.path(), &["functions", "stddev"]);
    assert!(done.out.starts_with("aggregate stddev("), "{}", done.out);
    let done = belvedere(folder.path(), &["functions", "uper"]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("did you mean `upper`?"), "{}", done.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_capitals_needs_no_quotes() {
    static FILES: Relation =
        Relation { name: "TextFiles", kind: RelationKind::Table, ..lines::FILES };
    static KIND: SourceKind = SourceKind { tables: &[&FILES, &lines::LINES], ..lines::KIND };
    let mut lab = Lab::with_files();
    lab.kind = &KIND;
    lab.relations = vec![&FILES, &lines::LINES];
    lab.run().await;
    for name in ["TextFiles", "textfiles", "\"TextFiles\"", "TEXTFILES"] {
        let query = format!("select count(*) as n from {name} where {name}.bytes > 5");
        let done = belvedere(&lab.warehouse, &["sql", &query, "--format", "csv"]);
        assert_eq!((done.out.as_str(), done.err.as_str()), ("n\n2\n", ""), "{name}");
    }
    let columns = "(select 1 as \"fileId\") as t";
    let done = belvedere(&lab.warehouse, &["sql", &format!("select fileId from {columns}")]);
    let help = "help: a column with capitals is quoted: `\"fileId\"`";
    assert!(done.err.contains(help), "{}", done.err);
    // The program declares it, and nothing has published it.
    let done = belvedere(&lab.warehouse, &["sql", "select * from ast_defs"]);
    assert!(done.err.starts_with("error: `ast_defs` is not published\nhelp: "), "{}", done.err);
}

/// `main` is `main_from` over the arguments of the process.
const _: fn() -> ExitCode = belvedere::cli::main;

#[tokio::test(flavor = "multi_thread")]
async fn a_column_for_a_constant_is_an_error_of_the_query() {
    let lab = published().await;
    let query = "select col_to_byte(path, 1, path) from files";
    let done = belvedere(&lab.warehouse, &["sql", query]);
    assert_eq!(done.code, 1);
    assert_eq!(
        done.err.lines().next().unwrap_or_default(),
        "error: `col_to_byte`: argument `unit` must be a constant, this is `files.path`; the function \
         is col_to_byte(line: String, col: i64, unit: literal) -> i64"
    );
}

#[test]
fn what_a_project_commits_is_generated_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (registry, stubs, docs) = (at("registry.json"), at("py/pkg"), at("docs"));
    let all = |more: &[&str]| {
        let paths = [&registry, &stubs, &docs].map(|path| path.to_str().unwrap());
        let options = ["--registry", paths[0], "--stubs", paths[1], "--docs", paths[2]];
        belvedere(folder.path(), &[&["generate"], &options[..], more].concat())
    };
    let missing = all(&["--check"]);
    assert_eq!(missing.code, 1, "{}", missing.err);
    assert!(missing.err.contains("functions.pyi: missing"), "{}", missing.err);

    assert_eq!(all(&[]).code, 0);
    assert_eq!(all(&["--check"]).code, 0);
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    // The functions of this crate are as good as the standard ones.
    assert!(read(&registry).contains("\"name\": \"it_labelled\""));
    let stub = read(&stubs.join("functions.pyi"));
    assert!(stub.starts_with("# generated by `belvedere generate`, do not edit\n"), "{stub}");
    assert!(stub.contains("def it_labelled(a: IntoInt, b: IntoText) -> Expr:"), "{stub}");
    assert!(stub.contains("def span_make("), "{stub}");
    let module = read(&stubs.join("functions.py"));
    assert!(module.contains("    return _FUNCTIONS.scalar(\"it_labelled\", a, b)\n"), "{module}");
    assert!(read(&stubs.join("_registry.py")).contains("\"it_labelled(a: "));
    assert!(read(&docs.join("functions.md")).contains("\n## it_labelled\n"));
    assert!(read(&docs.join("views.md")).contains("# Tables and views"));

    let page = docs.join("functions.md");
    std::fs::write(&page, read(&page).replacen("# Functions", "# Funktions", 1)).unwrap();
    let stale = all(&["--check"]);
    assert_eq!(stale.code, 1);
    let line = "line 3 is `# Funktions`, should be `# Functions`";
    assert!(stale.err.contains(line), "{}", stale.err);
    let help = format!("help: `belvedere generate --registry {}", registry.display());
    assert!(stale.err.contains(&help), "{}", stale.err);
    // Only what differs is written.
    let again = all(&[]);
    assert_eq!((again.code, again.err.matches("wrote ").count()), (0, 1), "{}", again.err);

    assert_eq!(belvedere(folder.path(), &["generate"]).code, 2);
    let file = registry.to_str().unwrap();
    let refused = belvedere(folder.path(), &["generate", "--docs", file]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("cannot write"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_sets_defaults_of_functions() {
    let folder = tempfile::tempdir().unwrap();
    let query = "select utf8_normalize('\u{ff21}') as text";
    let sql = |set: &str| belvedere(folder.path(), &["sql", query, "--format=csv", "--set", set]);
    assert_eq!(sql("belvedere.utf8_normalize.form=nfkc").out, "text\na\n");
    let done = sql("belvedere.utf8_normalize.form=nfc");
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "text\n\u{ff41}\n", ""));
    for (set, expected) in [
        ("belvedere.utf8_normalize.form=nfx", "`belvedere.utf8_normalize.form` cannot be `nfx`"),
        ("belvedere.utf8_normalize.from=nfc", "did you mean `belvedere.utf8_normalize.form`?"),
        ("datafusion.execution.batch_size=1", "is no default of functions"),
    ] {
        let done = sql(set);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.err.contains(expected), "{}", done.err);
    }
    assert_eq!(sql("form").code, 2);
}
