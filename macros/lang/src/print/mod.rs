//! Printers: from the registry to what people and other tools read.
//!
//! A printer is a function from [`registry::Registry`] to text. It never touches a file, so that
//! `xtask`, a user's own binary and a test can each decide where the text goes.

pub mod registry;
