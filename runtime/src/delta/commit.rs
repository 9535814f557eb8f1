//! What Belvedere writes into the commit info of its commits, and reads back from there.
//!
//! The key says what the version holds, so that a run can adopt what a dead run wrote. The
//! operation id says who wrote it, so that an error can be told from an answer that got lost.

use std::collections::HashMap;

use deltalake_core::kernel::transaction::CommitProperties;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::plan::{Key, Pins};

/// The field of the commit info that is ours.
const FIELD: &str = "belvedere";

/// The note that a commit carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CommitNote {
    /// The node.
    pub(crate) node: String,
    /// The key of the rows of this version.
    pub(crate) key: String,
    /// The write that made this commit.
    pub(crate) operation: Uuid,
    /// The versions that were read.
    pub(crate) inputs: Pins,
    /// The plan that made the rows, for people.
    pub(crate) plan: String,
}

impl CommitNote {
    pub(crate) fn new(node: &str, key: &Key, inputs: Pins, plan: String) -> Self {
        let operation = Uuid::new_v4();
        Self { node: node.to_owned(), key: key.as_str().to_owned(), operation, inputs, plan }
    }

    /// Reads the note of a commit; `None` where there is none or it is of another kind.
    pub(crate) fn read(info: &HashMap<String, Value>) -> Option<Self> {
        serde_json::from_value(info.get(FIELD)?.clone()).ok()
    }

    /// The properties of every commit: it carries the note, is tried once, and does nothing besides.
    ///
    /// Retrying would rebase an overwrite onto a version that it has not seen, which can duplicate
    /// rows. Checkpoints and clean-up can fail after the commit has landed and would make it look
    /// failed; maintenance does them.
    pub(crate) fn properties(&self) -> Result<CommitProperties, serde_json::Error> {
        let note = serde_json::to_value(self)?;
        Ok(CommitProperties::default()
            .with_metadata([(FIELD.to_owned(), note)])
            .with_max_retries(0)
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false)))
    }
}
