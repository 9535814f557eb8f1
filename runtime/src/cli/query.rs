//! `belvedere query`.

use std::path::Path;

use clap::Args;

use super::output::{OutputArgs, text_or_input};
use super::params::parse_param;
use super::terminal::Terminal;
use super::{CliResult, Failure, parse_bytes};
use crate::delta::Error;
use crate::query::QUERY;
use crate::session::{DEFAULT_MEMORY, Runtime};
use crate::view::ParamValue;

#[derive(Debug, Args)]
pub(super) struct QueryArgs {
    /// The steps of a view, `from files as f where f.size > 100 select { f.path }`, or `-` to read them
    /// from standard input
    text: String,

    #[command(flatten)]
    output: OutputArgs,

    /// A value for a `param` of the text; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_param)]
    param: Vec<(String, ParamValue)>,

    /// The memory of the query; what needs more spills to disk
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, env = "BELVEDERE_MEMORY")]
    memory: Option<usize>,
}

pub(super) async fn query(args: &QueryArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let text = text_or_input(&args.text)?;
    tokio::select! {
        result = answer(args, &text, path, terminal) => result,
        _ = tokio::signal::ctrl_c() => Err(Failure::Stopped("stopped".to_owned())),
    }
}

async fn answer(args: &QueryArgs, text: &str, path: &Path, terminal: &Terminal) -> CliResult {
    let runtime = Runtime::builder()
        .memory(args.memory.unwrap_or(DEFAULT_MEMORY))
        .warehouse(path)
        .build()
        .map_err(|error| Failure::Error(Error::engine(path, QUERY, error).told().into()))?;
    let query = args
        .param
        .iter()
        .fold(runtime.query(text), |query, (name, value)| query.param(name.clone(), value.clone()));
    let prepared = query.prepare().await?;
    let plan = prepared.bundle.plan.clone();
    let fail = |error| {
        let error = Error::engine(path, QUERY, error).in_plan(&plan);
        Failure::Error(error.told().into())
    };
    let batches = prepared.bundle.execute(&runtime).await.map_err(fail)?;
    args.output.write(batches, terminal, fail).await
}
