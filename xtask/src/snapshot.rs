//! `cargo xtask snapshot`: the committed registry, refreshed by the binary that links everything.
//!
//! The binary prints it (`belvedere registry`), so that a user's own project refreshes its
//! registry in the same way. What it prints is read back before anything is written: a file that
//! the printers could not read must not be committed.

use anyhow::{Context, Result, bail};
use belvedere_lang::print::registry::{FORMAT, Registry};
use clap::Args;

use crate::generated::{self, Generated, Mode};
use crate::process;
use crate::workspace::{self, Workspace};

/// The committed file, relative to the root.
pub(crate) const FILE: &str = "registry.json";

/// What `snapshot` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// Compare and fail instead of writing.
    #[arg(long)]
    check: bool,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    refresh(workspace, options.check.into())
}

/// Builds and runs the binary, and settles `registry.json`.
pub(crate) fn refresh(workspace: &Workspace, mode: Mode) -> Result<()> {
    let mut command = workspace.cargo(&[
        "run",
        "--locked",
        "--quiet",
        "--package",
        "belvedere-views",
        "--bin",
        "belvedere",
        "--",
        "registry",
    ]);
    let text = process::output(&mut command)?;
    parse(&text).context("`belvedere registry` printed something else than a registry")?;
    generated::settle(
        workspace,
        &[Generated { path: FILE.into(), text }],
        mode,
        "cargo xtask snapshot",
    )
}

/// Reads the committed registry.
pub(crate) fn committed(workspace: &Workspace) -> Result<Registry> {
    let text = workspace::read(&workspace.path(FILE))
        .context("run `cargo xtask snapshot` to make the registry")?;
    parse(&text).with_context(|| format!("{FILE} cannot be read; run `cargo xtask snapshot`"))
}

fn parse(text: &str) -> Result<Registry> {
    let registry: Registry = serde_json::from_str(text)?;
    if registry.format != FORMAT {
        bail!("it has format {}, this program reads format {FORMAT}", registry.format);
    }
    if registry.functions.is_empty() {
        bail!("it has no functions: name their crate in the binary, `use belvedere_udfs as _;`");
    }
    Ok(registry)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn error(text: &str) -> String {
        parse(text).expect_err("refused").to_string()
    }

    #[test]
    fn another_format_is_refused_by_number() {
        let text = r#"{"format": 99, "hash": "", "functions": [], "relations": []}"#;
        assert_eq!(error(text), "it has format 99, this program reads format 2");
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        let text = r#"{"format": 2, "hash": "", "functions": [], "relations": [], "more": 1}"#;
        assert!(error(text).starts_with("unknown field `more`"), "{}", error(text));
    }

    #[test]
    fn an_empty_registry_says_what_to_write() {
        let text = r#"{"format": 2, "hash": "", "functions": [], "relations": []}"#;
        assert!(error(text).contains("use belvedere_udfs as _;"));
    }
}
