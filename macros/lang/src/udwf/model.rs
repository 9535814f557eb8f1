//! The model of a window function: what `#[udwf]` knows of it once every rule holds.

use syn::{ImplItemFn, Type};

use crate::impls::Head;

/// A window function.
#[derive(Clone, Debug)]
pub struct Window {
    /// What it has in common with aggregates.
    pub head: Head,
    /// Whether no result is smaller than the one of the row before.
    pub ascending: bool,
    /// What it is called for.
    pub over: Over,
    /// The function, as it is written.
    pub function: ImplItemFn,
    /// Where it gives a `Result`.
    pub fails: Fails,
}

/// Where the function of the user gives a `Result`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fails {
    /// Around all results of a partition.
    pub whole: bool,
    /// Around the result of a row.
    pub each: bool,
}

/// What the function of the user is called for.
#[derive(Clone, Debug)]
pub enum Over {
    /// Each row in turn, with a state of this type.
    Next(Box<Type>),
    /// The frame of each row.
    Frame,
    /// A partition.
    Partition,
}
