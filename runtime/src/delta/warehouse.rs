//! A warehouse: a folder with one Delta table for each node, and the lock of the one writer.
//!
//! | in the folder | |
//! |---|---|
//! | `NAME/` | the Delta table of the node NAME |
//! | `belvedere.pointers/` | which versions are published |
//! | `belvedere.inputs/` | the inputs that the published base tables were made from |
//! | `belvedere.staging/` | rows on their way into base tables; empty between runs |
//! | `belvedere.source` | where the sources of the last publication read |
//! | `belvedere.lock` | held while a run writes; names its holder |
//!
//! Names of nodes are identifiers, so the dot keeps Belvedere's own names apart from them.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::{Error, Result};

/// The table that says what is published.
pub const POINTERS: &str = "belvedere.pointers";
/// The table that says what the published base tables were made from.
pub const INPUTS: &str = "belvedere.inputs";
const STAGING: &str = "belvedere.staging";
const LOCK: &str = "belvedere.lock";
const SOURCE: &str = "belvedere.source";

/// A folder of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warehouse {
    root: PathBuf,
}

/// The right to write to a warehouse, given up when dropped.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
    /// Whether the last holder ended without saying so.
    left_behind: bool,
}

impl Warehouse {
    /// Opens a warehouse for reading.
    ///
    /// # Errors
    ///
    /// When the path is no folder, or cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        check_local(path)?;
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Error::NotAFolder(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::NotPublished(path.to_owned()));
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(Error::NotAFolder(path.to_owned()));
            }
            Err(error) => return Err(not_readable(path, &error)),
        }
        let root = path.canonicalize().map_err(|error| not_readable(path, &error))?;
        check_path(&root)?;
        Ok(Self { root })
    }

    /// Opens a warehouse for writing; creates the folder if there is none.
    ///
    /// # Errors
    ///
    /// When the path is a file, or cannot be created.
    pub fn create(path: &Path) -> Result<Self> {
        check_local(path)?;
        if path.exists() {
            return Self::open(path);
        }
        // Asked before anything is created.
        check_path(&std::path::absolute(path).map_err(|error| Error::io(path, path, error))?)?;
        fs::create_dir_all(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                Error::NotAFolder(path.to_owned())
            }
            _ => Error::io(path, path, error),
        })?;
        let warehouse = Self::open(path)?;
        // Derived data has no place in version control.
        let ignore = warehouse.root.join(".gitignore");
        fs::write(&ignore, "*\n").map_err(|error| Error::io(path, &ignore, error))?;
        Ok(warehouse)
    }

    /// Returns the absolute path of the folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the folder of a table.
    #[must_use]
    pub fn table_folder(&self, table: &str) -> PathBuf {
        self.root.join(table)
    }

    /// Returns the folder for rows on their way into tables.
    #[must_use]
    pub fn staging(&self) -> PathBuf {
        self.root.join(STAGING)
    }

    /// Returns where the sources of the last publication read, if that is not `source`. What is not
    /// known is no other source.
    pub(crate) fn other_source(&self, source: &Path) -> Option<PathBuf> {
        let noted = fs::read_to_string(self.root.join(SOURCE)).ok()?;
        let noted = noted.trim_end_matches('\n');
        if noted.is_empty() || noted == self.source_note(source) {
            return None;
        }
        let path = self.root.join(noted);
        Some(path.canonicalize().unwrap_or(path))
    }

    /// Notes where the sources read, for the next run. It is a courtesy to people and no part of
    /// what is published: rows are known by their inputs.
    pub(crate) fn note_source(&self, source: &Path) -> Result<()> {
        let (path, note) = (self.root.join(SOURCE), format!("{}\n", self.source_note(source)));
        if fs::read_to_string(&path).is_ok_and(|noted| noted == note) {
            return Ok(());
        }
        fs::write(&path, note).map_err(|error| Error::io(&self.root, &path, error))
    }

    /// The path of a source; the way up to one that the warehouse lies in, so that both can be moved
    /// together.
    fn source_note(&self, source: &Path) -> String {
        let source = source.canonicalize().unwrap_or_else(|_| source.to_owned());
        match self.root.strip_prefix(&source) {
            Ok(below) => vec![".."; below.components().count()].join("/"),
            Err(_) => source.display().to_string(),
        }
    }

    /// Takes the right to write.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] when another run has it; [`Error::NotWritable`] when nobody can have it.
    pub fn lock(&self) -> Result<WriterLock> {
        let path = self.root.join(LOCK);
        if path.is_dir() {
            return Err(Error::Foreign { path, found: "a folder".to_owned() });
        }
        let fail = |error| Error::io(&self.root, &path, error);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's text is a courtesy: without it the message is shorter.
                let read = file.read_to_string(&mut holder);
                let holder = match read {
                    Ok(_) if !holder.trim().is_empty() => holder.trim().to_owned(),
                    _ => "its process is not known".to_owned(),
                };
                return Err(Error::Busy { path: self.root.clone(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        let left_behind = file.metadata().map_err(fail)?.len() > 0;
        let started = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let holder = format!("process {} since {started}\n", std::process::id());
        file.set_len(0).map_err(fail)?;
        file.write_all(holder.as_bytes()).map_err(fail)?;
        Ok(WriterLock { file, left_behind })
    }
}

impl WriterLock {
    /// Returns whether the last run ended without releasing the lock, so that parts of files may
    /// lie about.
    #[must_use]
    pub const fn left_behind(&self) -> bool {
        self.left_behind
    }

    /// Ends the run in good order: nothing is left behind.
    ///
    /// # Errors
    ///
    /// When the lock file cannot be written.
    pub fn release(mut self) -> io::Result<()> {
        self.file.rewind()?;
        self.file.set_len(0)
    }
}

/// Tables are found by URLs, which the libraries below decode more often than they encode: under
/// such a path they would be written to one place and looked for in another.
fn check_path(path: &Path) -> Result<()> {
    match unusable_part(path) {
        Some(part) => Err(Error::UnusablePath { path: path.to_owned(), part }),
        None => Ok(()),
    }
}

/// Refuses a URL, which would become a folder called `s3:`: warehouses lie in the file system.
pub(crate) fn check_local(path: &Path) -> Result<()> {
    let text = path.to_str().unwrap_or_default();
    match text.split_once("://") {
        Some((scheme, _)) if !scheme.is_empty() && !scheme.contains('/') => {
            let part = format!("the scheme `{scheme}://` of a URL");
            Err(Error::UnusablePath { path: path.to_owned(), part })
        }
        _ => Ok(()),
    }
}

/// What a path has that is lost on the way to a URL and back.
pub(super) fn unusable_part(path: &Path) -> Option<String> {
    let Some(text) = path.to_str() else { return Some("a name that is not Unicode".to_owned()) };
    let found = text.chars().find(|c| c.is_control() || "#%?[\\]^|".contains(*c))?;
    Some(if found.is_control() { "a control character".to_owned() } else { format!("`{found}`") })
}

fn not_readable(path: &Path, error: &io::Error) -> Error {
    Error::NotReadable { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_no_folders() {
        for (path, scheme) in [("s3://bucket/x", "s3"), ("file:///tmp/x", "file")] {
            let refused = Warehouse::create(Path::new(path)).unwrap_err().to_string();
            let begin = format!(
                "the path of the warehouse `{path}` has the scheme `{scheme}://` of a URL, under which \
                 tables cannot be stored\nhelp: "
            );
            assert!(refused.starts_with(&begin), "{refused}");
            assert!(Warehouse::open(Path::new(path)).is_err());
        }
        assert!(check_local(Path::new("a/b://c")).is_ok());
        assert!(check_local(Path::new("C:/x")).is_ok());
    }

    #[test]
    fn another_source_is_told_from_the_same_one_elsewhere() {
        let temp = tempfile::tempdir().unwrap();
        let at = |name: &str| temp.path().join(name);
        fs::create_dir_all(at("tree/src")).unwrap();
        fs::create_dir_all(at("other")).unwrap();
        let warehouse = Warehouse::create(&at("tree/.belvedere")).unwrap();
        assert_eq!(warehouse.other_source(&at("tree")), None, "nothing is known yet");
        warehouse.note_source(&at("tree")).unwrap();
        assert_eq!(warehouse.other_source(&at("tree/src/..")), None);
        assert_eq!(warehouse.other_source(&at("other")), Some(at("tree").canonicalize().unwrap()));
        fs::rename(at("tree"), at("moved")).unwrap();
        let warehouse = Warehouse::open(&at("moved/.belvedere")).unwrap();
        assert_eq!(warehouse.other_source(&at("moved")), None, "both were moved together");

        warehouse.note_source(&at("other")).unwrap();
        assert_eq!(warehouse.other_source(&at("other")), None);
        fs::remove_dir(at("other")).unwrap();
        let gone = warehouse.other_source(&at("moved")).unwrap();
        assert!(gone.ends_with("other"), "{}", gone.display());
    }
}
