//! From the inputs of a source to its base tables.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use arrow_schema::SchemaRef;
use uuid::Uuid;

use super::base;
use super::inputs::{self, Inputs};
use super::observer::Step;
use super::report::Reason;
use super::run::{Content, Run, RunRequest, Task};
use super::settle::{Verdict, verdict};
use super::source::{Input, Listing, Source, SourceKind, SourceOptions};
use super::stage::{Staging, table_folder};
use crate::delta::comments::{Comments, without_comments};
use crate::delta::layout::Layout;
use crate::delta::publication::NodeKind;
use crate::delta::table::PinnedTable;
use crate::delta::warehouse::INPUTS;
use crate::delta::{Error, Result, schema};
use crate::plan::{Key, Pins};
use crate::view::{Params, Relation, arrow_schema};

/// A source with what is known of its inputs.
struct OpenSource {
    kind: &'static SourceKind,
    source: Arc<dyn Source>,
    listing: Listing,
    /// The schemas of its tables, as stored.
    schemas: Vec<SchemaRef>,
}

/// How the inputs differ from those of the published rows.
struct Difference<'a> {
    same: Vec<&'a Input>,
    /// New, or with other content.
    changed: Vec<&'a Input>,
    /// Those whose published rows go: changed ones and removed ones.
    gone: Vec<&'a str>,
    reason: Reason,
}

/// Sets the flag when dropped, so that threads end for which nobody waits.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The folder of staged rows, deleted when dropped: after a run that failed, too, which may have
/// failed because the disk is full.
struct StagingFolder(PathBuf);

impl Drop for StagingFolder {
    fn drop(&mut self) {
        // What cannot be deleted here is deleted by the next run, which reports it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Run<'_> {
    /// Brings all base tables up to date.
    pub(super) async fn refresh_sources(&mut self, request: &RunRequest) -> Result<()> {
        let before = inputs::read(self.runtime, self.warehouse, &self.published).await?;
        let mut after = Inputs::new();
        for kind in &request.kinds {
            let source = self.open(kind, &request.source).await?;
            let old = before.get(kind.name).map(Vec::as_slice).unwrap_or_default();
            let read = self.refresh_source(source, old, &request.params).await?;
            after.insert(kind.name.to_owned(), read);
        }
        let started = Instant::now();
        let key = inputs::key(&after);
        let verdict = verdict(self.warehouse, &self.published, INPUTS, &key).await?;
        let new = !self.published.nodes.contains_key(INPUTS);
        let reason = if new { Reason::New } else { inputs_reason(&before, &after) };
        let task = Task {
            node: INPUTS,
            kind: NodeKind::Internal,
            key,
            verdict,
            reason,
            started,
            of: None,
            comments: Comments::default(),
        };
        let root = self.warehouse.root();
        self.settle(task, |_| {
            let plan = inputs::plan(&after).map_err(|e| Error::engine(root, INPUTS, e))?;
            Ok(Content { plan, pins: Pins::new(), layout: Layout::default() })
        })
        .await
    }

    /// Opens a source and reads the hashes of its inputs.
    async fn open(&self, kind: &'static SourceKind, root: &Path) -> Result<OpenSource> {
        let fail = |source| Error::Source { kind: kind.name, source };
        let options = SourceOptions { exclude: vec![self.warehouse.root().to_owned()] };
        let source: Arc<dyn Source> = (kind.open)(root, &options).map_err(fail)?.into();
        let (listed, observer) = (Arc::clone(&source), Arc::clone(&self.observer));
        let list = move || listed.list(&|bytes| observer.hashed(bytes));
        let mut listing = blocking(kind, list).await?.map_err(fail)?;
        listing.inputs.sort_unstable();
        if let Some(pair) = listing.inputs.windows(2).find(|pair| pair[0].key == pair[1].key) {
            return Err(fail(format!("the input `{}` is listed twice", pair[0].key).into()));
        }
        let schemas = stored_schemas(kind)?;
        Ok(OpenSource { kind, source, listing, schemas })
    }

    /// Brings the tables of a source up to date; returns its inputs as they were read.
    async fn refresh_source(
        &mut self,
        source: OpenSource,
        old: &[Input],
        params: &Params,
    ) -> Result<Vec<Input>> {
        let kind = source.kind;
        let published = self.reusable(&source, old).await?;
        let difference =
            difference(if published.is_some() { old } else { &[] }, &source.listing.inputs);
        self.report.inputs += source.listing.inputs.len();
        self.report.ignored += source.listing.ignored;

        // Nothing is read when every table is published or was written by a dead run.
        let mut verdicts = self.verdicts(kind, &source.listing.inputs).await?;
        let needed = verdicts.iter().any(|(_, verdict)| matches!(verdict, Verdict::Write { .. }));
        self.step(&Step::Listed {
            source: kind.name,
            inputs: source.listing.inputs.len(),
            ignored: source.listing.ignored,
            changed: if needed { difference.changed.len() } else { 0 },
        })?;
        let staging = StagingFolder(self.warehouse.staging());
        let folder = staging.0.join(Uuid::new_v4().to_string());
        let mut inputs = source.listing.inputs.clone();
        if needed {
            let read = self.extract(&source, &difference.changed, &folder).await?;
            inputs = difference.same.iter().copied().cloned().chain(read).collect();
            inputs.sort_unstable();
            if inputs != source.listing.inputs {
                // Inputs changed while they were read: the rows are those of what was read.
                verdicts = self.verdicts(kind, &inputs).await?;
            }
            self.step(&Step::Staged { source: kind.name })?;
        }
        for (index, (key, verdict)) in verdicts.into_iter().enumerate() {
            let (table, started) = (kind.tables[index], Instant::now());
            let (node, comments) = (table.name, Comments::of(table));
            let reason = match (self.published.nodes.contains_key(node), &published) {
                (false, _) => Reason::New,
                (true, None) => Reason::Definition,
                (true, Some(_)) => difference.reason.clone(),
            };
            let parts = base::Parts {
                schema: &source.schemas[index],
                published: published.as_ref().map(|t| (&t[index], difference.gone.as_slice())),
                key_column: kind.key_column,
                staged: &table_folder(&folder, node),
            };
            let root = self.warehouse.root();
            let (kind, of) = (NodeKind::Table, Some((table, params)));
            let of = of.filter(|_| table.audits.is_some());
            let task = Task { node, kind, key, verdict, reason, started, of, comments };
            self.settle(task, |runtime| {
                let pins = parts.published.map(|(table, _)| (node.to_owned(), table.version()));
                let plan = parts.plan(runtime).map_err(|error| Error::engine(root, node, error))?;
                let pins = pins.into_iter().collect();
                Ok(Content { plan, pins, layout: Layout::default() })
            })
            .await?;
            // What is written need not lie on the disk twice until all are. What cannot be deleted
            // here goes with the whole folder.
            let _ = fs::remove_dir_all(parts.staged);
        }
        Ok(inputs)
    }

    /// The published versions of all tables of a source, if each holds exactly the rows of the
    /// inputs `old` by the present extraction.
    async fn reusable(
        &self,
        source: &OpenSource,
        old: &[Input],
    ) -> Result<Option<Vec<PinnedTable>>> {
        let mut tables = Vec::new();
        for (table, schema) in source.kind.tables.iter().zip(&source.schemas) {
            let key = base::key(source.kind, table, old);
            if self.published.nodes.get(table.name).is_none_or(|pointer| pointer.key != key) {
                return Ok(None);
            }
            match self.published.pin_checked(self.warehouse, table.name).await {
                Ok(Some(pinned)) if without_comments(&pinned.schema()) == *schema => {
                    tables.push(pinned);
                }
                Ok(_) | Err(Error::Lost { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(tables))
    }

    async fn verdicts(
        &self,
        kind: &'static SourceKind,
        inputs: &[Input],
    ) -> Result<Vec<(Key, Verdict)>> {
        let mut verdicts = Vec::new();
        for table in kind.tables {
            let key = base::key(kind, table, inputs);
            let verdict = verdict(self.warehouse, &self.published, table.name, &key).await?;
            verdicts.push((key, verdict));
        }
        Ok(verdicts)
    }

    async fn extract(
        &mut self,
        source: &OpenSource,
        inputs: &[&Input],
        folder: &Path,
    ) -> Result<Vec<Input>> {
        let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
        let staging = Staging {
            kind: source.kind,
            source: Arc::clone(&source.source),
            schemas: source.schemas.clone(),
            warehouse: self.warehouse.root().to_owned(),
            folder: folder.to_owned(),
            observer: Arc::clone(&self.observer),
            stop: Arc::clone(&stop.0),
        };
        let inputs: Vec<Input> = inputs.iter().copied().cloned().collect();
        let threads = self.runtime.threads();
        let started = Instant::now();
        let read = blocking(source.kind, move || staging.extract(&inputs, threads)).await??;
        self.report.extracting += started.elapsed();
        self.report.extracted += read.len();
        self.report.extracted_bytes += read.iter().map(|input| input.bytes).sum::<u64>();
        Ok(read)
    }
}

fn difference<'a>(old: &'a [Input], new: &'a [Input]) -> Difference<'a> {
    let hashes: HashMap<&str, &str> =
        old.iter().map(|input| (input.key.as_str(), input.content_hash.as_str())).collect();
    let (same, changed): (Vec<&Input>, Vec<&Input>) = new
        .iter()
        .partition(|input| hashes.get(input.key.as_str()) == Some(&input.content_hash.as_str()));
    let kept: BTreeSet<&str> = same.iter().map(|input| input.key.as_str()).collect();
    let gone: Vec<&str> =
        old.iter().map(|input| input.key.as_str()).filter(|key| !kept.contains(key)).collect();
    let replaced = changed.iter().filter(|i| hashes.contains_key(i.key.as_str())).count();
    let reason = Reason::Inputs { changed: changed.len(), removed: gone.len() - replaced };
    Difference { same, changed, gone, reason }
}

/// Why the table of inputs is written: the sum over all sources.
fn inputs_reason(before: &Inputs, after: &Inputs) -> Reason {
    let (mut all_changed, mut all_removed) = (0, 0);
    for source in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let of = |inputs: &Inputs| inputs.get(source).cloned().unwrap_or_default();
        if let Reason::Inputs { changed, removed } = difference(&of(before), &of(after)).reason {
            all_changed += changed;
            all_removed += removed;
        }
    }
    Reason::Inputs { changed: all_changed, removed: all_removed }
}

fn stored_schemas(kind: &'static SourceKind) -> Result<Vec<SchemaRef>> {
    let stored = |table: &&'static Relation| {
        let fail =
            |error: String| Error::Graph(format!("the columns of `{}`: {error}", table.name));
        let columns = belvedere_lang::types::parse_columns(table.columns)
            .map_err(|error| fail(error.to_string()))?;
        let schema = arrow_schema(&columns)?;
        schema::as_stored(&schema).map_err(|error| fail(error.to_string()))
    };
    kind.tables.iter().map(stored).collect()
}

/// Runs code that reads files on a thread where that may take its time.
async fn blocking<T: Send + 'static>(
    kind: &'static SourceKind,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Source {
        kind: kind.name,
        source: format!("a bug: {error}").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(inputs: &[(&str, &str)]) -> Vec<Input> {
        let input = |(key, hash): &(&str, &str)| Input {
            key: (*key).to_owned(),
            content_hash: (*hash).to_owned(),
            bytes: 0,
        };
        inputs.iter().map(input).collect()
    }

    #[test]
    fn inputs_are_told_apart_by_content() {
        let old = inputs(&[("edited", "1"), ("removed", "1"), ("same", "1")]);
        let new = inputs(&[("edited", "2"), ("new", "1"), ("same", "1")]);
        let difference = difference(&old, &new);
        let keys = |inputs: &[&Input]| inputs.iter().map(|i| i.key.clone()).collect::<Vec<_>>();
        assert_eq!(keys(&difference.same), ["same"]);
        assert_eq!(keys(&difference.changed), ["edited", "new"]);
        assert_eq!(difference.gone, ["edited", "removed"]);
        assert_eq!(difference.reason, Reason::Inputs { changed: 2, removed: 1 });
    }
}
