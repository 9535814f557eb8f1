//! Tests that follow from what is known of a function, for any project that defines some.
//!
//! ```ignore
//! use my_functions as _; // A crate that nothing names is not linked.
//!
//! #[test]
//! fn functions_are_what_they_promise() {
//!     let registry = belvedere::Registry::linked().unwrap();
//!     belvedere::testing::check_all(registry).unwrap();
//! }
//! ```
//!
//! The examples of doc comments are run ([`check_examples`]), functions of rows, aggregates and window
//! functions, and table functions, are held against what each of their kind has to be ([`check_scalars`],
//! [`check_aggregates`], [`check_windows`], [`check_tables`]), what they say of their results is refuted if it can be
//! ([`check_properties`]), and what `information_schema` shows is compared
//! ([`check_information_schema`]). Arguments are made up. A failure is made as small as it gets and shown
//! as one statement of SQL. What never returns is a failure as well.
//!
//! Views are planned, and compared with what was derived when they were compiled ([`check_views`]). Their unit
//! tests, `view_test!`, are run by `views`.

mod aggregates;
/// For this repository's own tests, whose views are no statics.
#[doc(hidden)]
pub mod agreement;
mod edges;
mod encodings;
mod examples;
mod made_up;
mod parity;
mod properties;
mod scalars;
mod tables;
pub(crate) mod views;
mod watch;
mod windows;

use std::fmt;
use std::time::Duration;

use datafusion::common::{DataFusionError, Result as EngineResult};

pub use self::agreement::{Disagreement, Disagreements, check_views};
pub use self::examples::check_examples;
pub use self::properties::{check_properties, check_property};
pub use self::tables::{check_table, check_tables};
use self::watch::{PATIENCE, Start};
pub use self::windows::{check_window, check_windows};
use crate::registry::{Registry, RegistryError};
use crate::udf::Function;

/// A function that is not what it promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The SQL name.
    pub function: &'static str,
    /// The law.
    pub law: &'static str,
    /// What is wrong.
    pub message: String,
    /// The call with the fewest rows for which it is.
    pub sql: String,
}

/// What functions do not keep.
#[derive(Clone, PartialEq, Eq)]
pub struct Failures(pub Vec<Failure>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, law, message, sql } = self;
        write!(f, "`{function}`, {law}: {message}\n    {sql}")
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, failure) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            failure.fmt(f)?;
        }
        Ok(())
    }
}

/// As [`Display`](fmt::Display) shows them: a test that unwraps prints this.
impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Failures {}

/// Why the functions of a program are not in order.
#[derive(thiserror::Error)]
pub enum CheckError {
    /// They cannot be collected.
    #[error(transparent)]
    Registry(#[from] &'static RegistryError),
    /// They are not what they promise.
    #[error(transparent)]
    Failures(#[from] Failures),
    /// Views are planned otherwise than they were checked.
    #[error(transparent)]
    Views(#[from] Disagreements),
    /// There is no session to run them in.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
}

/// As [`Display`](fmt::Display) shows it: a test that unwraps prints this.
impl fmt::Debug for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

/// Holds every function of a registry against all that can be checked: its examples, what
/// `information_schema` shows of it, and the laws of its kind. A call that takes longer than a minute
/// is a failure too, and its function is not called again.
///
/// # Errors
///
/// [`CheckError::Failures`], all failures at once, or what keeps a session from being made.
pub fn check_all(registry: &Registry) -> Result<(), CheckError> {
    check_all_within(registry, PATIENCE)
}

/// The same for functions that are fast, or slow: a call may take so long.
///
/// # Errors
///
/// Those of [`check_all`].
pub fn check_all_within(registry: &Registry, patience: Duration) -> Result<(), CheckError> {
    let mut failures = apart(|| parity::check(registry))?;
    let starts: [Start; 6] = [
        examples::start,
        scalars::start,
        properties::start,
        aggregates::start,
        windows::start,
        tables::start,
    ];
    for start in starts {
        let hangs = |function: &Function| {
            let mut hanging = failures.iter().filter(|failure| failure.law == watch::RETURNS);
            hanging.any(|failure| failure.function == function.name)
        };
        let functions: Vec<&'static Function> =
            registry.functions().iter().copied().filter(|function| !hangs(function)).collect();
        failures.extend(watch::each(&functions, patience, start)?);
    }
    told(failures)
}

/// Holds the functions of a registry against one thing.
fn check_each(registry: &Registry, start: Start) -> Result<(), CheckError> {
    told(watch::each(registry.functions(), PATIENCE, start)?)
}

fn told(failures: Vec<Failure>) -> Result<(), CheckError> {
    if failures.is_empty() { Ok(()) } else { Err(Failures(failures).into()) }
}

/// Runs on a thread of its own: a runtime of tokio cannot be entered from within another one, as an
/// async test is.
fn apart<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        scope.spawn(run).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Holds every function of rows of a registry against the laws: the same values from constants,
/// columns, slices, chunks and every encoding, above junk, without rows, in rows that a CASE leaves
/// out; NULL only where it is declared; errors that name the function and the row.
///
/// # Errors
///
/// [`CheckError::Failures`], one for each law that a function breaks, or what keeps a session from
/// being made.
pub fn check_scalars(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, scalars::start)
}

/// Holds one function of rows against the laws: for each that it breaks, the first failure. `twin` is
/// the function that gives NULL where this one fails.
///
/// # Errors
///
/// What keeps a session from being made.
pub fn check_scalar(
    function: &'static Function,
    twin: Option<&'static Function>,
) -> EngineResult<Vec<Failure>> {
    apart(|| scalars::check_function(function, twin))
}

/// Holds what `information_schema` shows of the functions of a registry against what is known of
/// them: names, kinds, volatility, parameters and their types.
///
/// # Errors
///
/// [`CheckError::Failures`], or what keeps a session from being made.
pub fn check_information_schema(registry: &Registry) -> Result<(), CheckError> {
    told(apart(|| parity::check(registry))?)
}

/// Holds every aggregate of a registry against the laws.
///
/// # Errors
///
/// [`CheckError::Failures`], one for each law that an aggregate breaks.
pub fn check_aggregates(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, aggregates::start)
}

/// Holds one aggregate against the laws: for each that it breaks, the first failure.
#[must_use]
pub fn check_aggregate(function: &'static Function) -> Vec<Failure> {
    aggregates::check(function)
}
