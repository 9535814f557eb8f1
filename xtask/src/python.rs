//! A Python environment of our own, with pinned packages, under the target directory.
//!
//! Its folder is named after the packages that it holds, so that a change of the list makes a new
//! one and an interrupted installation is never taken for a finished one.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::{self, Workspace};

/// What the package of the workspace is checked, built and tried with.
pub(crate) const REQUIREMENTS: &str = "python/requirements.txt";

/// The oldest Python that the pinned packages run on.
const OLDEST: (u32, u32) = (3, 11);

/// An environment whose packages are installed.
pub(crate) struct Environment {
    python: PathBuf,
}

impl Environment {
    /// The program `python`.
    pub(crate) fn interpreter(&self) -> &Path {
        &self.python
    }

    /// A new environment without packages of its own, which sees those of this one.
    pub(crate) fn fresh(&self, folder: &Path) -> Result<Self> {
        let mut venv = self.module("venv");
        process::run(venv.args(["--clear", "--without-pip"]).arg(folder))?;
        let fresh = Self { python: interpreter(folder) };
        let (here, there) = (self.packages()?, fresh.packages()?);
        let link = there.join("kept.pth");
        std::fs::write(&link, format!("{}\n", here.display()))
            .with_context(|| format!("cannot write {}", link.display()))?;
        Ok(fresh)
    }

    /// The folder of its packages.
    fn packages(&self) -> Result<PathBuf> {
        let mut command = Command::new(&self.python);
        command.args(["-c", "import sysconfig; print(sysconfig.get_paths()['platlib'])"]);
        Ok(PathBuf::from(process::output(&mut command)?.trim()))
    }

    /// `python -m NAME`.
    pub(crate) fn module(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-m", name]);
        command
    }
}

/// The environment with the packages of a file of the workspace, made if need be.
pub(crate) fn environment(workspace: &Workspace, requirements: &Path) -> Result<Environment> {
    let mut hasher = DefaultHasher::new();
    workspace::read(&workspace.path(requirements))?.hash(&mut hasher);
    let folder = workspace.target.join("xtask").join(format!("venv-{:016x}", hasher.finish()));
    let python = interpreter(&folder);
    let done = folder.join("done");
    if done.is_file() {
        return Ok(Environment { python });
    }

    let system = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    check_version(&system)?;
    println!("making a Python environment with the packages of {}", requirements.display());
    let mut venv = Command::new(&system);
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    process::run(&mut venv)
        .context("Python's `venv` module is needed (on Debian: the package python3-venv)")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(workspace.path(requirements));
    process::run(&mut pip).context("the Python packages could not be installed")?;
    std::fs::write(&done, "").with_context(|| format!("cannot write {}", done.display()))?;
    Ok(Environment { python })
}

fn interpreter(folder: &Path) -> PathBuf {
    let relative = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    folder.join(relative)
}

fn check_version(python: &std::ffi::OsStr) -> Result<()> {
    let mut command = Command::new(python);
    command.args(["-c", "import sys; print(*sys.version_info[:2])"]);
    let (oldest_major, oldest_minor) = OLDEST;
    let text = process::output(&mut command).with_context(|| {
        format!("Python {oldest_major}.{oldest_minor} or newer is needed; PYTHON names another one")
    })?;
    match version(&text) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => bail!(
            "Python {oldest_major}.{oldest_minor} or newer is needed, `{}` is {}; PYTHON names \
             another one",
            python.to_string_lossy(),
            text.trim().replace(' ', "."),
        ),
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{OLDEST, version};

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(version("3 9\n"), Some((3, 9)));
        assert!(version("3 9").is_some_and(|found| found < OLDEST));
        assert!(version("3 13").is_some_and(|found| found > OLDEST));
        assert_eq!(version("three"), None);
    }
}
