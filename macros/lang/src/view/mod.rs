//! Tables and views: syntax, checks, and the typed model that lowering reads.
//!
//! Reading order: [`syntax`] (what can be written), `parse` (tokens to syntax), [`mod@env`] (what a
//! view is checked against), [`builtins`] (the engine's functions), `check` (syntax to model),
//! [`model`] (what lowering reads), [`template`] (views over relations that each use names),
//! [`schema_file`] (tables that others write), [`names`], [`query`] and [`mod@file`] (texts that arrive while a
//! program runs), [`complete`] (texts that are being written), [`editor`] (what rust-analyzer
//! is told), [`messages`] (what can be wrong).

pub mod builtins;
pub mod complete;
pub mod editor;
pub mod env;
pub mod file;
pub mod grain;
pub mod messages;
pub mod model;
pub mod names;
pub mod query;
pub mod schema_file;
pub mod signature;
pub mod syntax;
pub mod template;
pub mod unit_test;

mod check;
mod constants;
mod display;
mod parse;
mod type_params;

#[cfg(test)]
mod tests;

pub use self::check::{
    check_schema_file, check_table, check_template, check_view, check_view_for_editor,
    promised_columns,
};
pub use self::parse::{
    Known, is_template, parse_query, parse_query_with, parse_table, parse_template, parse_view,
    parse_view_with,
};
