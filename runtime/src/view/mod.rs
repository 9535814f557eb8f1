//! Relations: what `table!` and `view!` leave behind, and what the engine makes of it.

mod descriptor;

pub use self::descriptor::{Relation, RelationKind, ViewText};
