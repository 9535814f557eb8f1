//! Made-up rows of a call with what each of them gives as constants: every other way to compute them
//! has to agree with that.

use std::cell::RefCell;
use std::collections::HashMap;

use arrow::compute::cast;
use arrow_array::ArrayRef;
use arrow_schema::{ArrowError, DataType};
use datafusion::common::{DataFusionError, Result as EngineResult, ScalarValue};

use super::call::{Arg, Call, Refusal};
use super::engine::Engine;
use super::open::open;
use super::statement;
use crate::udf::{Body, Function};

/// What a row gives.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Value(ScalarValue),
    Failed(Refusal),
}

/// Rows and what they give.
pub(super) struct Case<'a> {
    pub(super) engine: &'a Engine,
    /// The function that gives NULL where this one fails.
    pub(super) twin: Option<&'static Function>,
    pub(super) call: Call,
    pub(super) outcomes: Vec<Outcome>,
    /// Which of many ways are tried.
    pub(super) turn: usize,
    /// The type of the results, all NULLs allowed and without encodings.
    ty: DataType,
    known: RefCell<HashMap<Vec<ScalarValue>, Outcome>>,
}

/// Why a case does not keep a law: what is wrong, and the statement that shows it.
pub(super) struct Broken {
    pub(super) message: String,
    pub(super) sql: String,
}

pub(super) type Kept = Result<(), Broken>;

impl From<DataFusionError> for Broken {
    fn from(error: DataFusionError) -> Self {
        Self { message: error.strip_backtrace(), sql: String::new() }
    }
}

impl From<ArrowError> for Broken {
    fn from(error: ArrowError) -> Self {
        DataFusionError::from(error).into()
    }
}

impl Broken {
    pub(super) fn new(call: &Call, message: impl Into<String>) -> Self {
        Self { message: message.into(), sql: statement::of(call) }
    }
}

impl<'a> Case<'a> {
    /// Runs every row as constants.
    ///
    /// # Errors
    ///
    /// The call is refused when it is planned: it is none.
    pub(super) fn new(
        engine: &'a Engine,
        twin: Option<&'static Function>,
        call: Call,
        turn: usize,
    ) -> Result<Self, Refusal> {
        let ty = open(call.plan(engine)?.data_type());
        let (outcomes, known) = (Vec::new(), RefCell::default());
        let mut case = Self { engine, twin, call, outcomes, turn, ty, known };
        for row in 0..case.call.rows {
            let outcome = case.outcome(&case.call, row);
            case.outcomes.push(outcome);
        }
        Ok(case)
    }

    /// What a row of a call gives as constants. Rows repeat, and so do they from law to law: each is
    /// computed once.
    pub(super) fn outcome(&self, call: &Call, row: usize) -> Outcome {
        let call = match call.constants(row) {
            Ok(call) => call,
            Err(error) => return Outcome::Failed(Refusal::Wrong(error.strip_backtrace())),
        };
        let row: Vec<ScalarValue> = call.args.iter().filter_map(Arg::constant).cloned().collect();
        if let Some(known) = self.known.borrow().get(&row) {
            return known.clone();
        }
        let values = call.evaluate(self.engine).and_then(|values| self.values(&values));
        let outcome = match values {
            Ok(mut values) => Outcome::Value(values.pop().unwrap_or(ScalarValue::Null)),
            Err(refusal) => Outcome::Failed(refusal),
        };
        self.known.borrow_mut().insert(row, outcome.clone());
        outcome
    }

    /// The values of a result, in the type that all results are compared in.
    pub(super) fn values(&self, values: &ArrayRef) -> Result<Vec<ScalarValue>, Refusal> {
        let found = open(values.data_type());
        if found != self.ty && !self.adapts() {
            let wanted = &self.ty;
            return Err(Refusal::Wrong(format!("gives {found}, where columns give {wanted}")));
        }
        let open = || -> EngineResult<Vec<ScalarValue>> {
            let values = cast(values, &self.ty)?;
            (0..values.len()).map(|row| ScalarValue::try_from_array(&values, row)).collect()
        };
        open().map_err(|error| Refusal::Wrong(error.strip_backtrace()))
    }

    /// Has results of another type.
    #[cfg(test)]
    pub(super) fn expect(&mut self, ty: DataType) {
        self.ty = ty;
    }

    /// Whether the type of the result is that of arguments, which have several.
    fn adapts(&self) -> bool {
        !self.call.function.type_params.is_empty() || !self.is_ours()
    }

    /// Whether the adapter decides which types it takes; DataFusion and functions over whole columns
    /// decide that themselves.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self.call.function.body, Body::Rows(_))
    }

    pub(super) fn is_of_booleans(&self) -> bool {
        self.ty == DataType::Boolean
    }

    /// Whether a row calls the function: NULL in an argument that takes none keeps it from that.
    pub(super) fn is_called(&self, row: usize) -> bool {
        self.call.args.iter().enumerate().all(|(position, arg)| {
            let sees_null = self.call.function.param_of(position).is_none_or(|p| p.value.nullable);
            sees_null || arg.value(row).is_ok_and(|value| !value.is_null())
        })
    }

    /// The rows that have a value.
    pub(super) fn good(&self) -> Vec<usize> {
        self.rows(|outcome| matches!(outcome, Outcome::Value(_)))
    }

    /// The rows that fail.
    pub(super) fn failing(&self) -> Vec<usize> {
        self.rows(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    fn rows(&self, is: impl Fn(&Outcome) -> bool) -> Vec<usize> {
        (0..self.outcomes.len()).filter(|row| is(&self.outcomes[*row])).collect()
    }

    /// What rows have to give; NULL for those that fail.
    pub(super) fn expected(&self, rows: &[usize]) -> Vec<ScalarValue> {
        let value = |row: &usize| match &self.outcomes[*row] {
            Outcome::Value(value) => value.clone(),
            Outcome::Failed(_) => ScalarValue::Null,
        };
        rows.iter().map(value).collect()
    }

    /// A call gives these values.
    pub(super) fn agree(&self, call: &Call, expected: &[ScalarValue]) -> Kept {
        let wrong = |refusal: Refusal| Broken::new(call, refusal.text());
        let found = match call.evaluate(self.engine) {
            // What is not ours may take fewer types.
            Err(Refusal::Plan(_)) if !self.is_ours() => return Ok(()),
            Err(refusal) => return Err(wrong(refusal)),
            Ok(found) => self.values(&found).map_err(wrong)?,
        };
        for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
            if found != expected && !(found.is_null() && expected.is_null()) {
                let place = if call.rows == 1 { String::new() } else { format!(" in row {row}") };
                let text = format!("gives {found}{place}, and {expected} as constants");
                return Err(Broken::new(call, text));
            }
        }
        Ok(())
    }
}
