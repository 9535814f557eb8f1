//! Tests that follow from what is known of a function, for any project that defines some.
//!
//! ```ignore
//! #[test]
//! fn aggregates_keep_their_laws() {
//!     let registry = belvedere::Registry::linked().unwrap();
//!     if let Err(failures) = belvedere::testing::check_aggregates(registry) {
//!         panic!("{failures}");
//!     }
//! }
//! ```
//!
//! Arguments are made up from the types of the parameters ([`values`]); the laws are in [`laws`]. A
//! failure is made as small as it gets and shown as one statement of SQL.

mod call;
mod laws;
mod sql;
mod values;

use std::fmt;

use datafusion::common::Result;

use self::call::Call;
use self::laws::LAWS;
use crate::registry::Registry;
use crate::udf::Function;

/// How many rows are made up; shrinking finds out how few are enough.
const ROWS: usize = 24;

/// How many sets of rows are made up, at least one for each choice of types.
const ROUNDS: usize = 3;

/// An aggregate that breaks a law.
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

/// The laws that functions break.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl std::error::Error for Failures {}

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
fn failure(law: &'static laws::Law, call: Call) -> Result<Option<Failure>> {
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
