//! A publication as SQL sees it: a catalog of pinned tables, opened when they are asked for.
//!
//! A program may register tables of its own in such a session, under names that are not taken.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList,
    SchemaProvider, TableProvider,
};
use datafusion::common::plan_err;
use datafusion::datasource::ViewTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use super::external::ExternalTable;
use super::publication::{NodeKind, Pointer, Publication};
use super::table::{PinnedTable, TableLocation};
use super::views::{self, is_computed, stored_sources};
use super::warehouse::{POINTERS, Warehouse};
use crate::session::{CATALOG, Runtime, SCHEMA};
use crate::view::{Params, Relation, ViewGraph};

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
    session_with_views(runtime, warehouse, publication, &ViewGraph::from_relations([])?).await
}

/// Opens a session as [`session`] does, which sees besides the views of `graph` that are computed
/// where they are read.
///
/// # Errors
///
/// When the pointers cannot be read, or the text of a view has errors.
pub async fn session_with_views(
    runtime: &Runtime,
    warehouse: &Warehouse,
    publication: &Publication,
    graph: &ViewGraph,
) -> super::Result<SessionContext> {
    let mut public = BTreeMap::new();
    let mut internal = BTreeMap::new();
    for (node, pointer) in &publication.nodes {
        let table = Published::of(node, pointer);
        match (pointer.kind, node.split_once('.')) {
            (NodeKind::Internal, Some((_, name))) => internal.insert(name.to_owned(), table),
            _ => public.insert(node.clone(), table),
        };
    }
    if let Some(head) = TableLocation::new(warehouse, POINTERS)?.head().await? {
        let name = POINTERS.trim_start_matches("belvedere.").to_owned();
        let (node, version, id) = (POINTERS.to_owned(), head.version, head.table_id);
        let table = Published { node, uri: None, version, id };
        internal.insert(name, table);
    }
    let computed = computed_views(publication, graph)?;
    let schema = |tables, computed| {
        let (runtime, warehouse) = (runtime.clone(), warehouse.clone());
        let given = RwLock::default();
        Arc::new(PublishedSchema { runtime, warehouse, tables, computed, given })
    };
    let catalog = Arc::new(MemoryCatalogProvider::new());
    let fail = |error| super::Error::engine(warehouse.root(), "the catalog", error);
    catalog.register_schema(SCHEMA, schema(public, computed)).map_err(fail)?;
    catalog.register_schema(INTERNAL_SCHEMA, schema(internal, BTreeMap::new())).map_err(fail)?;
    let catalogs = MemoryCatalogProviderList::new();
    catalogs.register_catalog(CATALOG.to_owned(), catalog);
    Ok(runtime.session_over(Arc::new(catalogs)))
}

/// The views that are computed where they are read, as far as all that they read is published.
fn computed_views(
    publication: &Publication,
    graph: &ViewGraph,
) -> super::Result<BTreeMap<String, Computed>> {
    let mut computed = BTreeMap::new();
    for node in graph.nodes() {
        if !is_computed(node)? {
            continue;
        }
        let published = |source: &str| Some(Published::of(source, publication.nodes.get(source)?));
        let sources: Option<Vec<Published>> =
            stored_sources(graph, node)?.into_iter().map(published).collect();
        if let Some(sources) = sources {
            let view = Computed { relation: node.relation(), sources };
            computed.insert(node.name().to_owned(), view);
        }
    }
    Ok(computed)
}

/// A view that is computed where it is read.
#[derive(Clone, Debug)]
struct Computed {
    relation: &'static Relation,
    sources: Vec<Published>,
}

/// A node's published version.
#[derive(Clone, Debug)]
struct Published {
    node: String,
    /// Where it is, if others write it.
    uri: Option<String>,
    version: u64,
    id: String,
}

impl Published {
    fn of(node: &str, pointer: &Pointer) -> Self {
        let (uri, id) = (pointer.uri.clone(), pointer.table_id.clone());
        Self { node: node.to_owned(), uri, version: pointer.version, id }
    }
}

#[derive(Debug)]
struct PublishedSchema {
    runtime: Runtime,
    warehouse: Warehouse,
    tables: BTreeMap<String, Published>,
    computed: BTreeMap<String, Computed>,
    /// Tables that the program has registered.
    given: RwLock<BTreeMap<String, Arc<dyn TableProvider>>>,
}

impl PublishedSchema {
    async fn open(&self, table: &Published) -> super::Result<PinnedTable> {
        match &table.uri {
            Some(uri) => ExternalTable::at(&table.node, uri)?.pin(table.version, &table.id).await,
            None => {
                let location = TableLocation::new(&self.warehouse, &table.node)?;
                location.pin(table.version, &table.id).await
            }
        }
    }

    fn given(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        named(&given, name).map(Arc::clone)
    }

    async fn provider(&self, name: &str) -> super::Result<Option<Arc<dyn TableProvider>>> {
        if let Some(table) = named(&self.tables, name) {
            let provider = self.open(table).await?.provider(&self.runtime.state());
            let fail = |error| super::Error::engine(self.warehouse.root(), name, error);
            return Ok(Some(provider.map_err(fail)?));
        }
        let Some(view) = named(&self.computed, name) else { return Ok(self.given(name)) };
        let mut pinned = Vec::new();
        for source in &view.sources {
            pinned.push(self.open(source).await?);
        }
        let plan = views::plan(&self.runtime, view.relation, &Params::default(), &pinned)?;
        Ok(Some(Arc::new(ViewTable::new(plan, None))))
    }
}

#[async_trait]
impl SchemaProvider for PublishedSchema {
    fn table_names(&self) -> Vec<String> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        self.tables.keys().chain(self.computed.keys()).chain(given.keys()).cloned().collect()
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        if named(&self.tables, &name).is_some() || named(&self.computed, &name).is_some() {
            return plan_err!("`{name}` is published; register the table under another name");
        }
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        Ok(given.insert(name, table))
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.given.write().unwrap_or_else(PoisonError::into_inner).remove(name))
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        self.provider(name).await.map_err(|error| DataFusionError::External(Box::new(error)))
    }

    fn table_exist(&self, name: &str) -> bool {
        named(&self.tables, name).is_some()
            || named(&self.computed, name).is_some()
            || self.given(name).is_some()
    }
}

/// The node that SQL calls `name`: what is not quoted comes in lower case, and no two relations of a
/// program differ in capitals alone.
fn named<'a, T>(nodes: &'a BTreeMap<String, T>, name: &str) -> Option<&'a T> {
    nodes.get(name).or_else(|| {
        let mut nodes = nodes.iter();
        nodes.find(|(node, _)| node.eq_ignore_ascii_case(name)).map(|(_, node)| node)
    })
}
