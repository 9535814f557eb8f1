//! Walking: which files of a tree are inputs: sources and manifests.
//!
//! The rules are those of ripgrep: ignore files (`.gitignore`, `.ignore`, `.git/info/exclude`, those
//! of parent folders too) hold inside and outside of a repository, hidden files are left out, links
//! are not followed. The user's own `core.excludesFile` does not count: what is indexed depends on
//! the tree alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ignore::{DirEntry, WalkBuilder};

use crate::extract::failure::{Failure, FailureKind};
use crate::extract::key;
use crate::extract::lang::Lang;
use crate::extract::manifest::Manifest;

/// What a walk has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By key: the file, or why there is none.
    pub(crate) inputs: BTreeMap<String, Result<PathBuf, Failure>>,
    /// How many files and folders ignore rules left out; a folder counts once, whatever is in it.
    pub(crate) ignored: u64,
}

/// Walks the tree below `root`, an absolute path without links; `exclude` are such paths too.
pub(crate) fn walk(root: &Path, exclude: &[PathBuf]) -> Found {
    let excluded = Arc::new(AtomicU64::new(0));
    let mut builder = WalkBuilder::new(root);
    builder.follow_links(false).require_git(false).git_global(false).filter_entry({
        let (exclude, excluded) = (exclude.to_vec(), Arc::clone(&excluded));
        move |entry| {
            let kept = !exclude.iter().any(|path| path == entry.path());
            if !kept && !is_hidden(entry) {
                excluded.fetch_add(1, Ordering::Relaxed);
            }
            kept
        }
    });
    let mut found = Found::default();
    let (mut there, mut seen) = (0, 0);
    for entry in builder.build() {
        match entry {
            Ok(entry) => {
                if let Some(error) = entry.error() {
                    found.fail(root, entry.path(), FailureKind::IgnoreRule, error);
                }
                seen += u64::from(entry.depth() > 0 && !is_hidden(&entry));
                if entry.file_type().is_some_and(|kind| kind.is_dir()) {
                    there += visible_entries(entry.path());
                } else {
                    found.file(root, &entry);
                }
            }
            Err(error) => found.fail(root, root, kind_of(&error), &error),
        }
    }
    // The walker does not tell what it leaves out; what lies in a folder and was not walked was.
    let not_ignored: u64 = seen + excluded.load(Ordering::Relaxed);
    found.ignored = there.saturating_sub(not_ignored);
    found
}

impl Found {
    fn file(&mut self, root: &Path, entry: &DirEntry) {
        let path = entry.path();
        let Ok(relative) = path.strip_prefix(root) else { return };
        let (key, failure) = match key::key_of(relative) {
            Some(key) => (key, None),
            None => {
                let key = relative.to_string_lossy().replace('\\', "/");
                let failure = Failure::new(FailureKind::Unreadable, "its name is not Unicode");
                (key, Some(failure))
            }
        };
        let Some(kind) = entry.file_type() else { return };
        let is_input = Lang::of(&key).is_some() || Manifest::of(&key).is_some();
        if !is_input || kind.is_symlink() {
            return;
        }
        let input = match failure {
            Some(failure) => Err(failure),
            None if kind.is_file() => Ok(path.to_owned()),
            None => Err(Failure::new(FailureKind::NotAFile, "it is a pipe, a socket or a device")),
        };
        self.inputs.insert(key, input);
    }

    /// Notes what went wrong under the path that the error names, once for each path. The text is
    /// part of the input's hash, so it must not tell where the tree lies.
    fn fail(&mut self, root: &Path, path: &Path, kind: FailureKind, error: &ignore::Error) {
        let path = path_in(error).unwrap_or(path);
        let relative = path.strip_prefix(root).unwrap_or(path);
        let key = key::key_of(relative).unwrap_or_else(|| relative.to_string_lossy().into_owned());
        let key = if key.is_empty() { ".".to_owned() } else { key };
        let root = format!("{}/", root.display());
        let failure = Failure::new(kind, error.to_string().replace(&root, ""));
        self.inputs.entry(key).or_insert(Err(failure));
    }
}

fn kind_of(error: &ignore::Error) -> FailureKind {
    match error.io_error() {
        Some(error) if error.kind() == std::io::ErrorKind::NotFound => FailureKind::Vanished,
        _ => FailureKind::Unreadable,
    }
}

fn path_in(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_in(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(path_in),
        _ => None,
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// How many entries a folder has that are not hidden; none when it cannot be read, which the walker
/// reports.
fn visible_entries(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let visible =
        entries.flatten().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
    visible.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn walked(folder: &tempfile::TempDir, exclude: &[&str]) -> Found {
        let root = folder.path().canonicalize().unwrap();
        let exclude: Vec<_> = exclude.iter().map(|path| root.join(path)).collect();
        walk(&root, &exclude)
    }

    fn keys(found: &Found) -> Vec<&str> {
        found.inputs.keys().map(String::as_str).collect()
    }

    #[test]
    fn sources_are_found_in_order() {
        let folder = tree(&[
            ("b/z.py", ""),
            ("b/a.rs", ""),
            ("a.pyi", ""),
            ("c.txt", ""),
            ("b/Cargo.toml", ""),
            ("b/other.toml", ""),
        ]);
        let found = walked(&folder, &[]);
        assert_eq!(keys(&found), ["a.pyi", "b/Cargo.toml", "b/a.rs", "b/z.py"]);
        assert_eq!(found.ignored, 0);
        assert!(walked(&tree(&[]), &[]).inputs.is_empty());
    }

    #[test]
    fn ignore_rules_hold_outside_of_git_and_are_counted() {
        let folder = tree(&[
            (".gitignore", "target/\n*.gen.py\n!keep.gen.py\n"),
            ("a/.ignore", "x.rs\n"),
            ("a.py", ""),
            ("b.gen.py", ""),
            ("keep.gen.py", ""),
            ("target/x.rs", ""),
            ("target/y.rs", ""),
            ("a/x.rs", ""),
            ("a/y.rs", ""),
            (".hidden/z.rs", ""),
            (".h.py", ""),
        ]);
        let found = walked(&folder, &[]);
        assert_eq!(keys(&found), ["a.py", "a/y.rs", "keep.gen.py"]);
        // `target`, `b.gen.py` and `a/x.rs`.
        assert_eq!(found.ignored, 3);
    }

    #[test]
    fn the_excluded_are_neither_walked_nor_counted() {
        let folder = tree(&[("a.py", ""), ("warehouse/b.py", ""), (".belvedere/c.py", "")]);
        let found = walked(&folder, &["warehouse", ".belvedere"]);
        assert_eq!(keys(&found), ["a.py"]);
        assert_eq!(found.ignored, 0);
    }

    #[test]
    fn a_rule_that_cannot_be_understood_is_told() {
        let folder = tree(&[("a/.gitignore", "a{b\n"), ("a/b.py", "")]);
        let found = walked(&folder, &[]);
        assert_eq!(keys(&found), ["a/.gitignore", "a/b.py"]);
        let failure = found.inputs["a/.gitignore"].as_ref().unwrap_err();
        assert_eq!(failure.kind, FailureKind::IgnoreRule);
        assert!(
            !failure.message.contains(&*folder.path().to_string_lossy()),
            "{}",
            failure.message
        );
        assert!(failure.message.contains("a/.gitignore"), "{}", failure.message);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tree(&[("a/b.py", "")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        std::os::unix::fs::symlink("b.py", folder.path().join("a/c.py")).unwrap();
        let found = walked(&folder, &[]);
        assert_eq!(keys(&found), ["a/b.py"]);
        assert_eq!(found.ignored, 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_named_like_a_source_is_told() {
        let folder = tree(&[]);
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s.py")).unwrap();
        let found = walked(&folder, &[]);
        assert_eq!(found.inputs["s.py"].as_ref().unwrap_err().kind, FailureKind::NotAFile);
    }
}
