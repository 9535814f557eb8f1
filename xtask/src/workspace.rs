//! Where we are: the workspace's root, its target directory, its files, and cargo itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use ignore::WalkBuilder;

/// The workspace that the current directory lies in.
pub(crate) struct Workspace {
    /// Its root.
    pub(crate) root: PathBuf,
    /// Where builds go.
    pub(crate) target: PathBuf,
    /// Its packages and what they depend on.
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new()
            .other_options(["--locked".to_owned()])
            .exec()
            .context("`cargo metadata` failed")?;
        Ok(Self {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            target: metadata.target_directory.clone().into_std_path_buf(),
            metadata,
        })
    }

    /// The path of a file of the workspace.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A cargo command that runs at the root, with the cargo that runs this program.
    ///
    /// What that cargo says of this program in the environment is taken out: build scripts watch
    /// it (ring's does), and would run again, and DataFusion be compiled again, whenever a command
    /// through `cargo xtask` follows one that was typed.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(args).current_dir(&self.root);
        without_this_program(&mut command);
        command
    }

    /// The files of the repository, relative to the root, sorted.
    ///
    /// Ignore rules are applied here and not by git, which refuses to work in a clone that
    /// belongs to somebody else, as the one of a build machine may.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let walk = WalkBuilder::new(&self.root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            let entry = entry.context("cannot list the repository")?;
            if entry.file_type().is_some_and(|ty| ty.is_file()) {
                files.push(entry.path().strip_prefix(&self.root)?.to_path_buf());
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Takes out of a command's environment what cargo says there of this program: see
/// [`Workspace::cargo`]. It is for programs that call cargo themselves.
pub(crate) fn without_this_program(command: &mut Command) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_program(name)) {
        command.env_remove(name);
    }
}

/// Whether `cargo run` sets a variable to tell a program what it is.
fn is_of_this_program(variable: &OsStr) -> bool {
    const PREFIXES: [&str; 4] = ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_"];
    const NAMES: [&str; 2] = ["CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    let variable = variable.to_string_lossy();
    NAMES.contains(&&*variable) || PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

/// Reads a file; the error names it.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::is_of_this_program;

    #[test]
    fn settings_of_a_user_stay_and_names_of_this_program_go() {
        for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION_MAJOR", "CARGO_MANIFEST_DIR"] {
            assert!(is_of_this_program(OsStr::new(name)), "{name}");
        }
        for name in ["CARGO_TARGET_DIR", "CARGO_PROFILE_DEV_DEBUG", "CARGO_HOME", "RUSTFLAGS"] {
            assert!(!is_of_this_program(OsStr::new(name)), "{name}");
        }
    }
}
