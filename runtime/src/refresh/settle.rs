//! Whether a node has to be written: equal keys mean equal rows, so a node whose key is published
//! is skipped, and one whose table already holds the key is adopted.

use crate::delta::audits::AuditResult;
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
    Skip(Settled),
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
            Ok(_) if pointer.key == *key => return Ok(Verdict::Skip(Settled::published(pointer))),
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
