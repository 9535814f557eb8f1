//! The model of an aggregate: what `#[udaf]` knows of it once every rule holds.

use syn::{ImplItemFn, Type};

use crate::impls::Head;

/// An aggregate.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// What it has in common with window functions.
    pub head: Head,
    /// Whether it makes no difference how often equal rows occur.
    pub idempotent: bool,
    /// The type of the states, as it is written.
    pub state: Type,
    /// Whether there is a `retract`.
    pub retracts: bool,
    /// The functions, as they are written.
    pub functions: Vec<ImplItemFn>,
}
