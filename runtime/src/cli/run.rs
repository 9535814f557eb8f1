//! `belvedere run`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::progress::Progress;
use super::terminal::{Heading, Terminal, bytes, count, number, print, table};
use super::{CliResult, Failure, parse_bytes};
use crate::refresh::{self, Outcome, RunReport, RunRequest};
use crate::session::{DEFAULT_MEMORY, Runtime};

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The folder to read
    #[arg(long, value_name = "DIR", default_value = ".")]
    source: PathBuf,

    /// The memory of queries; what needs more spills to disk
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, env = "BELVEDERE_MEMORY")]
    memory: Option<usize>,

    /// How many threads work at once; all processors by default
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

pub(super) async fn run(args: &RunArgs, warehouse: &Path, terminal: &Arc<Terminal>) -> CliResult {
    let started = Instant::now();
    let mut builder = Runtime::builder().memory(args.memory.unwrap_or(DEFAULT_MEMORY));
    if let Some(threads) = args.threads {
        builder = builder.threads(threads);
    }
    let runtime = builder.build().map_err(|error| Failure::Error(Box::new(error)))?;
    let request = RunRequest::linked(warehouse, &args.source);
    if request.kinds.is_empty() {
        return Err(Failure::Error(
            "no source is linked into this program\n\
             help: name the crate that defines one, or the linker drops it: \
             `use belvedere_views as _;`"
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
        terminal.line(&format!(
            "`{node}` is defined no longer and was taken out; its folder `{}` can be deleted",
            warehouse.join(node).display()
        ));
    }
    if report.inputs == 0 {
        terminal.warning(&format!("there is nothing to read in `{}`", args.source.display()));
    }
    if !terminal.quiet {
        print(summary(&report))?;
    }
    let seconds = started.elapsed().as_secs_f64();
    terminal.line(&format!("{} · {seconds:.1} s", last_line(&report)));
    Ok(())
}

fn stopped(progress: &Progress) -> String {
    if progress.published() {
        "stopped after publishing; the next run tidies up".to_owned()
    } else {
        "stopped; what was published before is unchanged; the same command resumes".to_owned()
    }
}

fn summary(report: &RunReport) -> String {
    let headings = [
        Heading("node", false),
        Heading("outcome", false),
        Heading("rows", true),
        Heading("files", true),
        Heading("bytes", true),
        Heading("time", true),
        Heading("why", false),
    ];
    let rows = report.nodes.iter().map(|node| {
        vec![
            node.node.clone(),
            node.outcome.name().to_owned(),
            number(node.size.rows),
            number(node.size.files),
            bytes(node.size.bytes),
            format!("{:.2} s", node.elapsed.as_secs_f64()),
            node.reason.to_string(),
        ]
    });
    table(&headings, rows)
}

fn last_line(report: &RunReport) -> String {
    let of = |outcome| report.nodes.iter().filter(|node| node.outcome == outcome).count();
    let read = format!(
        "{} of {} read",
        number(report.extracted as u64),
        count(report.inputs, "input", "inputs")
    );
    if !report.published {
        return format!("nothing changed: publication {} holds · {read}", report.publication);
    }
    let (written, adopted, skipped) =
        (of(Outcome::Written), of(Outcome::Adopted), of(Outcome::Skipped));
    let adopted = if adopted == 0 { String::new() } else { format!("{adopted} adopted, ") };
    format!(
        "published {}: {written} written, {adopted}{skipped} skipped · {read}",
        report.publication
    )
}
