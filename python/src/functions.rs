//! Functions as objects that a session of another library can register.
//!
//! `datafusion` asks an object for a capsule by the name of a method that both libraries know. What is
//! in it is DataFusion's own stable table of functions, whoever compiled it.

use std::collections::BTreeMap;
use std::sync::Arc;

use belvedere::{Registry, Runtime};
use belvedere_lang::print::digest;
use datafusion::catalog::TableFunctionArgs;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{AggregateUDF, Expr, LogicalPlanBuilder, ScalarUDF, WindowUDF};
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udwf::FFI_WindowUDF;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCapsule;

use crate::error::{error, refused};
use crate::expression::expressions;
use crate::plan::Plan;
use crate::series;

/// A function that gives a value for each row.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct ScalarFunction(Arc<ScalarUDF>);

#[pymethods]
impl ScalarFunction {
    fn __datafusion_scalar_udf__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let function = FFI_ScalarUDF::from(Arc::clone(&self.0));
        PyCapsule::new_with_value(py, function, c"datafusion_scalar_udf")
    }
}

/// A function that gives a value for a group of rows.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct AggregateFunction(Arc<AggregateUDF>);

#[pymethods]
impl AggregateFunction {
    fn __datafusion_aggregate_udf__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let function = FFI_AggregateUDF::from(Arc::clone(&self.0));
        PyCapsule::new_with_value(py, function, c"datafusion_aggregate_udf")
    }
}

/// A function that gives a value for each row of a window.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct WindowFunction(Arc<WindowUDF>);

#[pymethods]
impl WindowFunction {
    fn __datafusion_window_udf__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let function = FFI_WindowUDF::from(Arc::clone(&self.0));
        PyCapsule::new_with_value(py, function, c"datafusion_window_udf")
    }
}

/// A runtime for functions, without tables, and the state of a session of it.
fn runtime(py: Python<'_>) -> PyResult<&'static (Runtime, SessionState)> {
    static RUNTIME: PyOnceLock<(Runtime, SessionState)> = PyOnceLock::new();
    RUNTIME.get_or_try_init(py, || {
        let runtime = Runtime::builder().build().map_err(error)?;
        let state = runtime.state();
        Ok((runtime, state))
    })
}

/// Returns the function of a name or alias.
#[pyfunction]
fn function<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let (_, session) = runtime(py)?;
    if let Some(function) = session.scalar_functions().get(name) {
        return Ok(ScalarFunction(Arc::clone(function)).into_pyobject(py)?.into_any());
    }
    if let Some(function) = session.aggregate_functions().get(name) {
        return Ok(AggregateFunction(Arc::clone(function)).into_pyobject(py)?.into_any());
    }
    if let Some(function) = session.window_functions().get(name) {
        return Ok(WindowFunction(Arc::clone(function)).into_pyobject(py)?.into_any());
    }
    Err(PyKeyError::new_err(format!("no function is called `{name}`")))
}

/// Returns the rows of a table function, for a session of another library.
#[pyfunction]
fn table_function(py: Python<'_>, name: &str, arguments: Vec<Vec<u8>>) -> PyResult<Plan> {
    let (runtime, state) = runtime(py)?;
    let frame = rows_of(name, &arguments, &SessionContext::from(state.clone()))?;
    Ok(Plan::new(frame, runtime.clone()))
}

/// The rows of a table function of a session.
pub(crate) fn rows_of(
    name: &str,
    arguments: &[Vec<u8>],
    context: &SessionContext,
) -> PyResult<DataFrame> {
    let given = expressions(arguments, &context.task_ctx())?;
    table_of(name, given, context).map_err(|failed| refused(&failed))
}

fn table_of(name: &str, given: Vec<Expr>, context: &SessionContext) -> Result<DataFrame> {
    let function = context.table_function(name)?;
    let first = given.first().cloned();
    let arguments = if series::is_series(name) { series::arguments(name, given)? } else { given };
    let state = context.state();
    let arguments = TableFunctionArgs::new(&arguments, &state);
    let rows = provider_as_source(function.create_table_provider_with_args(arguments)?);
    // Named as the function: what has no name is `?table?` in messages.
    let rows = DataFrame::new(state.clone(), LogicalPlanBuilder::scan(name, rows, None)?.build()?);
    if series::is_series(name) { series::rows(first.as_ref(), rows) } else { Ok(rows) }
}

/// Returns the registry of what is linked, as the JSON of `registry.json`.
#[pyfunction]
fn registry() -> PyResult<String> {
    Registry::linked().map_err(error)?.to_json().map_err(error)
}

/// Returns the digest of all functions, which that of the package's wrappers has to be.
#[pyfunction]
fn registry_hash() -> PyResult<String> {
    Ok(digest::functions(&Registry::linked().map_err(error)?.described()))
}

/// Returns the digest of each function, by name.
#[pyfunction]
fn digests() -> PyResult<BTreeMap<String, String>> {
    let functions = Registry::linked().map_err(error)?.described();
    Ok(functions.iter().map(|each| (each.name.clone(), digest::function(each))).collect())
}

/// Returns the version of DataFusion that the functions are made for.
#[pyfunction]
const fn datafusion_version() -> &'static str {
    datafusion::DATAFUSION_VERSION
}

/// Adds what finds functions to the module.
pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ScalarFunction>()?;
    module.add_class::<AggregateFunction>()?;
    module.add_class::<WindowFunction>()?;
    module.add_function(wrap_pyfunction!(function, module)?)?;
    module.add_function(wrap_pyfunction!(table_function, module)?)?;
    module.add_function(wrap_pyfunction!(registry, module)?)?;
    module.add_function(wrap_pyfunction!(registry_hash, module)?)?;
    module.add_function(wrap_pyfunction!(digests, module)?)?;
    module.add_function(wrap_pyfunction!(datafusion_version, module)?)
}
