//! Aggregates: the `impl` below `#[udaf]`, checks, and the model that expansion reads.
//!
//! [`Aggregate::parse`] takes the tokens of the attribute and of the item and gives a model in which
//! every rule holds, or all the errors of the item at once.

pub mod messages;
mod model;
mod parse;
pub(crate) mod types;

pub use self::model::Aggregate;

#[cfg(test)]
mod tests;
