//! Tables that others write: pinned when a run begins, held against what was declared, never changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use belvedere::refresh::Silent;
use belvedere::view::{Relation, ViewText};
use deltalake_core::DeltaTable;
use deltalake_core::operations::write::SchemaMode;
use deltalake_core::protocol::SaveMode;
use url::Url;

use crate::support::lines;
use crate::support::warehouse::{Lab, outcomes};

static ORDERS: Relation = Relation::external(
    "orders",
    "it::external",
    "note: Option<String>, id: Option<i64>",
    "nowhere/orders",
    "schemas/orders.json",
);

static NOTED: Relation = view(
    "noted",
    "id: i64, note: Option<String>",
    "pub noted = from orders as o where o.id > 0 select { id: coalesce(o.id, 0), o.note }",
    &[&ORDERS],
);

static SHOWN: Relation = view(
    "shown",
    "id: i64",
    "#[view(materialize = view)] pub shown = from noted as n join orders as o on o.id == n.id \
     select { n.id }",
    &[&NOTED, &ORDERS],
);

const fn view(
    name: &'static str,
    columns: &'static str,
    text: &'static str,
    sources: &'static [&'static Relation],
) -> Relation {
    Relation::view(name, "it::external", columns, ViewText::new(text, sources))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, a)| (name, a, true)))
        .unwrap()
}

fn rows(ids: &[i64]) -> RecordBatch {
    let notes: Vec<String> = ids.iter().map(|id| format!("note {id}")).collect();
    let (ids, notes): (ArrayRef, ArrayRef) =
        (Arc::new(Int64Array::from(ids.to_vec())), Arc::new(StringArray::from(notes)));
    let amounts: ArrayRef = Arc::new(Float64Array::from(vec![1.5; ids.len()]));
    batch(vec![("id", ids), ("amount", amounts), ("note", notes)])
}

async fn write(folder: &Path, batch: RecordBatch, mode: SaveMode, partitions: &[&str]) {
    std::fs::create_dir_all(folder).unwrap();
    let url = Url::from_directory_path(folder).unwrap();
    let table = DeltaTable::try_from_url(url).await.unwrap();
    let mut write = table.write(vec![batch]).with_save_mode(mode);
    if mode == SaveMode::Overwrite {
        write = write.with_schema_mode(SchemaMode::Overwrite);
    }
    if !partitions.is_empty() {
        write = write.with_partition_columns(partitions.iter().copied());
    }
    write.await.unwrap();
}

/// A lab beside a table with two orders.
async fn lab() -> (Lab, std::path::PathBuf) {
    let mut lab = Lab::with_files();
    let folder = lab.source.parent().unwrap().join("theirs/orders");
    write(&folder, rows(&[1, 2]), SaveMode::Append, &[]).await;
    lab.relations = vec![&ORDERS, &NOTED, &SHOWN, &lines::FILES, &lines::LINES];
    lab.tables = places(&folder);
    (lab, folder)
}

fn places(folder: &Path) -> BTreeMap<String, String> {
    BTreeMap::from([("orders".to_owned(), folder.display().to_string())])
}

fn of_orders(outcomes: Vec<String>) -> Vec<String> {
    let ours = |line: &String| line.starts_with("orders") || line.starts_with("noted");
    outcomes.into_iter().filter(ours).collect()
}

fn files(folder: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                files.insert(path, content);
            }
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_reads_one_version_and_publishes_which() {
    let (lab, folder) = lab().await;
    let before = files(&folder);
    let report = lab.run().await;
    assert_eq!(of_orders(outcomes(&report)), ["orders: pinned (new)", "noted: written (new)"]);
    assert_eq!(lab.query("select * from noted").await, ["1|note 1", "2|note 2"]);
    assert_eq!(lab.query("select id, note from orders").await, ["1|note 1", "2|note 2"]);

    write(&folder, rows(&[3]), SaveMode::Append, &[]).await;
    let written = files(&folder);
    assert_eq!(lab.query("select id from orders").await, ["1", "2"], "as published");
    assert_eq!(lab.query("select id from shown").await, ["1", "2"]);
    let report = lab.run().await;
    assert_eq!(
        of_orders(outcomes(&report)),
        ["orders: pinned (version 1 after 0)", "noted: written (input orders changed)"]
    );
    assert_eq!(lab.query("select id from shown").await, ["1", "2", "3"]);

    let report = lab.run().await;
    assert!(!report.published);
    assert_eq!(
        of_orders(outcomes(&report)),
        ["orders: pinned (unchanged)", "noted: skipped (unchanged)"]
    );
    // Enough publications for old versions to be deleted, of our tables.
    for length in 1..=5 {
        lab.write("a.txt", &"x".repeat(length));
        lab.run().await;
    }
    assert!(files(&folder) == written, "a run has changed the table of others");
    assert!(before.keys().all(|file| written.contains_key(file)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_went_its_own_way_is_another_input() {
    let (mut lab, folder) = lab().await;
    lab.run().await;
    let copy = folder.parent().unwrap().join("copy");
    for (path, content) in files(&folder) {
        let to = copy.join(path.strip_prefix(&folder).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, content).unwrap();
    }
    lab.tables = places(&copy);
    let report = lab.run().await;
    assert_eq!(of_orders(outcomes(&report))[1], "noted: skipped (unchanged)", "the same rows");

    write(&folder, rows(&[3]), SaveMode::Append, &[]).await;
    write(&copy, rows(&[4]), SaveMode::Append, &[]).await;
    lab.run().await;
    assert_eq!(lab.query("select max(id) from noted").await, ["4"]);
    lab.tables = places(&folder);
    lab.run().await;
    assert_eq!(lab.query("select max(id) from noted").await, ["3"], "same id, same version");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_decides_and_all_that_differs_is_told() {
    let (mut lab, folder) = lab().await;
    lab.run().await;
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let notes: ArrayRef = Arc::new(StringArray::from(vec!["y"]));
    write(&folder, batch(vec![("id", ids), ("notes", notes)]), SaveMode::Overwrite, &[]).await;
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    let at = folder.display();
    assert_eq!(
        error,
        format!(
            "the table `orders` at `{at}`, version 1, is not what `schemas/orders.json` says:\n  \
             `note` is not there; there is `notes`\n  \
             `id` is `Option<String>`, declared as `Option<i64>`\n\
             help: `belvedere schema pull {at} -o schemas/orders.json` writes what is stored; the program is \
             then built again"
        )
    );
    assert_eq!(lab.query("select id from noted").await, ["1", "2"], "what was published holds");

    lab.tables.insert("order".to_owned(), "x".to_owned());
    lab.tables.insert("orders".to_owned(), "s3://bucket/orders".to_owned());
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "no table that others write is called `order`\n\
         help: did you mean `orders`?\n\
         the table `orders` at `s3://bucket/orders` cannot be read: this program reads no `s3://`\n\
         help: name another place with `--table orders=URI`"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_there_stops_the_run_before_it_begins() {
    let (mut lab, folder) = lab().await;
    lab.tables = BTreeMap::new();
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(error.contains("nowhere/orders` cannot be read: there is no Delta table"), "{error}");
    assert!(error.contains("`--table orders=URI`"), "{error}");
    assert!(!lab.warehouse.join("files").exists(), "nothing was written");

    lab.tables = places(&folder);
    lab.run().await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(lab.query("select id from noted").await, ["1", "2"], "views are stored");
    let error = lab.try_run(Silent).await.unwrap_err().to_string();
    assert!(error.contains("there is no Delta table"), "{error}");
    assert_eq!(lab.query("select id from noted").await, ["1", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn partition_columns_of_others_are_columns() {
    let (lab, folder) = lab().await;
    std::fs::remove_dir_all(&folder).unwrap();
    let notes: ArrayRef = Arc::new(StringArray::from(vec![
        Some("a/b"),
        Some("50 %"),
        None,
        Some("größe"),
        Some("="),
    ]));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5]));
    let rows = batch(vec![("id", ids), ("note", notes)]);
    write(&folder, rows, SaveMode::Append, &["note"]).await;
    lab.run().await;
    assert_eq!(
        lab.query("select * from noted").await,
        ["1|a/b", "2|50 %", "3|NULL", "4|größe", "5|="]
    );
    assert_eq!(lab.query("select id from noted where note = 'a/b'").await, ["1"]);
}
