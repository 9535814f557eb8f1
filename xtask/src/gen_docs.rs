//! `cargo xtask gen-docs`: the reference pages of functions, relations and messages.
//!
//! The first two are printed from the committed registry, the third from the tables of the language.

use anyhow::Result;
use belvedere_lang::print::{messages, reference};
use belvedere_lang::{udf, view};
use clap::Args;

use crate::generated::{self, Generated};
use crate::snapshot;
use crate::workspace::Workspace;

const COMMAND: &str = "cargo xtask gen-docs";

/// What `gen-docs` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// Compare and fail instead of writing.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let registry = snapshot::committed(workspace)?;
    let groups = [
        ("Functions and derived types", udf::messages::EXPLANATIONS),
        ("Tables and views", view::messages::EXPLANATIONS),
    ];
    let files = [
        Generated { path: "docs/functions.md", text: reference::functions(&registry, COMMAND) },
        Generated { path: "docs/views.md", text: reference::relations(&registry, COMMAND) },
        Generated { path: "docs/messages.md", text: messages::page(&groups, COMMAND) },
    ];
    generated::settle(workspace, &files, options.check.into(), COMMAND)
}
