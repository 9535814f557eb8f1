//! `cargo xtask bench`: what the language costs the compiler, and what functions cost a query.
//!
//! For the former a crate is generated below the target directory, its dependencies are built first, and what is
//! measured is the one compilation of that crate: CPU seconds, which a busy machine changes less
//! than the time on the clock. Nothing here passes or fails; a bench prints figures.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use crate::workspace::Workspace;

mod functions;

mod speed;

mod views;

/// What `bench` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Nanoseconds a row, against kernels by hand, DataFusion's functions and other frameworks.
    Speed(speed::Options),
    /// CPU seconds of `cargo check` for a crate of many views, ten columns each.
    Views(views::Options),
    /// Lines for LLVM and instructions of a crate of many functions, against a crate of one.
    Functions(functions::Options),
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    match &options.bench {
        Bench::Speed(options) => speed::run(workspace, options),
        Bench::Views(options) => views::run(workspace, options),
        Bench::Functions(options) => functions::run(workspace, options),
    }
}

/// A generated crate outside of the workspace, with the workspace's lock file.
struct Generated {
    folder: PathBuf,
    target: PathBuf,
}

impl Generated {
    fn new(workspace: &Workspace, name: &str) -> Result<Self> {
        let folder = workspace.target.join("bench").join(name);
        let generated = Self { target: folder.join("target"), folder };
        fs::create_dir_all(generated.folder.join("src"))
            .with_context(|| format!("cannot create {}", generated.folder.display()))?;
        let manifest = format!(
            "[package]\nname = \"bench-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n[dependencies]\n\
             belvedere = {{ path = {runtime:?}, default-features = false }}\n\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n\
             [profile.dev.build-override]\nopt-level = 1\n",
            runtime = workspace.path("runtime"),
        );
        write(&generated.folder.join("Cargo.toml"), &manifest)?;
        fs::copy(workspace.path("Cargo.lock"), generated.folder.join("Cargo.lock"))
            .context("cannot copy Cargo.lock")?;
        Ok(generated)
    }

    fn source(&self, text: &str) -> Result<()> {
        write(&self.folder.join("src/lib.rs"), text)
    }

    /// Runs cargo on the crate and returns the CPU seconds that it and its children took.
    fn cargo(&self, workspace: &Workspace, args: &[&str]) -> Result<f64> {
        let before = children_cpu_seconds()?;
        let status = workspace
            .cargo(args)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("the generated crate in {} does not compile", self.folder.display());
        }
        Ok(children_cpu_seconds()? - before)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The user and system time of all children that have ended, from `/proc/self/stat`, whose unit is
/// a hundredth of a second on Linux.
fn children_cpu_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")
        .context("CPU time is read from /proc/self/stat, which only Linux has")?;
    parse_children_ticks(&stat)
        .map(|ticks| ticks as f64 / 100.0)
        .context("/proc/self/stat has another form than proc(5) describes")
}

/// Fields 16 and 17. The second field is the program's name in parentheses and may hold anything,
/// so counting starts after the last parenthesis, at field 3.
fn parse_children_ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::parse_children_ticks;

    #[test]
    fn the_times_of_children_are_found_behind_a_hostile_name() {
        let stat = "7 (a) b) R 1 7 7 0 -1 4 1 2 3 4 50 60 700 80 20 0 1 0 9 9 9";
        assert_eq!(parse_children_ticks(stat), Some(780));
        assert_eq!(parse_children_ticks("7 (x) R 1"), None);
    }
}
