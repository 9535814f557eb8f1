//! What a run tells while it goes on, and where it can be stopped.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use super::report::NodeReport;

/// A point between two effects of a run. Whatever happened before it is safe on disk, nothing after
/// it has begun.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// The warehouse is locked; leftovers of a dead run are gone.
    Locked,
    /// The warehouse holds the rows of another source, which this run is about to replace.
    Replacing {
        /// Where the other source reads.
        before: &'a Path,
    },
    /// The inputs of a source are known.
    Listed {
        /// The source.
        source: &'static str,
        /// How many inputs it has.
        inputs: usize,
        /// How many inputs ignore rules left out.
        ignored: u64,
        /// How many have to be read.
        changed: usize,
    },
    /// The rows of all changed inputs are in the staging folder.
    Staged {
        /// The source.
        source: &'static str,
    },
    /// A node is about to be written.
    Writing {
        /// The node.
        node: &'a str,
    },
    /// A node is written; its audits are asked of the rows.
    Auditing {
        /// The node.
        node: &'a str,
    },
    /// A node is done: skipped, adopted, written or failed.
    Done(&'a NodeReport),
    /// All nodes are written; the next effect is the commit that publishes them.
    Publishing,
    /// The new versions are published.
    Published,
    /// The unneeded files of a node are deleted.
    Tidied {
        /// The node.
        node: &'a str,
    },
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked => f.write_str("locked"),
            Self::Replacing { before } => write!(f, "replacing {}", before.display()),
            Self::Listed { source, .. } => write!(f, "listed {source}"),
            Self::Staged { source } => write!(f, "staged {source}"),
            Self::Writing { node } => write!(f, "writing {node}"),
            Self::Auditing { node } => write!(f, "auditing {node}"),
            Self::Done(report) => write!(f, "done {}", report.node),
            Self::Publishing => f.write_str("publishing"),
            Self::Published => f.write_str("published"),
            Self::Tidied { node } => write!(f, "tidied {node}"),
        }
    }
}

/// Follows a run. Methods are called from several threads.
pub trait Observer: Send + Sync {
    /// Called at each step; `Break` stops the run there.
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        let _ = step;
        ControlFlow::Continue(())
    }

    /// Called when `bytes` more bytes of inputs were read and hashed.
    fn hashed(&self, bytes: u64) {
        let _ = bytes;
    }

    /// Called when `done` of `total` changed inputs were read.
    fn extracted(&self, done: usize, total: usize) {
        let _ = (done, total);
    }
}

/// An observer that does not look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}
