//! Publications: which versions of all tables belong together.
//!
//! The table `belvedere.pointers` has one row for each node. Replacing its content in one commit
//! replaces the whole graph at once: readers see the old one or the new one.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array as _, AsArray as _, Int64Array, Int64Builder, ListBuilder, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::MemTable;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::LogicalPlanBuilder;

use super::audits::AuditResult;
use super::comments::Comments;
use super::error::{Error, Result};
use super::external::ExternalTable;
use super::layout::Layout;
use super::table::{PinnedTable, Size, TableLocation};
use super::warehouse::{POINTERS, Warehouse};
use super::write::{self, Joins, Written};
use crate::plan::{Bundle, Key, KeyHasher, Pins};
use crate::session::Runtime;

/// How many publications can be read: the newest, and those that a reader may have begun with.
pub(crate) const KEPT: usize = 3;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A base table: a source writes it.
    Table,
    /// A view: it is computed from other nodes.
    View,
    /// A table that others write, and views read.
    External,
    /// A table in which Belvedere keeps its own records.
    Internal,
}

/// Where the published rows of a node are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// What the node is.
    pub kind: NodeKind,
    /// Where its table is, if others write it; else it is in the warehouse.
    pub uri: Option<String>,
    /// The version of its table.
    pub version: u64,
    /// The identity of its table, so that another table in its place is noticed.
    pub table_id: String,
    /// The key of the rows.
    pub key: Key,
    /// How much they are.
    pub size: Size,
    /// What its audits have found.
    pub audits: Vec<AuditResult>,
    /// When this version was first published, in microseconds since 1970-01-01T00:00:00Z.
    pub published_at: i64,
    /// The versions of the publications before, newest first; their files are kept.
    pub earlier: Vec<u64>,
}

/// A set of versions that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// Counts up from 1; 0 before the first.
    pub id: u64,
    /// The nodes by name.
    pub nodes: BTreeMap<String, Pointer>,
}

impl NodeKind {
    /// Returns the name that people see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::External => "external",
            Self::Internal => "internal",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let kinds = [Self::Table, Self::View, Self::External, Self::Internal];
        kinds.into_iter().find(|kind| kind.name() == name)
    }
}

impl Pointer {
    /// Returns whether both point at the same rows.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.version == other.version && self.table_id == other.table_id && self.key == other.key
    }

    /// Returns the audits that do not hold for all rows, and are told of only.
    pub fn warnings(&self) -> impl Iterator<Item = &AuditResult> {
        self.audits.iter().filter(|audit| audit.failed > 0)
    }

    /// Returns all versions whose files must stay.
    #[must_use]
    pub fn kept_versions(&self) -> Vec<u64> {
        let mut versions = vec![self.version];
        versions.extend(&self.earlier);
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}

impl Publication {
    /// Reads what is published; `None` when nothing is.
    ///
    /// # Errors
    ///
    /// When the pointers cannot be read.
    pub async fn read(runtime: &Runtime, warehouse: &Warehouse) -> Result<Option<Self>> {
        let location = TableLocation::new(warehouse, POINTERS)?;
        let Some(head) = location.head().await? else { return Ok(None) };
        if head.version == 0 {
            // Created by a run that ended before its first publication.
            return Ok(None);
        }
        let pinned = location.pin(head.version, &head.table_id).await?;
        let damaged = |reason: String| Error::Damaged { path: location.folder.clone(), reason };
        let batches = match read_all(runtime, warehouse, &pinned).await {
            Err(Error::UnreadableFile { reason, .. }) => return Err(damaged(reason)),
            batches => batches?,
        };
        let publication = decode(&batches).ok_or_else(|| {
            damaged("its columns are not those of this version of Belvedere".to_owned())
        })?;
        Ok(Some(publication))
    }

    /// Publishes, in one commit.
    pub(crate) async fn write(&self, runtime: &Runtime, warehouse: &Warehouse) -> Result<Written> {
        let fail = |error| Error::engine(warehouse.root(), POINTERS, error);
        let batch = encode(self).map_err(|error| fail(error.into()))?;
        let mut key = KeyHasher::new("publication");
        key.part(self.id.to_le_bytes());
        for (node, pointer) in &self.nodes {
            key.part(node).part(pointer.key.as_str()).part(pointer.version.to_le_bytes());
        }
        let key = key.finish();
        let table = MemTable::try_new(batch.schema(), vec![vec![batch]]).map_err(fail)?;
        let plan = LogicalPlanBuilder::scan(POINTERS, provider_as_source(Arc::new(table)), None)
            .and_then(LogicalPlanBuilder::build)
            .map_err(fail)?;
        let pins = self.nodes.iter().map(|(node, p)| (node.clone(), p.version)).collect::<Pins>();
        let bundle = Bundle { name: POINTERS.to_owned(), key: Some(key.clone()), pins, plan };
        let location = TableLocation::new(warehouse, POINTERS)?;
        let as_it_is = (&Layout::default(), &Comments::default());
        write::overwrite(runtime, &location, bundle, as_it_is, &key, Joins::Hashed).await
    }

    /// Opens the published version of a node.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`] when it cannot be read.
    pub async fn pin(&self, warehouse: &Warehouse, node: &str) -> Result<Option<PinnedTable>> {
        let Some(pointer) = self.nodes.get(node) else { return Ok(None) };
        let (version, id) = (pointer.version, &pointer.table_id);
        Ok(Some(match &pointer.uri {
            Some(uri) => ExternalTable::at(node, uri)?.pin(version, id).await?,
            None => TableLocation::new(warehouse, node)?.pin(version, id).await?,
        }))
    }

    /// Opens the published version of a node in the warehouse, as [`Self::pin`] does, and looks whether
    /// its files are all there.
    pub(crate) async fn pin_checked(
        &self,
        warehouse: &Warehouse,
        node: &str,
    ) -> Result<Option<PinnedTable>> {
        let Some(pointer) = self.nodes.get(node) else { return Ok(None) };
        if pointer.uri.is_some() {
            // Others had written it; what is in the warehouse was never published.
            return Ok(None);
        }
        let location = TableLocation::new(warehouse, node)?;
        let table = location.pin(pointer.version, &pointer.table_id).await?;
        location.check_files(&table, &pointer.size).await?;
        Ok(Some(table))
    }
}

/// Reads a small table whole.
pub(crate) async fn read_all(
    runtime: &Runtime,
    warehouse: &Warehouse,
    pinned: &PinnedTable,
) -> Result<Vec<RecordBatch>> {
    let fail = |error| Error::engine(warehouse.root(), pinned.name(), error);
    let session = runtime.session();
    let provider = pinned.provider(&session.state()).map_err(fail)?;
    let frame = session.read_table(provider).map_err(fail)?;
    frame.collect().await.map_err(fail)
}

fn schema() -> SchemaRef {
    let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let versions = DataType::List(Arc::new(Field::new("element", DataType::Int64, false)));
    Arc::new(Schema::new(vec![
        Field::new("publication", DataType::Int64, false),
        Field::new("node", DataType::Utf8, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("version", DataType::Int64, false),
        Field::new("table_id", DataType::Utf8, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("rows", DataType::Int64, false),
        Field::new("files", DataType::Int64, false),
        Field::new("bytes", DataType::Int64, false),
        Field::new("published_at", utc, false),
        Field::new("earlier_versions", versions, false),
        Field::new("uri", DataType::Utf8, true),
        Field::new("audits", DataType::Utf8, true),
    ]))
}

/// Delta has no unsigned numbers; no count here comes near the border.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn encode(publication: &Publication) -> std::result::Result<RecordBatch, ArrowError> {
    let pointers = || publication.nodes.values();
    let count = |f: fn(&Pointer) -> u64| -> Int64Array {
        pointers().map(|pointer| signed(f(pointer))).collect::<Vec<_>>().into()
    };
    let text =
        |f: fn(&Pointer) -> &str| -> StringArray { pointers().map(f).collect::<Vec<_>>().into() };
    let element = Arc::new(Field::new("element", DataType::Int64, false));
    let mut earlier = ListBuilder::new(Int64Builder::new()).with_field(element);
    for pointer in pointers() {
        earlier.append_value(pointer.earlier.iter().map(|version| Some(signed(*version))));
    }
    let audits = pointers().map(|pointer| match pointer.audits.as_slice() {
        [] => Ok(None),
        audits => serde_json::to_string(audits).map(Some),
    });
    let audits = audits.collect::<std::result::Result<Vec<Option<String>>, _>>();
    let audits = audits.map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
    let published_at = pointers().map(|pointer| pointer.published_at).collect::<Vec<_>>();
    RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(Int64Array::from(vec![signed(publication.id); publication.nodes.len()])),
            Arc::new(StringArray::from_iter_values(publication.nodes.keys())),
            Arc::new(text(|pointer| pointer.kind.name())),
            Arc::new(count(|pointer| pointer.version)),
            Arc::new(text(|pointer| &pointer.table_id)),
            Arc::new(text(|pointer| pointer.key.as_str())),
            Arc::new(count(|pointer| pointer.size.rows)),
            Arc::new(count(|pointer| pointer.size.files)),
            Arc::new(count(|pointer| pointer.size.bytes)),
            Arc::new(TimestampMicrosecondArray::from(published_at).with_timezone("UTC")),
            Arc::new(earlier.finish()),
            Arc::new(pointers().map(|pointer| pointer.uri.as_deref()).collect::<StringArray>()),
            Arc::new(audits.into_iter().collect::<StringArray>()),
        ],
    )
}

fn decode(batches: &[RecordBatch]) -> Option<Publication> {
    let mut publication = Publication::default();
    for batch in batches {
        let text = |name| batch.column_by_name(name)?.as_string_opt::<i32>();
        let number = |name| batch.column_by_name(name)?.as_primitive_opt::<Int64Type>();
        let (nodes, kinds, ids, keys) =
            (text("node")?, text("kind")?, text("table_id")?, text("key")?);
        let (publications, versions) = (number("publication")?, number("version")?);
        let (rows, files, bytes) = (number("rows")?, number("files")?, number("bytes")?);
        let times =
            batch.column_by_name("published_at")?.as_primitive_opt::<TimestampMicrosecondType>()?;
        // Publications of versions that knew no tables of others have no such column.
        let (uris, audits) = (text("uri"), text("audits"));
        let earlier = batch.column_by_name("earlier_versions")?.as_list_opt::<i32>()?;
        for row in 0..batch.num_rows() {
            let unsigned = |numbers: &Int64Array| u64::try_from(numbers.value(row)).ok();
            let before = earlier.value(row);
            let before = before.as_primitive_opt::<Int64Type>()?;
            let pointer = Pointer {
                kind: NodeKind::from_name(kinds.value(row))?,
                audits: match audits.filter(|audits| audits.is_valid(row)) {
                    Some(audits) => serde_json::from_str(audits.value(row)).ok()?,
                    None => Vec::new(),
                },
                uri: uris.filter(|uris| uris.is_valid(row)).map(|uris| uris.value(row).to_owned()),
                version: unsigned(versions)?,
                table_id: ids.value(row).to_owned(),
                key: Key::from_text(keys.value(row)),
                size: Size {
                    rows: unsigned(rows)?,
                    files: unsigned(files)?,
                    bytes: unsigned(bytes)?,
                },
                published_at: times.value(row),
                earlier: before
                    .values()
                    .iter()
                    .map(|version| u64::try_from(*version).ok())
                    .collect::<Option<_>>()?,
            };
            publication.id = unsigned(publications)?;
            publication.nodes.insert(nodes.value(row).to_owned(), pointer);
        }
    }
    Some(publication)
}

#[cfg(test)]
mod tests {
    use belvedere_lang::view::syntax::AuditOutcome;

    use super::*;

    #[test]
    fn what_is_encoded_can_be_decoded() {
        let pointer = Pointer {
            kind: NodeKind::View,
            uri: None,
            version: 7,
            table_id: "id".into(),
            key: Key::from_text("k"),
            size: Size { rows: 1, files: 2, bytes: 3 },
            audits: vec![AuditResult {
                name: "a > 0".into(),
                outcome: AuditOutcome::Warn,
                failed: 3,
                samples: vec!["a: \"0\"".into()],
            }],
            published_at: 4,
            earlier: vec![5, 5, 3],
        };
        let mut publication = Publication { id: 9, ..Publication::default() };
        publication.nodes.insert("a".into(), pointer.clone());
        let earlier = Vec::new();
        publication.nodes.insert("b".into(), Pointer { earlier, ..pointer.clone() });
        let uri = Some("s3://bucket/c".to_owned());
        publication.nodes.insert("c".into(), Pointer { kind: NodeKind::External, uri, ..pointer });
        let batch = encode(&publication).unwrap();
        assert_eq!(decode(&[batch]), Some(publication));
    }
}
