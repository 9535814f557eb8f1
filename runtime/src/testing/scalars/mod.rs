//! Functions of rows, held against what every function of rows has to be.
//!
//! [`shapes`] says which types a call has, [`rows`] makes arguments up with proptest, from types, from
//! constants that are listed and from the calls in examples ([`seeds`]). A [`case::Case`] is such a
//! call with what each row gives as constants, and [`laws`] compute it in every other way. What
//! breaks a law is shrunk by proptest and shown as one [`statement`].

mod call;
mod case;
mod engine;
mod laws;
mod open;
mod rows;
mod seeds;
mod shapes;
mod simplified;
pub(super) mod statement;

use std::cell::{Cell, RefCell};

use datafusion::common::Result;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use self::call::Call;
use self::case::{Broken, Case, Outcome};
use self::engine::Engine;
use self::laws::{LAWS, MEASURES};
use self::rows::Made;
use self::seeds::Seed;
use self::shapes::Shape;
use super::Failure;
use super::watch::Check;
use crate::udf::{Function, Kind, Type, Volatility};

/// How many calls of a function are made up, at least two for each choice of types.
const CASES: usize = 12;

/// How often a failure is made smaller.
const SHRINKS: u32 = 500;

/// Holds functions of rows against the laws, beside their twins among all.
pub(super) fn start(functions: &[&'static Function]) -> Result<Check> {
    let engine = Engine::new(functions)?;
    let all = functions.to_vec();
    Ok(Box::new(move |function| {
        let twin = all.iter().find(|twin| twin.twin_of == Some(function.name));
        check(&engine, function, twin.copied())
    }))
}

/// Holds one function against the laws: for each that it breaks, the first failure.
pub(super) fn check_function(
    function: &'static Function,
    twin: Option<&'static Function>,
) -> Result<Vec<Failure>> {
    let functions: Vec<&'static Function> = [Some(function), twin].into_iter().flatten().collect();
    check(&Engine::new(&functions)?, function, twin)
}

fn check(
    engine: &Engine,
    function: &'static Function,
    twin: Option<&'static Function>,
) -> Result<Vec<Failure>> {
    // What an async function asks, nobody has asked it to ask.
    let asks = function.as_async().is_some();
    // Unions have no NULLs of their own and no other encodings, which is what laws are about.
    let takes_union = function.params.iter().any(|param| param.value.ty == Type::AnyUnion);
    if function.kind() != Kind::Scalar || asks || takes_union {
        return Ok(Vec::new());
    }
    let seeds = seeds::seeds(engine, function);
    let shapes = shapes::shapes(function, &seeds);
    let cases = CASES.div_ceil(shapes.len()).max(2);
    let mut trial = Trial::new(engine, function, twin);
    let mut failures = Vec::new();
    for shape in &shapes {
        while let Some(failure) = trial.run(shape, &seeds, cases)? {
            failures.push(failure);
            if trial.is_over() {
                return Ok(failures);
            }
        }
    }
    failures.extend(trial.never_called());
    failures.extend(simplified::check(engine, function, &shapes, &seeds)?);
    Ok(failures)
}

/// The laws that a function has not broken, and what is known of its calls.
struct Trial<'a> {
    engine: &'a Engine,
    function: &'static Function,
    twin: Option<&'static Function>,
    laws: Vec<usize>,
    measured: bool,
    /// Whether some call has had a value.
    called: Cell<bool>,
    /// Why the last call had none.
    refusal: RefCell<Option<Broken>>,
}

impl<'a> Trial<'a> {
    fn new(
        engine: &'a Engine,
        function: &'static Function,
        twin: Option<&'static Function>,
    ) -> Self {
        // A function that gives something else with each call has no measure.
        let n_laws = if function.volatility == Volatility::Volatile { 1 } else { LAWS.len() };
        let (called, refusal) = (Cell::new(false), RefCell::new(None));
        Self {
            engine,
            function,
            twin,
            laws: (0..n_laws).collect(),
            measured: true,
            called,
            refusal,
        }
    }

    /// Whether nothing more can be said.
    fn is_over(&self) -> bool {
        !self.measured || self.laws.is_empty()
    }

    /// Makes calls up until a law is broken, and makes that one smaller.
    fn run(&mut self, shape: &Shape, seeds: &[Seed], cases: usize) -> Result<Option<Failure>> {
        let calls = rows::calls(self.function, shape, seeds)?;
        let config = Config {
            cases: u32::try_from(cases).unwrap_or(u32::MAX),
            failure_persistence: None,
            max_shrink_iters: SHRINKS,
            ..Config::default()
        };
        // The same calls every time: whoever mends a function sees whether it is mended.
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let found: RefCell<Option<(usize, Broken)>> = RefCell::new(None);
        let result = runner.run(&calls, |made| {
            let only = found.borrow().as_ref().map(|(law, _)| *law);
            match self.broken(shape, &made, only) {
                None => Ok(()),
                Some(broken) => {
                    // What is kept last is what cannot be made smaller.
                    found.replace(Some(broken));
                    Err(TestCaseError::fail("a law is broken"))
                }
            }
        });
        let Some((law, broken)) = found.into_inner() else { return Ok(None) };
        if let Err(TestError::Abort(reason)) = result {
            return datafusion::common::internal_err!("no calls can be made up: {reason}");
        }
        self.laws.retain(|other| *other != law);
        self.measured &= MEASURES <= law;
        let Broken { message, sql } = broken;
        Ok(Some(Failure { function: self.function.name, law: LAWS[law].name, message, sql }))
    }

    /// The first law that a call breaks, of all or of one.
    fn broken(&self, shape: &Shape, made: &Made, only: Option<usize>) -> Option<(usize, Broken)> {
        let laws = || self.laws.iter().copied().filter(|law| only.is_none_or(|only| only == *law));
        let first = laws().next()?;
        let call = match made.to_call(self.function, shape) {
            Ok(call) => call,
            Err(error) => return Some((first, error.into())),
        };
        let case = match Case::new(self.engine, self.twin, call.clone(), made.turn) {
            Ok(case) => case,
            Err(refusal) => {
                if refusal.text().contains("panicked: ") {
                    return Some((first, Broken::new(&call, refusal.text())));
                }
                self.refused(&call, 0, refusal.text());
                return None;
            }
        };
        for (row, outcome) in case.outcomes.iter().enumerate() {
            match outcome {
                Outcome::Value(_) => self.called.set(self.called.get() || case.is_called(row)),
                Outcome::Failed(why) => self.refused(&case.call, row, why.text()),
            }
        }
        laws().find_map(|law| Some((law, (LAWS[law].check)(&case).err()?)))
    }

    fn refused(&self, call: &Call, row: usize, text: &str) {
        self.refusal.replace(call.constants(row).ok().map(|call| Broken::new(&call, text)));
    }

    /// A function of which no call has a value is one that nothing is known of.
    fn never_called(self) -> Option<Failure> {
        if self.called.get() {
            return None;
        }
        let Broken { message, sql } = self.refusal.into_inner()?;
        let message = format!(
            "no call that is made up succeeds; an example in its docs would be one: {message}"
        );
        Some(Failure { function: self.function.name, law: "of constants", message, sql })
    }
}
