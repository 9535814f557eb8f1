//! The code index: tables and views over a source tree of Rust and Python.
//!
//! `schema` declares the tables, `extract` fills them, `resolve` says where an import may lead,
//! `views` make of it what people ask a code base. A binary links all of it by naming the crate:
//! `use belvedere_views as _;`.

pub mod schema;

pub mod extract;

pub mod resolve;

pub mod views;
