//! The content of a view: its text, checked and lowered over the pinned tables that it reads.

use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::LogicalPlan;

use crate::delta::Result;
use crate::delta::table::PinnedTable;
use crate::plan::{Key, KeyHasher};
use crate::session::Runtime;
use crate::view::{Relation, RelationKind, ViewError};

/// Returns the key of a view over inputs with these keys, in the order of its sources.
pub(super) fn key<'a>(view: &Relation, inputs: impl Iterator<Item = &'a Key>) -> Key {
    let mut hasher = KeyHasher::new("view");
    hasher.part(view.name).part(view.columns);
    if let RelationKind::View(text) = &view.kind {
        hasher.part(text.text);
        for ty in text.types.iter().chain(text.row) {
            hasher.part(ty);
        }
        for function in text.functions {
            hasher.part(function.name).part(function.path).part(function.signature);
            hasher.part(function.version.to_le_bytes());
        }
    }
    for input in inputs {
        hasher.part(input.as_str());
    }
    hasher.finish()
}

/// Returns the plan of a view over the pinned tables that it reads.
pub(super) fn plan(
    runtime: &Runtime,
    view: &Relation,
    inputs: &[PinnedTable],
) -> Result<LogicalPlan> {
    let state = runtime.state();
    let mut source = |relation: &'static Relation| {
        let pinned = inputs.iter().find(|input| input.name() == relation.name);
        let pinned = pinned.ok_or_else(|| ViewError::UnknownRelation {
            name: relation.name.to_owned(),
            suggestion: None,
        })?;
        let provider = pinned.provider(&state)?;
        Ok((TableReference::bare(pinned.name()), provider_as_source(provider)))
    };
    Ok(crate::view::plan(view, &mut source)?)
}
