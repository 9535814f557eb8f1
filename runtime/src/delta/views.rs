//! Views over pinned tables: their plans, and which of them are stored at all.

use std::collections::BTreeSet;
use std::sync::Arc;

use belvedere_lang::view::syntax::Materialize;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;

use super::table::PinnedTable;
use crate::session::Runtime;
use crate::view::{Node, Params, Relation, ViewError, ViewGraph};

/// Returns whether a view is computed where it is read (`materialize = view`), so that a run
/// stores nothing of it.
///
/// # Errors
///
/// When the view's text has errors.
pub fn is_computed(node: &Node) -> Result<bool, ViewError> {
    let view = node.facts()?.view.as_ref();
    Ok(view.is_some_and(|view| view.materialize == Materialize::View))
}

/// Returns the names of the stored relations that a view reads, by itself and through views that
/// are computed where they are read.
///
/// # Errors
///
/// When the text of a view has errors.
pub fn stored_sources(graph: &ViewGraph, node: &Node) -> Result<BTreeSet<&'static str>, ViewError> {
    let mut stored = BTreeSet::new();
    let mut open: Vec<&Node> = vec![node];
    while let Some(reader) = open.pop() {
        for source in reader.sources().iter().map(|&source| &graph.nodes()[source]) {
            if is_computed(source)? {
                open.push(source);
            } else {
                stored.insert(source.name());
            }
        }
    }
    Ok(stored)
}

/// Returns the plan of a view over the pinned tables that it reads. A view that is not among them
/// is computed, and every view has the values of `params` for its parameters.
///
/// # Errors
///
/// When the view's text has errors, or a table is missing.
pub fn plan(
    runtime: &Runtime,
    view: &Relation,
    params: &Params,
    pinned: &[PinnedTable],
) -> Result<LogicalPlan, ViewError> {
    let state = runtime.state();
    let mut source = |relation: &'static Relation| {
        let stored = pinned.iter().find(|pinned| pinned.name() == relation.name);
        let provider: Arc<dyn TableProvider> = match stored {
            Some(pinned) => pinned.provider(&state)?,
            None => Arc::new(ViewTable::new(plan(runtime, relation, params, pinned)?, None)),
        };
        Ok((TableReference::bare(relation.name), provider_as_source(provider)))
    };
    crate::view::plan_with(view, params, &mut source)
}
