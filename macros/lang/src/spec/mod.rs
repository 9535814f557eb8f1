//! Queries and expressions as data: what a service, a script or a file of settings can hold.
//!
//! A spec is printed as a text of the language, with the range of each of its nodes, and is read,
//! checked and planned from there on as any text is. What is said of a place in the text is said of
//! the node that stands there, by its JSON pointer. Nothing of a spec reaches the text but names,
//! types and constants that have been looked at, so that it means what its form says or is an
//! error.
//!
//! Reading order: `expr` and `query` (the forms), `read` (those that serde cannot derive),
//! `object` (those that it can), [`Printed`] (a text and where its nodes are), [`mod@shapes`] (the
//! same forms as a table, for schemas).

mod expr;
pub mod messages;
mod object;
mod query;
mod read;
pub mod shapes;
mod text;

#[cfg(test)]
mod tests;

pub use self::expr::{
    BetweenSpec, BoundSpec, BranchSpec, CallSpec, CaseSpec, CastSpec, ExprForm, ExprSpec,
    FieldSpec, FrameSpec, FrameUnitsSpec, InQuerySpec, InSpec, IndexSpec, LikeSpec, NamedSpec,
    NullsSpec, SortSpec, WindowSpec,
};
pub use self::query::{
    AsofJoinSpec, DedupeSpec, DistinctSpec, GroupSpec, IdentifierSpec, ItemSpec, JoinKindSpec,
    JoinSpec, NamedWindowSpec, NormalisationSpec, ParamSpec, PivotSpec, PivotedSpec, QuerySpec,
    RenameSpec, SourceKind, SourceSpec, SpanSpec, StarSpec, StepSpec, SubquerySpec, UnnestSpec,
    VERSION, WithSpec,
};
pub use self::text::Printed;
pub use crate::view::model::Literal;
