//! What can go wrong with a warehouse, each with what to do next.
//!
//! A full disk or a missing permission reaches us wrapped in the errors of several libraries; they
//! are recognised here, so that the user reads of the disk and not of a Parquet writer.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};

use datafusion::error::DataFusionError;
use deltalake_core::DeltaTableError;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How the engine's text begins when a query needs more memory than the pool has.
const OUT_OF_MEMORY: &str = "Resources exhausted";

/// An error of a warehouse or a run. Its text ends with what would help.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The warehouse is a file.
    #[error(
        "the warehouse `{}` is a file, not a folder\n\
         help: name a folder with --warehouse; it is created if it does not exist", .0.display()
    )]
    NotAFolder(PathBuf),

    /// Nothing has been published at this place.
    #[error(
        "nothing is published in the warehouse `{}`\n\
         help: `belvedere run --source DIR` fills it, --warehouse names another one", .0.display()
    )]
    NotPublished(PathBuf),

    /// The place cannot be written to.
    #[error(
        "the warehouse `{}` cannot be written to: {reason}\n\
         help: change its permissions, or name another folder with --warehouse", path.display()
    )]
    NotWritable {
        /// The warehouse.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },

    /// The place cannot be read.
    #[error(
        "the warehouse `{}` cannot be read: {reason}\n\
         help: change its permissions, or name another folder with --warehouse", path.display()
    )]
    NotReadable {
        /// The warehouse.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },

    /// No space is left.
    #[error(
        "the disk of the warehouse `{}` is full\n\
         note: what was published before is untouched and can be read\n\
         help: free some space and run again", .0.display()
    )]
    DiskFull(PathBuf),

    /// Another run holds the warehouse.
    #[error(
        "another run is writing to the warehouse `{}`: {holder}\n\
         help: wait for it to end; reading is possible meanwhile", path.display()
    )]
    Busy {
        /// The warehouse.
        path: PathBuf,
        /// Who holds it.
        holder: String,
    },

    /// A folder that a node needs holds something that Belvedere did not write.
    #[error(
        "`{}` holds {found}, which Belvedere did not write and will not overwrite\n\
         help: move it away, or name another warehouse with --warehouse", path.display()
    )]
    Foreign {
        /// The folder of the table.
        path: PathBuf,
        /// What was found there.
        found: String,
    },

    /// A published version of a table is gone.
    #[error(
        "version {version} of `{table}` is published but cannot be read: {reason}\n\
         help: `belvedere run` writes it again"
    )]
    Lost {
        /// The table.
        table: String,
        /// The published version.
        version: u64,
        /// What was found instead.
        reason: String,
    },

    /// Somebody else wrote to a table during a run.
    #[error(
        "`{table}` was changed by another program while version {version} was being written\n\
         help: run again; only Belvedere should write to its tables"
    )]
    Conflict {
        /// The table.
        table: String,
        /// The version that was to be written.
        version: u64,
    },

    /// A query needed more memory than it may have.
    #[error(
        "`{node}` needs more memory than allowed\n\
         note: {detail}\n\
         help: allow more with --memory"
    )]
    OutOfMemory {
        /// The node or query.
        node: String,
        /// Who held the memory.
        detail: String,
    },

    /// The engine failed.
    #[error("`{node}`: {source}")]
    Engine {
        /// The node or query.
        node: String,
        /// What the engine said.
        source: Box<DataFusionError>,
    },

    /// A table could not be read or written.
    #[error("table `{table}`: {source}")]
    Table {
        /// The table.
        table: String,
        /// What delta-rs said.
        source: Box<DeltaTableError>,
    },

    /// A table of ours holds what we would never write there.
    #[error(
        "`{table}` is damaged: {reason}\n\
         help: delete its folder in the warehouse and run again"
    )]
    Damaged {
        /// The table.
        table: String,
        /// What is wrong.
        reason: String,
    },

    /// A file of a run could not be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// There is nothing to read.
    #[error(
        "the source `{}` cannot be read: {source}\n\
         help: name a folder that exists with --source", path.display()
    )]
    NoSource {
        /// The path that was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A source failed.
    #[error("{kind}: {source}")]
    Source {
        /// The kind of source.
        kind: &'static str,
        /// What it said.
        source: crate::refresh::source::SourceError,
    },

    /// A view's text or plan is wrong.
    #[error(transparent)]
    View(#[from] crate::view::ViewError),

    /// The linked tables and views do not fit together.
    #[error("{0}")]
    Graph(String),

    /// Some nodes failed; nothing was published.
    #[error("{}", failed_text(.0))]
    Failed(Vec<(String, Error)>),

    /// The run was told to stop.
    #[error(
        "stopped; what was published before is unchanged\n\
         help: the same command resumes with what was already written"
    )]
    Stopped,
}

impl Error {
    /// Whether other nodes may succeed nevertheless.
    pub(crate) const fn is_of_one_node(&self) -> bool {
        !matches!(
            self,
            Self::DiskFull(_) | Self::NotWritable { .. } | Self::NotReadable { .. } | Self::Stopped
        )
    }

    /// Wraps an error of the file system under `warehouse`.
    pub(crate) fn io(warehouse: &Path, path: &Path, source: io::Error) -> Self {
        match Fault::of(&source) {
            Some(fault) => fault.into_error(warehouse),
            None => Self::Io { path: path.to_owned(), source },
        }
    }

    /// Wraps an error of delta-rs about a table under `warehouse`.
    pub(crate) fn table(warehouse: &Path, table: &str, source: DeltaTableError) -> Self {
        if let Some(fault) = Fault::of(&source) {
            return fault.into_error(warehouse);
        }
        match source {
            // delta-rs keeps only the text of the engine's errors.
            DeltaTableError::Generic(detail) if detail.contains(OUT_OF_MEMORY) => {
                Self::OutOfMemory { node: table.to_owned(), detail }
            }
            source => Self::Table { table: table.to_owned(), source: Box::new(source) },
        }
    }

    /// Wraps an error of the engine about a node under `warehouse`.
    pub(crate) fn engine(warehouse: &Path, node: &str, source: DataFusionError) -> Self {
        if let Some(fault) = Fault::of(&source) {
            return fault.into_error(warehouse);
        }
        match source.find_root() {
            DataFusionError::ResourcesExhausted(detail) => {
                Self::OutOfMemory { node: node.to_owned(), detail: detail.clone() }
            }
            _ => Self::Engine { node: node.to_owned(), source: Box::new(source) },
        }
    }
}

/// A fault of the disk below, wherever it surfaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Full,
    Denied(String),
}

impl Fault {
    /// Looks for a fault in an error and in all that caused it.
    pub(crate) fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(io) = error.downcast_ref::<io::Error>()
                && let Some(fault) = Self::of_io(io)
            {
                return Some(fault);
            }
            cause = error.source();
        }
        // Some libraries keep the text of a cause but not the cause.
        let text = error.to_string();
        if text.contains("No space left on device") || text.contains("Disk quota exceeded") {
            return Some(Self::Full);
        }
        None
    }

    fn of_io(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::Full),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some(Self::Denied(error.to_string()))
            }
            _ => error.get_ref().and_then(|inner| Self::of(inner)),
        }
    }

    fn into_error(self, warehouse: &Path) -> Error {
        let path = warehouse.to_owned();
        match self {
            Self::Full => Error::DiskFull(path),
            Self::Denied(reason) => Error::NotWritable { path, reason },
        }
    }
}

fn failed_text(failed: &[(String, Error)]) -> String {
    let mut text = String::from("nothing was published: some nodes failed");
    for (node, error) in failed {
        let error = error.to_string();
        let mut lines = error.lines();
        text.push_str(&format!("\n  {node}: {}", lines.next().unwrap_or_default()));
        for line in lines {
            text.push_str(&format!("\n    {line}"));
        }
    }
    text.push_str("\nhelp: the next run keeps what was written and repeats what failed");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_below_other_errors() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = DataFusionError::Context("x".into(), Box::new(DataFusionError::IoError(full)));
        assert_eq!(Fault::of(&error), Some(Fault::Full));
        let other = DataFusionError::Plan("no such column".into());
        assert_eq!(Fault::of(&other), None);
    }
}
