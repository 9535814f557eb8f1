//! From base tables to views, in the order of the graph.

use std::time::Instant;

use datafusion::DATAFUSION_VERSION;

use super::audit;
use super::report::Reason;
use super::run::{Content, Run, Task};
use super::settle::{Verdict, verdict};
use crate::delta::comments::Comments;
use crate::delta::layout::Layout;
use crate::delta::promise;
use crate::delta::publication::NodeKind;
use crate::delta::table::PinnedTable;
use crate::delta::views::{self, is_computed, stored_sources};
use crate::delta::{ColumnsOf, Error, Result};
use crate::plan::{Key, KeyHasher};
use crate::session::Runtime;
use crate::view::{Node, Params, Relation, RelationKind, ViewGraph};

impl Run<'_> {
    /// Brings all views up to date.
    pub(super) async fn refresh_views(&mut self, graph: &ViewGraph, params: &Params) -> Result<()> {
        for node in graph.nodes().iter().filter(|node| node.is_view()) {
            self.refresh_view(graph, node, params).await?;
        }
        Ok(())
    }

    async fn refresh_view(
        &mut self,
        graph: &ViewGraph,
        node: &Node,
        params: &Params,
    ) -> Result<()> {
        let (name, relation, started) = (node.name(), node.relation(), Instant::now());
        let sources: Vec<&str> =
            node.sources().iter().map(|&source| graph.nodes()[source].name()).collect();
        let keys: Vec<&Key> = sources.iter().filter_map(|source| self.keys.get(*source)).collect();
        if let Some(missing) = sources.iter().find(|source| !self.keys.contains_key(**source)) {
            return self.hold(name, NodeKind::View, self.cause(missing), started.elapsed());
        }
        let given = params.key_of(graph, name)?;
        let key = key(relation, &given, keys.into_iter());
        // A text with errors is an error below, where the view is planned.
        if is_computed(node).unwrap_or(false) {
            self.keys.insert(name.to_owned(), key);
            return Ok(());
        }
        let verdict = verdict(self.warehouse, &self.published, name, &key).await?;
        let reason = self.why(name, &sources);
        let mut inputs = Vec::new();
        if let (Verdict::Write { .. }, Ok(stored)) = (&verdict, stored_sources(graph, node)) {
            for source in stored {
                inputs.push(self.pin(source).await?);
            }
        }
        let of = Some((relation, params));
        let (kind, of_view) = (NodeKind::View, key.clone());
        let (comments, why) = (Comments::of_view(graph, node), reason.clone());
        let task = Task { node: name, kind, key, verdict, reason: why, started, of, comments };
        self.settle(task, |runtime| {
            audit::passing(relation, params, content(runtime, node, params, &inputs)?)
        })
        .await?;
        // A text with errors has failed above.
        let aside = crate::view::model(relation).is_ok_and(|view| audit::puts_aside(&view));
        if aside && self.keys.contains_key(name) {
            self.refresh_quarantine(graph, node, params, &of_view, reason).await?;
        }
        Ok(())
    }

    /// Writes the rows that audits of a view put aside.
    async fn refresh_quarantine(
        &mut self,
        graph: &ViewGraph,
        node: &Node,
        params: &Params,
        of_view: &Key,
        reason: Reason,
    ) -> Result<()> {
        let (relation, started) = (node.relation(), Instant::now());
        let (name, key) = (audit::quarantine(node.name()), audit::quarantine_key(of_view));
        let verdict = verdict(self.warehouse, &self.published, &name, &key).await?;
        let mut inputs = Vec::new();
        if let Verdict::Write { .. } = &verdict {
            for source in stored_sources(graph, node)? {
                inputs.push(self.pin(source).await?);
            }
        }
        let kind = NodeKind::View;
        let reason = if self.published.nodes.contains_key(&name) { reason } else { Reason::New };
        let comments = Comments::of_view(graph, node).put_aside(relation.name);
        let task = Task { node: &name, kind, key, verdict, reason, started, of: None, comments };
        self.settle(task, |runtime| {
            audit::put_aside(relation, params, content(runtime, node, params, &inputs)?)
        })
        .await
    }

    /// Why a view's key is not the published one.
    fn why(&self, view: &str, sources: &[&str]) -> Reason {
        if !self.published.nodes.contains_key(view) {
            return Reason::New;
        }
        let changed = sources.iter().filter(|source| {
            let before = self.published.nodes.get(**source).map(|pointer| &pointer.key);
            before.is_some() && before != self.keys.get(**source)
        });
        let changed: Vec<String> = changed.map(|source| (*source).to_owned()).collect();
        if changed.is_empty() { Reason::Definition } else { Reason::Upstream(changed) }
    }
}

/// What a view holds, over the tables that it reads.
fn content(
    runtime: &Runtime,
    node: &Node,
    params: &Params,
    inputs: &[PinnedTable],
) -> Result<Content> {
    let pins = inputs.iter().map(|input| (input.name().to_owned(), input.version())).collect();
    let facts = node.facts()?;
    let view = facts.view.as_ref();
    let layout = Layout {
        partition_by: view.map(|view| view.partition_by.clone()).unwrap_or_default(),
        cluster_by: view.map(|view| view.cluster_by.clone()).unwrap_or_default(),
        columns: facts.columns.clone(),
    };
    let plan = views::plan(runtime, node.relation(), params, inputs)?;
    let differences = promise::differences(&facts.columns, plan.schema().as_arrow());
    if differences.is_empty() {
        return Ok(Content { plan, pins, layout });
    }
    let (view, of) = (node.name().to_owned(), ColumnsOf::Plan);
    Err(Error::Columns { view, of, differences })
}

/// What computes the rows besides the view itself: this crate lowers views, the engine evaluates
/// them, and a release of either may give other rows.
const ENGINE: [&str; 2] = [env!("CARGO_PKG_VERSION"), DATAFUSION_VERSION];

/// Returns the key of a view over inputs with these keys, in the order of its sources.
fn key<'a>(view: &Relation, params: &str, inputs: impl Iterator<Item = &'a Key>) -> Key {
    key_under(&ENGINE, view, params, inputs)
}

fn key_under<'a>(
    engine: &[&str],
    view: &Relation,
    params: &str,
    inputs: impl Iterator<Item = &'a Key>,
) -> Key {
    let mut hasher = KeyHasher::new("view");
    for version in engine {
        hasher.part(version);
    }
    hasher.part(view.name).part(view.columns);
    if let RelationKind::View(text) = &view.kind {
        hasher.part(text.text);
        for ty in text.types.iter().chain(text.row) {
            hasher.part(ty);
        }
        text.for_each_template(&mut |template| {
            hasher.part(template.text);
        });
        for function in text.all_functions() {
            hasher.part(function.name).part(function.path).part(function.signature);
            hasher.part(function.version.to_le_bytes());
            // A function of DataFusion has none: the engine's release stands for it.
            hasher.part(function.source_hash.unwrap_or_default().to_le_bytes());
        }
    }
    // Without values other than the defaults the key is what it would be without parameters.
    if !params.is_empty() {
        hasher.part("params").part(params);
    }
    for input in inputs {
        hasher.part(input.as_str());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ViewText;

    static VIEW: Relation = Relation::view(
        "v",
        "m",
        "n: i64",
        ViewText::new("pub v = from t as t select { t.n }", &[]),
    );

    #[test]
    fn rows_of_another_engine_are_others() {
        let key = |engine: &[&str]| key_under(engine, &VIEW, "", std::iter::empty());
        assert_ne!(key(&["0.1.0", "55.2.0"]), key(&["0.1.0", "55.3.0"]));
        assert_ne!(key(&["0.1.0", "55.2.0"]), key(&["0.2.0", "55.2.0"]));
        assert_eq!(key(&["0.1.0", "55.2.0"]), key(&["0.1.0", "55.2.0"]));
        let given = |params: &str| key_under(&ENGINE, &VIEW, params, std::iter::empty());
        assert_ne!(given(""), given("least=Some(Int(4));"));
        assert!(ENGINE.iter().all(|version| !version.is_empty()));
    }
}
