//! `cargo xtask bench`: what the language costs the compiler, functions a query, and a tree its index.
//!
//! For the first a crate is generated below the target directory, its dependencies are built first, and what is
//! measured is the one compilation of that crate: CPU seconds, which a busy machine changes less
//! than the time on the clock. Nothing here passes or fails; a bench prints figures.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use wait4::Wait4 as _;

use crate::workspace::Workspace;

mod functions;
mod index;
mod python;
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
    /// What `cargo check` takes for a crate of many views, ten columns each, and after an edit of one.
    Views(views::Options),
    /// Time, CPU and memory of `belvedere run` over a source tree and over copies of it.
    Index(index::Options),
    /// Ten tasks in Python, with `datafusion` alone and with the package: CPU time and lines.
    Python(python::Options),
    /// Lines for LLVM and instructions of a crate of many functions, against a crate of one.
    Functions(functions::Options),
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    match &options.bench {
        Bench::Speed(options) => speed::run(workspace, options),
        Bench::Views(options) => views::run(workspace, options),
        Bench::Index(options) => index::run(workspace, options),
        Bench::Python(options) => python::run(workspace, options),
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

    /// Runs cargo on the crate, compiled as a whole, and returns what that took.
    fn cargo(&self, workspace: &Workspace, args: &[&str]) -> Result<Cost> {
        self.measured(workspace, args, "0")
    }

    /// Runs cargo on the crate; `incremental` is the value of `CARGO_INCREMENTAL`.
    fn measured(&self, workspace: &Workspace, args: &[&str], incremental: &str) -> Result<Cost> {
        let child = workspace
            .cargo(args)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", incremental)
            .spawn()
            .context("cannot start cargo")?;
        let used = child.wait4().context("lost cargo")?;
        if !used.status.success() {
            bail!("the generated crate in {} does not compile", self.folder.display());
        }
        let usage = used.rusage;
        Ok(Cost { cpu: usage.utime + usage.stime, peak_bytes: usage.maxrss })
    }
}

/// What a program and those that it started took.
struct Cost {
    /// Of the user and of the system.
    cpu: Duration,
    /// Of the largest of these programs.
    peak_bytes: u64,
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
