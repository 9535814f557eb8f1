//! Runs: sources, the order of nodes, and publishing.

pub mod source;
