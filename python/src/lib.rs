//! What extensions of Python are made of.
//!
//! An extension is a `cdylib` that names the crates of its functions and views and calls
//! [`extension!`]. It has what they link: every function as an object that other sessions of
//! DataFusion can register, and an engine over its tables and views. The package `belvedere` has the
//! classes that people use, over any such extension.
//!
//! Reading order: `functions`, `expression` (what arrives from Python), `plan` (relations), `place` and
//! `types` (what they refuse), `aggregate`, `describe`, `join`, `sets`, `rows` and `handed`
//! (what leaves), `engine` (a warehouse), `shown` (what is known of its tables), `run`, `executor` (how Python waits), `reference` (what is asked of no warehouse), `error`.

mod aggregate;
mod describe;
mod engine;
mod error;
mod executor;
mod expression;
mod functions;
mod handed;
mod join;
mod place;
mod plan;
mod reference;
mod rows;
mod run;
mod series;
mod sets;
mod shown;
mod types;

pub use pyo3;
use pyo3::prelude::*;

/// Makes the module of an extension; its name is that of the library.
///
/// ```ignore
/// use my_functions as _;
///
/// belvedere_python::extension!(_native);
/// ```
#[macro_export]
macro_rules! extension {
    ($name:ident) => {
        /// The extension.
        #[$crate::pyo3::pymodule(crate = "belvedere_python::pyo3")]
        fn $name(
            module: &$crate::pyo3::Bound<'_, $crate::pyo3::types::PyModule>,
        ) -> $crate::pyo3::PyResult<()> {
            $crate::fill(module)
        }
    };
}

/// Fills the module of an extension.
///
/// # Errors
///
/// When the linked functions contradict each other.
pub fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    error::import(module.py())?;
    belvedere::speak_python();
    functions::fill(module)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<plan::Plan>()?;
    module.add_class::<rows::Rows>()?;
    module.add_class::<run::Run>()?;
    reference::fill(module)?;
    // Work ends before what rows of Python's are made of does.
    let shut_down = wrap_pyfunction!(executor::shut_down, module)?;
    module.py().import("atexit")?.call_method1("register", (shut_down,)).map(drop)
}
