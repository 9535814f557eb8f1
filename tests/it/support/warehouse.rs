//! A source folder and a warehouse in a temporary folder, and what is asked of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use arrow::util::pretty::pretty_format_batches;
use belvedere::Runtime;
use belvedere::delta::Result;
use belvedere::delta::catalog;
use belvedere::delta::publication::Publication;
use belvedere::delta::warehouse::Warehouse;
use belvedere::refresh::source::SourceKind;
use belvedere::refresh::{Observer, Outcome, RunReport, RunRequest, Silent, run};
use belvedere::view::{Params, Relation, ViewGraph};
use datafusion::prelude::SessionContext;
use tempfile::TempDir;

use super::lines;

/// A folder of text files and a warehouse beside it.
pub(crate) struct Lab {
    _temp: TempDir,
    pub(crate) source: PathBuf,
    pub(crate) warehouse: PathBuf,
    pub(crate) kind: &'static SourceKind,
    pub(crate) relations: Vec<&'static Relation>,
    /// Where tables are that others write.
    pub(crate) tables: BTreeMap<String, String>,
    pub(crate) params: Params,
}

pub(crate) fn runtime() -> Runtime {
    Runtime::builder().threads(2).build().unwrap()
}

impl Lab {
    pub(crate) fn new() -> Self {
        let temp = TempDir::new().unwrap();
        let source = temp.path().join("source");
        fs::create_dir(&source).unwrap();
        let warehouse = temp.path().join("warehouse");
        let relations = vec![&lines::FILES, &lines::LINES, &lines::COUNTS, &lines::LONG];
        Self {
            _temp: temp,
            source,
            warehouse,
            kind: &lines::KIND,
            relations,
            tables: BTreeMap::new(),
            params: Params::default(),
        }
    }

    /// A lab with three files.
    pub(crate) fn with_files() -> Self {
        let lab = Self::new();
        lab.write("a.txt", "one\ntwo\n");
        lab.write("b.txt", "three\n\nfour\n");
        lab.write("c.txt", "five\n");
        lab.write("ignored.bin", "");
        lab
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.source.join(name), text).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.source.join(name)).unwrap();
    }

    /// The same source with a copy of the warehouse as it stands.
    pub(crate) fn fork(&self) -> Self {
        let temp = TempDir::new().unwrap();
        let warehouse = temp.path().join("warehouse");
        copy(&self.warehouse, &warehouse);
        let source = temp.path().join("source");
        copy(&self.source, &source);
        let (kind, relations) = (self.kind, self.relations.clone());
        let (tables, params) = (self.tables.clone(), self.params.clone());
        Self { _temp: temp, source, warehouse, kind, relations, tables, params }
    }

    pub(crate) fn request(&self) -> RunRequest {
        RunRequest {
            params: self.params.clone(),
            warehouse: self.warehouse.clone(),
            source: self.source.clone(),
            kinds: vec![self.kind],
            relations: self.relations.clone(),
            tables: self.tables.clone(),
        }
    }

    pub(crate) async fn try_run(&self, observer: impl Observer + 'static) -> Result<RunReport> {
        run(&runtime(), &self.request(), Arc::new(observer)).await
    }

    pub(crate) async fn run(&self) -> RunReport {
        self.try_run(Silent).await.unwrap()
    }

    /// The rows of a query over what is published, as a table for people.
    pub(crate) async fn table(&self, sql: &str) -> String {
        pretty_format_batches(&self.batches(sql).await).unwrap().to_string()
    }

    async fn batches(&self, sql: &str) -> Vec<RecordBatch> {
        self.session().await.sql(sql).await.unwrap().collect().await.unwrap()
    }

    /// A session over what is published.
    pub(crate) async fn session(&self) -> SessionContext {
        let warehouse = Warehouse::open(&self.warehouse).unwrap();
        let runtime = runtime();
        let publication = Publication::read(&runtime, &warehouse).await.unwrap().unwrap();
        let graph = ViewGraph::from_relations(self.relations.iter().copied()).unwrap();
        let session = catalog::session_with_views(&runtime, &warehouse, &publication, &graph);
        session.await.unwrap()
    }

    /// The sorted rows of a query over what is published.
    pub(crate) async fn query(&self, sql: &str) -> Vec<String> {
        texts(self.batches(sql).await)
    }

    /// All rows of all published tables and views.
    pub(crate) async fn rows(&self) -> BTreeMap<String, Vec<String>> {
        let mut rows = BTreeMap::new();
        for relation in &self.relations {
            let name = relation.name.to_owned();
            let sql = format!("select * from {name}");
            rows.insert(name, self.query(&sql).await);
        }
        rows
    }

    /// What a build of the present files from nothing gives.
    pub(crate) async fn rows_from_nothing(&self) -> BTreeMap<String, Vec<String>> {
        let temp = TempDir::new().unwrap();
        let fresh = Self {
            warehouse: temp.path().join("warehouse"),
            _temp: temp,
            source: self.source.clone(),
            kind: self.kind,
            relations: self.relations.clone(),
            tables: self.tables.clone(),
            params: self.params.clone(),
        };
        fresh.run().await;
        fresh.rows().await
    }

    /// Every file of the warehouse with its content.
    pub(crate) fn listing(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        list(&self.warehouse, &mut files);
        files
    }
}

/// The rows as sorted texts.
pub(crate) fn texts(batches: Vec<RecordBatch>) -> Vec<String> {
    let mut rows = cells(&batches);
    rows.sort();
    rows
}

/// The rows as texts, in their order.
pub(crate) fn cells(batches: &[RecordBatch]) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<_> = columns.iter().map(|c| c.value(row).to_string()).collect();
            rows.push(cells.join("|"));
        }
    }
    rows
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}

fn list(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.insert(path.clone(), Vec::new());
            list(&path, files);
        } else {
            let content = fs::read(&path).unwrap();
            files.insert(path, content);
        }
    }
}

/// The outcome of each node, as `node: outcome (reason)`.
pub(crate) fn outcomes(report: &RunReport) -> Vec<String> {
    let line = |node: &belvedere::refresh::NodeReport| {
        format!("{}: {} ({})", node.node, node.outcome.name(), node.reason)
    };
    report.nodes.iter().map(line).collect()
}

/// Whether every node was skipped.
pub(crate) fn all_skipped(report: &RunReport) -> bool {
    report.nodes.iter().all(|node| node.outcome == Outcome::Skipped)
}
