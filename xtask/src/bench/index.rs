//! What indexing a source tree takes: time, CPU and memory of `belvedere run`, over the tree and over
//! several copies of it side by side, which shows what grows with a tree and what does not.
//!
//! Copies are hard links where the system can make them, so that they take no room.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use ignore::WalkBuilder;
use wait4::Wait4 as _;

use super::Cost;
use crate::process;
use crate::workspace::Workspace;

/// What `bench index` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// The source tree.
    folder: PathBuf,
    /// Numbers of copies to measure.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 4])]
    copies: Vec<usize>,
    /// What `belvedere run` may keep in memory for joins and sorts, as it takes it.
    #[arg(long)]
    memory: Option<String>,
    /// Measures the program as `cargo build` makes it, which is several times slower.
    #[arg(long)]
    unoptimized: bool,
}

/// What the index reads besides sources.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "pyproject.toml", "setup.cfg"];

/// Files and bytes of a tree.
#[derive(Clone, Copy, Default)]
struct Size {
    files: u64,
    bytes: u64,
}

/// Runs the bench.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut build = vec!["build", "--quiet", "--package=belvedere-views"];
    if !options.unoptimized {
        build.push("--release");
    }
    process::run(&mut workspace.cargo(&build))?;
    let profile = if options.unoptimized { "debug" } else { "release" };
    let program = workspace.target.join(profile).join("belvedere");
    let folder = workspace.target.join("bench").join("index");
    println!(
        "{:>6}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}  {:>10}",
        "copies", "files", "MB", "seconds", "CPU s", "files/s", "MB/s", "peak MB"
    );
    for &copies in &options.copies {
        let (source, warehouse) = (folder.join("source"), folder.join("warehouse"));
        remove(&folder)?;
        let mut size = Size::default();
        for copy in 0..copies {
            let copied = link(&options.folder, &source.join(format!("copy{copy}")))?;
            size = Size { files: size.files + copied.files, bytes: size.bytes + copied.bytes };
        }
        let started = Instant::now();
        let cost = index(&program, &source, &warehouse, options)?;
        let seconds = started.elapsed().as_secs_f64();
        let megabytes = size.bytes as f64 / 1e6;
        println!(
            "{copies:>6}  {:>8}  {megabytes:>8.1}  {seconds:>8.1}  {:>8.1}  {:>8.0}  {:>8.2}  {:>10}",
            size.files,
            cost.cpu.as_secs_f64(),
            size.files as f64 / seconds,
            megabytes / seconds,
            cost.peak_bytes / 1_000_000,
        );
    }
    remove(&folder)
}

fn index(program: &Path, source: &Path, warehouse: &Path, options: &Options) -> Result<Cost> {
    let mut command = Command::new(program);
    command.arg("run").arg("--source").arg(source).arg("--warehouse").arg(warehouse);
    if let Some(memory) = &options.memory {
        command.arg("--memory").arg(memory);
    }
    let child = command.stdout(Stdio::null()).spawn();
    let child = child.with_context(|| format!("cannot start {}", program.display()))?;
    let used = child.wait4().context("lost the program")?;
    if !used.status.success() {
        bail!("`{} run` failed", program.display());
    }
    let usage = used.rusage;
    Ok(Cost { cpu: usage.utime + usage.stime, peak_bytes: usage.maxrss })
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Puts the source files and manifests of a tree into another folder.
fn link(from: &Path, to: &Path) -> Result<Size> {
    let mut size = Size::default();
    for entry in WalkBuilder::new(from).standard_filters(false).build() {
        let entry = entry.with_context(|| format!("cannot list {}", from.display()))?;
        let is_source = entry.path().extension().is_some_and(|extension| {
            ["rs", "py", "pyi"].iter().any(|known| extension.eq_ignore_ascii_case(known))
        });
        let is_manifest = MANIFESTS.iter().any(|known| entry.file_name() == *known);
        if !(is_source || is_manifest) || !entry.file_type().is_some_and(|ty| ty.is_file()) {
            continue;
        }
        let target = to.join(entry.path().strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        if fs::hard_link(entry.path(), &target).is_err() {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
        size.files += 1;
        size.bytes += entry.metadata().map_or(0, |metadata| metadata.len());
    }
    Ok(size)
}
