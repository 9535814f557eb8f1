//! What helps of errors tell people to write: verbs of the program that they have started, or calls of
//! the package of Python that they have imported.
//!
//! A project of its own has a binary of its own, and whoever asks from Python has no command line.

use std::sync::OnceLock;

static NAME: OnceLock<String> = OnceLock::new();
static PYTHON: OnceLock<()> = OnceLock::new();

/// Has all errors of this process speak of the package of Python.
#[cfg(feature = "delta")]
pub fn speak_python() {
    let _ = PYTHON.set(());
}

fn is_python() -> bool {
    PYTHON.get().is_some()
}

/// Returns the name of the program; `belvedere` where no command line has said otherwise.
pub(crate) fn name() -> &'static str {
    let otherwise = if is_python() { "python -m belvedere" } else { "belvedere" };
    NAME.get().map_or(otherwise, String::as_str)
}

/// Sets the name, which the first command line of a process does.
#[cfg(feature = "cli")]
pub(crate) fn set_name(name: &str) {
    // A later one is the same program.
    let _ = NAME.set(name.to_owned());
}

/// Returns what does what a verb of the command line does, in backticks.
pub(crate) fn verb(words: &str) -> String {
    if !is_python() {
        return format!("`{} {words}`", name());
    }
    match words.split_whitespace().next() {
        Some("run") if words.contains("--source") => "`runtime.run(source=…)`".to_owned(),
        Some("run") => "`runtime.run(…)`".to_owned(),
        Some("sql") => "`runtime.sql(…)`".to_owned(),
        Some("ls") => "`runtime.tables()`".to_owned(),
        Some("show") => "`runtime.show(…)`".to_owned(),
        Some("schema") => "`runtime.schema_pull(…)`".to_owned(),
        _ => format!("`{} {words}`", name()),
    }
}

/// Returns what gives what an option of the command line gives.
#[cfg(feature = "delta")]
pub(crate) fn option(name: &str) -> String {
    match (is_python(), name) {
        (false, name) => format!("--{name}"),
        (true, "source") => "`runtime.run(source=…)`".to_owned(),
        (true, name) => format!("`Runtime({name}=…)`"),
    }
}

/// Returns what says where a table of others is.
#[cfg(feature = "delta")]
pub(crate) fn table_at(table: &str) -> String {
    match is_python() {
        false => format!("`--table {table}=URI`"),
        true => format!("`runtime.run(tables={{\"{table}\": \"…\"}})`"),
    }
}
