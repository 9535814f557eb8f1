//! What several modules share: a small source of lines of text, and warehouses in temporary folders.

pub(crate) mod lines;
pub(crate) mod warehouse;
