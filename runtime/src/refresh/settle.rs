//! Whether a node has to be written: equal keys mean equal rows, so a node whose key is published
//! is skipped, and one whose table already holds the key is adopted.

use crate::delta::audits::AuditResult;
use crate::delta::comments::{self, Comments};
use crate::delta::external::ExternalTable;
use crate::delta::publication::{Pointer, Publication};
use crate::delta::table::{PinnedTable, Size, TableLocation};
use crate::delta::warehouse::Warehouse;
use crate::delta::write::Written;
use crate::delta::{Error, Result};
use crate::plan::Key;

/// A version of a node that holds the rows of its key.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) key: Key,
    /// Where its table is, if others write it.
    pub(super) uri: Option<String>,
    pub(super) version: u64,
    pub(super) table_id: String,
    pub(super) size: Size,
    /// What its audits have found.
    pub(super) audits: Vec<AuditResult>,
}

/// What to do with a node.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// It is published, with these descriptions.
    Skip(Settled, Comments),
    /// A dead run has written it.
    Adopt(Settled),
    Write {
        /// Whether a published version cannot be read.
        lost: bool,
    },
}

impl Settled {
    pub(super) fn published(pointer: &Pointer) -> Self {
        Self {
            key: pointer.key.clone(),
            uri: None,
            version: pointer.version,
            table_id: pointer.table_id.clone(),
            size: pointer.size,
            audits: pointer.audits.clone(),
        }
    }

    pub(super) fn written(key: Key, written: Written) -> Self {
        let Written { version, table_id, size } = written;
        Self { key, uri: None, version, table_id, size, audits: Vec::new() }
    }

    pub(super) async fn pin(&self, warehouse: &Warehouse, node: &str) -> Result<PinnedTable> {
        let (version, id) = (self.version, &self.table_id);
        match &self.uri {
            Some(uri) => ExternalTable::at(node, uri)?.pin(version, id).await,
            None => TableLocation::new(warehouse, node)?.pin(version, id).await,
        }
    }
}

/// Describes a version of a node by `comments`, if it is not; returns whether that was needed.
///
/// A table whose newest version holds other rows is left as it is: descriptions come with its next ones.
pub(super) async fn describe(
    warehouse: &Warehouse,
    node: &str,
    settled: &mut Settled,
    (stored, comments): (Option<Comments>, &Comments),
) -> Result<bool> {
    let stored = match stored {
        Some(stored) => stored,
        None => settled.pin(warehouse, node).await?.comments(),
    };
    if stored == *comments {
        return Ok(false);
    }
    let location = TableLocation::new(warehouse, node)?;
    let Some(head) = location.head().await? else { return Ok(false) };
    let Some(note) = head.note.clone().filter(|note| note.key == settled.key.as_str()) else {
        return Ok(false);
    };
    if head.version != settled.version {
        // A run that has died behind this may have done so, and nothing else with this key.
        let pinned = location.pin(head.version, &head.table_id).await?;
        location.check_files(&pinned, &settled.size).await?;
        if pinned.comments() == *comments {
            settled.version = head.version;
            return Ok(true);
        }
    }
    settled.version = comments::describe(&location, &head, note, comments).await?;
    Ok(true)
}

/// Decides about a node whose rows have the key `key`.
pub(super) async fn verdict(
    warehouse: &Warehouse,
    published: &Publication,
    node: &str,
    key: &Key,
) -> Result<Verdict> {
    let location = TableLocation::new(warehouse, node)?;
    let mut lost = false;
    if let Some(pointer) = published.nodes.get(node) {
        lost = match published.pin_checked(warehouse, node).await {
            Ok(pinned) if pointer.key == *key => {
                let comments = pinned.as_ref().map(PinnedTable::comments).unwrap_or_default();
                return Ok(Verdict::Skip(Settled::published(pointer), comments));
            }
            Ok(_) => false,
            Err(Error::Lost { .. }) => true,
            Err(error) => return Err(error),
        };
    }
    if let Some(head) = location.head().await?
        && head.note.as_ref().is_some_and(|note| note.key == key.as_str())
    {
        let size = head.size(&location)?;
        let (version, table_id) = (head.version, head.table_id);
        let pinned = location.pin(version, &table_id).await?;
        match location.check_files(&pinned, &size).await {
            Ok(()) => {
                let key = key.clone();
                let written = Written { version, table_id, size };
                return Ok(Verdict::Adopt(Settled::written(key, written)));
            }
            Err(Error::Lost { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Verdict::Write { lost })
}
