//! Window functions: the `impl` below `#[udwf]`, checks, and the model that expansion reads.
//!
//! [`Window::parse`] takes the tokens of the attribute and of the item and gives a model in which
//! every rule holds, or all the errors of the item at once.

pub mod messages;
mod model;
mod parse;
mod types;

pub use self::model::{Fails, Over, Window};

#[cfg(test)]
mod tests;
