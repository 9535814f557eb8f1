//! The Python package as its users get it: a wheel, in an environment that has never seen it.
//!
//! The packages that it works with are installed once and kept; the environment is made anew each
//! time, sees those, and gets the wheel.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::python::{self, Environment};
use crate::workspace::{Workspace, without_this_program};

/// The folders of the package, and of a project of its own beside it.
const PACKAGES: [&str; 2] = ["python", "examples/own_functions"];

/// Builds the wheels, installs them, and runs the tests; returns whether they pass, and their summary.
pub(crate) fn test(workspace: &Workspace) -> Result<(bool, Vec<String>)> {
    let kept = python::environment(workspace, Path::new(python::REQUIREMENTS))?;
    let fresh = kept.fresh(&workspace.target.join("xtask").join("venv-wheel"))?;
    for package in PACKAGES {
        install(&kept, &fresh, &build(workspace, &kept, package, Build::Debug)?)?;
    }
    let (mut all_passed, mut summaries) = (true, Vec::new());
    for package in PACKAGES {
        let (passed, summary) = process::tee(&mut pytest(workspace, &fresh, package), is_summary)?;
        all_passed &= passed;
        summaries.extend(summary.into_iter().map(|line| format!("pytest: {line}")));
    }
    Ok((all_passed, summaries))
}

fn pytest(workspace: &Workspace, fresh: &Environment, package: &str) -> Command {
    let mut pytest = fresh.module("pytest");
    pytest
        .args(["-q", "--color=no", "--import-mode=importlib", "-p", "no:cacheprovider", "tests"])
        // What is tried is the wheel, not the sources beside the tests.
        .env("PYTHONSAFEPATH", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(workspace.path(package));
    pytest
}

/// Whether a line of pytest is its last: `12 passed, 1 skipped in 3.45s`.
fn is_summary(line: &str) -> bool {
    let counted = line.split(' ').nth(1).map(|word| word.trim_end_matches(','));
    line.starts_with(|c: char| c.is_ascii_digit())
        && counted.is_some_and(|what| ["passed", "failed", "error", "errors"].contains(&what))
}

/// How an extension is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// As tests are.
    Debug,
    /// Optimised, as users have it.
    Release,
}

/// Builds the wheel of a package, and returns its file.
pub(crate) fn build(
    workspace: &Workspace,
    kept: &Environment,
    package: &str,
    build: Build,
) -> Result<PathBuf> {
    let out = workspace.target.join("xtask").join("wheels").join(package);
    if out.exists() {
        std::fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    let mut maturin = kept.module("maturin");
    without_this_program(&mut maturin);
    maturin
        .args(["build", "--quiet", "--compatibility", "linux", "--out"])
        .arg(&out)
        .args((build == Build::Release).then_some("--release"))
        .env("CARGO_TARGET_DIR", &workspace.target)
        .current_dir(workspace.path(package));
    process::run(&mut maturin)
        .with_context(|| format!("the wheel of `{package}` cannot be built"))?;
    let built = std::fs::read_dir(&out)?.collect::<std::io::Result<Vec<_>>>()?;
    match built.as_slice() {
        [wheel] => Ok(wheel.path()),
        _ => bail!("maturin has made {} files in {}", built.len(), out.display()),
    }
}

/// Installs a wheel, and nothing that it depends on.
pub(crate) fn install(kept: &Environment, fresh: &Environment, wheel: &Path) -> Result<()> {
    let mut pip: Command = kept.module("pip");
    pip.arg("--python").arg(fresh.interpreter());
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]);
    process::run(pip.arg(wheel)).context("the wheel cannot be installed")
}

#[cfg(test)]
mod tests {
    use super::is_summary;

    #[test]
    fn the_last_line_of_pytest_is_known() {
        assert!(is_summary("12 passed, 1 skipped in 3.45s"));
        assert!(is_summary("277 passed in 127.15s (0:02:07)"));
        assert!(is_summary("1 failed, 3 passed in 0.12s"));
        assert!(!is_summary("tests/test_runtime.py ....."));
        assert!(!is_summary("3 is not 4"));
    }
}
