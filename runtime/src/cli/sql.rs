//! `belvedere sql`.

use std::path::Path;

use clap::Args;
use datafusion::logical_expr::LogicalPlan;

use super::execution::Execution;
use super::interrupt::{interrupted, listen};
use super::ls::{linked, open};
use super::output::{OutputArgs, text_or_input};
use super::terminal::Terminal;
use super::{CliResult, Failure, parse_bytes};
use crate::delta::{Error, catalog};
use crate::plan::{Bundle, Pins};
use crate::query::{QUERY, QueryError};
use crate::session::{DEFAULT_MEMORY, Runtime, gate};
use crate::view::Node;

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

async fn answer(args: &SqlArgs, query: &str, path: &Path, terminal: &Terminal) -> CliResult {
    let mut builder = Runtime::builder().memory(args.memory.unwrap_or(DEFAULT_MEMORY));
    if args.allow_async {
        builder = builder.allow_async();
    }
    let set = args.settings.iter();
    let runtime = set
        .fold(builder, |builder, (name, value)| builder.setting(name, value))
        .build()
        .map_err(|error| Failure::Error(Error::engine(path, QUERY, error).told().into()))?;
    let (bundle, analysed) = admit(&runtime, query, path).await?;
    let fail = |error| {
        let error = Error::engine(path, QUERY, error).in_plan(&analysed);
        Failure::Error(error.told().into())
    };
    let execution = Execution::new()?;
    let batches = execution.stream(&bundle, &runtime).await.map_err(fail)?;
    args.output.write(batches, terminal, fail).await.map(|_| ())
}

/// Plans the query over what is published; returns it with its analysed plan. A query without tables
/// needs no warehouse.
async fn admit(
    runtime: &Runtime,
    query: &str,
    path: &Path,
) -> Result<(Bundle, LogicalPlan), Failure> {
    let graph = linked()?;
    let (publication, session) = match open(runtime, path).await {
        Ok((warehouse, publication)) => {
            let session = catalog::session_with_views(runtime, &warehouse, &publication, &graph);
            let session = session.await?;
            (Some(publication), session)
        }
        Err(Error::NotPublished(_)) => (None, runtime.session()),
        Err(error) => return Err(error.into()),
    };
    let admitted = gate::admit(&session, query).await.map_err(|error| {
        let Some(table) = error.unknown_table() else { return Failure::Error(error) };
        if publication.is_none() {
            return Error::NotPublished(path.to_owned()).into();
        }
        let mut relations = graph.nodes().iter().map(Node::name);
        match relations.find(|name| name.eq_ignore_ascii_case(table)) {
            Some(name) => {
                let relation = name.to_owned();
                Failure::Error(QueryError::NotPublished { relation }.into())
            }
            None => Failure::Error(error),
        }
    })?;
    let is_read = |node: &str| {
        // SQL has folded what was not quoted to lower case.
        admitted.tables.iter().any(|table| table.table().eq_ignore_ascii_case(node))
    };
    let nodes = publication.iter().flat_map(|publication| &publication.nodes);
    let pins: Pins = nodes
        .filter(|(node, _)| is_read(node))
        .map(|(node, pointer)| (node.clone(), pointer.version))
        .collect();
    let bundle = Bundle { name: QUERY.to_owned(), key: None, pins, plan: admitted.plan };
    Ok((bundle, admitted.analysed))
}
