//! `belvedere generate`: what a project commits beside its functions and views, printed from what is
//! linked into this program: the registry, Python stubs, reference pages.

use std::path::{Path, PathBuf};

use belvedere_lang::print::{difference, python, reference};
use clap::{ArgGroup, Args};

use super::terminal::Terminal;
use super::{CliResult, Failure};
use crate::program;
use crate::registry::Registry;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("outputs").required(true).multiple(true)))]
pub(super) struct GenerateArgs {
    /// Write the registry as JSON
    #[arg(long, value_name = "FILE", group = "outputs")]
    registry: Option<PathBuf>,

    /// Write typed Python builders and their stubs into a package
    #[arg(long, value_name = "DIR", group = "outputs")]
    stubs: Option<PathBuf>,

    /// Write reference pages: functions.md and views.md
    #[arg(long, value_name = "DIR", group = "outputs")]
    docs: Option<PathBuf>,

    /// Write nothing; fail if a file is not what would be written
    #[arg(long)]
    check: bool,
}

/// A file, and what it should hold.
type Generated = (PathBuf, String);

pub(super) fn generate(args: &GenerateArgs, terminal: &Terminal) -> CliResult {
    let stale: Vec<Generated> = files(args)?
        .into_iter()
        .filter(|(path, text)| std::fs::read(path).map_or(true, |found| found != text.as_bytes()))
        .collect();
    if args.check {
        return check(args, &stale);
    }
    for (path, text) in &stale {
        write(path, text).map_err(|error| {
            Failure::Error(format!("cannot write {}: {error}", path.display()).into())
        })?;
        terminal.line(&format!("wrote {}", path.display()));
    }
    if stale.is_empty() {
        terminal.line("every file is what would be written");
    }
    Ok(())
}

/// Everything that was asked for.
fn files(args: &GenerateArgs) -> Result<Vec<Generated>, Failure> {
    let registry = Registry::linked().map_err(|error| Failure::Error(error.to_string().into()))?;
    let snapshot = registry.snapshot().map_err(|error| Failure::Error(Box::new(error)))?;
    let command = format!("{} generate", program::name());
    let mut files = Vec::new();
    if let Some(path) = &args.registry {
        let json = registry.to_json().map_err(|error| Failure::Error(Box::new(error)))?;
        files.push((path.clone(), json));
    }
    if let Some(folder) = &args.stubs {
        let package = python::package(&snapshot, python::Home::Elsewhere, &command)
            .map_err(|error| Failure::Error(Box::new(error)))?;
        files.extend(package.into_iter().map(|file| (folder.join(file.name), file.text)));
    }
    if let Some(folder) = &args.docs {
        files.push((folder.join("functions.md"), reference::functions(&snapshot, &command)));
        files.push((folder.join("views.md"), reference::relations(&snapshot, &command)));
    }
    Ok(files)
}

fn check(args: &GenerateArgs, stale: &[Generated]) -> CliResult {
    if stale.is_empty() {
        return Ok(());
    }
    let mut text = "generated files are stale:".to_owned();
    for (path, wanted) in stale {
        let found = std::fs::read_to_string(path).ok();
        let difference = difference(found.as_deref(), wanted);
        text.push_str(&format!("\n  {}: {difference}", path.display()));
    }
    let options = [("registry", &args.registry), ("stubs", &args.stubs), ("docs", &args.docs)];
    let options: String = options
        .iter()
        .filter_map(|(name, path)| Some(format!(" --{name} {}", path.as_ref()?.display())))
        .collect();
    text.push_str(&format!("\nhelp: `{} generate{options}` writes them", program::name()));
    Err(Failure::Error(text.into()))
}

/// Writes beside the file and renames, so that nobody reads half of it.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = path.with_extension("new");
    std::fs::write(&new, text)?;
    std::fs::rename(&new, path)
}
