//! `belvedere check`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::read_text;
use super::terminal::{Terminal, count};
use super::{CliResult, Failure};
use crate::query::{check_file, texts};
use crate::session::Runtime;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files that hold `view! { … }` and `table! { … }` as a Rust file does, or one view, `name = from …`
    /// or `from …`; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) async fn check(args: &CheckArgs, warehouse: &Path, terminal: &Terminal) -> CliResult {
    let runtime = Runtime::builder().warehouse(warehouse).build();
    let runtime = runtime.map_err(|error| Failure::Error(error.into()))?;
    let mut errors = Vec::new();
    let mut relations = 0;
    for file in &args.files {
        let name =
            if file == Path::new("-") { "standard input".into() } else { file.to_string_lossy() };
        let text = match read_text(file) {
            Ok(text) => text,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let (checked, findings) = check_file(&runtime, &text).await?;
        relations += checked.len();
        for relation in checked.iter().filter(|_| terminal.verbose) {
            terminal.line(&format!("{name}: {relation}"));
        }
        errors.extend(texts(&findings, &name));
    }
    if !errors.is_empty() {
        return Err(Failure::Texts(errors));
    }
    let (files, relations) = (
        count(args.files.len(), "file", "files"),
        count(relations, "table or view", "tables and views"),
    );
    terminal.line(&format!("no errors in {files} with {relations}"));
    Ok(())
}
