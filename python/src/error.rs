//! Errors as exceptions of the package, with the messages that Rust gives.
//!
//! The classes are Python's, in `belvedere.errors`: extensions of several projects raise the same ones.

use std::any::Any;
use std::fmt::Display;

use belvedere::delta;
use belvedere::query::QueryError;
use belvedere::session::gate::SqlError;
use belvedere_lang::suggest::{listed, nearest};
use datafusion::common::{Column, DFSchema, SchemaError};
use datafusion::error::DataFusionError;
use pyo3::prelude::*;
use pyo3::{PyTypeInfo as _, import_exception};

import_exception!(belvedere.errors, BelvedereError);
import_exception!(belvedere.errors, ContractError);
import_exception!(belvedere.errors, DeltaConflict);
import_exception!(belvedere.errors, ExecutionError);
import_exception!(belvedere.errors, ForkError);
import_exception!(belvedere.errors, NotPublished);
import_exception!(belvedere.errors, OutOfMemory);
import_exception!(belvedere.errors, PlanError);
import_exception!(belvedere.errors, RunFailed);
import_exception!(belvedere.errors, SqlRefused);
import_exception!(belvedere.errors, WarehouseError);

/// Imports the classes while imports work: an interpreter that ends has none.
pub(crate) fn import(py: Python<'_>) -> PyResult<()> {
    py.import("belvedere.errors")?;
    for class in [
        BelvedereError::type_object(py),
        ContractError::type_object(py),
        DeltaConflict::type_object(py),
        ExecutionError::type_object(py),
        ForkError::type_object(py),
        NotPublished::type_object(py),
        OutOfMemory::type_object(py),
        PlanError::type_object(py),
        RunFailed::type_object(py),
        SqlRefused::type_object(py),
        WarehouseError::type_object(py),
    ] {
        drop(class);
    }
    Ok(())
}

/// An error that has no class of its own.
pub(crate) fn error(error: impl Display) -> PyErr {
    BelvedereError::new_err(error.to_string())
}

/// An error of planning.
pub(crate) fn plan_error(error: impl Display) -> PyErr {
    PlanError::new_err(error.to_string())
}

/// A plan that the engine refuses.
pub(crate) fn refused(error: &DataFusionError) -> PyErr {
    refused_over(error, None)
}

/// A step over these columns that the engine refuses, which lists those of the steps before, too.
pub(crate) fn refused_over(error: &DataFusionError, columns: Option<&DFSchema>) -> PyErr {
    let mut told = SqlError::of_plan(error);
    if let DataFusionError::SchemaError(schema, _) = error.find_root()
        && let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
    {
        let known = columns.map(DFSchema::columns);
        told.helps = vec![meant(field, known.as_ref().unwrap_or(valid_fields))];
    }
    plan_error(told)
}

/// What somebody meant by a column that there is not. The `col` of `datafusion` reads names as SQL does.
fn meant(field: &Column, known: &[Column]) -> String {
    let names = || known.iter().map(|column| column.name.as_str());
    let named = names().find(|name| *name != field.name && name.eq_ignore_ascii_case(&field.name));
    if let Some(name) = named {
        return format!(
            "there is `{name}`: `belvedere.col({name:?})` keeps capitals, `datafusion.col` does not"
        );
    }
    let last = field.name.rsplit('.').next().unwrap_or_default();
    match (names().find(|name| *name == last), nearest(&field.name, names())) {
        (Some(last), _) => format!("columns are named alone: `col({last:?})`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("there is {}", listed(names())),
    }
}

/// A panic of the engine.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    error(format!("a bug: panic: {}\nhelp: please report it", text.unwrap_or("without a text")))
}

/// A process that its parent's threads did not follow into.
pub(crate) fn forked() -> PyErr {
    ForkError::new_err(
        "this process was forked after the engine had started: its threads are not here\n\
         help: start processes by `multiprocessing.get_context(\"spawn\")`, or fork before the first \
         call",
    )
}

/// Work that somebody else has stopped.
pub(crate) fn stopped() -> PyErr {
    error("the work was stopped before it was done")
}

/// An interpreter that ends.
pub(crate) fn ending() -> PyErr {
    error(
        "the interpreter is about to end: the engine has stopped\n\
         help: `atexit.register` after `import belvedere`, what is registered before runs too late",
    )
}

/// How a text is told of a parameter without a value: around its name.
const OF_PROGRAM: [&str; 2] = ["by `--param ", "=…` on the command line"];

/// The message, where a parameter gets its value as in Python.
fn with_params(text: String) -> String {
    let parts = text.split_once(OF_PROGRAM[0]).and_then(|(before, rest)| {
        let (name, after) = rest.split_once(OF_PROGRAM[1])?;
        Some((before, name, after))
    });
    match parts {
        Some((before, name, after)) => {
            let after = with_params(after.to_owned());
            format!("{before}by `params={{\"{name}\": …}}`{after}")
        }
        None => text,
    }
}

/// An error of a query.
pub(crate) fn query_error(error: &QueryError) -> PyErr {
    let text = with_params(error.to_string());
    match error {
        QueryError::Sql(sql) if sql.is_refusal() => SqlRefused::new_err(text),
        QueryError::NotPublished { .. } => NotPublished::new_err(text),
        QueryError::Text(_)
        | QueryError::Sql(_)
        | QueryError::View(_)
        | QueryError::Unsupported { .. } => PlanError::new_err(text),
        QueryError::Warehouse(error) => warehouse_error(error, text),
        _ => BelvedereError::new_err(text),
    }
}

/// A runtime that cannot be built.
pub(crate) fn unbuilt(failed: &DataFusionError) -> PyErr {
    match failed.find_root() {
        DataFusionError::External(cause) if let Some(cause) = cause.downcast_ref() => {
            run_error(cause)
        }
        _ => plan_error(SqlError::of_plan(failed)),
    }
}

/// An error of a run.
pub(crate) fn run_error(error: &delta::Error) -> PyErr {
    warehouse_error(error, error.to_string())
}

fn warehouse_error(error: &delta::Error, text: String) -> PyErr {
    use delta::Error;
    match error {
        Error::NotPublished(_) => NotPublished::new_err(text),
        Error::Audit { .. } | Error::Columns { .. } | Error::Externals(_) => {
            ContractError::new_err(text)
        }
        Error::Busy { .. } | Error::Conflict { .. } => DeltaConflict::new_err(text),
        Error::OutOfMemory { .. } => OutOfMemory::new_err(text),
        Error::Engine { .. } => ExecutionError::new_err(text),
        Error::View(_) | Error::Graph(_) => PlanError::new_err(text),
        // One cause is more than the fact that there is one.
        Error::Failed(nodes) => match nodes.as_slice() {
            [(_, only)] => warehouse_error(only, text),
            _ => RunFailed::new_err(text),
        },
        Error::Source { .. } => RunFailed::new_err(text),
        _ => WarehouseError::new_err(text),
    }
}
