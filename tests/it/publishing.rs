//! Publishing: kills, readers, second writers, strangers in the warehouse.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow::array::{Int64Array, RecordBatch};
use belvedere::delta::publication::Publication;
use belvedere::delta::warehouse::Warehouse;
use belvedere::delta::{Error, catalog};
use belvedere::refresh::{Observer, Outcome, Silent, Step, run};
use deltalake_core::DeltaTable;

use crate::support::child::{kill_after, kill_at};
use crate::support::warehouse::{Lab, all_skipped, outcomes, runtime};

type Rows = BTreeMap<String, Vec<String>>;

/// The three things that can happen to the source between a kill and the next run, and the rows
/// that a build from nothing gives then.
struct Aftermath {
    edited: Rows,
    reverted: Rows,
    edited_again: Rows,
}

fn edit(lab: &Lab) {
    lab.write("a.txt", "one\ntwo\nthree\n");
    lab.remove("c.txt");
}

fn revert(lab: &Lab) {
    lab.write("a.txt", "one\ntwo\n");
    lab.write("c.txt", "five\n");
}

fn edit_again(lab: &Lab) {
    lab.write("a.txt", "something\nelse\n");
    lab.write("d.txt", "new\n");
}

impl Aftermath {
    async fn of(lab: &Lab) -> Self {
        let edited = lab.rows_from_nothing().await;
        let fork = lab.fork();
        revert(&fork);
        let reverted = fork.rows_from_nothing().await;
        let fork = lab.fork();
        edit_again(&fork);
        Self { edited, reverted, edited_again: fork.rows_from_nothing().await }
    }

    /// One more run makes every table equal to a build from nothing, whatever happened.
    async fn holds(&self, lab: &Lab, moment: &str) {
        lab.run().await;
        assert_eq!(lab.rows().await, self.edited, "killed at {moment}, source as it was");
        assert!(all_skipped(&lab.run().await), "killed at {moment}");
        assert!(!lab.warehouse.join("belvedere.staging").exists(), "killed at {moment}");
    }

    async fn holds_after_changes(&self, lab: &Lab, moment: &str) {
        for (change, expected) in
            [(revert as fn(&Lab), &self.reverted), (edit_again, &self.edited_again)]
        {
            let fork = lab.fork();
            change(&fork);
            fork.run().await;
            assert_eq!(fork.rows().await, *expected, "killed at {moment}, source changed since");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_step_loses_nothing() {
    let published = Lab::with_files();
    published.run().await;
    let before = published.rows().await;
    edit(&published);
    let aftermath = Aftermath::of(&published).await;
    let mut steps = Vec::new();
    for step in 0.. {
        let lab = published.fork();
        let Some(name) = kill_at(&lab, step) else { break };
        let rows = lab.rows().await;
        assert!(rows == before || rows == aftermath.edited, "half a graph at {name}");
        let is_published = steps.iter().any(|step| step == "published") || name == "published";
        assert_eq!(rows == aftermath.edited, is_published, "{name}");
        aftermath.holds_after_changes(&lab, &name).await;
        aftermath.holds(&lab, &name).await;
        steps.push(name);
    }
    for step in ["listed lines of text", "staged lines of text", "writing long", "publishing"] {
        assert!(steps.iter().any(|name| name == step), "{step} is not among {steps:?}");
    }
    assert!(steps.last().is_some_and(|last| last.starts_with("tidied")), "{steps:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_during_the_first_run_loses_nothing() {
    let empty = Lab::with_files();
    let aftermath = empty.rows_from_nothing().await;
    for step in 0.. {
        let lab = Lab::with_files();
        let Some(name) = kill_at(&lab, step) else { break };
        lab.run().await;
        assert_eq!(lab.rows().await, aftermath, "killed at {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_loses_nothing() {
    let published = Lab::with_files();
    published.run().await;
    edit(&published);
    let aftermath = Aftermath::of(&published).await;
    let mut time = Duration::ZERO;
    loop {
        let lab = published.fork();
        let running = kill_after(&lab, time);
        aftermath.holds(&lab, &format!("{time:?}")).await;
        if !running {
            break;
        }
        time += Duration::from_millis(37);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_run_wrote_is_adopted() {
    let lab = Lab::with_files();
    lab.run().await;
    edit(&lab);
    let error = lab.try_run(StopAt("publishing")).await.unwrap_err();
    assert!(matches!(error, Error::Stopped), "{error}");
    let report = lab.run().await;
    assert!(report.nodes.iter().all(|node| node.outcome == Outcome::Adopted));
    assert_eq!(report.extracted, 0);
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_run_wrote_is_not_read_when_the_edit_was_reverted() {
    let lab = Lab::with_files();
    lab.run().await;
    edit(&lab);
    lab.try_run(StopAt("publishing")).await.unwrap_err();
    revert(&lab);
    let report = lab.run().await;
    assert!(all_skipped(&report), "{:?}", outcomes(&report));
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
    lab.write("c.txt", "six\n");
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

/// Stops a run at the step of this name.
struct StopAt(&'static str);

impl Observer for StopAt {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        if step.to_string() == self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Does something at the step of this name.
struct At<F>(&'static str, F);

impl<F: Fn() + Send + Sync> Observer for At<F> {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        if step.to_string() == self.0 {
            (self.1)();
        }
        ControlFlow::Continue(())
    }
}

/// Waits for a future from inside of an observer.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(future))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_is_told_who_holds_the_warehouse() {
    let lab = Arc::new(Lab::with_files());
    let second = Arc::clone(&lab);
    let told = Arc::new(Mutex::new(String::new()));
    let text = Arc::clone(&told);
    let first = At("staged lines of text", move || {
        let error = wait(second.try_run(Silent)).unwrap_err();
        *text.lock().unwrap() = error.to_string();
    });
    lab.try_run(first).await.unwrap();
    let told = told.lock().unwrap().clone();
    let process = format!("process {} since 20", std::process::id());
    assert!(told.starts_with("another run is writing to the warehouse"), "{told}");
    assert!(told.contains(&process), "{told}");
    assert!(all_skipped(&lab.run().await), "the lock was given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_publication_while_a_run_goes_on() {
    let lab = Arc::new(Lab::with_files());
    lab.run().await;
    let before = lab.rows().await;
    edit(&lab);
    let after = lab.rows_from_nothing().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    for step in ["writing lines", "publishing", "published", "tidied lines"] {
        let (reader, seen) = (Arc::clone(&lab), Arc::clone(&seen));
        let fork = Arc::new(lab.fork());
        let read = Arc::clone(&fork);
        let _ = reader;
        let look = At(step, move || seen.lock().unwrap().push(wait(read.rows())));
        fork.try_run(look).await.unwrap();
    }
    let seen = seen.lock().unwrap();
    assert_eq!(*seen, [before.clone(), before, after.clone(), after]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_keeps_its_publication_for_two_more() {
    let lab = Lab::with_files();
    lab.run().await;
    let warehouse = Warehouse::open(&lab.warehouse).unwrap();
    let runtime = runtime();
    let publication = Publication::read(&runtime, &warehouse).await.unwrap().unwrap();
    let session = catalog::session(&runtime, &warehouse, &publication).await.unwrap();
    let query = session.sql("select * from lines where path = 'a.txt'").await.unwrap();
    for text in ["1\n", "2\n"] {
        lab.write("a.txt", text);
        lab.run().await;
    }
    let rows: usize = query.collect().await.unwrap().iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 2, "the rows of the first publication");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_warehouse_does_not_grow_with_every_edit() {
    let lab = Lab::with_files();
    let data_files = || {
        let files = lab.listing().into_keys();
        files.filter(|path| path.extension().is_some_and(|e| e == "parquet")).collect::<Vec<_>>()
    };
    let in_log =
        |table: &str| fs::read_dir(lab.warehouse.join(table).join("_delta_log")).unwrap().count();
    let mut most = 0;
    for edit in 0..26 {
        lab.write("a.txt", &format!("{edit}\n"));
        let report = lab.run().await;
        assert_eq!(report.warnings, [""; 0]);
        let lines = lab.warehouse.join("lines");
        let data = data_files();
        let of_lines = data.iter().filter(|path| path.parent() == Some(&lines)).count();
        assert!(of_lines <= 3, "{of_lines} files for one of data after {edit} edits");
        most = most.max(in_log("lines")).max(in_log("belvedere.pointers"));
    }
    // Ten commits after a checkpoint, those that the kept publications need, and checkpoints.
    assert!(most <= 26, "{most} files in a log");
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_somebody_else_is_never_overwritten() {
    let lab = Lab::with_files();
    let folder = lab.warehouse.join("lines");
    fs::create_dir_all(&folder).unwrap();
    let url = url(&folder);
    let batch =
        RecordBatch::try_from_iter([("x", Arc::new(Int64Array::from(vec![1])) as _)]).unwrap();
    let table = DeltaTable::try_from_url(url).await.unwrap().write(vec![batch]).await.unwrap();
    let before = lab.listing();

    let error = lab.try_run(Silent).await.unwrap_err();
    assert!(matches!(error, Error::Foreign { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("lines` holds a Delta table") && text.contains("help:"), "{text}");
    let after = lab.listing();
    assert!(before.iter().all(|(path, content)| after.get(path) == Some(content)));
    assert_eq!(table.version(), Some(0));

    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.md"), "mine").unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("lines` holds files"), "{text}");
    assert_eq!(fs::read_to_string(folder.join("notes.md")).unwrap(), "mine");
}

fn url(folder: &Path) -> url::Url {
    url::Url::from_directory_path(folder.canonicalize().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warehouse_that_is_a_file_is_refused() {
    let lab = Lab::with_files();
    fs::write(&lab.warehouse, "").unwrap();
    let text = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(text.contains("is a file, not a folder") && text.contains("--warehouse"), "{text}");
    assert!(fs::read_to_string(&lab.warehouse).unwrap().is_empty());

    let mut below = lab.request();
    below.warehouse = lab.warehouse.join("below");
    let text = run(&runtime(), &below, Arc::new(Silent)).await.unwrap_err().to_string();
    assert!(text.contains("is a file, not a folder"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_not_inserted_through_a_published_table() {
    let lab = Lab::with_files();
    lab.run().await;
    let warehouse = Warehouse::open(&lab.warehouse).unwrap();
    let runtime = runtime();
    let publication = Publication::read(&runtime, &warehouse).await.unwrap().unwrap();
    let session = catalog::session(&runtime, &warehouse, &publication).await.unwrap();
    let insert = session.sql("insert into files values ('x', 1)").await.unwrap();
    insert.collect().await.unwrap_err();
    assert_eq!(lab.query("select count(*) from files").await, ["3"]);
}
