//! The same tasks with `datafusion` for Python alone and with the package, in CPU time and lines.
//!
//! The wheel is the one that `cargo xtask test python` tries, but optimised; what is measured is
//! `benches/python`, whose rows a test compares.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{process, python, wheel};

/// What `bench python` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// How many rows there are.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// How often each way has its turn; the fastest counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The wheel as tests have it, which needs no optimised build.
    #[arg(long)]
    unoptimised: bool,
}

/// The ways to do a task, as the script calls them, and what the table calls them.
const OURS: &str = "belvedere";
const OTHERS: [(&str, &str); 3] =
    [("session", "in a session"), ("udf", "Python, by row"), ("arrow", "Python, by array")];

/// What one way took for one task.
struct Measured {
    task: String,
    way: String,
    nanoseconds_per_row: f64,
    lines: u64,
}

impl Measured {
    /// Reads a line of the script's.
    fn read(line: &str) -> Option<Self> {
        let result: Value = serde_json::from_str(line).ok()?;
        Some(Self {
            task: result["task"].as_str()?.to_owned(),
            way: result["way"].as_str()?.to_owned(),
            nanoseconds_per_row: result["nanoseconds_per_row"].as_f64()?,
            lines: result["lines"].as_u64()?,
        })
    }
}

/// Runs the bench.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let kept = python::environment(workspace, Path::new(python::REQUIREMENTS))?;
    let fresh = kept.fresh(&workspace.target.join("xtask").join("venv-bench"))?;
    let optimised = if options.unoptimised { wheel::Build::Debug } else { wheel::Build::Release };
    wheel::install(&kept, &fresh, &wheel::build(workspace, &kept, "python", optimised)?)?;
    let mut script = std::process::Command::new(fresh.interpreter());
    script.arg(workspace.path("benches/python/measure.py"));
    script.args(["--rows", &options.rows.to_string(), "--rounds", &options.rounds.to_string()]);
    print!("{}", table(&process::output(&mut script)?)?);
    Ok(())
}

/// A table of Markdown of what the script printed.
fn table(lines: &str) -> Result<String> {
    let mut tasks: Vec<String> = Vec::new();
    let mut found: BTreeMap<(String, String), Measured> = BTreeMap::new();
    for line in lines.lines() {
        let measured = Measured::read(line)
            .with_context(|| format!("the script printed `{line}`, which is no result"))?;
        if !tasks.contains(&measured.task) {
            tasks.push(measured.task.clone());
        }
        found.insert((measured.task.clone(), measured.way.clone()), measured);
    }
    let names: Vec<&str> = OTHERS.iter().map(|(_, name)| *name).collect();
    let mut table = format!(
        "| task | lines: ours, by row, by array | ours, ns a row | {} |\n|---|--:|--:|--:|--:|--:|\n",
        names.join(" | ")
    );
    for task in &tasks {
        let of = |way: &str| found.get(&(task.clone(), way.to_owned()));
        let ours = of(OURS).with_context(|| format!("nobody measured ours of {task}"))?;
        let written = |way| of(way).map_or_else(|| "–".to_owned(), |it| it.lines.to_string());
        let ratio = |way| {
            let time = of(way).map(|it| it.nanoseconds_per_row / ours.nanoseconds_per_row);
            time.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}×"))
        };
        let ratios: Vec<String> = OTHERS.iter().map(|(way, _)| ratio(way)).collect();
        table.push_str(&format!(
            "| `{task}` | {}, {}, {} | {:.0} | {} |\n",
            ours.lines,
            written("udf"),
            written("arrow"),
            ours.nanoseconds_per_row,
            ratios.join(" | "),
        ));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn a_ratio_above_one_is_of_what_takes_longer() {
        let line = |way: &str, nanoseconds: f64, lines: usize| {
            format!(
                r#"{{"task":"add","way":"{way}","nanoseconds_per_row":{nanoseconds},"lines":{lines}}}"#
            )
        };
        let lines = [line("belvedere", 20.0, 2), line("session", 30.0, 3), line("udf", 900.0, 9)];
        let table = table(&lines.join("\n")).unwrap();
        assert!(table.ends_with("| `add` | 2, 9, – | 20 | 1.5× | 45.0× | – |\n"), "{table}");
    }

    #[test]
    fn what_is_no_result_is_refused() {
        assert!(table("Killed").is_err());
    }
}
