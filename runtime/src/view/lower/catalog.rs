//! The engine's own functions by name.
//!
//! A view's built-in is the engine's, whatever a session has registered since: a user's function of
//! the same name is another function, which a view names by its Rust path.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::catalog::TableFunctionImpl;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::session::mended;
use crate::view::error::ViewError;

static SCALARS: LazyLock<HashMap<String, Arc<ScalarUDF>>> = LazyLock::new(|| {
    let scalars = datafusion::functions::all_default_functions();
    let nested = datafusion::functions_nested::all_default_nested_functions();
    by_name(mended::scalars().chain(scalars).chain(nested), |f| (f.name(), f.aliases()))
});

static AGGREGATES: LazyLock<HashMap<String, Arc<AggregateUDF>>> = LazyLock::new(|| {
    let aggregates = datafusion::functions_aggregate::all_default_aggregate_functions();
    by_name(mended::aggregates().chain(aggregates), |f| (f.name(), f.aliases()))
});

static WINDOWS: LazyLock<HashMap<String, Arc<WindowUDF>>> = LazyLock::new(|| {
    let windows = datafusion::functions_window::all_default_window_functions();
    by_name(windows.into_iter(), |f| (f.name(), f.aliases()))
});

/// A name wins over an alias, and the first of two over the second.
fn by_name<F>(
    functions: impl Iterator<Item = Arc<F>>,
    names: impl Fn(&F) -> (&str, &[String]),
) -> HashMap<String, Arc<F>> {
    let functions: Vec<_> = functions.collect();
    let mut map = HashMap::new();
    for function in &functions {
        map.entry(names(function).0.to_owned()).or_insert_with(|| Arc::clone(function));
    }
    for function in &functions {
        for alias in names(function).1 {
            map.entry(alias.clone()).or_insert_with(|| Arc::clone(function));
        }
    }
    map
}

/// The scalar function called `name`.
pub(crate) fn scalar(name: &str) -> Result<Arc<ScalarUDF>, ViewError> {
    find(&SCALARS, name)
}

/// The aggregate function called `name`.
pub(crate) fn aggregate(name: &str) -> Result<Arc<AggregateUDF>, ViewError> {
    find(&AGGREGATES, name)
}

/// The window function called `name`.
pub(crate) fn window(name: &str) -> Result<Arc<WindowUDF>, ViewError> {
    find(&WINDOWS, name)
}

/// The table function called `name`.
pub(crate) fn table(name: &str) -> Option<Arc<dyn TableFunctionImpl>> {
    let tables = datafusion::functions_table::all_default_table_functions();
    let table = tables.into_iter().find(|table| table.name() == name)?;
    Some(Arc::clone(table.function()))
}

fn find<F>(functions: &HashMap<String, Arc<F>>, name: &str) -> Result<Arc<F>, ViewError> {
    let function = functions.get(name).cloned();
    function.ok_or_else(|| ViewError::MissingFunction { name: name.to_owned() })
}
