//! Tests that follow from what is known of a function, for any project that defines some.
//!
//! ```ignore
//! use my_functions as _; // A crate that nothing names is not linked.
//!
//! #[test]
//! fn functions_are_what_they_promise() {
//!     belvedere::testing::check_all().unwrap();
//! }
//! ```
//!
//! The examples of doc comments are run ([`check_examples`]), aggregates and window functions
//! are held against what each of them has to be ([`check_aggregates`], [`check_windows`]). Arguments are made up from the types of the parameters
//! ([`values`]); the laws are in [`laws`]. A failure is made as small as it gets and shown as one
//! statement of SQL.

mod call;
mod examples;
mod laws;
mod sql;
mod values;
mod windows;

use std::fmt;

use datafusion::common::{DataFusionError, Result as EngineResult};

use self::call::Call;
pub use self::examples::check_examples;
use self::laws::LAWS;
pub use self::windows::{check_window, check_windows};
use crate::registry::{Registry, RegistryError};
use crate::udf::Function;

/// How many rows are made up; shrinking finds out how few are enough.
const ROWS: usize = 24;

/// How many sets of rows are made up, at least one for each choice of types.
const ROUNDS: usize = 3;

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

/// Holds every function that is linked into the program against all that can be checked: its
/// examples, and the laws of its kind.
///
/// # Errors
///
/// Those of [`Registry::linked`], [`check_examples`], [`check_aggregates`] and [`check_windows`], all
/// failures at once.
pub fn check_all() -> Result<(), CheckError> {
    let registry = Registry::linked()?;
    let mut failures = match check_examples(registry) {
        Ok(()) => Vec::new(),
        Err(CheckError::Failures(failures)) => failures.0,
        Err(other) => return Err(other),
    };
    if let Err(broken) = check_aggregates(registry) {
        failures.extend(broken.0);
    }
    failures.extend(check_windows(registry).err().map(|broken| broken.0).unwrap_or_default());
    if failures.is_empty() { Ok(()) } else { Err(Failures(failures).into()) }
}

/// Holds every aggregate of a registry against the laws.
///
/// # Errors
///
/// [`Failures`], one for each law that an aggregate breaks.
pub fn check_aggregates(registry: &Registry) -> Result<(), Failures> {
    let functions = registry.functions().iter().filter(|f| f.as_aggregate().is_some());
    let failures: Vec<Failure> = functions.flat_map(|function| check_aggregate(function)).collect();
    if failures.is_empty() { Ok(()) } else { Err(Failures(failures)) }
}

/// Holds one aggregate against the laws: for each that it breaks, the first failure.
#[must_use]
pub fn check_aggregate(function: &'static Function) -> Vec<Failure> {
    let mut failures = Vec::new();
    for law in LAWS {
        let choices = values::choices(function);
        let rounds = ROUNDS.div_ceil(choices.len());
        let broken = choices.into_iter().enumerate().find_map(|(choice, types)| {
            (0..rounds).find_map(|round| {
                let columns = values::columns(&types, ROWS, choice * ROUNDS + round);
                let found = Call::new(function, columns).and_then(|call| failure(law, call));
                found.unwrap_or_else(|error| {
                    let (message, sql) = (error.strip_backtrace(), String::new());
                    Some(Failure { function: function.name, law: law.name, message, sql })
                })
            })
        });
        failures.extend(broken);
    }
    failures
}

/// What a call breaks a law with, after all rows have been left out that it does so without.
fn failure(law: &'static laws::Law, call: Call) -> EngineResult<Option<Failure>> {
    let Some(mut message) = broken(law, &call) else { return Ok(None) };
    let mut smallest = call;
    let mut row = 0;
    while row < smallest.rows() {
        let smaller = smallest.without(row)?;
        match broken(law, &smaller) {
            Some(found) => (smallest, message) = (smaller, found),
            None => row += 1,
        }
    }
    let sql = sql::statement(&smallest)?;
    Ok(Some(Failure { function: smallest.function().name, law: law.name, message, sql }))
}

/// What is wrong with a call; an error is.
fn broken(law: &laws::Law, call: &Call) -> Option<String> {
    match (law.check)(call) {
        Ok(()) => None,
        Err(laws::Broken::Law(message)) => Some(message),
        Err(laws::Broken::Engine(error)) => Some(error.strip_backtrace()),
    }
}
