//! `cargo xtask gen-stubs`: typed Python builders for every function, and their stubs.
//!
//! The snapshot is refreshed first, so that a new function is never silently missing;
//! `--no-build` prints from the committed one. `--check` compares, has mypy and pyright read the
//! package together with a file of right and wrong uses, the examples and the benchmarks, and has ruff say that it would not reformat
//! it and that docstrings have one form. Pyright comes as `basedpyright`, which brings the program that it runs in as a package.

use std::path::Path;

use anyhow::{Context, Result};
use belvedere_lang::print::python as builders;
use clap::Args;

use crate::generated::{self, Generated, Mode};
use crate::workspace::Workspace;
use crate::{process, python, snapshot};

const COMMAND: &str = "cargo xtask gen-stubs";

/// The Python package that the files are for.
const PACKAGE: &str = "python/belvedere";

/// What is laid out as ruff does, from the folder of the package.
const FORMATTED: [&str; 5] = [
    "belvedere",
    "tests",
    "../examples/own_functions/own_functions",
    "../examples/own_functions/tests",
    "../benches/python",
];

/// How docstrings are laid out, for ruff.
const DOCSTRINGS: &str = "lint.pydocstyle.convention = 'google'";

/// What `gen-stubs` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// Compare, type-check and fail instead of writing.
    #[arg(long)]
    pub(crate) check: bool,
    /// Print from the committed registry, without building the binary that refreshes it.
    #[arg(long)]
    pub(crate) no_build: bool,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mode = Mode::from(options.check);
    if !options.no_build {
        snapshot::refresh(workspace, mode)?;
    }
    let registry = snapshot::committed(workspace)?;
    let files = builders::package(&registry, builders::Home::Here, COMMAND)
        .with_context(|| format!("{} was edited by hand", snapshot::FILE))?;
    let files: Vec<Generated> = files
        .into_iter()
        .chain(builders::builtins(COMMAND))
        .chain([builders::spec(COMMAND)])
        .map(|file| Generated { path: format!("{PACKAGE}/{}", file.name), text: file.text })
        .collect();
    generated::settle(workspace, &files, mode, COMMAND)?;
    match mode {
        Mode::Write => Ok(()),
        Mode::Check => check(workspace),
    }
}

/// Has the type checker and the formatter read what is committed.
fn check(workspace: &Workspace) -> Result<()> {
    let env = python::environment(workspace, Path::new(python::REQUIREMENTS))?;
    let folder = workspace.path("python");
    let mut mypy = env.module("mypy");
    mypy.args(["--config-file", "mypy.ini", "--cache-dir"])
        .arg(workspace.target.join("xtask").join("mypy"))
        .current_dir(&folder);
    process::run(&mut mypy).context("the stubs or their uses have type errors")?;
    let mut pyright = env.module("basedpyright");
    pyright.arg("--pythonpath").arg(env.interpreter()).current_dir(&folder);
    process::run(&mut pyright).context("the stubs or their uses have type errors")?;
    let mut ruff = env.module("ruff");
    ruff.args(["format", "--check", "--no-cache", "--isolated"]).args(FORMATTED);
    process::run(ruff.current_dir(&folder))
        .context("the printer of the stubs, or somebody, does not lay them out as ruff does")?;
    let mut ruff = env.module("ruff");
    ruff.args(["check", "--no-cache", "--isolated", "--select", "D", "--config", DOCSTRINGS]);
    process::run(ruff.arg("belvedere").current_dir(&folder))
        .context("a docstring is not laid out as the others are")
}
