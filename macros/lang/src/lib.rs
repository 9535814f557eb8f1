//! The language of Belvedere as an ordinary library over `proc-macro2`.
//!
//! It knows nothing of DataFusion or Arrow. The macros call it when a crate is compiled, the
//! runtime calls it for texts that arrive while a program runs, `xtask` calls its printers.
//!
//! Reading order: [`types`] (the type matrix), [`messages`], [`sink`] and [`render`] (errors), [`lex`]
//! (texts that arrive while a program runs), [`view`]
//! (tables and views: syntax, checks, typed model), [`udf`], [`udaf`], [`udwf`] and [`udtf`]
//! (functions; [`impls`] is what two of them share), `spec` (queries as data), [`expand`]
//! (models to Rust tokens), [`mod@print`] (the registry to stubs and pages).

extern crate proc_macro;

pub mod types;

#[cfg(test)]
mod cases;

mod json;
pub mod messages;
pub mod render;
pub mod sink;
mod source_hash;
pub mod suggest;
pub mod tokens;

pub mod lex;
pub mod view;

pub mod udf;

pub mod impls;

pub mod udaf;

pub mod udwf;

pub mod udtf;

pub mod reexport;

#[cfg(feature = "serde")]
pub mod spec;

pub mod expand;

pub mod print;
