//! Warehouses that something else has been at: files that are gone, cut off or garbled, foreign files,
//! paths under which nothing can be stored.

use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::PathBuf;

use belvedere::Runtime;
use belvedere::delta::Error;
use belvedere::refresh::{Observer, Silent, Step};
use deltalake_core::DeltaTableBuilder;
use deltalake_core::checkpoints::create_checkpoint;
use url::Url;

use crate::support::warehouse::{Lab, all_skipped, outcomes};

/// The data files of a table.
fn data_files(lab: &Lab, table: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(lab.warehouse.join(table)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "parquet")).collect()
}

/// The newest commit of a table.
fn newest_commit(lab: &Lab, table: &str) -> PathBuf {
    let entries = fs::read_dir(lab.warehouse.join(table).join("_delta_log")).unwrap();
    let commits = entries.map(|entry| entry.unwrap().path());
    commits.filter(|path| path.extension().is_some_and(|end| end == "json")).max().unwrap()
}

fn cut(path: &PathBuf, bytes: u64) {
    File::options().write(true).open(path).unwrap().set_len(bytes).unwrap();
}

/// One more run finds what is lost and writes it again.
async fn is_repaired(lab: &Lab, table: &str) {
    let report = lab.run().await;
    let line = outcomes(&report).into_iter().find(|line| line.starts_with(table)).unwrap();
    assert_eq!(line, format!("{table}: written (published version lost)"));
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    assert!(all_skipped(&lab.run().await));
}

#[tokio::test(flavor = "multi_thread")]
async fn data_files_that_are_gone_or_cut_off_are_written_again() {
    let lab = Lab::with_files();
    lab.run().await;
    for table in ["lines", "long", "belvedere.inputs"] {
        data_files(&lab, table).iter().for_each(|path| fs::remove_file(path).unwrap());
        is_repaired(&lab, table).await;
        data_files(&lab, table).iter().for_each(|path| cut(path, 100));
        is_repaired(&lab, table).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_a_crash_has_emptied_is_no_empty_table() {
    let lab = Lab::with_files();
    lab.run().await;
    for table in ["lines", "long"] {
        cut(&newest_commit(&lab, table), 0);
        is_repaired(&lab, table).await;
    }
}

/// What a query of a table says.
async fn queried(lab: &Lab, table: &str) -> String {
    let runtime = Runtime::builder().warehouse(&lab.warehouse).build().unwrap();
    let rows = runtime.query(format!("from {table}")).collect().await;
    rows.map_or_else(|error| error.to_string(), |rows| format!("{} batches", rows.len()))
}

/// Has readers begin at the newest version.
async fn checkpoint(lab: &Lab, table: &str) {
    let folder = lab.warehouse.join(table).canonicalize().unwrap();
    let url = Url::from_directory_path(folder).unwrap();
    let table = DeltaTableBuilder::from_url(url).unwrap().load().await.unwrap();
    create_checkpoint(&table, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_say_of_a_garbled_log_what_runs_say() {
    let lab = Lab::with_files();
    lab.run().await;
    for (table, hidden) in [("lines", false), ("long", false), ("lines", true), ("long", true)] {
        if hidden {
            checkpoint(&lab, table).await;
        }
        fs::write(newest_commit(&lab, table), "garbage").unwrap();
        let (asked, run) = (queried(&lab, table).await, lab.try_run(Silent).await.unwrap_err());
        assert!(matches!(run, Error::Damaged { .. }), "{run:?}");
        assert_eq!(asked, run.to_string(), "{table}");
        fs::remove_dir_all(lab.warehouse.join(table)).unwrap();
        let gone = queried(&lab, table).await;
        assert!(gone.starts_with("version 1 of `"), "{gone}");
        assert!(gone.ends_with("\nhelp: `belvedere run` writes it again"), "{gone}");
        is_repaired(&lab, table).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_does_not_take_the_rows_before_an_emptied_commit() {
    let lab = Lab::with_files();
    lab.run().await;
    lab.write("a.txt", "changed\n");
    lab.run().await;
    cut(&newest_commit(&lab, "lines"), 0);
    let expected = "version 2 of `lines` is published but cannot be read: its commit is damaged\n\
                    help: `belvedere run` writes it again";
    assert_eq!(queried(&lab, "lines").await, expected);
    is_repaired(&lab, "lines").await;
}

/// Stops a run before it publishes.
struct Unpublished;

impl Observer for Unpublished {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        let publishing = matches!(step, Step::Publishing);
        if publishing { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_run_wrote_is_adopted_only_if_it_is_whole() {
    let lab = Lab::with_files();
    lab.try_run(Unpublished).await.unwrap_err();
    data_files(&lab, "lines").iter().for_each(|path| cut(path, 100));
    let report = lab.run().await;
    let adopted = outcomes(&report).iter().filter(|line| line.contains("adopted")).count();
    assert_eq!(adopted, report.nodes.len() - 1, "{:?}", outcomes(&report));
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_garbled_is_named_with_what_to_do() {
    let lab = Lab::with_files();
    lab.run().await;
    for table in ["lines", "long", "belvedere.inputs", "belvedere.pointers"] {
        fs::write(newest_commit(&lab, table), "garbage").unwrap();
        let error = lab.try_run(Silent).await.unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
        let (text, folder) = (error.to_string(), lab.warehouse.join(table));
        let folder = folder.canonicalize().unwrap();
        assert!(text.contains(&format!("`{}` is damaged: ", folder.display())), "{text}");
        assert!(text.ends_with("run again; what it holds can be computed"), "{text}");
        assert_eq!(text.lines().count(), 2, "no backtrace: {text}");
        fs::remove_dir_all(folder).unwrap();
        lab.run().await;
        assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_file_that_is_garbled_is_named_when_it_is_read() {
    let lab = Lab::with_files();
    lab.run().await;
    for path in data_files(&lab, "lines") {
        let bytes = fs::read(&path).unwrap().len();
        fs::write(&path, vec![7; bytes]).unwrap();
    }
    lab.write("a.txt", "changed\n");
    let error = lab.try_run(Silent).await.unwrap_err();
    assert!(matches!(error, Error::UnreadableFile { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("`lines`: a data file cannot be read: "), "{text}");
    assert!(text.contains("delete the folder of its table"), "{text}");
    fs::remove_dir_all(lab.warehouse.join("lines")).unwrap();
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);

    for path in data_files(&lab, "belvedere.pointers") {
        cut(&path, 50);
    }
    let error = lab.try_run(Silent).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_put_beside_our_files_stays_theirs() {
    let lab = Lab::with_files();
    lab.run().await;
    let folder = lab.warehouse.join("lines");
    fs::create_dir(folder.join("notes")).unwrap();
    for name in ["notes.md", "notes/part-1.parquet", "mine.parquet"] {
        fs::write(folder.join(name), "mine").unwrap();
    }
    for text in ["1\n", "2\n", "3\n", "4\n"] {
        lab.write("a.txt", text);
        assert_eq!(lab.run().await.warnings, [""; 0]);
    }
    for name in ["notes.md", "notes/part-1.parquet", "mine.parquet"] {
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "mine");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_run_could_not_commit_is_deleted_by_the_next() {
    let lab = Lab::with_files();
    lab.run().await;
    lab.write("a.txt", "changed\n");
    lab.try_run(Unpublished).await.unwrap_err();
    lab.write("a.txt", "one\ntwo\n");
    let orphan = lab.warehouse.join("long").join("part-00000-dead-c000.zstd.parquet");
    fs::write(&orphan, "half a file").unwrap();
    assert!(all_skipped(&lab.run().await));
    assert!(!orphan.exists());
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_tables_cannot_be_stored_under_are_refused() {
    for name in ["a#b", "a%41b", "a?b", "a[b", "a]b", "a^b", "a|b", "a\\b", "a\nb"] {
        let mut lab = Lab::with_files();
        lab.warehouse.set_file_name(name);
        let error = lab.try_run(Silent).await.unwrap_err();
        assert!(matches!(error, Error::UnusablePath { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("--warehouse"), "{error}");
        assert!(!lab.warehouse.exists(), "{name}");
    }
    for name in ["a b", "é", "it's", "a&b;c", "(a)", "a=b,c", "~a", "{a}", "a*b", "$a", "a@b:c"] {
        let mut lab = Lab::with_files();
        lab.warehouse.set_file_name(name);
        lab.run().await;
        assert!(all_skipped(&lab.run().await), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_the_place_of_our_own_files_is_named() {
    let lab = Lab::with_files();
    fs::create_dir_all(lab.warehouse.join("belvedere.lock")).unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("belvedere.lock` holds a folder, which"), "{text}");
    fs::remove_dir(lab.warehouse.join("belvedere.lock")).unwrap();
    fs::write(lab.warehouse.join("belvedere.staging"), "").unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("belvedere.staging` holds a file, which"), "{text}");
}
