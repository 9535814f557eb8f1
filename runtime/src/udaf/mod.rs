//! Aggregates: what `#[udaf]` leaves behind, and the states in which rows are gathered.
//!
//! Reading order: [`kernel`] (what the macro implements), [`states`] (many states and the loops
//! over them), [`heap`] (what they weigh), [`lend`] (type parameters), [`counts`] and
//! [`tuples`] (parts that states are made of), [`descriptor`]. With the feature `engine` one
//! adapter speaks to DataFusion for every aggregate alike.

pub mod descriptor;

pub mod heap;
pub mod kernel;
pub mod lend;
pub mod states;

pub mod counts;
mod tuples;

#[cfg(feature = "engine")]
pub mod adapter;

pub use self::counts::Counts;
pub use self::descriptor::{Aggregate, Erased, Variant};
pub use self::heap::HeapSize;
pub use self::kernel::State;
pub use self::lend::Lend;
