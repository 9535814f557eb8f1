//! What helps of errors tell people to write: verbs of the program that they have started, or calls of
//! the package of Python that they have imported.
//!
//! A project of its own has a binary of its own. Whoever asks from Python has no command line, but for
//! `python -m belvedere`, where the extension is both.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

static NAME: OnceLock<String> = OnceLock::new();
static PYTHON: OnceLock<()> = OnceLock::new();
static COMMAND_LINES: AtomicUsize = AtomicUsize::new(0);

/// Has all errors of this process speak of the package of Python.
#[cfg(feature = "delta")]
pub fn speak_python() {
    let _ = PYTHON.set(());
}

fn is_python() -> bool {
    PYTHON.get().is_some() && COMMAND_LINES.load(Ordering::Relaxed) == 0
}

/// A command line that runs: until it is dropped, errors speak of its verbs and options.
#[cfg(feature = "cli")]
pub(crate) struct CommandLine(());

#[cfg(feature = "cli")]
impl CommandLine {
    /// Begins one of a program, whose name is that of the first of a process.
    pub(crate) fn new(name: &str) -> Self {
        // A later one is the same program.
        let _ = NAME.set(name.to_owned());
        COMMAND_LINES.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

#[cfg(feature = "cli")]
impl Drop for CommandLine {
    fn drop(&mut self) {
        COMMAND_LINES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Returns the name of the program; `belvedere` where no command line has said otherwise.
pub(crate) fn name() -> &'static str {
    let otherwise = if PYTHON.get().is_some() { "python -m belvedere" } else { "belvedere" };
    NAME.get().map_or(otherwise, String::as_str)
}

/// Returns what does what a verb of the command line does, in backticks.
pub(crate) fn verb(words: &str) -> String {
    match call(words).filter(|_| is_python()) {
        Some(call) => format!("`{call}`"),
        None => format!("`{} {words}`", name()),
    }
}

/// The call of Python that does what a verb does.
fn call(words: &str) -> Option<&'static str> {
    Some(match words.split_whitespace().next()? {
        "run" if words.contains("--source") => "runtime.run(source=…)",
        "run" => "runtime.run(…)",
        "sql" => "runtime.sql(…)",
        "ls" => "runtime.tables()",
        "show" => "runtime.show(…)",
        "schema" => "runtime.schema_pull(…)",
        _ => return None,
    })
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

/// Returns what names a folder for temporary files where a runtime is made.
pub(crate) fn spill_folder() -> &'static str {
    if is_python() { "`Runtime(spill_folder=…)`" } else { "`RuntimeBuilder::spill_folder`" }
}

/// Returns what says where temporary files lie if a runtime is not told.
#[cfg(feature = "delta")]
pub(crate) fn temporary_folder() -> &'static str {
    if is_python() { spill_folder() } else { "TMPDIR" }
}

/// Returns what lets SQL call async functions, as a sentence begins.
pub(crate) fn allow_async() -> String {
    match is_python() {
        true => "`Runtime(allow_async=True)` allows them".to_owned(),
        false => format!(
            "`{} sql --allow-async` allows them, `Runtime::builder().allow_async()` in a program, and \
             `belvedere::register_async` in a session of its own",
            name()
        ),
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
