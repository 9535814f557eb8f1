//! The name by which people start this program, for messages that tell them what to type.
//!
//! Helps of errors name verbs of the command line, and a project of its own has a binary of its own.

use std::sync::OnceLock;

static NAME: OnceLock<String> = OnceLock::new();

/// Returns the name of the program; `belvedere` where no command line has said otherwise.
pub(crate) fn name() -> &'static str {
    NAME.get().map_or("belvedere", String::as_str)
}

/// Sets the name, which the first command line of a process does.
#[cfg(feature = "cli")]
pub(crate) fn set_name(name: &str) {
    // A later one is the same program.
    let _ = NAME.set(name.to_owned());
}
