//! Relations: plans that grow by methods, and give their rows when they are asked for.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow_pyarrow::ToPyArrow as _;
use belvedere::Runtime;
use datafusion::common::Column;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ExplainOption, Expr, ExprSchemable as _, LogicalPlan, SortExpr};
use datafusion::prelude::DataFrame;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_python_util::ffi_logical_codec_from_pycapsule;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::aggregate::aggregate;
use crate::describe::describe;
use crate::error::{plan_error, query_error, refused, refused_over};
use crate::executor::{handle, wait};
use crate::expression::expression;
use crate::handed::Handed;
use crate::join::join;
use crate::place::{self, Place, check, check_condition, check_names};
use crate::rows::Rows;
use crate::sets::met;
use crate::types::named;

/// Rows that are not computed yet.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct Plan {
    frame: DataFrame,
    runtime: Runtime,
}

/// What errors of an execution are told with.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    runtime: Runtime,
    plan: LogicalPlan,
}

impl Origin {
    pub(crate) fn error(&self, error: DataFusionError) -> PyErr {
        query_error(&self.runtime.failure(error, &self.plan))
    }
}

impl Plan {
    pub(crate) const fn new(frame: DataFrame, runtime: Runtime) -> Self {
        Self { frame, runtime }
    }

    fn grown(&self, grow: impl FnOnce(DataFrame) -> Result<DataFrame>) -> PyResult<Self> {
        let schema = self.frame.schema();
        let frame = grow(self.frame.clone()).map_err(|error| refused_over(&error, Some(schema)))?;
        Ok(Self { frame, runtime: self.runtime.clone() })
    }

    fn expr(&self, bytes: &[u8]) -> PyResult<Expr> {
        let expr = expression(bytes, &self.frame.task_ctx())?;
        // The items that a function is of have the types that the columns here give them.
        let resolved = expr.resolve_lambda_variables(self.frame.schema());
        Ok(resolved.map_err(|error| refused(&error))?.data)
    }

    fn exprs(&self, all: &[Vec<u8>]) -> PyResult<Vec<Expr>> {
        all.iter().map(|bytes| self.expr(bytes)).collect()
    }

    /// The rows of these columns.
    fn computed(&self, columns: Vec<Expr>, place: Place) -> PyResult<Self> {
        for column in &columns {
            check(column, place, self.frame.schema())?;
        }
        check_names(columns.iter().map(place::name), |name| {
            format!("give one of them another name: `{}`", named(&format!("{name}_2"), "…"))
        })?;
        self.grown(|frame| frame.select(columns))
    }
}

#[pymethods]
impl Plan {
    fn filter(&self, predicate: &[u8]) -> PyResult<Self> {
        let predicate = self.expr(predicate)?;
        check(&predicate, Place::Filter, self.frame.schema())?;
        check_condition(&predicate, self.frame.schema())?;
        self.grown(|frame| frame.filter(predicate))
    }

    fn select(&self, columns: Vec<Vec<u8>>) -> PyResult<Self> {
        let columns = self.exprs(&columns)?;
        self.computed(columns, Place::Select)
    }

    /// Computes columns from the rows as they are, all at once.
    fn with_columns(&self, values: Vec<(String, Vec<u8>)>) -> PyResult<Self> {
        let mut columns: Vec<Expr> =
            self.frame.schema().columns().into_iter().map(Expr::Column).collect();
        for (name, value) in values {
            let value = self.expr(&value)?.alias(&name);
            match columns.iter_mut().find(|column| place::name(column) == name) {
                Some(column) => *column = value,
                None => columns.push(value),
            }
        }
        self.computed(columns, Place::WithColumns)
    }

    fn rename(&self, names: BTreeMap<String, String>) -> PyResult<Self> {
        let renamed = |column: &Column| names.get(column.name()).map(String::as_str);
        let columns = self.frame.schema().columns();
        let every =
            columns.iter().map(|column| renamed(column).unwrap_or(column.name()).to_owned());
        check_names(every, |name| format!("`drop` or rename the other `{name}` too"))?;
        let columns = self.frame.schema().columns().into_iter().map(|column| {
            let renamed = names.get(column.name());
            let column = Expr::Column(column);
            renamed.map_or(column.clone(), |name| column.alias(name))
        });
        let columns: Vec<Expr> = columns.collect();
        self.grown(|frame| frame.select(columns))
    }

    fn drop(&self, names: HashSet<String>) -> PyResult<Self> {
        let columns = self.frame.schema().columns().into_iter();
        let kept = columns.filter(|column| !names.contains(column.name()));
        let kept: Vec<Expr> = kept.map(Expr::Column).collect();
        self.grown(|frame| frame.select(kept))
    }

    fn aggregate(&self, keys: Vec<Vec<u8>>, values: Vec<Vec<u8>>) -> PyResult<Self> {
        let (keys, values) = (self.exprs(&keys)?, self.exprs(&values)?);
        let frame = aggregate(self.frame.clone(), keys, values)?;
        Ok(Self { frame, runtime: self.runtime.clone() })
    }

    /// Sorts by values, each ascending or not, NULL first or not.
    fn sort(&self, by: Vec<(Vec<u8>, bool, bool)>) -> PyResult<Self> {
        let by = by.iter().map(|(value, ascending, nulls_first)| {
            let value = self.expr(value)?;
            check(&value, Place::Sort, self.frame.schema())?;
            // The engine would say only when it computes that a function takes no such value.
            value.get_type(self.frame.schema()).map_err(|error| refused(&error))?;
            Ok(SortExpr::new(value, *ascending, *nulls_first))
        });
        let by = by.collect::<PyResult<Vec<_>>>()?;
        self.grown(|frame| frame.sort(by))
    }

    fn limit(&self, rows: Option<usize>, skip: usize) -> PyResult<Self> {
        self.grown(|frame| frame.limit(skip, rows))
    }

    fn distinct(&self) -> PyResult<Self> {
        self.grown(DataFrame::distinct)
    }

    /// Joins on pairs of columns.
    fn join(
        &self,
        other: &Self,
        on: Vec<(String, String)>,
        how: &str,
        suffix: Option<&str>,
    ) -> PyResult<Self> {
        let frame = join(&self.frame, &other.frame, &on, how, suffix)?;
        Ok(Self { frame, runtime: self.runtime.clone() })
    }

    fn union(&self, other: &Self, distinct: bool) -> PyResult<Self> {
        let [ours, theirs] = met("union", &self.frame, &other.frame)?;
        self.grown(|_| if distinct { ours.union_distinct(theirs) } else { ours.union(theirs) })
    }

    fn intersect(&self, other: &Self) -> PyResult<Self> {
        let [ours, theirs] = met("intersect", &self.frame, &other.frame)?;
        self.grown(|_| ours.intersect_distinct(theirs))
    }

    fn except_(&self, other: &Self) -> PyResult<Self> {
        let [ours, theirs] = met("except_", &self.frame, &other.frame)?;
        self.grown(|_| ours.except_distinct(theirs))
    }

    fn columns(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let fields = self.frame.schema().fields().iter();
        fields.map(|field| field.name().clone()).filter(|name| seen.insert(name.clone())).collect()
    }

    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.frame.schema().as_arrow().to_pyarrow(py)
    }

    /// The plan as text; with `analyze` it is executed and measured.
    fn explain(&self, py: Python<'_>, analyze: bool) -> PyResult<String> {
        if !analyze {
            let state = self.frame.clone().into_parts().0;
            let plan = self.frame.logical_plan();
            let shown = || state.optimize(plan).map(|plan| plan.display_indent().to_string());
            return py.detach(shown).map_err(|error| refused(&error));
        }
        let frame = self.frame.clone();
        let origin = self.origin();
        let explained = async move {
            let options = ExplainOption::default().with_analyze(true);
            frame.explain_with_options(options)?.collect().await
        };
        let batches = wait(py, explained)?.map_err(|error| origin.error(error))?;
        let shown = datafusion::arrow::util::pretty::pretty_format_batches(&batches);
        shown.map(|shown| shown.to_string()).map_err(plan_error)
    }

    /// Counts, means, extremes and medians, a row for each column.
    fn describe(&self, py: Python<'_>) -> PyResult<Self> {
        let (frame, origin) = (self.frame.clone(), self.origin());
        let described = wait(py, describe(frame))?;
        let frame = described.map_err(|error| origin.error(error))?;
        Ok(Self { frame, runtime: self.runtime.clone() })
    }

    /// Executes the plan.
    fn rows(&self, py: Python<'_>) -> PyResult<Rows> {
        let (frame, origin) = (self.frame.clone(), self.origin());
        let rows = wait(py, frame.execute_stream())?.map_err(|error| origin.error(error))?;
        Ok(Rows::new(rows, origin))
    }

    /// The relation as a table of the session that asks.
    fn __datafusion_table_provider__<'py>(
        &self,
        py: Python<'py>,
        session: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let codec = ffi_logical_codec_from_pycapsule(session, None)?;
        let executor = handle(py)?;
        let table = Arc::new(Handed::new(self.frame.clone(), executor.clone()));
        let table = FFI_TableProvider::new_with_ffi_codec(table, true, Some(executor), codec);
        PyCapsule::new_with_value(py, table, c"datafusion_table_provider")
    }
}

impl Plan {
    fn origin(&self) -> Origin {
        let plan = self.frame.logical_plan().clone();
        Origin { runtime: self.runtime.clone(), plan }
    }
}
