//! A publication as SQL sees it: a catalog of pinned tables, opened when they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
    SchemaProvider, TableProvider,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use super::publication::{NodeKind, Publication};
use super::table::{PinnedTable, TableLocation};
use super::warehouse::{POINTERS, Warehouse};
use crate::session::{CATALOG, Runtime, SCHEMA};

/// The schema of Belvedere's own records, `belvedere.pointers` and `belvedere.inputs`.
pub const INTERNAL_SCHEMA: &str = "belvedere";

/// Opens a session that sees the nodes of a publication, pinned, and nothing else.
///
/// Published tables and views are in the default schema, Belvedere's own records in the schema
/// `belvedere`.
///
/// # Errors
///
/// When the pointers cannot be read.
pub async fn session(
    runtime: &Runtime,
    warehouse: &Warehouse,
    publication: &Publication,
) -> super::Result<SessionContext> {
    let mut public = BTreeMap::new();
    let mut internal = BTreeMap::new();
    for (node, pointer) in &publication.nodes {
        let table = Published {
            node: node.clone(),
            version: pointer.version,
            id: pointer.table_id.clone(),
        };
        match (pointer.kind, node.split_once('.')) {
            (NodeKind::Internal, Some((_, name))) => internal.insert(name.to_owned(), table),
            _ => public.insert(node.clone(), table),
        };
    }
    if let Some(head) = TableLocation::new(warehouse, POINTERS)?.head().await? {
        let name = POINTERS.trim_start_matches("belvedere.").to_owned();
        let table =
            Published { node: POINTERS.to_owned(), version: head.version, id: head.table_id };
        internal.insert(name, table);
    }
    let schema = |tables| Arc::new(PublishedSchema::new(runtime, warehouse, tables));
    let catalog = Arc::new(MemoryCatalogProvider::new());
    let fail = |error| super::Error::engine(warehouse.root(), "the catalog", error);
    catalog.register_schema(SCHEMA, schema(public)).map_err(fail)?;
    catalog.register_schema(INTERNAL_SCHEMA, schema(internal)).map_err(fail)?;
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(CATALOG.to_owned(), catalog);
    Ok(runtime.session_over(Arc::new(catalogs)))
}

/// A node's published version.
#[derive(Clone, Debug)]
struct Published {
    node: String,
    version: u64,
    id: String,
}

#[derive(Debug)]
struct PublishedSchema {
    runtime: Runtime,
    warehouse: Warehouse,
    tables: BTreeMap<String, Published>,
}

impl PublishedSchema {
    fn new(runtime: &Runtime, warehouse: &Warehouse, tables: BTreeMap<String, Published>) -> Self {
        Self { runtime: runtime.clone(), warehouse: warehouse.clone(), tables }
    }

    async fn open(&self, table: &Published) -> super::Result<PinnedTable> {
        TableLocation::new(&self.warehouse, &table.node)?.pin(table.version, &table.id).await
    }
}

#[async_trait]
impl SchemaProvider for PublishedSchema {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(table) = self.tables.get(name) else { return Ok(None) };
        let pinned =
            self.open(table).await.map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Some(pinned.provider(&self.runtime.state())?))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }
}
