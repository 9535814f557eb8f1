//! `belvedere schema pull`: what a Delta table that others write holds, as a schema file for
//! `table! { t from "…" }`, and whether such files still say what is stored.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::terminal::{Terminal, print};
use super::{CliResult, Failure, generate};
use crate::delta::pull::{Compared, PullError, Pulled, compare, compare_linked, pull, pull_for};

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    #[command(subcommand)]
    verb: SchemaVerb,
}

#[derive(Debug, Subcommand)]
enum SchemaVerb {
    /// Write what a Delta table holds as a schema file, or compare schema files with what is stored
    Pull(PullArgs),
}

#[derive(Debug, Args)]
struct PullArgs {
    /// The table, a path or a URL; the one that the file names, if it is left out
    uri: Option<String>,

    /// The schema file; standard output, if it is left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; fail if the file is not what would be written. Without a file, compare all tables
    /// of this program that a schema file describes
    #[arg(long)]
    check: bool,
}

pub(super) async fn schema(args: &SchemaArgs, terminal: &Terminal) -> CliResult {
    let SchemaVerb::Pull(args) = &args.verb;
    let uri = args.uri.as_deref();
    match (&args.output, args.check) {
        (Some(path), true) => check_file(uri, path, terminal).await,
        (None, true) if uri.is_none() => check_linked(terminal).await,
        (None, true) => Err(usage("`--check` compares a file: name it with `-o FILE`")),
        (Some(path), false) => write_file(uri, path, terminal).await,
        (None, false) => {
            let uri = uri.ok_or_else(|| usage("name a table: `schema pull URI`"))?;
            let pulled = pull(uri, None).await.map_err(|error| failure(error, terminal))?;
            warn(&pulled.left_out, terminal);
            print(pulled.file.to_text().trim_end())?;
            Ok(())
        }
    }
}

fn usage(text: &str) -> Failure {
    Failure::Error(text.into())
}

fn warn(left_out: &[String], terminal: &Terminal) {
    for why in left_out {
        terminal.warning(&format!("{why}; the column is left out"));
    }
}

fn failure(error: PullError, terminal: &Terminal) -> Failure {
    if let PullError::Columns { left_out, .. } = &error {
        warn(left_out, terminal);
    }
    Failure::Error(Box::new(error))
}

async fn write_file(uri: Option<&str>, path: &Path, terminal: &Terminal) -> CliResult {
    let pulled = pull_for(uri, path).await.map_err(|error| failure(error, terminal))?;
    let Pulled { file, left_out, .. } = pulled;
    warn(&left_out, terminal);
    let text = file.to_text();
    if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        terminal.line(&format!("{} is what would be written", path.display()));
        return Ok(());
    }
    generate::write(path, &text).map_err(|error| {
        Failure::Error(format!("cannot write {}: {error}", path.display()).into())
    })?;
    terminal.line(&format!("wrote {}", path.display()));
    Ok(())
}

async fn check_file(uri: Option<&str>, path: &Path, terminal: &Terminal) -> CliResult {
    let compared = compare(uri, path).await.map_err(|error| failure(error, terminal))?;
    told(&compared, terminal).map_err(|text| Failure::Error(text.into()))
}

/// Compares the tables of this program.
async fn check_linked(terminal: &Terminal) -> CliResult {
    let tables = compare_linked().await;
    if tables.is_empty() {
        let text = "no table of this program is described by a schema file";
        return Err(Failure::NoMatch(text.to_owned()));
    }
    let mut wrong = Vec::new();
    for (_, compared) in tables {
        match compared {
            Ok(compared) => wrong.extend(told(&compared, terminal).err()),
            Err(error) => {
                if let PullError::Columns { left_out, .. } = &error {
                    warn(left_out, terminal);
                }
                wrong.push(error.to_string());
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Error(wrong.join("\n").into())) }
}

/// Says that a file is what is stored; returns what is to be said where it is not.
fn told(compared: &Compared, terminal: &Terminal) -> Result<(), String> {
    warn(&compared.left_out, terminal);
    if !compared.is_same() {
        return Err(compared.to_string());
    }
    terminal.line(&compared.to_string());
    Ok(())
}
