//! A warehouse, the functions and views that are linked, and the memory that queries share.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_pyarrow::FromPyArrow as _;
use belvedere::Runtime;
use belvedere::delta::pull::{compare, compare_linked, pull, pull_for};
use belvedere::query::{Query, QueryError, Reading, SqlQuery, read_expr, read_query};
use belvedere::refresh::RunRequest;
use belvedere::session::gate::SqlError;
use belvedere::view::{ParamValue, Relation};
use datafusion::arrow::array::{Array as _, RecordBatch, RecordBatchReader as _};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ffi_stream::ArrowArrayStreamReader;
use datafusion::catalog::MemTable;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::DataFrame;
use pyo3::prelude::*;

use crate::error::{error, plan_error, query_error, refused, unbuilt};
use crate::executor::wait;
use crate::functions::rows_of;
use crate::place::check_names as check_twice;
use crate::plan::Plan;
use crate::run::{self, Run};
use crate::shown;

/// What rows without a name are called in plans.
const ROWS: &str = "rows";

/// A runtime over a warehouse.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct Engine {
    runtime: Runtime,
    warehouse: PathBuf,
    /// Tables that Python has registered.
    given: Mutex<BTreeMap<String, Arc<MemTable>>>,
}

#[pymethods]
impl Engine {
    #[new]
    fn new(
        warehouse: PathBuf,
        memory: Option<usize>,
        threads: Option<usize>,
        spill_folder: Option<PathBuf>,
        settings: BTreeMap<String, String>,
        allow_async: bool,
    ) -> PyResult<Self> {
        let mut builder = Runtime::builder().warehouse(&warehouse);
        if let Some(memory) = memory {
            builder = builder.memory(memory);
        }
        if let Some(threads) = threads {
            builder = builder.threads(threads);
        }
        if let Some(folder) = spill_folder {
            builder = builder.spill_folder(folder);
        }
        if allow_async {
            builder = builder.allow_async();
        }
        for (name, value) in settings {
            builder = builder.setting(name, value);
        }
        let runtime = builder.build().map_err(|failed| unbuilt(&failed))?;
        Ok(Self { runtime, warehouse, given: Mutex::default() })
    }

    /// The rows of a published or registered table, or of a view.
    fn table(&self, py: Python<'_>, name: String) -> PyResult<Plan> {
        self.read(py, async move |reading| reading.table(&name).await.map_err(|e| query_error(&e)))
    }

    /// The rows of one read-only statement.
    fn sql(&self, py: Python<'_>, text: String) -> PyResult<Plan> {
        let runtime = self.runtime.clone();
        self.read(py, async move |reading| {
            let SqlQuery { bundle, .. } =
                reading.sql(&text).await.map_err(|error| query_error(&error))?;
            let names = bundle.plan.schema().fields().iter().map(|field| field.name().clone());
            check_twice(names, |name| format!("name one of them apart: `… AS {name}_2`"))?;
            let explains = matches!(bundle.plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_));
            let frame = DataFrame::new(reading.session().state(), bundle.plan);
            if explains { explained(frame, &runtime).await } else { Ok(frame) }
        })
    }

    /// The rows of a text in the language of views.
    fn query(
        &self,
        py: Python<'_>,
        text: String,
        params: BTreeMap<String, String>,
    ) -> PyResult<Plan> {
        let (runtime, given) = (self.runtime.clone(), self.given().clone());
        let plan = async move { planned(runtime.query(text), given, params).await };
        Ok(self.relation(wait(py, plan)??))
    }

    /// Checks definitions as a file has them; returns each with its columns, and all that is wrong.
    fn check(
        &self,
        py: Python<'_>,
        text: String,
        name: String,
    ) -> PyResult<(Vec<String>, Vec<String>)> {
        let runtime = self.runtime.clone();
        let checked = wait(py, async move { runtime.check(&text, &name).await })?;
        checked.map_err(|error| query_error(&error))
    }

    /// The parameters that a text declares, with their types.
    fn params(&self, py: Python<'_>, text: String) -> PyResult<Vec<(String, String)>> {
        let runtime = self.runtime.clone();
        let params = wait(py, async move { runtime.query(text).params().await })?;
        let params = params.map_err(|error| query_error(&error))?.into_iter();
        Ok(params.map(|(name, ty)| (name, ty.to_string())).collect())
    }

    /// The parameters of a view of this extension, with their types; none where there is no such view.
    fn params_of(&self, view: &str) -> PyResult<Vec<(String, String)>> {
        let Some(view) = linked(view) else { return Ok(Vec::new()) };
        let model = belvedere::view::model(view).map_err(plan_error)?;
        Ok(model.values.iter().map(|value| (value.name.clone(), value.ty.to_string())).collect())
    }

    /// The rows of a query as data, in JSON.
    fn spec(
        &self,
        py: Python<'_>,
        json: String,
        params: BTreeMap<String, String>,
    ) -> PyResult<Plan> {
        let (runtime, given) = (self.runtime.clone(), self.given().clone());
        let plan = async move {
            let spec = read_query(&json).map_err(|error| query_error(&error))?;
            planned(runtime.query_spec(&spec), given, params).await
        };
        Ok(self.relation(wait(py, plan)??))
    }

    /// The values of an expression as data, in JSON, for the rows of a relation.
    fn expression(&self, py: Python<'_>, relation: String, json: String) -> PyResult<Plan> {
        let (runtime, given) = (self.runtime.clone(), self.given().clone());
        let plan = async move {
            let spec = read_expr(&json).map_err(|error| query_error(&error))?;
            planned(runtime.expr_spec(&relation, &spec), given, BTreeMap::new()).await
        };
        Ok(self.relation(wait(py, plan)??))
    }

    /// The text that a query as data means.
    #[staticmethod]
    fn spec_text(json: &str) -> PyResult<String> {
        let spec = read_query(json).map_err(|error| query_error(&error))?;
        spec.to_text().map_err(|findings| query_error(&QueryError::Text(findings)))
    }

    /// The rows of a table function.
    fn table_function(
        &self,
        py: Python<'_>,
        name: String,
        arguments: Vec<Vec<u8>>,
    ) -> PyResult<Plan> {
        self.read(py, async move |reading| rows_of(&name, &arguments, reading.session()))
    }

    /// Rows without a name: a table of `pyarrow`.
    fn unnamed(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<Plan> {
        let table = read(py, "rows", rows)?;
        let source = provider_as_source(table);
        let plan = LogicalPlanBuilder::scan(ROWS, source, None);
        let plan = plan.and_then(LogicalPlanBuilder::build).map_err(|failed| refused(&failed))?;
        let frame = DataFrame::new(self.runtime.state(), plan);
        Ok(Plan::new(frame, self.runtime.clone()))
    }

    /// Registers rows under a name: a table of `pyarrow`.
    fn register(&self, py: Python<'_>, name: String, rows: &Bound<'_, PyAny>) -> PyResult<()> {
        let table = read(py, &name, rows)?;
        let mut given = self.given().clone();
        given.insert(name.clone(), Arc::clone(&table));
        // Refused here rather than where the table is first read.
        wait(py, open(self.runtime.clone(), given))??;
        if linked(&name).is_some() {
            return Err(plan_error(format!(
                "`{name}` is a table or view of this program, which a run publishes\n\
                 help: register the rows under another name"
            )));
        }
        self.given().insert(name, table);
        Ok(())
    }

    /// Forgets registered rows; returns whether there were any.
    fn deregister(&self, name: &str) -> bool {
        self.given().remove(name).is_some()
    }

    /// The names of what was registered.
    fn registered(&self) -> Vec<String> {
        self.given().keys().cloned().collect()
    }

    /// Starts to bring everything up to date with a source.
    fn run(
        &self,
        py: Python<'_>,
        source: PathBuf,
        params: Vec<(String, String, String)>,
        tables: BTreeMap<String, String>,
    ) -> PyResult<Run> {
        let request = run::request(&self.warehouse, source, params, tables);
        Run::start(py, self.runtime.clone(), request)
    }

    /// What is known of a table or view, as JSON; none where nothing is called so.
    fn show(&self, py: Python<'_>, name: String) -> PyResult<Option<String>> {
        let runtime = self.runtime.clone();
        let shown = wait(py, async move { runtime.shown(&name).await })?;
        let shown = shown.map_err(|error| query_error(&error))?;
        Ok(shown.map(|shown| shown::relation(&shown).to_string()))
    }

    /// The names of all tables and views, of this extension or published.
    fn names(&self, py: Python<'_>) -> PyResult<BTreeSet<String>> {
        let runtime = self.runtime.clone();
        let names = wait(py, async move { runtime.shown_names().await })?;
        names.map_err(|error| query_error(&error))
    }

    /// What a table of others holds, as JSON: the one that is named, or that a schema file names.
    #[staticmethod]
    fn schema_pull(py: Python<'_>, uri: Option<String>, file: Option<PathBuf>) -> PyResult<String> {
        let pulled = wait(py, async move {
            match (uri, file) {
                (uri, Some(file)) => pull_for(uri.as_deref(), &file).await,
                (uri, None) => pull(&uri.unwrap_or_default(), None).await,
            }
        })?;
        let pulled = pulled.map_err(|error| shown::pull_error(&error))?;
        Ok(shown::pulled(&pulled).to_string())
    }

    /// Compares a schema file with what is stored, or those of all tables of this extension; returns each
    /// as JSON.
    #[staticmethod]
    fn schema_check(
        py: Python<'_>,
        uri: Option<String>,
        file: Option<PathBuf>,
    ) -> PyResult<Vec<String>> {
        let Some(file) = file else {
            let tables = wait(py, compare_linked())?.into_iter();
            let tables = tables.map(|(name, compared)| match compared {
                Ok(compared) => shown::compared(&compared).to_string(),
                Err(error) => shown::not_compared(name, &error).to_string(),
            });
            return Ok(tables.collect());
        };
        let compared = wait(py, async move { compare(uri.as_deref(), &file).await })?;
        let compared = compared.map_err(|error| shown::pull_error(&error))?;
        Ok(vec![shown::compared(&compared).to_string()])
    }

    /// What is published, as JSON.
    fn published(&self, py: Python<'_>) -> PyResult<String> {
        let runtime = self.runtime.clone();
        let published = wait(py, async move { runtime.reading().await })?;
        let reading = published.map_err(|error| query_error(&error))?;
        run::published(&reading).map_err(error)
    }
}

/// The rows of an explanation, which is computed here: the engine plans nothing over one.
async fn explained(frame: DataFrame, runtime: &Runtime) -> PyResult<DataFrame> {
    let (state, plan) = frame.into_parts();
    let rows = DataFrame::new(state.clone(), plan.clone()).collect().await;
    let rows = rows.map_err(|failed| query_error(&runtime.failure(failed, &plan)))?;
    let schema = Arc::clone(plan.schema().inner());
    let plan = MemTable::try_new(schema, vec![rows])
        .and_then(|table| LogicalPlanBuilder::scan(ROWS, provider_as_source(Arc::new(table)), None))
        .and_then(LogicalPlanBuilder::build);
    Ok(DataFrame::new(state, plan.map_err(|failed| refused(&failed))?))
}

impl Engine {
    fn given(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<MemTable>>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows of a plan.
    fn relation(&self, plan: LogicalPlan) -> Plan {
        Plan::new(DataFrame::new(self.runtime.state(), plan), self.runtime.clone())
    }

    /// Makes a plan over what is published and registered at this moment.
    fn read<F>(
        &self,
        py: Python<'_>,
        plan: impl FnOnce(Reading) -> F + Send + 'static,
    ) -> PyResult<Plan>
    where
        F: Future<Output = PyResult<DataFrame>> + Send + 'static,
    {
        let opening = open(self.runtime.clone(), self.given().clone());
        let frame = wait(py, async move { plan(opening.await?).await })??;
        Ok(Plan::new(frame, self.runtime.clone()))
    }
}

/// Plans a query that reads tables of Python's too, with the values of its parameters.
async fn planned(
    mut query: Query<'_>,
    given: BTreeMap<String, Arc<MemTable>>,
    params: BTreeMap<String, String>,
) -> PyResult<LogicalPlan> {
    for (name, table) in given {
        query = query.table(name, table);
    }
    for (name, value) in params {
        query = query.param(name, ParamValue::Text(value));
    }
    Ok(query.plan().await.map_err(|error| query_error(&error))?.plan)
}

/// Reads rows of Python's, which have a name.
fn read(py: Python<'_>, name: &str, rows: &Bound<'_, PyAny>) -> PyResult<Arc<MemTable>> {
    let reader = ArrowArrayStreamReader::from_pyarrow_bound(rows)?;
    let schema = reader.schema();
    check_names(name, &schema)?;
    let batches = py.detach(|| reader.collect::<Result<Vec<_>, _>>()).map_err(plan_error)?;
    py.detach(|| validate(&batches)).map_err(plan_error)?;
    Ok(Arc::new(MemTable::try_new(schema, vec![batches]).map_err(plan_error)?))
}

/// The table or view of this extension that has a name.
fn linked(name: &str) -> Option<&'static Relation> {
    RunRequest::linked("", "").relations.into_iter().find(|relation| relation.name == name)
}

/// Refuses names by which rows or columns could not be found.
fn check_names(name: &str, schema: &Schema) -> PyResult<()> {
    if name.trim().is_empty() {
        return Err(plan_error("a table needs a name"));
    }
    let mut seen = HashSet::new();
    match schema.fields().iter().find(|field| !seen.insert(field.name())) {
        Some(twice) => Err(plan_error(format!(
            "two columns of `{name}` are called `{}`\nhelp: rename one of them",
            twice.name()
        ))),
        None => Ok(()),
    }
}

/// Looks whether the rows keep to Arrow's rules: the engine relies on them, on UTF-8 for one, and rows of
/// others come unchecked.
fn validate(batches: &[RecordBatch]) -> Result<(), ArrowError> {
    let mut columns = batches.iter().flat_map(RecordBatch::columns);
    columns.try_for_each(|column| column.to_data().validate_full())
}

/// Opens what is published, with tables of Python's.
async fn open(runtime: Runtime, given: BTreeMap<String, Arc<MemTable>>) -> PyResult<Reading> {
    let reading = runtime.reading().await.map_err(|error| query_error(&error))?;
    for (name, table) in given {
        let name = datafusion::common::TableReference::bare(name);
        let registered = reading.session().register_table(name, table);
        registered.map_err(|failed| {
            plan_error(format!(
                "{}\nhelp: register the rows under another name; `runtime.deregister(…)` forgets those \
                 that were registered before",
                SqlError::of_plan(&failed)
            ))
        })?;
    }
    Ok(reading)
}
