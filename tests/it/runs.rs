//! Runs: what is written, what is skipped, and why.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use belvedere::delta::Error;
use belvedere::refresh::source::SourceKind;
use belvedere::refresh::{Observer, Silent};
use belvedere::view::{Relation, ViewText};

use crate::support::lines;
use crate::support::warehouse::{Lab, all_skipped, outcomes};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_publishes_all_rows() {
    let lab = Lab::with_files();
    let report = lab.run().await;
    assert_eq!(
        outcomes(&report),
        [
            "files: written (new)",
            "lines: written (new)",
            "belvedere.inputs: written (new)",
            "counts: written (new)",
            "long: written (new)",
        ]
    );
    assert!(report.published);
    assert_eq!((report.publication, report.inputs, report.ignored, report.extracted), (1, 3, 1, 3));
    assert_eq!(lab.query("select * from files").await, ["a.txt|8", "b.txt|12", "c.txt|5"]);
    assert_eq!(
        lab.query("select * from lines where path = 'b.txt'").await,
        ["b.txt|1|three", "b.txt|2|NULL", "b.txt|3|four"]
    );
    assert_eq!(lab.query("select * from long").await, ["a.txt|2|8", "b.txt|3|12"]);
    let size = report.nodes[1].size;
    assert_eq!((size.rows, size.files), (6, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_source_gives_empty_tables() {
    let lab = Lab::new();
    let report = lab.run().await;
    assert_eq!(report.inputs, 0);
    assert_eq!(lab.query("select count(*) from lines").await, ["0"]);
    assert_eq!(lab.query("select count(*) from long").await, ["0"]);
    let before = lab.listing();
    assert!(!lab.run().await.published);
    assert!(lab.listing() == before, "files of the warehouse changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_changes_writes_nothing() {
    let lab = Lab::with_files();
    lab.run().await;
    let before = lab.listing();
    let touched = File::options().write(true).open(lab.source.join("a.txt")).unwrap();
    touched.set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
    let report = lab.run().await;
    assert!(all_skipped(&report), "{:?}", outcomes(&report));
    assert!(!report.published);
    assert_eq!(report.extracted, 0);
    assert!(lab.listing() == before, "files of the warehouse changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_the_same_size_is_seen_and_read_alone() {
    let lab = Lab::with_files();
    lab.run().await;
    let path = lab.source.join("a.txt");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    lab.write("a.txt", "uno\ntwo\n");
    File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();

    let report = lab.run().await;
    assert_eq!(report.extracted, 1);
    assert_eq!(
        outcomes(&report),
        [
            "files: written (changed inputs: 1 file)",
            "lines: written (changed inputs: 1 file)",
            "belvedere.inputs: written (changed inputs: 1 file)",
            "counts: written (input lines changed)",
            "long: written (inputs counts, files changed)",
        ]
    );
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    assert_eq!(lab.query("select text from lines where path = 'a.txt'").await, ["two", "uno"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_and_go() {
    let lab = Lab::with_files();
    lab.run().await;
    lab.remove("b.txt");
    let report = lab.run().await;
    assert_eq!(report.extracted, 0, "a removal reads nothing");
    assert_eq!(outcomes(&report)[0], "files: written (removed inputs: 1 file)");
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);

    lab.write("b.txt", "back\n");
    lab.write("d.txt", "new\n");
    lab.remove("c.txt");
    let report = lab.run().await;
    assert_eq!(outcomes(&report)[0], "files: written (changed inputs: 2 files, removed: 1)");
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_while_it_is_read_is_known_by_what_was_read() {
    let lab = Lab::with_files();
    lab.run().await;
    lab.write("a.txt", "moving\n");
    lab.run().await;
    assert_eq!(lab.query("select text from lines where path = 'a.txt'").await, ["moved"]);
    assert!(all_skipped(&lab.run().await), "the published rows are those of the file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_extraction_reads_everything_again() {
    let mut lab = Lab::with_files();
    lab.run().await;
    lab.kind = &lines::NEWER_KIND;
    let report = lab.run().await;
    assert_eq!(report.extracted, 3);
    assert_eq!(outcomes(&report)[0], "files: written (definition changed)");
    assert!(all_skipped(&lab.run().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_whose_text_changed_is_written_alone() {
    let mut lab = Lab::with_files();
    lab.run().await;
    lab.relations.pop();
    lab.relations.push(&lines::LONGER);
    let report = lab.run().await;
    assert_eq!(report.extracted, 0);
    let written: Vec<_> =
        outcomes(&report).into_iter().filter(|line| line.contains("written")).collect();
    assert_eq!(written, ["long: written (definition changed)"]);
    assert_eq!(lab.query("select * from long").await, ["b.txt|3|12"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_defined_no_longer_leaves_the_publication() {
    let mut lab = Lab::with_files();
    lab.run().await;
    let long = lab.relations.pop().unwrap();
    let report = lab.run().await;
    assert_eq!(report.retired, ["long"]);
    assert!(report.published);
    let tables = "select table_name from information_schema.tables where table_schema = 'public'";
    assert_eq!(lab.query(tables).await, ["counts", "files", "lines"]);

    lab.relations.push(long);
    let report = lab.run().await;
    assert_eq!(outcomes(&report)[4], "long: adopted (new)", "its folder was still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_whose_folder_is_gone_is_written_again() {
    let lab = Lab::with_files();
    lab.run().await;
    for table in ["lines", "long", "belvedere.inputs"] {
        fs::remove_dir_all(lab.warehouse.join(table)).unwrap();
        let report = lab.run().await;
        let line = outcomes(&report).into_iter().find(|line| line.starts_with(table)).unwrap();
        assert_eq!(line, format!("{table}: written (published version lost)"));
        assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
        assert!(all_skipped(&lab.run().await));
    }
    fs::remove_dir_all(lab.warehouse.join("belvedere.pointers")).unwrap();
    let report = lab.run().await;
    let adopted = outcomes(&report).iter().filter(|line| line.contains("adopted")).count();
    assert_eq!(adopted, 5, "what the tables hold is known by their keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_computed_where_it_is_read_is_not_stored() {
    let mut lab = Lab::with_files();
    lab.relations.extend([&lines::SHORT, &lines::SHORTEST]);
    let report = lab.run().await;
    assert!(outcomes(&report).contains(&"shortest: written (new)".to_owned()));
    assert!(!outcomes(&report).iter().any(|line| line.starts_with("short:")));
    assert!(!lab.warehouse.join("short").exists());
    assert_eq!(lab.query("select * from short").await, ["a.txt|2", "c.txt|1"]);
    assert_eq!(lab.query("select * from shortest").await, ["1"]);
    lab.remove("c.txt");
    let report = lab.run().await;
    assert!(outcomes(&report).iter().any(|line| line.starts_with("shortest: written")));
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    assert_eq!(lab.query("select * from shortest").await, ["2"]);
    assert!(all_skipped(&lab.run().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_fails_holds_back_the_whole_publication() {
    let mut lab = Lab::new();
    lab.relations.extend([&lines::NUMBERS, &lines::SUMS]);
    lab.write("a.txt", "1\n2\n");
    lab.run().await;
    let before = lab.rows().await;

    lab.write("a.txt", "1\ntwo\n");
    let error = lab.try_run(Silent).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Failed(_)), "{text}");
    assert!(text.contains("\n  numbers: ") && text.contains("two"), "{text}");
    assert!(!text.contains("\n  sums: "), "what was not tried did not fail: {text}");
    assert_eq!(lab.rows().await, before, "nothing is published");

    lab.write("a.txt", "1\n3\n");
    lab.run().await;
    assert_eq!(lab.query("select total from sums").await, ["4"]);
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_panics_is_an_error_that_names_the_input() {
    let lab = Lab::with_files();
    lab.run().await;
    let before = lab.rows().await;
    lab.write("b.txt", "panic\n");
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.starts_with("lines of text: a bug: panic while reading `b.txt`: a line said so"));
    assert_eq!(lab.rows().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_source_names_the_input() {
    let lab = Lab::with_files();
    fs::write(lab.source.join("b.txt"), "error\n").unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert_eq!(text, "lines of text: reading `b.txt`: a line said so");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_whose_tables_or_rows_have_no_key_is_refused() {
    static KEYLESS: SourceKind = SourceKind { key_column: "file", ..lines::KIND };
    static OF_VIEW: SourceKind = SourceKind { tables: &[&lines::COUNTS], ..lines::KIND };
    let mut lab = Lab::with_files();
    lab.kind = &KEYLESS;
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    let expected = "the table `files` of the source lines of text has no column `file: String`\n";
    assert!(text.starts_with(expected), "{text}");
    lab.kind = &OF_VIEW;
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("fills `counts`, which is a view"), "{text}");

    lab.kind = &lines::KIND;
    lab.write("b.txt", "other key\n");
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert_eq!(
        text,
        "lines of text: reading `b.txt`: rows of `lines`: `path` must be the key of the input, it \
         is `other`"
    );
}

/// Panics in a worker, between two inputs.
struct PanicsAt(usize);

impl Observer for PanicsAt {
    fn extracted(&self, done: usize, _: usize) {
        assert_ne!(done, self.0, "the bar is broken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_worker_that_panicked_are_not_published_as_if_they_were_all() {
    let lab = Lab::with_files();
    lab.run().await;
    let before = lab.rows().await;
    for name in ["a.txt", "b.txt", "c.txt", "d.txt"] {
        lab.write(name, "changed\n");
    }
    let text = lab.try_run(PanicsAt(2)).await.unwrap_err().to_string();
    assert!(text.starts_with("lines of text: a bug: panic while rows were staged: "), "{text}");
    assert!(text.contains("the bar is broken"), "{text}");
    assert_eq!(lab.rows().await, before);
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_not_there_is_named() {
    let lab = Lab::new();
    fs::remove_dir(&lab.source).unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("cannot be read") && text.contains("--source"), "{text}");
    assert!(!lab.warehouse.exists(), "no empty warehouse is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reads_no_unfilled_table_is_run() {
    let mut lab = Lab::with_files();
    lab.relations.extend([&ORPHAN, &OF_ORPHAN, &OF_BOTH]);
    let report = lab.run().await;
    assert_eq!(
        outcomes(&report),
        [
            "files: written (new)",
            "lines: written (new)",
            "belvedere.inputs: written (new)",
            "orphan: not run (no source fills orphan)",
            "counts: written (new)",
            "long: written (new)",
            "of_orphan: not run (no source fills orphan)",
            "of_both: not run (no source fills orphan)",
        ]
    );
    assert!(report.published);
    assert_eq!(lab.query("select * from long").await, ["a.txt|2|8", "b.txt|3|12"]);
    let tables = "select table_name from information_schema.tables where table_schema = 'public'";
    assert_eq!(lab.query(tables).await, ["counts", "files", "lines", "long"]);
    let again = lab.run().await;
    assert!(!again.published, "what could not be run changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_has_lost_its_source_leaves_the_publication_and_comes_back() {
    let mut lab = Lab::with_files();
    lab.run().await;
    let kind = std::mem::replace(&mut lab.kind, &NOTHING);
    let report = lab.run().await;
    assert_eq!(report.retired, ["counts", "files", "lines", "long"]);
    assert!(lab.warehouse.join("lines").is_dir(), "its folder stays");
    lab.kind = kind;
    let report = lab.run().await;
    let adopted = outcomes(&report).iter().filter(|line| line.contains("adopted")).count();
    assert_eq!(adopted, 4, "{:?}", outcomes(&report));
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_source_on_the_same_warehouse_is_told() {
    let mut lab = Lab::with_files();
    assert_eq!(lab.run().await.replaced, None);
    let before = lab.source.canonicalize().unwrap();
    let other = lab.fork();
    assert_eq!(lab.run().await.replaced, None);
    lab.source = other.source.clone();
    let report = lab.run().await;
    assert_eq!(report.replaced, Some(before.clone()));
    assert_eq!(lab.run().await.replaced, None, "once");

    // Without the note nothing is known, which is no reason not to run.
    let note = lab.warehouse.join("belvedere.source");
    fs::remove_file(&note).unwrap();
    fs::create_dir(&note).unwrap();
    lab.source = before;
    let report = lab.run().await;
    assert_eq!((report.published, report.replaced), (false, None), "the rows are equal");
    assert!(report.warnings[0].starts_with("the source could not be noted: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_view_says_where_and_what_would_help() {
    let mut lab = Lab::new();
    lab.relations.extend([&lines::NUMBERS, &SHARES, &LENGTHS]);
    lab.write("a.txt", "one\n");
    lab.write("b.txt", "");
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert_eq!(
        text,
        "nothing was published: some nodes failed\n  \
         lengths: `span_make`: `bend` is 3, before `bstart` 4: swap them, or use `try_span_make`, \
         which gives NULL (in span_make(4, 3, 0, 'byte', true), row 0 of its batch)\n  \
         numbers: Cannot cast string 'one' to value of i64 type in `cast(l.text as i64)`\n    \
         help: `try_cast` gives NULL where a value does not fit\n  \
         shares: division by zero in `f.bytes / f.bytes`\n    \
         help: `nullif(divisor, 0)` gives NULL where the divisor is 0\n\
         help: the next run keeps what was written and repeats what failed"
    );
}

static NOTHING: SourceKind = SourceKind { name: "nothing", tables: &[], ..lines::KIND };

static ORPHAN: Relation = Relation::table("orphan", "it::runs", "id: i64");

static OF_ORPHAN: Relation =
    view("of_orphan", "id: i64", "pub of_orphan = from orphan as o select { o.id }", &[&ORPHAN]);

static OF_BOTH: Relation = view(
    "of_both",
    "path: String, id: i64",
    "pub of_both = from of_orphan as o join files as f on f.bytes == o.id select { f.path, o.id }",
    &[&OF_ORPHAN, &lines::FILES],
);

/// It calls a function that fails.
static LENGTHS: Relation = Relation::view(
    "lengths",
    "it::runs",
    "length: i64",
    ViewText::new(
        "pub lengths = from files as f where f.bytes > 0 \
               select { length: span_len(span_make(f.bytes, f.bytes - 1)) }",
        &[&lines::FILES],
    )
    .calling(&[&belvedere_udfs::span_len::DESCRIPTOR, &belvedere_udfs::span_make::DESCRIPTOR]),
);

static SHARES: Relation = view(
    "shares",
    "share: i64",
    "pub shares = from files as f select { share: f.bytes / f.bytes }",
    &[&lines::FILES],
);

const fn view(
    name: &'static str,
    columns: &'static str,
    text: &'static str,
    sources: &'static [&'static Relation],
) -> Relation {
    Relation::view(name, "it::runs", columns, ViewText::new(text, sources))
}
