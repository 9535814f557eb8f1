//! Aggregates, held against what every aggregate has to be.
//!
//! Arguments are made up from the types of the parameters ([`values`]); the laws are in [`laws`]. What
//! breaks one is made as small as it gets, row by row, and shown as one statement ([`sql`]).

mod call;
pub(super) mod laws;
mod queries;
pub(super) mod sql;
pub(super) mod values;

use datafusion::common::Result;

use self::call::Call;
use self::laws::{Broken, LAWS, Law};
use super::Failure;
use super::watch::{Check, calling};
use crate::udf::Function;

/// How many rows are made up; shrinking finds out how few are enough.
pub(super) const ROWS: usize = 24;

/// How many sets of rows are made up, at least one for each choice of types.
pub(super) const ROUNDS: usize = 3;

/// Holds aggregates against the laws.
pub(super) fn start(_: &[&'static Function]) -> Result<Check> {
    Ok(Box::new(|function| match function.as_aggregate() {
        Some(_) => Ok(check(function)),
        None => Ok(Vec::new()),
    }))
}

/// Holds one aggregate against the laws: for each that it breaks, the first failure.
pub(super) fn check(function: &'static Function) -> Vec<Failure> {
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
    failures.extend(at_edges(function));
    failures
}

/// What goes wrong with values at the edges of their types.
fn at_edges(function: &'static Function) -> Option<Failure> {
    values::choices(function).iter().find_map(|types| {
        let call = values::edges(types).and_then(|columns| Call::new(function, columns));
        call.and_then(|call| failure(&laws::AT_EDGES, call)).unwrap_or_else(|error| {
            let (law, message) = (laws::AT_EDGES.name, error.strip_backtrace());
            Some(Failure { function: function.name, law, message, sql: String::new() })
        })
    })
}

/// What a call breaks a law with, after all rows have been left out that it does so without.
fn failure(law: &'static Law, call: Call) -> Result<Option<Failure>> {
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
fn broken(law: &Law, call: &Call) -> Option<String> {
    let watched = call.clone();
    let sql = move || sql::statement(&watched).unwrap_or_default();
    match calling(sql, || (law.check)(call)) {
        Ok(()) => None,
        Err(Broken::Law(message)) => Some(message),
        Err(Broken::Engine(error)) => Some(error.strip_backtrace()),
    }
}
