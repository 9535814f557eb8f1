//! The content of a base table: the published rows of unchanged inputs, and the staged rows of
//! changed ones. Both are streamed.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::JoinType;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::provider_as_source;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::Column;
use url::Url;

use crate::delta::table::PinnedTable;
use crate::plan::{Key, KeyHasher};
use crate::refresh::source::{Input, SourceKind};
use crate::session::Runtime;
use crate::view::Relation;

/// The column of the list of inputs whose rows go.
const GONE: &str = "__gone";

/// Returns the key of a base table made from `inputs`, which are sorted.
pub(super) fn key(kind: &SourceKind, table: &Relation, inputs: &[Input]) -> Key {
    let mut hasher = KeyHasher::new("table");
    hasher.part(kind.name).part(kind.version).part(table.name).part(table.columns);
    // What is published has been asked.
    if let Some(audits) = table.audits {
        hasher.part("audits").part(audits);
    }
    for input in inputs {
        hasher.part(&input.key).part(&input.content_hash);
    }
    hasher.finish()
}

/// The parts that a base table is put together from.
pub(super) struct Parts<'a> {
    pub(super) schema: &'a SchemaRef,
    /// The published rows, if they can be used, and the inputs whose rows among them go.
    pub(super) published: Option<(&'a PinnedTable, &'a [&'a str])>,
    /// The column that holds an input's key.
    pub(super) key_column: &'a str,
    /// The folder of staged files of this table.
    pub(super) staged: &'a Path,
}

impl Parts<'_> {
    pub(super) fn plan(&self, runtime: &Runtime) -> Result<LogicalPlan> {
        let kept = self.kept(runtime)?;
        let staged = self.staged()?;
        match (kept, staged) {
            (Some(kept), Some(staged)) => kept.union(staged.build()?)?.build(),
            (Some(rows), None) | (None, Some(rows)) => rows.build(),
            (None, None) => {
                scan("nothing", Arc::new(MemTable::try_new(self.schema.clone(), vec![vec![]])?))?
                    .build()
            }
        }
    }

    fn kept(&self, runtime: &Runtime) -> Result<Option<LogicalPlanBuilder>> {
        let Some((table, gone)) = self.published else { return Ok(None) };
        let rows = scan("published", table.provider(&runtime.state())?)?;
        if gone.is_empty() {
            return Ok(Some(rows));
        }
        // The list of inputs is the left side, which a hash join keeps in memory.
        let schema = Arc::new(Schema::new(vec![Field::new(GONE, DataType::Utf8, false)]));
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(gone));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![names])?;
        let gone = scan("gone", Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))?;
        let on = (
            vec![Column::new(Some("gone"), GONE)],
            vec![Column::new(Some("published"), self.key_column)],
        );
        Ok(Some(gone.join(rows.build()?, JoinType::RightAnti, on, None)?))
    }

    fn staged(&self) -> Result<Option<LogicalPlanBuilder>> {
        // Nothing was staged when no input changed, and no file is made for a table without rows.
        let empty = match fs::read_dir(self.staged) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(error.into()),
        };
        if empty {
            return Ok(None);
        }
        let url = Url::from_directory_path(self.staged).map_err(|()| {
            DataFusionError::Internal(format!("`{}` has no URL", self.staged.display()))
        })?;
        let options = ListingOptions::new(Arc::new(ArrowFormat)).with_file_extension(".arrow");
        let config = ListingTableConfig::new(ListingTableUrl::try_new(url, None)?)
            .with_listing_options(options)
            .with_schema(SchemaRef::clone(self.schema));
        Ok(Some(scan("staged", Arc::new(ListingTable::try_new(config)?))?))
    }
}

fn scan(name: &str, table: Arc<dyn TableProvider>) -> Result<LogicalPlanBuilder> {
    LogicalPlanBuilder::scan(name, provider_as_source(table), None)
}
