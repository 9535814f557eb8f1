//! Table functions: what `#[udtf]` leaves behind, and the sources that rows come from.
//!
//! Reading order: [`source`](mod@source) (rows in turn, gathered into columns), [`descriptor`]. With the
//! feature `engine` one adapter speaks to DataFusion for every table function alike.

pub mod descriptor;
pub mod source;

#[cfg(feature = "engine")]
pub mod adapter;

pub use self::descriptor::Table;
pub use self::source::Source;
