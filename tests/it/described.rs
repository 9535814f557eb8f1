//! Docs of relations and columns in the tables that store them: written with the rows, changed without
//! them, and nothing that a plan could trip over.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use belvedere::refresh::Outcome;
use belvedere::view::{Relation, ViewText};
use deltalake_core::{DeltaTableBuilder, open_table};
use serde_json::Value;
use url::Url;

use crate::support::lines;
use crate::support::warehouse::{Lab, outcomes};

/// Both sides have a column `path` with other docs, the groups are of them.
fn view(doc: &'static str, docs: &'static [(&'static str, &'static str)]) -> &'static Relation {
    static SOURCES: [&Relation; 2] = [&lines::LINES, &lines::FILES];
    let text = "v = from lines as l select { l.path } union all (from files as f select { f.path }) \
                group by { path } aggregate { n: count() }";
    let text = ViewText::new(text, &SOURCES);
    let relation = Relation::view("v", "it::described", "path: String, n: i64", text);
    Box::leak(Box::new(relation.with_doc(doc).with_docs(docs)))
}

fn lab(view: &'static Relation) -> Lab {
    let mut lab = Lab::with_files();
    lab.relations = vec![&lines::FILES, &lines::LINES, view];
    lab
}

/// The description of a table, and those of its columns.
async fn described(folder: &Path) -> (String, BTreeMap<String, String>) {
    let table = open_table(Url::from_directory_path(folder).unwrap()).await.unwrap();
    let snapshot = table.snapshot().unwrap();
    let of_table = snapshot.metadata().description().unwrap_or_default().to_owned();
    let fields = snapshot.snapshot().arrow_schema();
    let of_columns = fields
        .fields()
        .iter()
        .filter_map(|field| Some((field.name().clone(), field.metadata().get("comment")?.clone())));
    (of_table, of_columns.collect())
}

fn said<const N: usize>(docs: [(&str, &str); N]) -> BTreeMap<String, String> {
    docs.map(|(name, doc)| (name.to_owned(), doc.to_owned())).into()
}

/// The actions of the newest commits of a table.
fn newest(folder: &Path) -> Vec<String> {
    let mut commits: Vec<_> =
        fs::read_dir(folder.join("_delta_log")).unwrap().map(|e| e.unwrap().path()).collect();
    commits.retain(|path| path.extension().is_some_and(|it| it == "json"));
    commits.sort();
    let text = fs::read_to_string(commits.last().unwrap()).unwrap();
    let kind = |line: &str| {
        let action: Value = serde_json::from_str(line).unwrap();
        action.as_object().unwrap().keys().next().unwrap().clone()
    };
    let mut kinds: Vec<String> = text.lines().map(kind).collect();
    kinds.sort();
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn docs_are_written_with_the_rows() {
    let lab = lab(view("How many lines.\n\nAnd one for the file.", &[("n", "Them.")]));
    lab.run().await;
    let (of_table, of_columns) = described(&lab.warehouse.join("v")).await;
    assert_eq!(of_table, "How many lines.\n\nAnd one for the file.");
    assert_eq!(of_columns, said([("n", "Them.")]), "and none of what it reads");
    let (of_table, of_columns) = described(&lab.warehouse.join("files")).await;
    assert_eq!(of_table, "The files.");
    let docs = [("path", "Below the root.\nWith `/`."), ("bytes", "How long it is.")];
    assert_eq!(of_columns, said(docs));
    assert_eq!(lab.query("select * from v").await, ["a.txt|3", "b.txt|4", "c.txt|2"]);

    // Rows that change are written beside those that are kept, and described again.
    lab.write("c.txt", "five\nsix\n");
    lab.run().await;
    assert_eq!(lab.query("select * from v").await, ["a.txt|3", "b.txt|4", "c.txt|3"]);
    assert_eq!(described(&lab.warehouse.join("files")).await.1, said(docs));
    assert!(!lab.run().await.published);
}

#[tokio::test(flavor = "multi_thread")]
async fn docs_that_change_are_written_without_rows() {
    // As a release wrote it that knew of no docs.
    let mut lab = lab(view("", &[]));
    lab.run().await;
    let (rows, folder) = (lab.rows().await, lab.warehouse.join("v"));
    assert_eq!(described(&folder).await, (String::new(), BTreeMap::new()));

    for (doc, docs) in [
        ("One.", &[("path", "Which file."), ("n", "How many.")][..]),
        ("One.", &[("path", "Which."), ("n", "How many.")][..]),
        ("Two.", &[("n", "How many.")][..]),
        ("", &[][..]),
    ] {
        lab.relations[2] = view(doc, docs);
        let report = lab.run().await;
        assert_eq!(outcomes(&report)[3], "v: described (docs changed)");
        let others = report.nodes.iter().filter(|node| node.outcome != Outcome::Skipped);
        assert_eq!(others.count(), 1);
        assert!(report.published);
        assert_eq!(newest(&folder), ["commitInfo", "metaData"]);
        let found = described(&folder).await;
        let docs = docs.iter().map(|(name, doc)| ((*name).to_owned(), (*doc).to_owned()));
        assert_eq!(found, (doc.to_owned(), docs.collect()));
        assert_eq!(lab.rows().await, rows);
        assert!(!lab.run().await.published, "once");
    }
    // What is in the table goes on from there.
    lab.write("a.txt", "one\n");
    lab.run().await;
    assert_eq!(lab.rows().await, lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_run_has_described_is_taken() {
    use belvedere::refresh::{Observer, Step};
    use std::ops::ControlFlow;

    struct Stop;
    impl Observer for Stop {
        fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
            match step {
                Step::Publishing => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    let mut lab = lab(view("", &[]));
    lab.run().await;
    lab.relations[2] = view("One.", &[]);
    assert!(lab.try_run(Stop).await.is_err());
    let folder = Url::from_directory_path(lab.warehouse.join("v")).unwrap();
    let version = async || {
        let table = DeltaTableBuilder::from_url(folder.clone()).unwrap().load().await.unwrap();
        table.version()
    };
    let before = version().await;
    assert!(lab.run().await.published);
    assert_eq!(version().await, before, "no second time");
    // And where docs have changed since, they are those of now.
    lab.relations[2] = view("Two.", &[]);
    assert!(lab.try_run(Stop).await.is_err());
    lab.relations[2] = view("Three.", &[]);
    lab.run().await;
    assert_eq!(described(&lab.warehouse.join("v")).await.0, "Three.");
    assert!(!lab.run().await.published);
}
