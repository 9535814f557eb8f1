//! Models to Rust tokens. Nothing here can fail: what could fail is a rule in a check.
//!
//! Reading order: [`carrier`] (how definitions tell each other what they are), [`imports`] (how
//! names are left to rustc), [`relation`] and [`row`] (what tables and views have in common),
//! [`table`], [`view`], [`editor`] (what rust-analyzer is told of views), then [`udf`], [`udaf`], [`udwf`], [`udtf`] and [`arrow_type`] with what they need:
//! [`known`] (what attributes say), [`impls`] (what those of an `impl` share), [`forms`] (what stands for type parameters), [`pieces`] (texts with types of the user in them), [`types`] (types as data),
//! [`params`] (parameters as data), [`inner`] (those that are no arguments), [`asynchronous`] (calls that
//! are waited for) and [`lifetimes`].

mod asynchronous;
mod carrier;
mod editor;
mod forms;
mod impls;
mod imports;
mod inner;
mod known;
mod lifetimes;
mod mentions;
mod params;
pub mod pieces;
mod relation;
mod row;
mod types;

pub mod table;
pub mod template;
pub mod view;
pub mod view_test;

pub mod arrow_type;
pub mod reexport;
pub mod udaf;
pub mod udf;
pub mod udtf;
pub mod udwf;

#[cfg(test)]
mod tests;
