//! How fast functions are, against kernels by hand, DataFusion's own functions and other frameworks.
//!
//! Three programs measure the same rows: `benches` (ours, by hand, DataFusion), `benches/rivals`
//! (`arrow-udf`, which uses another Arrow) and its Python script (DuckDB, Python functions in
//! DataFusion). They take turns, several times, and the fastest turn of each contestant counts: what
//! else the machine does then falls on all of them alike.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::workspace::Workspace;
use crate::{process, python};

/// Packages of the rivals in Python.
const REQUIREMENTS: &str = "benches/rivals/requirements.txt";

/// What `bench speed` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// Only benches whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// How often all programs have their turn.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only what needs neither other frameworks nor Python.
    #[arg(long)]
    without_rivals: bool,
}

/// Runs the bench.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let programs = programs(workspace, options)?;
    let mut times = Times::default();
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for program in &programs {
            times.add(&process::output(&mut program.command(options))?)?;
        }
    }
    print!("{}", times.table());
    Ok(())
}

/// A program that measures and its arguments before the common ones.
struct Program {
    path: PathBuf,
    args: Vec<PathBuf>,
}

impl Program {
    fn command(&self, options: &Options) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.args).args(["--rounds=3", "--only"]).arg(&options.only);
        command
    }
}

/// Builds what has to be built, and writes the rows.
fn programs(workspace: &Workspace, options: &Options) -> Result<Vec<Program>> {
    let build = ["build", "--release", "--locked", "--package=belvedere-benches"];
    process::run(&mut workspace.cargo(&build))?;
    let ours = workspace.target.join("release/belvedere-benches");
    let measure = Program { path: ours.clone(), args: vec!["measure".into()] };
    if options.without_rivals {
        return Ok(vec![measure]);
    }

    let folder = workspace.target.join("bench").join("rows");
    process::run(Command::new(&ours).arg("data").arg(&folder))?;
    let target = workspace.target.join("bench").join("rivals");
    let mut build = workspace.cargo(&["build", "--release", "--locked"]);
    process::run(
        build.current_dir(workspace.path("benches/rivals")).env("CARGO_TARGET_DIR", &target),
    )?;
    let environment = python::environment(workspace, Path::new(REQUIREMENTS))?;
    let rivals =
        Program { path: target.join("release/belvedere-rivals"), args: vec![folder.clone()] };
    let script = workspace.path("benches/rivals/rivals.py");
    let in_python =
        Program { path: environment.interpreter().to_path_buf(), args: vec![script, folder] };
    Ok(vec![measure, rivals, in_python])
}

/// Nanoseconds a row, the fewest that were seen, by level and contestant; benches in the order in
/// which they were measured.
#[derive(Default)]
struct Times {
    benches: Vec<String>,
    fastest: BTreeMap<(String, String, String), f64>,
}

impl Times {
    /// Adds what a program printed.
    fn add(&mut self, lines: &str) -> Result<()> {
        for line in lines.lines() {
            let time: Value = serde_json::from_str(line)
                .with_context(|| format!("a program printed `{line}`, which is no result"))?;
            let text = |key: &str| {
                let value = time[key].as_str().map(str::to_owned);
                value.with_context(|| format!("the result `{line}` has no {key}"))
            };
            let nanoseconds = time["nanoseconds_per_row"]
                .as_f64()
                .with_context(|| format!("the result `{line}` has no time"))?;
            let bench = text("bench")?;
            if !self.benches.contains(&bench) {
                self.benches.push(bench.clone());
            }
            let fastest = self
                .fastest
                .entry((bench, text("level")?, text("contestant")?))
                .or_insert(f64::INFINITY);
            *fastest = fastest.min(nanoseconds);
        }
        Ok(())
    }

    fn of(&self, bench: &str, level: &str, contestant: &str) -> Option<f64> {
        let key = (bench.to_owned(), level.to_owned(), contestant.to_owned());
        self.fastest.get(&key).copied()
    }

    /// The time of another contestant over ours: above 1 where we are faster.
    fn ratio(&self, bench: &str, levels: [&str; 2], contestant: &str) -> String {
        let ratio = levels.iter().find_map(|level| {
            Some(self.of(bench, level, contestant)? / self.of(bench, level, "belvedere")?)
        });
        ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{}×", significant(ratio)))
    }

    /// All results as a table of Markdown.
    fn table(&self) -> String {
        let mut table = "\
| bench | batch, ns a row | by hand | DataFusion | arrow-udf | query, ns a row | DuckDB | Python UDF |
|---|--:|--:|--:|--:|--:|--:|--:|
"
        .to_owned();
        for bench in &self.benches {
            let time = |levels: [&str; 2]| {
                let time = levels.iter().find_map(|level| self.of(bench, level, "belvedere"));
                time.map_or_else(|| "–".to_owned(), significant)
            };
            // Writing to a string cannot fail.
            let _ = writeln!(
                table,
                "| {bench} | {} | {} | {} | {} | {} | {} | {} |",
                time(["rows", "rows"]),
                self.ratio(bench, ["rows", "rows"], "by hand"),
                self.ratio(bench, ["rows", "statement"], "built-in"),
                self.ratio(bench, ["rows", "rows"], "arrow-udf"),
                time(["query", "statement"]),
                self.ratio(bench, ["query", "statement"], "DuckDB"),
                self.ratio(bench, ["query", "query"], "Python UDF"),
            );
        }
        table
    }
}

/// A number with two digits after the point where it is small, none where it is large.
fn significant(number: f64) -> String {
    let digits = match number {
        number if number < 10.0 => 2,
        number if number < 100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::Times;

    fn line(bench: &str, level: &str, contestant: &str, nanoseconds: f64) -> String {
        format!(
            r#"{{"bench":"{bench}","level":"{level}","contestant":"{contestant}","nanoseconds_per_row":{nanoseconds}}}"#
        )
    }

    #[test]
    fn the_fastest_turn_of_each_counts() {
        let mut times = Times::default();
        times.add(&line("add", "rows", "belvedere", 2.0)).unwrap();
        times.add(&line("add", "rows", "by hand", 3.0)).unwrap();
        times.add(&line("add", "rows", "belvedere", 1.5)).unwrap();
        times.add(&line("sum", "statement", "belvedere", 100.0)).unwrap();
        times.add(&line("sum", "statement", "DuckDB", 250.0)).unwrap();
        let table = times.table();
        assert!(table.contains("| add | 1.50 | 2.00× | – | – | – | – | – |"), "{table}");
        assert!(table.contains("| sum | – | – | – | – | 100 | 2.50× | – |"), "{table}");
    }

    #[test]
    fn what_is_no_result_is_refused() {
        assert!(Times::default().add("Killed").is_err());
        assert!(Times::default().add("{}").is_err());
    }
}
