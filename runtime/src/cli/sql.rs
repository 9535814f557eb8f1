//! `belvedere sql`.

use std::path::Path;

use clap::Args;

use super::execution::Execution;
use super::interrupt::{interrupted, listen};
use super::output::{OutputArgs, text_or_input};
use super::terminal::Terminal;
use super::{CliResult, Failure, parse_bytes};
use crate::delta::Error;
use crate::program;
use crate::query::{QUERY, QueryError, SqlQuery};
use crate::session::{DEFAULT_MEMORY, Runtime};

#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// One query, or `-` to read it from standard input
    query: String,

    #[command(flatten)]
    output: OutputArgs,

    /// The memory of the query; what needs more spills to disk
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, env = "BELVEDERE_MEMORY")]
    memory: Option<usize>,

    /// A default of functions, `belvedere.utf8_normalize.form=nfc`; may stand several times.
    /// information_schema.df_settings lists them
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_setting)]
    settings: Vec<(String, String)>,

    /// Let the query call async functions, which ask services outside of the program
    #[arg(long)]
    allow_async: bool,
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) async fn sql(args: &SqlArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let query = text_or_input(&args.query)?;
    listen()?;
    tokio::select! {
        result = answer(args, &query, path, terminal) => result,
        () = interrupted() => Err(Failure::Stopped("stopped".to_owned())),
    }
}

/// An error of a text that is none of SQL, and means something in the language of views.
fn in_other_words(error: QueryError, query: &str) -> Failure {
    let first = query.split_whitespace().next().unwrap_or_default();
    if !["from", "param", "with"].contains(&first) || query.to_lowercase().contains("select ") {
        return error.into();
    }
    let text = format!(
        "this is no SQL\nhelp: `{first} …` is the language of views: {} answers it",
        program::verb("query")
    );
    Failure::Error(text.into())
}

async fn answer(args: &SqlArgs, query: &str, path: &Path, terminal: &Terminal) -> CliResult {
    let memory = args.memory.unwrap_or(DEFAULT_MEMORY);
    let mut builder = Runtime::builder().memory(memory).warehouse(path);
    if args.allow_async {
        builder = builder.allow_async();
    }
    let set = args.settings.iter();
    let runtime = set
        .fold(builder, |builder, (name, value)| builder.setting(name, value))
        .build()
        .map_err(|error| Failure::Error(Error::engine(path, QUERY, error).told().into()))?;
    let read = runtime.reading().await?.sql(query).await;
    let SqlQuery { bundle, analysed } = read.map_err(|error| in_other_words(error, query))?;
    let fail = |error| {
        let error = Error::engine(path, QUERY, error).in_plan(&analysed);
        Failure::Error(error.told().into())
    };
    let execution = Execution::new()?;
    let batches = execution.stream(&bundle, &runtime).await.map_err(fail)?;
    args.output.write(batches, terminal, fail).await.map(|_| ())
}
