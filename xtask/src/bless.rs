//! `cargo xtask bless`: what the tests produce at present becomes what they expect.
//!
//! Every kind of expectation has an environment variable of its own; this is the one place that
//! knows them. Read the difference before committing it: a blessing asserts nothing.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use ignore::WalkBuilder;

use crate::workspace::Workspace;
use crate::{gen_docs, gen_stubs, process};

/// What `bless` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// What to bless; everything when nothing is named.
    what: Vec<What>,
}

/// A kind of expectation.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Inline and file snapshots of the language's unit tests.
    Lang,
    /// Compiler output of the compile-fail cases.
    Ui,
    /// Snapshots and expected rows of the integration tests.
    It,
    /// The registry, the stubs and the reference pages.
    Registry,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let all = What::value_variants();
    let what = if options.what.is_empty() { all } else { &options.what };
    for what in what {
        match what {
            What::Lang => bless_lang(workspace)?,
            What::Ui => bless_ui(workspace)?,
            What::It => bless_it(workspace)?,
            What::Registry => bless_registry(workspace)?,
        }
    }
    Ok(())
}

fn bless_lang(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--locked", "--package=belvedere-lang"]);
    // Snapshots are written and the test passes; whatever fails then is no snapshot.
    command.envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")]);
    process::run(&mut command)?;
    accept_inline(workspace)
}

fn bless_ui(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--locked", "--package=belvedere-ui"]);
    command.env("TRYBUILD", "overwrite");
    process::run(&mut command)
}

fn bless_it(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--locked", "--package=belvedere-it"]);
    command.envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1"), ("BLESS_SLT", "1")]);
    process::run(&mut command)?;
    accept_inline(workspace)
}

fn bless_registry(workspace: &Workspace) -> Result<()> {
    gen_stubs::run(workspace, &gen_stubs::Options { check: false, no_build: false })?;
    gen_docs::run(workspace, &gen_docs::Options { check: false })
}

/// insta writes file snapshots itself; inline ones wait for its command-line tool.
fn accept_inline(workspace: &Workspace) -> Result<()> {
    let pending = pending(workspace)?;
    if pending.is_empty() {
        return Ok(());
    }
    let mut command = workspace.cargo(&["insta", "accept", "--all"]);
    process::run(&mut command).with_context(|| {
        format!(
            "inline snapshots of {} wait; `cargo install cargo-insta` brings the tool that accepts \
             them",
            pending.join(", ")
        )
    })
}

/// The source files that have inline snapshots to accept. Git ignores insta's files, we must not.
fn pending(workspace: &Workspace) -> Result<Vec<String>> {
    let target = workspace.target.clone();
    let walk = WalkBuilder::new(&workspace.root)
        .standard_filters(false)
        .filter_entry(move |entry| entry.file_name() != ".git" && entry.path() != target)
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.context("cannot list the repository")?;
        let name = entry.file_name().to_string_lossy();
        if let Some(source) = name.strip_prefix('.').and_then(|n| n.strip_suffix(".pending-snap")) {
            files.push(source.to_owned());
        }
    }
    files.sort();
    Ok(files)
}
