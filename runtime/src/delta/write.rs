//! The write service: the only way rows get into a table.

use std::sync::Arc;

use arrow_schema::Schema;
use datafusion::execution::SessionState;
use deltalake_core::delta_datafusion::SessionFallbackPolicy;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::operations::write::SchemaMode;
use deltalake_core::protocol::SaveMode;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::comments::Comments;
use super::commit::CommitNote;
use super::error::{ColumnsOf, Error, Result};
use super::layout::Layout;
use super::promise;
use super::schema::to_delta;
use super::storable;
use super::table::{Head, OWNER, Size, TableLocation};
use crate::plan::{Bundle, Key, Pins};
use crate::session::Runtime;

/// Rows of a row group. What a writer holds in memory grows with it, and so does how well a reader
/// can skip.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// A version that was written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) version: u64,
    pub(crate) table_id: String,
    pub(crate) size: Size,
}

/// Rows that operators hand on at once where memory is short: a merge of sorted runs holds two
/// batches of each, and the batches of a plan without a table in memory are most of what it holds.
const SPARING_BATCH_ROWS: usize = 2048;

/// What each sort has to have from the start for reading its runs back, in bytes; a join has two
/// sorts in each partition.
const SPARING_MERGE_BYTES: usize = 1 << 20;

/// How relations are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joins {
    /// With a table of one side in memory: fast, and out of memory where it does not fit.
    Hashed,
    /// With both sides sorted, on disk where they do not fit.
    Sorted,
}

impl Joins {
    fn state(self, runtime: &Runtime) -> SessionState {
        let mut state = runtime.state();
        if self == Self::Sorted {
            // The planner sorts for a join in plans of several partitions only.
            let partitions = runtime.threads().max(2);
            let config = state.config().clone().with_target_partitions(partitions);
            *state.config_mut() = config
                .with_batch_size(SPARING_BATCH_ROWS)
                .with_sort_spill_reservation_bytes(SPARING_MERGE_BYTES);
        }
        state.config_mut().options_mut().optimizer.prefer_hash_join = self == Self::Hashed;
        state
    }
}

/// Replaces the content of a table by the rows of `bundle`, in one commit, laid out anew.
///
/// # Errors
///
/// When nothing was written. After an error of delta-rs the log is read again: if the commit is
/// there, the write succeeded.
pub(crate) async fn overwrite(
    runtime: &Runtime,
    location: &TableLocation,
    bundle: Bundle,
    (layout, comments): (&Layout, &Comments),
    key: &Key,
    joins: Joins,
) -> Result<Written> {
    storable::check(bundle.plan.schema().as_arrow())
        .map_err(|source| location.error(source.into()))?;
    let note = CommitNote::new(&location.name, key, bundle.pins.clone(), bundle.display());
    let plan = layout.apply(&location.name, bundle.plan).and_then(|plan| comments.apply(plan));
    let plan = plan.map_err(|error| Error::engine(&location.warehouse, &location.name, error))?;
    let head = match location.head().await? {
        Some(head) => head,
        None => create(location, plan.schema().as_arrow(), layout, comments, key).await?,
    };
    let mut state = joins.state(runtime);
    layout.keep_order(&mut state);
    let expected = head.version + 1;
    let properties = note.properties().map_err(|error| location.error(error.into()))?;
    let attempt = head
        .table
        .write(Vec::new())
        .with_input_plan(plan)
        // A table in another layout changes to this one in the same commit, which has all its rows.
        .with_partition_columns(layout.partition_by.clone())
        .with_save_mode(SaveMode::Overwrite)
        .with_schema_mode(SchemaMode::Overwrite)
        .with_session_state(Arc::new(state))
        .with_session_fallback_policy(SessionFallbackPolicy::RequireSessionState)
        .with_writer_properties(writer_properties())
        .with_commit_properties(properties)
        .await;

    // What counts is what the log says, whether delta-rs reported success or an error.
    match (attempt, location.head().await) {
        (_, Ok(Some(head))) if head.note.as_ref() == Some(&note) => {
            keeps(&head, location, layout)?;
            let size = head.size(location)?;
            Ok(Written { version: head.version, table_id: head.table_id, size })
        }
        (Err(_), Ok(Some(head))) if expected <= head.version => {
            Err(Error::Conflict { table: location.name.clone(), version: expected })
        }
        (Err(error), _) => Err(location.error(error)),
        (Ok(_), Err(error)) => Err(error),
        (Ok(_), Ok(_)) => Err(Error::Conflict { table: location.name.clone(), version: expected }),
    }
}

/// What is stored has the columns that were promised.
fn keeps(head: &Head, location: &TableLocation, layout: &Layout) -> Result<()> {
    let snapshot = head.table.snapshot().map_err(|error| location.error(error))?;
    let stored = snapshot.snapshot().arrow_schema();
    let differences = match layout.columns.as_slice() {
        [] => Vec::new(),
        promised => promise::differences(promised, &stored),
    };
    if differences.is_empty() {
        return Ok(());
    }
    let (view, of) = (location.name.clone(), ColumnsOf::Stored);
    Err(Error::Columns { view, of, differences })
}

/// Creates a table that does not exist. Writing through a table that was not loaded could replace
/// the metadata of one that another program has just created.
async fn create(
    location: &TableLocation,
    schema: &Schema,
    layout: &Layout,
    comments: &Comments,
    key: &Key,
) -> Result<Head> {
    std::fs::create_dir_all(&location.folder)
        .map_err(|error| Error::io(&location.warehouse, &location.folder, error))?;
    let columns = to_delta(schema).map_err(|source| location.error(source.into()))?;
    let note = CommitNote::new(&location.name, &creation_key(key), Pins::new(), String::new());
    let properties = note.properties().map_err(|error| location.error(error.into()))?;
    let mut builder = CreateBuilder::new();
    if !comments.table().is_empty() {
        builder = builder.with_comment(comments.table());
    }
    let attempt = builder
        .with_log_store(Arc::clone(&location.log_store))
        .with_table_name(&location.name)
        .with_columns(columns.fields().cloned())
        .with_partition_columns(layout.partition_by.clone())
        .with_configuration([(OWNER, Some(&location.name))])
        .with_raise_if_key_not_exists(false)
        .with_save_mode(SaveMode::ErrorIfExists)
        .with_commit_properties(properties)
        .await;
    match (attempt, location.head().await) {
        (_, Ok(Some(head))) if head.note.as_ref() == Some(&note) => Ok(head),
        (Err(error), _) => Err(location.error(error)),
        (Ok(_), Err(error)) => Err(error),
        (Ok(_), Ok(_)) => Err(Error::Conflict { table: location.name.clone(), version: 0 }),
    }
}

/// The key of a table that has been created and holds no rows yet: equal to no key of rows, so that
/// it is never adopted.
fn creation_key(key: &Key) -> Key {
    Key::from_text(format!("created for {key}"))
}

fn writer_properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_created_by(concat!("belvedere ", env!("CARGO_PKG_VERSION")).to_owned())
        .build()
}
