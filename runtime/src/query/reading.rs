//! What is published at one moment, as a session: for SQL, and for plans that programs build.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::TableReference;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionContext};

use super::names::linked;
use super::prepare::Opened;
use super::{QUERY, QueryError};
use crate::delta::publication::Publication;
use crate::delta::{Error, catalog};
use crate::plan::{Bundle, Pins};
use crate::session::{Runtime, gate};
use crate::view::{Node, ViewGraph};

/// A session over what was published when it was opened. A run that publishes meanwhile is not seen.
///
/// ```ignore
/// let runtime = Runtime::builder().warehouse(".belvedere").build()?;
/// let reading = runtime.reading().await?;
/// let large = reading.table("orders").await?.filter(col("pieces").gt(lit(3)))?;
/// ```
#[derive(Clone)]
pub struct Reading {
    session: SessionContext,
    opened: Opened,
    graph: Arc<ViewGraph>,
    warehouse: PathBuf,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { warehouse, opened, .. } = self;
        f.debug_struct("Reading").field("warehouse", warehouse).field("opened", opened).finish()
    }
}

/// A statement that may be executed.
#[derive(Clone, Debug)]
pub struct SqlQuery {
    /// What is executed.
    pub bundle: Bundle,
    /// Its plan with the casts that the engine adds, for errors that speak of them.
    pub analysed: LogicalPlan,
}

impl Runtime {
    /// Opens what is published at this moment in the warehouse of
    /// [`RuntimeBuilder::warehouse`](crate::session::RuntimeBuilder::warehouse). Where nothing is, the
    /// session has functions and no tables.
    ///
    /// # Errors
    ///
    /// [`QueryError::NoWarehouse`], what the warehouse says, and [`QueryError::View`] where linked views
    /// contradict each other.
    pub async fn reading(&self) -> Result<Reading, QueryError> {
        let warehouse = self.warehouse_path()?.to_owned();
        let (opened, graph) = (Opened::new(self, &warehouse).await?, linked()?);
        let session = match opened.published() {
            Some((place, publication)) => {
                catalog::session_with_views(self, place, publication, &graph).await?
            }
            None => self.session(),
        };
        Ok(Reading { session, opened, graph, warehouse })
    }
}

impl Reading {
    /// Returns the session. Tables of the program's own can be registered in it, under names that are
    /// not published.
    #[must_use]
    pub const fn session(&self) -> &SessionContext {
        &self.session
    }

    /// Returns what is published; none where nothing is.
    #[must_use]
    pub fn publication(&self) -> Option<&Publication> {
        self.opened.published().map(|(_, publication)| publication)
    }

    /// Returns the rows of a published table or view, of a view that is computed where it is read, or of
    /// a registered table.
    ///
    /// # Errors
    ///
    /// [`QueryError::NotPublished`] for a linked relation that is not, [`QueryError::View`] with the
    /// nearest name where nothing is called so, and what the warehouse says.
    pub async fn table(&self, name: &str) -> Result<DataFrame, QueryError> {
        let reference = TableReference::bare(name);
        if !self.session.table_exist(reference.clone()).unwrap_or(false) {
            return Err(self.missing(name));
        }
        let table = self.session.table(reference).await;
        table.map_err(|error| Error::engine(&self.warehouse, name, error).into())
    }

    /// Lets one read-only statement of SQL in, planned over what is published.
    ///
    /// # Errors
    ///
    /// [`QueryError::Sql`] when the text is not one query or does not fit the tables, and
    /// [`QueryError::NotPublished`] when it reads what is linked and not published.
    pub async fn sql(&self, text: &str) -> Result<SqlQuery, QueryError> {
        let admitted = gate::admit(&self.session, text).await.map_err(|error| {
            match error.unknown_table() {
                Some(table) if self.is_linked(table) || self.is_empty() => self.missing(table),
                _ => QueryError::Sql(error),
            }
        })?;
        let is_read = |node: &str| {
            // SQL has folded what was not quoted to lower case.
            admitted.tables.iter().any(|table| table.table().eq_ignore_ascii_case(node))
        };
        let nodes = self.opened.published().into_iter().flat_map(|(_, published)| &published.nodes);
        let pins: Pins = nodes
            .filter(|(node, _)| is_read(node))
            .map(|(node, pointer)| (node.clone(), pointer.version))
            .collect();
        let bundle = Bundle { name: QUERY.to_owned(), key: None, pins, plan: admitted.plan };
        Ok(SqlQuery { bundle, analysed: admitted.analysed })
    }

    /// Whether nothing is published.
    fn is_empty(&self) -> bool {
        self.opened.published().is_none()
    }

    fn is_linked(&self, name: &str) -> bool {
        self.relation(name).is_some()
    }

    fn relation(&self, name: &str) -> Option<&'static str> {
        let mut names = self.graph.nodes().iter().map(Node::name);
        names.find(|linked| linked.eq_ignore_ascii_case(name))
    }

    /// Why there is no table of this name.
    fn missing(&self, name: &str) -> QueryError {
        if self.is_empty() {
            return Error::NotPublished(self.warehouse.clone()).into();
        }
        match self.relation(name) {
            Some(relation) => QueryError::NotPublished { relation: relation.to_owned() },
            None => self.unknown(name),
        }
    }

    fn unknown(&self, name: &str) -> QueryError {
        let known = self.session.catalog(crate::session::CATALOG);
        let known = known.and_then(|catalog| catalog.schema(crate::session::SCHEMA));
        let known = known.map(|schema| schema.table_names()).unwrap_or_default();
        let near = belvedere_lang::suggest::nearest(name, known.iter().map(String::as_str));
        let suggestion = near.map(str::to_owned);
        crate::view::ViewError::UnknownRelation { name: name.to_owned(), suggestion }.into()
    }
}
