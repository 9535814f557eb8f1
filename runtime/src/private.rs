//! What expansions of the macros name, and nobody else: not part of the public interface.

pub use inventory;

pub use belvedere_macros::__finish_table as finish_table;
pub use std::collections::BTreeMap;
pub use std::string::String;
pub use std::vec::Vec;

/// The type of a column whose type an error hides. The error is why it is never seen.
#[derive(Debug)]
pub enum Unknown {}
