//! `belvedere run`.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::memory;
use super::params::parse_param_of_view;
use super::progress::Progress;
use super::terminal::{Heading, Terminal, bytes, count, number, print, table};
use super::{CliResult, Failure, parse_bytes, parse_threads};
use crate::refresh::{self, NodeReport, Outcome, Reason, RunReport, RunRequest};
use crate::session::{DEFAULT_MEMORY, Runtime};
use crate::view::{ParamValue, Relation, RelationKind};

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The folder to read
    #[arg(long, value_name = "DIR", default_value = ".")]
    source: PathBuf,

    /// A value for a `param` of a view, for this run; may be repeated
    #[arg(long, value_name = "VIEW.NAME=VALUE", value_parser = parse_param_of_view)]
    param: Vec<(String, String, ParamValue)>,

    /// The memory of queries; what needs more spills to disk
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, env = "BELVEDERE_MEMORY")]
    memory: Option<usize>,

    /// Where a table is that others write, if it is not where its schema file says
    #[arg(long = "table", value_name = "NAME=URI", value_parser = parse_place)]
    tables: Vec<(String, String)>,

    /// How many threads work at once; all processors by default
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    threads: Option<NonZeroUsize>,
}

pub(super) async fn run(args: &RunArgs, warehouse: &Path, terminal: &Arc<Terminal>) -> CliResult {
    let started = Instant::now();
    let mut builder = Runtime::builder().memory(args.memory.unwrap_or(DEFAULT_MEMORY));
    if let Some(threads) = args.threads {
        builder = builder.threads(threads.get());
    }
    let runtime = builder.build().map_err(|error| Failure::Error(Box::new(error)))?;
    let mut request = RunRequest::linked(warehouse, &args.source);
    for (view, param, value) in &args.param {
        request.params = request.params.with(view, param, value.clone());
    }
    request.tables = places(&args.tables)?;
    let external = |table: &&Relation| matches!(table.kind, RelationKind::External { .. });
    if request.kinds.is_empty() && !request.relations.iter().any(external) {
        return Err(Failure::Error(
            "no source is linked into this program, so that nothing fills its tables\n\
             help: name the crate that has one, or the linker drops it: `use my_tables as _;`\n\
             help: for tables of your own, implement `belvedere::refresh::source::Source` and \
             register it by `belvedere::source!`"
                .into(),
        ));
    }
    let progress = Arc::new(Progress::new(Arc::clone(terminal)));
    // The future is dropped on Ctrl-C, which is as safe as a kill, and a kill loses nothing.
    let result = tokio::select! {
        result = refresh::run(&runtime, &request, Arc::clone(&progress) as _) => Some(result),
        _ = tokio::signal::ctrl_c() => None,
    };
    progress.clear();
    let Some(result) = result else { return Err(Failure::Stopped(stopped(&progress))) };
    let report = result?;
    for warning in &report.warnings {
        terminal.warning(warning);
    }
    for node in &report.retired {
        terminal.line(&retired(node, &report, warehouse));
    }
    if !terminal.quiet {
        let shown = summary(&report, terminal.verbose);
        shown.map(print).transpose()?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let memory = memory::peak().map(|peak| format!(" · at most {} of memory", bytes(peak)));
    let memory = memory.unwrap_or_default();
    terminal.line(&format!("{} · {seconds:.1} s{memory}", last_line(&report)));
    if report.inputs == 0 && !request.kinds.is_empty() {
        terminal.warning(&nothing_read(&report, &args.source));
    }
    match not_run(&report) {
        None => Ok(()),
        Some(text) => Err(Failure::Partial(text)),
    }
}

/// Reads `NAME=URI`.
fn parse_place(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, uri)) if !name.is_empty() && !uri.is_empty() => {
            Ok((name.to_owned(), uri.to_owned()))
        }
        _ => Err("write the name of a table and where it is: orders=data/orders".to_owned()),
    }
}

fn places(places: &[(String, String)]) -> Result<BTreeMap<String, String>, Failure> {
    let mut named = BTreeMap::new();
    for (name, uri) in places {
        if named.insert(name.clone(), uri.clone()).is_some_and(|before| before != *uri) {
            return Err(Failure::Error(format!("`{name}` cannot be in two places").into()));
        }
    }
    Ok(named)
}

fn retired(node: &str, report: &RunReport, warehouse: &Path) -> String {
    let folder = warehouse.join(node);
    if report.nodes.iter().any(|n| n.node == node) {
        return format!(
            "`{node}` was not run and was taken out; its folder `{}` stays for when it can be",
            folder.display()
        );
    }
    format!(
        "`{node}` is defined no longer and was taken out; its folder `{}` can be deleted",
        folder.display()
    )
}

/// Tables without rows are right for a folder without files, and seldom what was meant.
fn nothing_read(report: &RunReport, source: &Path) -> String {
    let ignored = count(usize::try_from(report.ignored).unwrap_or(usize::MAX), "was", "were");
    format!(
        "0 files matched in `{}` ({ignored} ignored): every table is empty\n\
         help: name the folder to read with --source",
        source.display()
    )
}

/// What could not be run, by its first cause. Nodes that failed end a run otherwise.
fn not_run(report: &RunReport) -> Option<String> {
    let held = |node: &&NodeReport| node.outcome == Outcome::Held;
    let mut tables: Vec<&str> = Vec::new();
    let mut views: Vec<&str> = Vec::new();
    for node in report.nodes.iter().filter(held) {
        match &node.reason {
            Reason::NoSource { table } if *table == node.node => tables.push(&node.node),
            _ => views.push(&node.node),
        }
    }
    if tables.is_empty() && views.is_empty() {
        return None;
    }
    let mut text = format!("not everything was run: no source fills `{}`", tables.join("`, `"));
    if !views.is_empty() {
        text.push_str(&format!("\nnote: not run because of that: `{}`", views.join("`, `")));
    }
    text.push_str(
        "\nhelp: implement `belvedere::refresh::source::Source`, register it by \
         `belvedere::source!`, and name its crate in the program: `use my_tables as _;`",
    );
    Some(text)
}

fn stopped(progress: &Progress) -> String {
    if progress.published() {
        "stopped after publishing; the next run tidies up".to_owned()
    } else {
        "stopped; what was published before is unchanged; the same command resumes".to_owned()
    }
}

/// The nodes of a run, `None` where there is nothing to say of them: that a node is as it was is told with
/// `--verbose` alone.
fn summary(report: &RunReport, verbose: bool) -> Option<String> {
    let headings = [
        Heading("node", false),
        Heading("outcome", false),
        Heading("rows", true),
        Heading("files", true),
        Heading("bytes", true),
        Heading("time", true),
        Heading("why", false),
    ];
    let told = |node: &&NodeReport| verbose || node.outcome != Outcome::Skipped;
    let rows = report.nodes.iter().filter(told).map(|node| {
        let size = match node.outcome {
            Outcome::Failed | Outcome::Held => [String::new(), String::new(), String::new()],
            _ => [number(node.size.rows), number(node.size.files), bytes(node.size.bytes)],
        };
        let [rows, files, bytes] = size;
        let (name, outcome) = (node.node.clone(), node.outcome.name().to_owned());
        let elapsed = format!("{:.2} s", node.elapsed.as_secs_f64());
        vec![name, outcome, rows, files, bytes, elapsed, node.reason.to_string()]
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| table(&headings, rows))
}

/// How fast inputs were read, in inputs and bytes a second.
fn pace(report: &RunReport) -> String {
    let seconds = report.extracting.as_secs_f64();
    if report.extracted == 0 || seconds == 0.0 {
        return String::new();
    }
    let of = |amount: f64| number((amount / seconds).round() as u64);
    let megabytes = report.extracted_bytes as f64 / 1e6 / seconds;
    format!(" in {seconds:.1} s ({}/s, {megabytes:.1} MB/s)", of(report.extracted as f64))
}

fn last_line(report: &RunReport) -> String {
    let of = |outcome| report.nodes.iter().filter(|node| node.outcome == outcome).count();
    let read = format!(
        "{} of {} read{}",
        number(report.extracted as u64),
        count(report.inputs, "input", "inputs"),
        pace(report)
    );
    if !report.published {
        return format!("nothing changed: publication {} holds · {read}", report.publication);
    }
    let (written, skipped) = (of(Outcome::Written), of(Outcome::Skipped));
    let some = |outcome: Outcome| match of(outcome) {
        0 => String::new(),
        some => format!("{some} {}, ", outcome.name()),
    };
    let others = some(Outcome::Adopted) + &some(Outcome::Described);
    let replaced = report.replaced.as_ref();
    let replaced = replaced.map(|path| format!(" · in place of `{}`", path.display()));
    format!(
        "published {}: {written} written, {others}{skipped} skipped · {read}{}",
        report.publication,
        replaced.unwrap_or_default()
    )
}
