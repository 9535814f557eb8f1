//! The developers' verbs: `cargo xtask VERB`.
//!
//! One verb a file. Nothing here links DataFusion: what needs the registry reads the committed
//! `registry.json`, and what refreshes that file runs the binary `belvedere`. Reading order:
//! [`workspace`] and [`process`] (where we are, how programs are run), [`generated`]
//! (write-or-verify), then the verbs.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

mod wheel;
mod workspace;

mod process;

mod generated;

mod python;

mod snapshot;

mod lengths;

mod gen_stubs;

mod gen_docs;

mod expand;

mod bless;

mod tidy;

mod test;

mod bench;

mod fuzz;

/// The developers' verbs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run every check and test; all of them run, the first failure decides the exit code.
    Test(test::Options),
    /// Refresh `registry.json` from the linked functions and views.
    Snapshot(snapshot::Options),
    /// Print the typed Python stubs from `registry.json`, and check them.
    GenStubs(gen_stubs::Options),
    /// Print the reference pages from `registry.json`.
    GenDocs(gen_docs::Options),
    /// Show what `#[udf]` makes of a function.
    Expand(expand::Options),
    /// Accept what the tests produce at present as what they expect.
    Bless(bless::Options),
    /// Measure what functions cost a query, and what the language costs the compiler.
    Bench(bench::Options),
    /// Grow random views, many more than the tests do.
    Fuzz(fuzz::Options),
    /// Check the house rules: edges between crates, file headers, duplicate versions.
    Tidy,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether whoever reads our output has read enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn run(cli: Cli) -> Result<()> {
    let workspace = Workspace::load()?;
    match cli.verb {
        Verb::Test(options) => test::run(&workspace, &options),
        Verb::Snapshot(options) => snapshot::run(&workspace, &options),
        Verb::GenStubs(options) => gen_stubs::run(&workspace, &options),
        Verb::GenDocs(options) => gen_docs::run(&workspace, &options),
        Verb::Expand(options) => expand::run(&workspace, &options),
        Verb::Bless(options) => bless::run(&workspace, &options),
        Verb::Bench(options) => bench::run(&workspace, &options),
        Verb::Fuzz(options) => fuzz::run(&workspace, &options),
        Verb::Tidy => tidy::run(&workspace),
    }
}
