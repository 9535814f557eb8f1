//! Relations: what `table!` and `view!` leave behind, and what the engine makes of it.
//!
//! Without the feature `engine` there are descriptors and [`ReadRow`] only. With it: [`ViewGraph`] (all linked
//! relations, ordered), [`facts`] (a relation's text, read and checked again), [`plan`] (a view as a
//! logical plan), and the steps between: [`arrow_schema()`] and [`lower`]; [`value_type()`] is the way back, from
//! what others have stored to the language.

mod descriptor;
pub(crate) mod rows;

#[cfg(feature = "engine")]
mod check;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod graph;
#[cfg(feature = "engine")]
mod lower;
#[cfg(feature = "engine")]
mod params;
#[cfg(feature = "engine")]
mod schema;
#[cfg(feature = "engine")]
mod value_type;

pub use self::descriptor::{Relation, RelationKind, Template, ViewText};
pub use self::rows::{ReadRow, RowType, Shape};

#[cfg(feature = "delta")]
pub(crate) use self::check::{Audited, asked_of_rows, audited, key_follows, stored_rows};
#[cfg(feature = "engine")]
pub use self::check::{Facts, ViewFacts, columns, facts, model, plan, plan_with};
#[cfg(feature = "engine")]
pub use self::error::{Located, ViewError};
#[cfg(feature = "engine")]
pub use self::graph::{Node, ViewGraph};
#[cfg(feature = "engine")]
pub(crate) use self::lower::catalog;
#[cfg(feature = "delta")]
pub(crate) use self::lower::fails;
#[cfg(feature = "engine")]
pub use self::lower::{Input, lower};
#[cfg(feature = "engine")]
pub(crate) use self::params::give;
#[cfg(feature = "engine")]
pub use self::params::{ParamValue, Params};
#[cfg(feature = "engine")]
pub use self::schema::{arrow_field, arrow_schema, data_type, same_values};
#[cfg(feature = "engine")]
pub use self::value_type::{Unsupported, column, value_type};

#[cfg(test)]
mod hygiene;
