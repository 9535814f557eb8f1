//! Window functions: what `#[udwf]` leaves behind, and the loops that call them.
//!
//! Reading order: [`kernel`] (what the macro implements), [`rows`] (the values that a frame or a
//! partition has), [`number`] (type parameters that are numbers), [`run`] (the loops),
//! [`descriptor`]. With the feature `engine` one adapter speaks to DataFusion for every window
//! function alike.

pub mod descriptor;
pub mod kernel;
pub mod number;
pub mod rows;
pub mod run;

#[cfg(feature = "engine")]
pub mod adapter;

pub use self::descriptor::{Over, Window, WindowVariant};
pub use self::number::Number;
pub use self::rows::Rows;
