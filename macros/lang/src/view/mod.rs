//! Tables and views: syntax, checks, and the typed model that lowering reads.
//!
//! Reading order: [`syntax`] (what can be written), `parse` (tokens to syntax), [`mod@env`] (what a
//! view is checked against), [`builtins`] (the engine's functions), `check` (syntax to model),
//! [`model`] (what lowering reads), [`messages`] (what can be wrong).

pub mod builtins;
pub mod env;
pub mod messages;
pub mod model;
pub mod signature;
pub mod syntax;

mod check;
mod display;
mod parse;
mod type_params;

#[cfg(test)]
mod tests;

pub use self::check::{check_table, check_view, promised_columns};
pub use self::parse::{parse_table, parse_view};
