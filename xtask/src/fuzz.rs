//! `cargo xtask fuzz views`: random views, many more than the test suite grows.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::process;
use crate::workspace::Workspace;

/// What `fuzz` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Random views before the checker, and changed at random before the engine too.
    Views {
        /// How many views; the view of each number is always the same.
        #[arg(long, default_value_t = 100_000)]
        count: u64,
        /// Ask the engine too, which takes fifty times as long.
        #[arg(long)]
        engine: bool,
    },
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let What::Views { count, engine } = &options.what;
    let filter =
        if *engine { "views::random" } else { "views::random::no_view_that_is_right_is_refused" };
    let args = ["test", "--locked", "--package=belvedere-it", "--test=it", "--", filter];
    process::run(workspace.cargo(&args).env("BELVEDERE_RANDOM_VIEWS", count.to_string()))
}
