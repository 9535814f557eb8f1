//! What several modules share: a small source of lines of text, warehouses in temporary folders,
//! sessions of other programs.

pub(crate) mod child;
pub(crate) mod lines;
pub(crate) mod sessions;
pub(crate) mod warehouse;
