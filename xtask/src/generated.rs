//! Generated files: written only where they differ, or verified.
//!
//! A check collects every file that differs and names the one command that repairs them all.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use belvedere_lang::print::difference;

use crate::workspace::Workspace;

/// A file that a verb prints.
pub(crate) struct Generated {
    /// Its path, relative to the root.
    pub(crate) path: String,
    /// What it should hold.
    pub(crate) text: String,
}

/// Whether files are written or compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write what differs.
    Write,
    /// Fail when something differs.
    Check,
}

impl From<bool> for Mode {
    /// `--check` or not.
    fn from(check: bool) -> Self {
        if check { Self::Check } else { Self::Write }
    }
}

/// Writes the files that differ, or fails with their names and `command`, which repairs them.
pub(crate) fn settle(
    workspace: &Workspace,
    files: &[Generated],
    mode: Mode,
    command: &str,
) -> Result<()> {
    let stale = stale(&workspace.root, files);
    match mode {
        Mode::Write => {
            for file in &stale {
                write(&workspace.path(&file.path), &file.text)?;
                println!("wrote {}", file.path);
            }
            println!(
                "{} of {} generated files were current",
                files.len() - stale.len(),
                files.len()
            );
            Ok(())
        }
        Mode::Check if stale.is_empty() => Ok(()),
        Mode::Check => {
            let names: Vec<_> = stale
                .iter()
                .map(|file| format!("  {}: {}", file.path, first_difference(workspace, file)))
                .collect();
            bail!("generated files are stale:\n{}\nrun `{command}`", names.join("\n"))
        }
    }
}

fn stale<'a>(root: &Path, files: &'a [Generated]) -> Vec<&'a Generated> {
    files
        .iter()
        .filter(|file| {
            std::fs::read_to_string(root.join(&file.path)).map_or(true, |text| text != file.text)
        })
        .collect()
}

fn first_difference(workspace: &Workspace, file: &Generated) -> String {
    let committed = std::fs::read_to_string(workspace.path(&file.path)).ok();
    difference(committed.as_deref(), &file.text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot create {}", parent.display()))?;
    }
    // Renaming makes the change whole: an editor or a build never reads half a file.
    let new: PathBuf = path.with_extension("new");
    std::fs::write(&new, text).with_context(|| format!("cannot write {}", new.display()))?;
    std::fs::rename(&new, path).with_context(|| format!("cannot write {}", path.display()))
}
