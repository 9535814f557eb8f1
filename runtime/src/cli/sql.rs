//! `belvedere sql`.

use std::cell::Cell;
use std::io::{self, Read as _, Write};
use std::path::Path;

use arrow_schema::ArrowError;
use clap::{Args, ValueEnum};
use datafusion::logical_expr::LogicalPlan;
use futures::StreamExt as _;

use super::ls::{linked, open};
use super::rows::RowWriter;
use super::terminal::{Terminal, number};
use super::{CliResult, Failure, parse_bytes};
use crate::delta::{Error, catalog};
use crate::plan::{Bundle, Pins, plain};
use crate::program;
use crate::session::{DEFAULT_MEMORY, Runtime, gate};
use crate::view::Node;

/// What errors call the query.
const QUERY: &str = "the query";

#[derive(Debug, Args)]
pub(super) struct SqlArgs {
    /// One query, or `-` to read it from standard input
    query: String,

    /// How rows are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// How many rows a table shows at most; the other formats write all
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    max_rows: usize,

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

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns, for people
    Table,
    /// A header and one line for each row; nested values as JSON, in which NaN and infinities are null
    Csv,
    /// An array with one object for each row; NaN and infinities are null
    Json,
}

pub(super) async fn sql(args: &SqlArgs, path: &Path, terminal: &Terminal) -> CliResult {
    let mut query = args.query.clone();
    if query == "-" {
        query.clear();
        io::stdin().read_to_string(&mut query)?;
    }
    tokio::select! {
        result = answer(args, &query, path, terminal) => result,
        _ = tokio::signal::ctrl_c() => Err(Failure::Stopped("stopped".to_owned())),
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
    let mut batches = bundle.execute(&runtime).await.map_err(fail)?;

    let limit = if args.format == Format::Table { args.max_rows } else { usize::MAX };
    let failed = Cell::new(None);
    let mut out = Outlet { out: io::stdout().lock(), failed: &failed };
    let arrow_failure = |error: ArrowError| match failed.take() {
        Some(error) => Failure::from(error),
        None => Failure::Error(plain(&error.to_string()).into()),
    };
    let mut writer = RowWriter::new(args.format, batches.schema(), &mut out);
    let mut left = limit;
    let mut cut = false;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(fail)?;
        cut = left < batch.num_rows();
        let batch = batch.slice(0, batch.num_rows().min(left));
        left -= batch.num_rows();
        writer.write(&batch).map_err(arrow_failure)?;
        if cut {
            break;
        }
    }
    writer.finish().map_err(arrow_failure)?;
    out.flush()?;
    if cut {
        let limit = number(limit as u64);
        terminal.warning(&format!(
            "only the first {limit} rows are shown; --max-rows or another --format shows more"
        ));
    }
    Ok(())
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
            Some(name) => not_published(name),
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

/// The error where a table or view of this program has not been run.
fn not_published(name: &str) -> Failure {
    let program = program::name();
    let text = format!(
        "`{name}` is not published\n\
         help: `{program} run --source DIR` publishes it, or says why it cannot be run"
    );
    Failure::Error(text.into())
}

/// Keeps the error of a writer: some formats keep only its text, and where nobody reads the output
/// any more that is no failure.
struct Outlet<'a, W> {
    out: W,
    failed: &'a Cell<Option<io::Error>>,
}

impl<W: Write> Outlet<'_, W> {
    fn keep<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            self.failed.set(Some(error));
            kind.into()
        })
    }
}

impl<W: Write> Write for Outlet<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.keep(result)
    }
}
