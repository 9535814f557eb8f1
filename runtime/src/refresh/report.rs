//! What a run did to each node, and why.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::delta::publication::NodeKind;
use crate::delta::table::Size;

/// The result of a run.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The nodes in the order in which they were settled.
    pub nodes: Vec<NodeReport>,
    /// The number of the publication that holds.
    pub publication: u64,
    /// Whether this run made it.
    pub published: bool,
    /// The source that had filled the warehouse before, where this run has read another one.
    pub replaced: Option<PathBuf>,
    /// Nodes that were published before and are not any more, because the program does not define
    /// them or could not run them; their folders stay.
    pub retired: Vec<String>,
    /// The inputs of all sources together.
    pub inputs: usize,
    /// The inputs that ignore rules left out.
    pub ignored: u64,
    /// The inputs that were read for their rows.
    pub extracted: usize,
    /// Their bytes.
    pub extracted_bytes: u64,
    /// How long it took to read them for their rows.
    pub extracting: Duration,
    /// What maintenance could not do; the publication stands nevertheless.
    pub warnings: Vec<String>,
}

/// What happened to one node.
#[derive(Clone, Debug)]
pub struct NodeReport {
    /// Its name.
    pub node: String,
    /// What it is.
    pub kind: NodeKind,
    /// What was done.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// What its version holds; zero where there is none.
    pub size: Size,
    /// How long it took.
    pub elapsed: Duration,
}

/// What was done to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: what is published is right.
    Skipped,
    /// An earlier run had written it and died before it could publish.
    Adopted,
    /// It was written.
    Written,
    /// Its rows are right, and it was told anew what they are about.
    Described,
    /// Others write it; the version that views read is chosen.
    Pinned,
    /// It could not be written.
    Failed,
    /// It was not tried, because what it needs failed or is not there.
    Held,
}

impl Outcome {
    /// Returns the word that people see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Adopted => "adopted",
            Self::Written => "written",
            Self::Described => "described",
            Self::Pinned => "pinned",
            Self::Failed => "failed",
            Self::Held => "not run",
        }
    }
}

/// Why a node was treated as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What it depends on is as it was when it was published.
    Unchanged,
    /// It was not published before.
    New,
    /// Inputs of its source changed.
    Inputs {
        /// How many are new or have other content.
        changed: usize,
        /// How many are gone.
        removed: usize,
    },
    /// Nodes that it reads changed.
    Upstream(Vec<String>),
    /// Its own definition changed: text, columns, functions, or the version of the extraction.
    Definition,
    /// Docs of it or of its columns changed, which no rows depend on.
    Comments,
    /// Others have written another version.
    Version {
        /// The one that was published.
        before: u64,
        /// The one that is there now.
        now: u64,
    },
    /// Its published version cannot be read.
    Lost,
    /// Something that it reads, itself or through other views, failed.
    Held {
        /// What failed.
        by: String,
    },
    /// No source fills a table: itself, or one that it reads, itself or through other views.
    NoSource {
        /// The table.
        table: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("unchanged"),
            Self::New => f.write_str("new"),
            Self::Inputs { changed, removed } => match (changed, removed) {
                (changed, 0) => write!(f, "changed inputs: {}", files(*changed)),
                (0, removed) => write!(f, "removed inputs: {}", files(*removed)),
                (changed, removed) => {
                    write!(f, "changed inputs: {}, removed: {removed}", files(*changed))
                }
            },
            Self::Upstream(nodes) => match nodes.as_slice() {
                [node] => write!(f, "input {node} changed"),
                nodes => write!(f, "inputs {} changed", nodes.join(", ")),
            },
            Self::Definition => f.write_str("definition changed"),
            Self::Comments => f.write_str("docs changed"),
            Self::Version { before, now } => write!(f, "version {now} after {before}"),
            Self::Lost => f.write_str("published version lost"),
            Self::Held { by } => write!(f, "{by} failed"),
            Self::NoSource { table } => write!(f, "no source fills {table}"),
        }
    }
}

fn files(n: usize) -> String {
    if n == 1 { "1 file".to_owned() } else { format!("{n} files") }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn reasons_read_as_sentences() {
        let inputs = |changed, removed| Reason::Inputs { changed, removed }.to_string();
        assert_eq!(inputs(1, 0), "changed inputs: 1 file");
        assert_eq!(inputs(0, 2), "removed inputs: 2 files");
        assert_eq!(inputs(3, 1), "changed inputs: 3 files, removed: 1");
        assert_eq!(Reason::Upstream(vec!["a".into()]).to_string(), "input a changed");
    }
}
