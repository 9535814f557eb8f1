//! The views of the code index, one family a file.
//!
//! Join keys are ids, or names that a helper view has made unique before, so that no view has more
//! rows than the tables it begins with have: a tree with a thousand functions `new` is an ordinary
//! one.

pub mod calls;
pub mod defs;
pub mod diagnostics;
pub mod edges;
pub mod files;
pub mod graph;
pub mod imports;
pub mod members;
pub mod packages;
pub mod references;
pub mod templates;
pub mod types;
pub mod unused;
