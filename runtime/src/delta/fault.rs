//! What is wrong with the disk below, wherever it surfaces.
//!
//! A full disk or a missing permission reaches us wrapped in the errors of several libraries; they
//! are recognised here, so that the user reads of the disk and not of a Parquet writer.

use std::error::Error as StdError;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{env, io};

use super::error::{Error, brief};

/// How the names of folders begin that the engine makes for temporary files.
const ENGINES: &str = "datafusion-";

/// A fault of the disk below, wherever it surfaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Full,
    Denied(String),
    /// The folder for temporary files, with what the system said.
    Temporary(PathBuf, String),
}

impl Fault {
    /// Looks for a fault in an error and in all that caused it, of what reads and writes `warehouse`.
    pub(super) fn of(warehouse: &Path, error: &(dyn StdError + 'static)) -> Option<Self> {
        let text = error.to_string();
        if let Some(temporary) = Self::of_temporary(warehouse, &text) {
            return Some(temporary);
        }
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(io) = error.downcast_ref::<io::Error>()
                && let Some(fault) = Self::of_io(warehouse, io)
            {
                return Some(fault);
            }
            cause = error.source();
        }
        // Some libraries keep the text of a cause but not the cause.
        // The number tells the system's words from the same words in somebody's data.
        let says = |words: &str| text.contains(&format!("{words} (os error "));
        if says("No space left on device") || says("Disk quota exceeded") {
            return Some(Self::Full);
        }
        says("Permission denied").then(|| Self::Denied(brief(&text)))
    }

    /// Whoever makes temporary files says where, behind what the system said.
    fn of_temporary(warehouse: &Path, text: &str) -> Option<Self> {
        let (said, path) = text.split_once(") at path \"")?;
        let folder = temporary_folder(warehouse, Path::new(path.split('"').next()?))?;
        let (words, number) = said.rsplit_once(" (os error ")?;
        let words = words.rsplit_once(": ").map_or(words, |(_, words)| words);
        Some(Self::Temporary(folder, format!("{words} (os error {number})")))
    }

    fn of_io(warehouse: &Path, error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some(Self::Denied(error.to_string()))
            }
            _ => error.get_ref().and_then(|inner| Self::of(warehouse, inner)),
        }
    }

    pub(super) fn into_error(self, warehouse: &Path) -> Error {
        let path = warehouse.to_owned();
        match self {
            Self::Full => Error::DiskFull(path),
            Self::Denied(reason) => Error::NotWritable { path, reason },
            Self::Temporary(path, reason) => Error::TemporaryFolder { path, reason },
        }
    }

    /// The error where nothing was to be written.
    pub(super) fn into_read_error(self, warehouse: &Path) -> Error {
        match self {
            Self::Denied(reason) => Error::NotReadable { path: warehouse.to_owned(), reason },
            other => other.into_error(warehouse),
        }
    }
}

/// The folder of a temporary file: the one that the runtime was given, or the system's.
fn temporary_folder(warehouse: &Path, file: &Path) -> Option<PathBuf> {
    let made = |folder: &&Path| {
        let name = folder.file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| name.starts_with(ENGINES))
    };
    if let Some(folder) = file.ancestors().find(made) {
        return folder.parent().map(Path::to_owned);
    }
    let folder = env::temp_dir();
    (file.starts_with(&folder) && !file.starts_with(warehouse)).then_some(folder)
}

#[cfg(test)]
mod tests {
    use datafusion::error::DataFusionError;

    use super::*;

    fn of(error: &DataFusionError) -> Option<Fault> {
        Fault::of(Path::new("/warehouse"), error)
    }

    #[test]
    fn a_fault_is_found_below_other_errors() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = DataFusionError::Context("x".into(), Box::new(DataFusionError::IoError(full)));
        assert_eq!(of(&error), Some(Fault::Full));
        let other = DataFusionError::Plan("no such column".into());
        assert_eq!(of(&other), None);
        let said = DataFusionError::Plan("cannot cast 'No space left on device' to Int32".into());
        assert_eq!(of(&said), None, "what a row says is no fault");
    }

    #[test]
    fn the_folder_for_temporary_files_is_told_from_the_warehouse() {
        let folder = env::temp_dir();
        let at = |path: PathBuf| {
            let text = format!(
                "External error: No space left on device (os error 28) at path \"{}\"",
                path.display()
            );
            DataFusionError::Execution(text)
        };
        let temporary = at(folder.join(".tmpA/.tmpB"));
        let reason = "No space left on device (os error 28)".to_owned();
        assert_eq!(of(&temporary), Some(Fault::Temporary(folder.clone(), reason)));
        assert_eq!(Fault::of(&folder, &temporary), Some(Fault::Full));
        assert_eq!(of(&at("/warehouse/.tmpA".into())), Some(Fault::Full));
        // One that the runtime was given may lie anywhere.
        for folder in ["/spill", "/warehouse/spill"] {
            let file = Path::new(folder).join("datafusion-x1/.tmpA");
            let reason = "No space left on device (os error 28)".to_owned();
            assert_eq!(of(&at(file)), Some(Fault::Temporary(folder.into(), reason)));
        }
    }
}
