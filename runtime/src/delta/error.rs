//! What can go wrong with a warehouse, each with what to do next.
//!
//! What is wrong with the disk below is recognised by `fault`, wherever it surfaces.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use arrow_schema::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use deltalake_core::DeltaTableError;

use super::audits::AuditResult;
use super::fault::Fault;
use crate::plan::{failure, plain};
use crate::program;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How the engine's text begins when a query needs more memory than the pool has.
const OUT_OF_MEMORY: &str = "Resources exhausted";

/// How the engine's text begins when a data file is gone or damaged.
const UNREADABLE_FILE: &str = "Parquet error";

/// How the text of the engine begins when a file that a log names is gone.
const NO_FILE: &str = "Kernel error: File not found: ";

/// An error of a warehouse or a run. Its text ends with what would help.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The warehouse is a file.
    #[error(
        "the warehouse `{}` is a file, not a folder\n\
         help: name a folder with {}; it is created if it does not exist",
        .0.display(), program::option("warehouse")
    )]
    NotAFolder(PathBuf),

    /// The path of the warehouse has a part that the libraries below lose.
    #[error(
        "the path of the warehouse `{}` has {part}, under which tables cannot be stored\n\
         help: name another folder with {}", path.display(), program::option("warehouse")
    )]
    UnusablePath {
        /// The warehouse.
        path: PathBuf,
        /// The part.
        part: String,
    },

    /// Nothing has been published at this place.
    #[error(
        "nothing is published in the warehouse `{}`\n\
         help: {} fills it, {} names another one",
        .0.display(), program::verb("run --source DIR"), program::option("warehouse")
    )]
    NotPublished(PathBuf),

    /// The place cannot be written to.
    #[error(
        "the warehouse `{}` cannot be written to: {reason}\n\
         help: change its permissions, or name another folder with {}",
        path.display(), program::option("warehouse")
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
         help: change its permissions, or name another folder with {}",
        path.display(), program::option("warehouse")
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

    /// The folder for temporary files cannot be used.
    #[error(
        "the folder for temporary files `{}` cannot be used: {reason}\n\
         help: name another one by {}, or allow more memory with {}, so that less is written there",
        path.display(), program::temporary_folder(), program::option("memory")
    )]
    TemporaryFolder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },

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
         help: move it away, or name another warehouse with {}",
        path.display(), program::option("warehouse")
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
         help: {} writes it again",
        program::verb("run")
    )]
    Lost {
        /// The table.
        table: String,
        /// The published version.
        version: u64,
        /// What was found instead.
        reason: String,
    },

    /// A table that others write cannot be read.
    #[error(
        "the table `{table}` at `{uri}` cannot be read: {reason}\n\
         help: name another place with {}",
        program::table_at(table)
    )]
    External {
        /// The table.
        table: String,
        /// Where it should be.
        uri: String,
        /// What was found instead.
        reason: String,
    },

    /// A published version of a table that others write is gone.
    #[error(
        "version {version} of `{table}` at `{uri}` is published but cannot be read: {reason}\n\
         help: {} reads the newest version",
        program::verb("run")
    )]
    ExternalLost {
        /// The table.
        table: String,
        /// Where it is.
        uri: String,
        /// The published version.
        version: u64,
        /// What was found instead.
        reason: String,
    },

    /// Rows of a view do not keep to its audits.
    #[error(
        "{}\n\
         help: `… warn` behind a condition tells it only, `… quarantine` puts the rows aside",
        .failed.iter().map(|result| result.told(*.rows)).collect::<Vec<_>>().join("\n")
    )]
    Audit {
        /// The view.
        view: String,
        /// How many rows it has.
        rows: u64,
        /// What does not hold.
        failed: Vec<AuditResult>,
    },

    /// Tables that others write are not there, or hold something else than was declared.
    #[error("{}", .0.join("\n"))]
    Externals(Vec<String>),

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
         help: allow more with {}",
        program::option("memory")
    )]
    OutOfMemory {
        /// The node or query.
        node: String,
        /// Who held the memory.
        detail: String,
    },

    /// The engine failed.
    #[error("`{node}`: {text}")]
    Engine {
        /// The node or query.
        node: String,
        /// What went wrong, where that is known, and what would help.
        text: String,
        /// What the engine said.
        source: Box<DataFusionError>,
    },

    /// A table could not be read or written.
    #[error("table `{table}`: {text}")]
    Table {
        /// The table.
        table: String,
        /// What went wrong, where that is known, and what would help.
        text: String,
        /// What delta-rs said.
        source: Box<DeltaTableError>,
    },

    /// A table of ours holds what we would never write there.
    #[error(
        "the table `{}` is damaged: {reason}\n\
         help: delete this folder and run again; what it holds can be computed", path.display()
    )]
    Damaged {
        /// The folder of the table.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },

    /// A data file that a node or query needs cannot be read.
    #[error(
        "`{node}`: a data file cannot be read: {reason}\n\
         help: try again, a run may have replaced it meanwhile; {} writes again what is \
         gone\n\
         help: if its content is damaged, delete the folder of its table before that",
        program::verb("run")
    )]
    UnreadableFile {
        /// The node or query.
        node: String,
        /// What the reader of the file said.
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
         help: name a folder that exists with {}", path.display(), program::option("source")
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

    /// The columns of a view are not those that were checked, which every reader of it counts on.
    #[error(
        "{} `{view}` has other columns than were checked:\n  {}\n\
         help: this is a bug in Belvedere; please report it with the text of the view",
        of.name(), .differences.join("\n  ")
    )]
    Columns {
        /// The view.
        view: String,
        /// What has them.
        of: ColumnsOf,
        /// What differs, a line for each name, type or order.
        differences: Vec<String>,
    },

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

/// What has other columns than those of its view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnsOf {
    /// The plan that computes the rows.
    Plan,
    /// The table that stores them.
    Stored,
}

impl ColumnsOf {
    const fn name(self) -> &'static str {
        match self {
            Self::Plan => "the plan of",
            Self::Stored => "the stored table of",
        }
    }
}

impl Error {
    /// Whether other nodes may succeed nevertheless.
    pub(crate) const fn is_of_one_node(&self) -> bool {
        !matches!(
            self,
            Self::DiskFull(_)
                | Self::TemporaryFolder { .. }
                | Self::NotWritable { .. }
                | Self::NotReadable { .. }
                | Self::Stopped
        )
    }

    /// Wraps an error of the file system under `warehouse`.
    pub(crate) fn io(warehouse: &Path, path: &Path, source: io::Error) -> Self {
        match Fault::of(warehouse, &source) {
            Some(fault) => fault.into_error(warehouse),
            None => Self::Io { path: path.to_owned(), source },
        }
    }

    /// Wraps an error of delta-rs about a table under `warehouse`.
    pub(crate) fn table(warehouse: &Path, table: &str, source: DeltaTableError) -> Self {
        if let Some(fault) = Fault::of(warehouse, &source) {
            return fault.into_error(warehouse);
        }
        let node = table.to_owned();
        match source {
            // delta-rs keeps only the text of the engine's errors.
            DeltaTableError::Generic(detail) if detail.contains(OUT_OF_MEMORY) => {
                Self::OutOfMemory { node, detail: shortage(&detail) }
            }
            DeltaTableError::Generic(reason) if reason.starts_with(UNREADABLE_FILE) => {
                Self::UnreadableFile { node, reason }
            }
            DeltaTableError::Parquet { source } => {
                Self::UnreadableFile { node, reason: source.to_string() }
            }
            DeltaTableError::Arrow { source: ArrowError::ParquetError(reason) } => {
                Self::UnreadableFile { node, reason }
            }
            source => {
                let text = plain(&brief(&source)).to_owned();
                Self::Table { table: node, text, source: Box::new(source) }
            }
        }
    }

    /// Wraps an error of the engine, which reads what a node or query needs under `warehouse`.
    pub(crate) fn engine(warehouse: &Path, node: &str, source: DataFusionError) -> Self {
        if let Some(fault) = Fault::of(warehouse, &source) {
            return fault.into_read_error(warehouse);
        }
        let node = node.to_owned();
        match source.find_root() {
            DataFusionError::ResourcesExhausted(detail) => {
                Self::OutOfMemory { node, detail: shortage(detail) }
            }
            DataFusionError::ObjectStore(source)
                if matches!(**source, object_store::Error::NotFound { .. }) =>
            {
                Self::UnreadableFile { node, reason: source.to_string() }
            }
            DataFusionError::ParquetError(source) => {
                Self::UnreadableFile { node, reason: source.to_string() }
            }
            DataFusionError::ArrowError(source, _)
                if let ArrowError::ParquetError(reason) = source.as_ref() =>
            {
                Self::UnreadableFile { node, reason: reason.clone() }
            }
            _ => {
                let text = plain(&brief(&source)).to_owned();
                if text.starts_with(NO_FILE) {
                    return Self::UnreadableFile { node, reason: text };
                }
                Self::Engine { node, text, source: Box::new(source) }
            }
        }
    }

    /// Adds where in `plan` an operation has failed, as far as the plan tells.
    #[must_use]
    pub(crate) fn in_plan(mut self, plan: &LogicalPlan) -> Self {
        if let Self::Engine { text, .. } | Self::Table { text, .. } = &mut self {
            *text = failure::in_plan(text, plan);
        }
        self
    }

    /// The text for where it is clear which node or query is spoken of.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Engine { text, .. } | Self::Table { text, .. } => text.clone(),
            other => other.to_string(),
        }
    }

    /// An error of loading the log of a table, whose folder is `folder`.
    pub(crate) fn log(warehouse: &Path, folder: &Path, source: &DeltaTableError) -> Self {
        match Fault::of(warehouse, source) {
            Some(fault) => fault.into_read_error(warehouse),
            None => Self::Damaged { path: folder.to_owned(), reason: brief(source) },
        }
    }
}

/// What the engine says of memory that it does not have, in words of the language: who asked for how much,
/// and how much is left.
fn shortage(detail: &str) -> String {
    let told = || {
        let (_, rest) = detail.split_once("Failed to allocate additional ")?;
        let (wanted, rest) = rest.split_once(" for ")?;
        let (consumer, rest) = rest.split_once(" with ")?;
        let (_, rest) = rest.split_once(" - ")?;
        let (left, _) = rest.split_once(" remain available")?;
        let step = [
            ("Sort", "sorting rows"),
            ("Aggregate", "grouping rows"),
            ("Join", "joining rows"),
            ("Window", "a window"),
        ];
        let step = step.iter().find(|(name, _)| consumer.contains(name));
        let step = step.map_or("a step", |(_, step)| step);
        Some(format!("{step} takes {wanted} more, and {left} are left"))
    };
    told().unwrap_or_else(|| detail.to_owned())
}

/// The text of an error without the backtrace that some libraries put behind theirs.
pub(super) fn brief(error: &dyn fmt::Display) -> String {
    let text = error.to_string();
    let frame = |line: &&str| {
        let number = line.trim_start().split_once(": ").map(|(number, _)| number);
        line.starts_with(' ')
            && number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    text.lines().take_while(|line| !frame(line)).collect::<Vec<_>>().join("\n")
}

fn failed_text(failed: &[(String, Error)]) -> String {
    let mut text = String::from("nothing was published: some nodes failed");
    for (node, error) in failed {
        let error = error.told();
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
    fn columns_that_were_not_checked_are_told_under_their_view() {
        let differences = vec!["`a` is `i32` and should be `i64`".into(), "`b` is one more".into()];
        let error = Error::Columns { view: "v".into(), of: ColumnsOf::Stored, differences };
        assert_eq!(
            Error::Failed(vec![("v".into(), error)]).to_string(),
            "nothing was published: some nodes failed\n  \
             v: the stored table of `v` has other columns than were checked:\n      \
             `a` is `i32` and should be `i64`\n      \
             `b` is one more\n    \
             help: this is a bug in Belvedere; please report it with the text of the view\n\
             help: the next run keeps what was written and repeats what failed"
        );
    }

    #[test]
    fn backtraces_are_left_out() {
        let text = "Json error: expected `,`\n   0: kernel::error\n             at src/x.rs\n";
        assert_eq!(brief(&text), "Json error: expected `,`");
        assert_eq!(brief(&"a\n  12: b"), "a");
        assert_eq!(brief(&"a\n  b: c\nd"), "a\n  b: c\nd");
    }
}
