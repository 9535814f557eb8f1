//! The content of a view: its text, checked and lowered over the pinned tables that it reads.

use datafusion::logical_expr::LogicalPlan;

use crate::delta::table::PinnedTable;
use crate::delta::{Error, Result};
use crate::plan::{Key, KeyHasher};
use crate::session::Runtime;
use crate::view::{Relation, RelationKind};

/// Returns the key of a view over inputs with these keys, in the order of its sources.
pub(super) fn key<'a>(view: &Relation, inputs: impl Iterator<Item = &'a Key>) -> Key {
    let mut hasher = KeyHasher::new("view");
    hasher.part(view.name).part(view.columns);
    if let RelationKind::View(text) = &view.kind {
        hasher.part(text.text);
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

/// Returns the plan of a view over its sources, in their order.
pub(super) fn plan(
    _runtime: &Runtime,
    view: &Relation,
    _inputs: &[PinnedTable],
) -> Result<LogicalPlan> {
    Err(Error::Graph(format!("view `{}` cannot be lowered yet", view.name)))
}
