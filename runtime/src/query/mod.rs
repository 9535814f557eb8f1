//! The language of views at run time: [`Query`], the rows of a text over what is published.
//!
//! A text is read by the parser and the checker that `view!` has, is lowered by the same code, and
//! never becomes SQL. What differs is who knows the names: here they are those of the linked
//! relations and functions and of the tables of a warehouse ([`names`]).
//!
//! Reading order: [`Query`], `spec` (queries as data), `rows` (structs of rows), `names`, `prepare` (from a text to a plan),
//! [`Reading`] (a session over what is published, for SQL and plans), [`Shown`] (what is known of a
//! relation), `apart` (where texts are read), [`QueryError`].

mod apart;
mod error;
#[cfg(feature = "cli")]
mod file;
mod json;
mod names;
mod prepare;
mod reading;
mod rows;
mod shown;
mod spec;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use belvedere_lang::spec::Printed;
use belvedere_lang::types::{Column, Type};
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::LogicalPlan;
use futures::{StreamExt as _, TryStreamExt as _};

#[cfg(feature = "cli")]
pub(crate) use self::apart::STACK;
pub use self::error::QueryError;
#[cfg(feature = "cli")]
pub(crate) use self::error::texts;
#[cfg(feature = "cli")]
pub(crate) use self::file::{check_file, known};
#[cfg(feature = "cli")]
pub(crate) use self::names::Known;
use self::prepare::{Prepared, declared, prepare};
pub use self::reading::{Reading, SqlQuery};
pub use self::shown::{Defined, Shown, ShownAudit, ShownColumn, ShownParam};
use self::spec::Source;
pub use self::spec::{read_expr, read_query};
use crate::delta::Error;
use crate::plan::Bundle;
use crate::session::Runtime;
use crate::view::ParamValue;

/// What errors call a query.
pub(crate) const QUERY: &str = "the query";

/// A text in the language of views, over what is published.
///
/// ```ignore
/// let runtime = Runtime::builder().warehouse(".belvedere").build()?;
/// let rows = runtime.query("from orders as o where o.pieces > 3 select { o.order_id }").collect().await?;
/// ```
///
/// It reads what is published when it begins: all relations of one query belong together, and a run
/// that publishes meanwhile is seen by the next query.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until its rows are asked for"]
pub struct Query<'a> {
    runtime: &'a Runtime,
    source: Source,
    params: Vec<(String, ParamValue)>,
    /// Values for those of these parameters that the text has.
    offered: Vec<(String, ParamValue)>,
    /// Tables of the program's own.
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
}

impl Runtime {
    /// Makes a query of the steps of a view, `from … where … select { … }`, over the warehouse of
    /// [`RuntimeBuilder::warehouse`](crate::session::RuntimeBuilder::warehouse).
    ///
    /// Relations are found by name among those that are linked into the program, then among those that
    /// are published. A linked view that is computed where it is read is computed.
    pub fn query(&self, text: impl Into<String>) -> Query<'_> {
        self.query_of(Source::Text(text.into().into()))
    }

    fn printed(&self, spec: Printed) -> Query<'_> {
        self.query_of(Source::Spec(Arc::new(spec)))
    }

    fn query_of(&self, source: Source) -> Query<'_> {
        let (params, offered, tables) = (Vec::new(), Vec::new(), BTreeMap::new());
        Query { runtime: self, source, params, offered, tables }
    }

    /// Returns what the failure of a plan means, with where in it, as far as the plan tells.
    #[must_use]
    pub fn failure(&self, error: DataFusionError, plan: &LogicalPlan) -> QueryError {
        let warehouse = self.warehouse().map_or(Path::new(""), PathBuf::as_path);
        QueryError::Warehouse(Error::engine(warehouse, QUERY, error).in_plan(plan))
    }

    fn warehouse_path(&self) -> Result<&Path, QueryError> {
        self.warehouse().map(PathBuf::as_path).ok_or(QueryError::NoWarehouse)
    }
}

impl Query<'_> {
    /// Gives a value for a parameter of the text: `param since: Date from … where o.day >= since`. One
    /// without a default has to be given.
    ///
    /// What is wrong with it is said when the rows are asked for.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<ParamValue>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Names rows that the text may read, beside what is linked and published, whose names come first.
    ///
    /// ```ignore
    /// let prices = Arc::new(MemTable::try_new(schema, vec![batches])?);
    /// let query = runtime.query("from prices as p where p.cents > 100 select { p.name }").table("prices", prices);
    /// ```
    pub fn table(mut self, name: impl Into<String>, rows: Arc<dyn TableProvider>) -> Self {
        self.tables.insert(name.into(), rows);
        self
    }

    /// Returns the parameters that the text declares, in order. What else is wrong with it is not said
    /// here.
    ///
    /// # Errors
    ///
    /// [`QueryError::Thread`] where the text cannot be read for lack of a thread.
    pub async fn params(&self) -> Result<Vec<(String, Type)>, QueryError> {
        declared(self.source.text().to_owned()).await
    }

    /// Gives a value for a parameter, if the text has it.
    #[cfg(feature = "cli")]
    pub(crate) fn param_if_known(mut self, name: String, value: ParamValue) -> Self {
        self.offered.push((name, value));
        self
    }

    /// Checks the text, and returns the columns of its rows without reading any.
    ///
    /// # Errors
    ///
    /// [`QueryError::Text`] with everything that is wrong with the text; what the warehouse says.
    pub async fn columns(&self) -> Result<Vec<Column>, QueryError> {
        Ok(self.prepare().await?.columns)
    }

    /// Checks the text, and returns its plan over pinned tables.
    ///
    /// # Errors
    ///
    /// As [`Query::columns`].
    pub async fn plan(&self) -> Result<Bundle, QueryError> {
        Ok(self.prepare().await?.bundle)
    }

    /// Executes the query; rows arrive as they are computed.
    ///
    /// Failures of single rows are those of the stream; [`Query::collect`] tells where in the plan they
    /// come from.
    ///
    /// # Errors
    ///
    /// As [`Query::columns`], and what the engine says when it plans.
    pub async fn stream(&self) -> Result<SendableRecordBatchStream, QueryError> {
        let prepared = self.prepare().await?;
        let stream = prepared.bundle.execute(self.runtime).await;
        stream.map_err(|error| self.engine_error(error, &prepared))
    }

    /// Executes the query and returns all rows.
    ///
    /// # Errors
    ///
    /// As [`Query::stream`], and whatever fails for a row.
    pub async fn collect(&self) -> Result<Vec<RecordBatch>, QueryError> {
        let prepared = self.prepare().await?;
        let stream = prepared.bundle.execute(self.runtime).await;
        let rows = async { stream?.boxed().try_collect().await };
        rows.await.map_err(|error| self.engine_error(error, &prepared))
    }

    pub(crate) async fn prepare(&self) -> Result<Prepared, QueryError> {
        prepare(self).await
    }

    pub(crate) fn engine_error(&self, error: DataFusionError, prepared: &Prepared) -> QueryError {
        self.runtime.failure(error, &prepared.bundle.plan)
    }
}
