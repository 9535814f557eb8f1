//! Table functions: what `#[udtf]` leaves behind, and the sources and plans that rows come from.
//!
//! Reading order: [`source`](mod@source) (rows in turn, gathered into columns), [`descriptor`]. With the
//! feature `engine` one adapter speaks to DataFusion for every table function alike.

pub mod descriptor;
#[cfg(feature = "engine")]
pub mod relation;
pub mod source;

#[cfg(feature = "engine")]
pub mod adapter;

pub use self::descriptor::{Gives, Table};
#[cfg(feature = "engine")]
pub use self::relation::Relation;
pub use self::source::Source;
