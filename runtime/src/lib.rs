//! Belvedere: annotated Rust functions and views as DataFusion functions and Delta Lake pipelines.

extern crate self as belvedere;

pub mod udf;

pub mod view;

#[cfg(feature = "delta")]
pub mod refresh;
