//! A run: the order of events, from the lock to the publication.
//!
//! Whatever is killed at any point, the next run makes every table equal to a build from nothing:
//! base tables are always made from *published* rows, nodes read published or just-written
//! versions, and one commit to the pointers publishes all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::logical_expr::LogicalPlan;

use super::audit::quarantine;
use super::kinds;
use super::observer::{Observer, Step};
use super::report::{NodeReport, Outcome, Reason, RunReport};
use super::settle::{self, Settled, Verdict};
use super::source::SourceKind;
use crate::delta::comments::Comments;
use crate::delta::layout::Layout;
use crate::delta::publication::{KEPT, NodeKind, Pointer, Publication};
use crate::delta::table::{PinnedTable, Size, TableLocation};
use crate::delta::warehouse::{INPUTS, POINTERS, Warehouse};
use crate::delta::write::{self, Joins};
use crate::delta::{Error, Result, maintenance};
use crate::plan::{Bundle, Key, Pins};
use crate::session::Runtime;
use crate::view::{Params, Relation, ViewGraph};

/// What to run.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The folder of tables; created if there is none.
    pub warehouse: PathBuf,
    /// Where the sources read.
    pub source: PathBuf,
    /// The kinds of source.
    pub kinds: Vec<&'static SourceKind>,
    /// The tables and views.
    pub relations: Vec<&'static Relation>,
    /// Where tables are that others write, by name, for those that are elsewhere than their schema files
    /// say: a path or a URL.
    pub tables: BTreeMap<String, String>,
    /// Values of the parameters of views. Where none is given it is the default, whatever an earlier
    /// run was given.
    pub params: Params,
}

impl RunRequest {
    /// A run of everything that is linked into the program.
    #[must_use]
    pub fn linked(warehouse: impl Into<PathBuf>, source: impl Into<PathBuf>) -> Self {
        let mut kinds: Vec<_> = inventory::iter::<&'static SourceKind>().copied().collect();
        kinds.sort_by_key(|kind| kind.name);
        Self {
            warehouse: warehouse.into(),
            source: source.into(),
            kinds,
            relations: inventory::iter::<&'static Relation>().copied().collect(),
            tables: BTreeMap::new(),
            params: Params::default(),
        }
    }
}

/// Brings all nodes up to date and publishes them together.
///
/// Dropping the future stops the run; so does a kill of the process. Neither loses anything: what
/// was published stays, what was written is adopted by the next run.
///
/// # Errors
///
/// When nothing was published by this run: a warehouse or source that cannot be used, a node that
/// failed, an observer that said stop.
pub async fn run(
    runtime: &Runtime,
    request: &RunRequest,
    observer: Arc<dyn Observer>,
) -> Result<RunReport> {
    let graph = ViewGraph::from_relations(request.relations.iter().copied())?;
    request.params.check(&graph)?;
    let unfilled = kinds::check(&graph, &request.kinds)?;
    if let Err(source) = fs::metadata(&request.source) {
        return Err(Error::NoSource { path: request.source.clone(), source });
    }
    let warehouse = Warehouse::create(&request.warehouse)?;
    let lock = warehouse.lock()?;
    clean_up(&warehouse, &graph, lock.left_behind())?;

    let published = Publication::read(runtime, &warehouse).await?.unwrap_or_default();
    let mut run = Run::new(runtime, &warehouse, observer, published);
    if lock.left_behind() {
        run.reclaim(&graph).await?;
    }
    run.step(&Step::Locked)?;
    run.announce(&request.source)?;
    run.pin_external(&graph, &request.tables).await?;
    run.refresh_sources(request).await?;
    for table in unfilled {
        run.hold(
            table,
            NodeKind::Table,
            Reason::NoSource { table: table.to_owned() },
            Duration::ZERO,
        )?;
    }
    run.refresh_views(&graph, &request.params).await?;
    if !run.failed.is_empty() {
        return Err(Error::Failed(run.failed));
    }
    run.publish(&request.source).await?;
    lock.release().map_err(|error| Error::io(warehouse.root(), warehouse.root(), error))?;
    Ok(run.report)
}

/// Whether the run goes on behind an error, to tell of others: of a view, or of the rows of a table.
const fn may_fail(kind: NodeKind, error: &Error) -> bool {
    match kind {
        NodeKind::View => error.is_of_one_node(),
        _ => matches!(error, Error::Audit { .. }),
    }
}

/// Deletes what a dead run left: staged rows always, parts of files if it was killed.
fn clean_up(warehouse: &Warehouse, graph: &ViewGraph, left_behind: bool) -> Result<()> {
    let staging = warehouse.staging();
    match fs::remove_dir_all(&staging) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            return Err(Error::Foreign { path: staging, found: "a file".to_owned() });
        }
        Err(error) => return Err(Error::io(warehouse.root(), &staging, error)),
    }
    if left_behind {
        let nodes = graph.nodes().iter().map(|node| node.name());
        for node in nodes.chain([POINTERS, INPUTS]) {
            maintenance::sweep(warehouse.root(), &warehouse.table_folder(node))?;
            maintenance::sweep(warehouse.root(), &warehouse.table_folder(&quarantine(node)))?;
        }
    }
    Ok(())
}

/// The state of a run.
pub(super) struct Run<'a> {
    pub(super) runtime: &'a Runtime,
    pub(super) warehouse: &'a Warehouse,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) published: Publication,
    pub(super) report: RunReport,
    /// The keys of all nodes that are up to date, those that are not stored among them.
    pub(super) keys: BTreeMap<String, Key>,
    /// The nodes of the publication to come.
    pub(super) settled: BTreeMap<String, (NodeKind, Settled)>,
    failed: Vec<(String, Error)>,
    /// Why nodes were not tried.
    held: BTreeMap<String, Reason>,
}

/// A node about to be settled.
pub(super) struct Task<'a> {
    pub(super) node: &'a str,
    pub(super) kind: NodeKind,
    pub(super) key: Key,
    pub(super) verdict: Verdict,
    /// Why it is written, if it is.
    pub(super) reason: Reason,
    pub(super) started: Instant,
    /// The relation whose audits are asked of the rows.
    pub(super) of: Option<(&'static Relation, &'a Params)>,
    /// What its table and columns are said to hold.
    pub(super) comments: Comments,
}

/// What a node is to hold.
pub(super) struct Content {
    pub(super) plan: LogicalPlan,
    /// The versions that the plan reads.
    pub(super) pins: Pins,
    /// How the rows lie in files.
    pub(super) layout: Layout,
}

impl<'a> Run<'a> {
    fn new(
        runtime: &'a Runtime,
        warehouse: &'a Warehouse,
        observer: Arc<dyn Observer>,
        published: Publication,
    ) -> Self {
        let report = RunReport {
            nodes: Vec::new(),
            publication: published.id,
            published: false,
            replaced: None,
            retired: Vec::new(),
            inputs: 0,
            ignored: 0,
            extracted: 0,
            extracted_bytes: 0,
            extracting: Duration::ZERO,
            warnings: Vec::new(),
        };
        let (keys, settled) = (BTreeMap::new(), BTreeMap::new());
        let (failed, held) = (Vec::new(), BTreeMap::new());
        Self { runtime, warehouse, observer, published, report, keys, settled, failed, held }
    }

    pub(super) fn step(&self, step: &Step<'_>) -> Result<()> {
        match self.observer.step(step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }

    /// Opens the version of a node that the publication to come will have.
    pub(super) async fn pin(&self, node: &str) -> Result<PinnedTable> {
        match self.settled.get(node) {
            Some((_, settled)) => settled.pin(self.warehouse, node).await,
            None => Err(Error::Graph(format!("`{node}` is read before it is written"))),
        }
    }

    /// Skips, adopts or writes a node. What fails is kept for the end of the run, unless it is of
    /// the warehouse as a whole.
    pub(super) async fn settle(
        &mut self,
        task: Task<'_>,
        content: impl FnOnce(&Runtime) -> Result<Content>,
    ) -> Result<()> {
        let Task { node, kind, key, verdict, reason, started, of, comments } = task;
        let mut reason = match verdict {
            Verdict::Write { lost: true } => Reason::Lost,
            Verdict::Skip(..) => Reason::Unchanged,
            _ => reason,
        };
        let mut stored = None;
        let done = match verdict {
            Verdict::Skip(settled, comments) => {
                stored = Some(comments);
                Ok((settled, Outcome::Skipped))
            }
            Verdict::Adopt(settled) => {
                self.audited(of, settled).await.map(|settled| (settled, Outcome::Adopted))
            }
            Verdict::Write { .. } => {
                self.step(&Step::Writing { node })?;
                let written = self.write(node, &key, &comments, content).await;
                if written.is_ok() && of.is_some() {
                    self.step(&Step::Auditing { node })?;
                }
                let audited = match written {
                    Ok(settled) => self.audited(of, settled).await,
                    Err(error) => Err(error),
                };
                audited.map(|settled| (settled, Outcome::Written))
            }
        };
        let (mut settled, mut outcome) = match done {
            Ok(done) => done,
            Err(error) if may_fail(kind, &error) => {
                self.failed.push((node.to_owned(), error));
                let (outcome, size) = (Outcome::Failed, Size::default());
                return self.note(node, kind, outcome, reason, size, started.elapsed());
            }
            Err(error) => return Err(error),
        };
        let of_table = (stored, &comments);
        if settle::describe(self.warehouse, node, &mut settled, of_table).await?
            && outcome == Outcome::Skipped
        {
            (outcome, reason) = (Outcome::Described, Reason::Comments);
        }
        self.warn(node, &settled);
        let size = settled.size;
        self.keys.insert(node.to_owned(), settled.key.clone());
        self.settled.insert(node.to_owned(), (kind, settled));
        self.note(node, kind, outcome, reason, size, started.elapsed())
    }

    /// A version that keeps to the audits of its relation, with what they have found.
    async fn audited(
        &self,
        of: Option<(&'static Relation, &Params)>,
        settled: Settled,
    ) -> Result<Settled> {
        let Some((relation, params)) = of else { return Ok(settled) };
        let audits = self.audit(relation, params, &settled).await?;
        Ok(Settled { audits, ..settled })
    }

    async fn write(
        &self,
        node: &str,
        key: &Key,
        comments: &Comments,
        content: impl FnOnce(&Runtime) -> Result<Content>,
    ) -> Result<Settled> {
        let Content { plan, pins, layout } = content(self.runtime)?;
        let (name, key_of_rows) = (node.to_owned(), Some(key.clone()));
        let bundle = Bundle { name, key: key_of_rows, pins, plan: plan.clone() };
        let location = TableLocation::new(self.warehouse, node)?;
        let write = |joins| {
            let form = (&layout, comments);
            write::overwrite(self.runtime, &location, bundle.clone(), form, key, joins)
        };
        let written = match write(Joins::Hashed).await {
            Err(Error::OutOfMemory { .. }) => write(Joins::Sorted).await,
            written => written,
        };
        let written = written.map_err(|error| error.in_plan(&plan))?;
        Ok(Settled::written(key.clone(), written))
    }

    /// Leaves a node out of this run.
    pub(super) fn hold(
        &mut self,
        node: &str,
        kind: NodeKind,
        reason: Reason,
        elapsed: Duration,
    ) -> Result<()> {
        self.held.insert(node.to_owned(), reason.clone());
        self.note(node, kind, Outcome::Held, reason, Size::default(), elapsed)
    }

    /// Why what reads `node`, which has no rows in this run, is left out too: the first cause.
    pub(super) fn cause(&self, node: &str) -> Reason {
        self.held.get(node).cloned().unwrap_or_else(|| Reason::Held { by: node.to_owned() })
    }

    /// Tells that another source has filled the warehouse so far, before anything is done about it.
    fn announce(&mut self, source: &Path) -> Result<()> {
        let before =
            if self.published.id == 0 { None } else { self.warehouse.other_source(source) };
        if let Some(before) = &before {
            self.step(&Step::Replacing { before })?;
        }
        self.report.replaced = before;
        Ok(())
    }

    pub(super) fn note(
        &mut self,
        node: &str,
        kind: NodeKind,
        outcome: Outcome,
        reason: Reason,
        size: Size,
        elapsed: Duration,
    ) -> Result<()> {
        let report = NodeReport { node: node.to_owned(), kind, outcome, reason, size, elapsed };
        self.report.nodes.push(report.clone());
        self.step(&Step::Done(&report))
    }

    /// Deletes the files that dead runs wrote and could not commit. It comes first, because a full
    /// disk may be what they died of. What cannot be deleted is no reason not to run.
    async fn reclaim(&mut self, graph: &ViewGraph) -> Result<()> {
        let nodes = graph.nodes().iter().map(|node| node.name());
        let nodes: BTreeSet<&str> =
            nodes.chain(self.published.nodes.keys().map(String::as_str)).chain([INPUTS]).collect();
        let published = |node: &str| self.published.nodes.get(node);
        let ours = |node: &&str| published(node).is_none_or(|pointer| pointer.uri.is_none());
        for node in nodes.into_iter().filter(ours).collect::<Vec<_>>() {
            let keep = self.published.nodes.get(node).map(Pointer::kept_versions);
            let location = TableLocation::new(self.warehouse, node)?;
            if let Err(error) = maintenance::reclaim(&location, &keep.unwrap_or_default()).await {
                self.report.warnings.push(format!("`{node}` could not be tidied: {error}"));
            }
        }
        Ok(())
    }

    /// Publishes all nodes by one commit, if anything is new, and tidies up behind it.
    async fn publish(&mut self, source: &Path) -> Result<()> {
        let next = self.next_publication();
        self.report.retired = self
            .published
            .nodes
            .keys()
            .filter(|node| !next.nodes.contains_key(*node))
            .cloned()
            .collect();
        let same = next.nodes.len() == self.published.nodes.len()
            && next.nodes.iter().all(|(node, pointer)| {
                self.published.nodes.get(node).is_some_and(|before| before.is_same(pointer))
            });
        // People miss it, and nothing that is published does.
        if let Err(error) = self.warehouse.note_source(source) {
            self.report.warnings.push(format!("the source could not be noted: {error}"));
        }
        if same {
            return Ok(());
        }
        self.step(&Step::Publishing)?;
        let written = next.write(self.runtime, self.warehouse).await?;
        self.report.publication = next.id;
        self.report.published = true;
        self.step(&Step::Published)?;

        let newest = written.version;
        let oldest = newest.saturating_sub(KEPT as u64 - 1).max(1);
        let mut tables = vec![(POINTERS.to_owned(), (oldest..=newest).collect::<Vec<_>>())];
        for (node, pointer) in next.nodes.iter().filter(|(_, pointer)| pointer.uri.is_none()) {
            let kept = pointer.kept_versions();
            let before = self.published.nodes.get(node).map(Pointer::kept_versions);
            if before.as_ref() != Some(&kept) {
                tables.push((node.clone(), kept));
            }
        }
        for (node, keep) in tables {
            let location = TableLocation::new(self.warehouse, &node)?;
            if let Err(error) = maintenance::tidy(&location, &keep).await {
                self.report.warnings.push(format!("`{node}` could not be tidied: {error}"));
            }
            self.step(&Step::Tidied { node: &node })?;
        }
        Ok(())
    }

    fn next_publication(&self) -> Publication {
        let now = chrono::Utc::now().timestamp_micros();
        let nodes = self.settled.iter().map(|(node, (kind, settled))| {
            let mut pointer = Pointer {
                kind: *kind,
                uri: settled.uri.clone(),
                audits: settled.audits.clone(),
                version: settled.version,
                table_id: settled.table_id.clone(),
                key: settled.key.clone(),
                size: settled.size,
                published_at: now,
                earlier: Vec::new(),
            };
            // Versions of a table that is gone need not be kept; of those of others, others decide.
            let before = self.published.nodes.get(node);
            if let Some(before) = before.filter(|before| before.table_id == pointer.table_id) {
                if pointer.uri.is_none() {
                    pointer.earlier.push(before.version);
                    pointer.earlier.extend(&before.earlier);
                    pointer.earlier.truncate(KEPT - 1);
                }
                if before.is_same(&pointer) {
                    pointer.published_at = before.published_at;
                }
            }
            (node.clone(), pointer)
        });
        Publication { id: self.published.id + 1, nodes: nodes.collect() }
    }
}
