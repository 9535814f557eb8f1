//! Models to Rust tokens. Nothing here can fail: what could fail is a rule in a check.
//!
//! Reading order: [`carrier`] (how definitions tell each other what they are), [`imports`] (how
//! names are left to rustc), [`relation`] and [`row`] (what tables and views have in common),
//! [`table`], [`view`], then [`udf`], [`udaf`] and [`arrow_type`] with what they need: [`known`] (what
//! attributes say), [`pieces`] (texts with types of the user in them), [`types`] (types as data),
//! [`inner`] (parameters that are no arguments) and [`lifetimes`].

mod carrier;
mod imports;
mod inner;
mod known;
mod lifetimes;
pub mod pieces;
mod relation;
mod row;
mod types;

pub mod table;
pub mod view;

pub mod arrow_type;
pub mod reexport;
pub mod udaf;
pub mod udf;

#[cfg(test)]
mod tests;
