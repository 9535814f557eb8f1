//! Table functions: the function below `#[udtf]`, checks, and the model that expansion reads.
//!
//! [`Table::parse`] takes the tokens of the attribute and of the item. Parameters, defaults and names
//! are those of `#[udf]`; what is returned is an iterator of rows.

pub mod messages;
mod parse;

pub use self::parse::{Broken, Table};

#[cfg(test)]
mod tests;
