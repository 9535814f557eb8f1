//! What functions say of their results, and calls that would refute it.
//!
//! A planner believes `monotone`, `idempotent` and the like, so that a wrong one gives wrong rows and
//! no error. Here a function is called with values at the edges of their types and texts that are
//! alike to the eye, under each choice of its constants.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ScalarUDF;
use datafusion::logical_expr::interval_arithmetic::Interval;

use super::aggregates::{sql, values};
use super::edges;
use super::watch::{Check, calling};
use super::{CheckError, Failure, check_each};
use crate::registry::Registry;
use crate::udf::adapter::{ScalarAdapter, parsed, properties};
use crate::udf::{Body, Constant, Function, Param, Properties};

/// How many made-up values of a type that has no edges.
const MADE_UP: usize = 12;

/// How many values are tried with each other in both orders.
const PAIRED: usize = 30;

/// Texts that functions of text are often wrong about.
const TEXTS: [&str; 26] = [
    "",
    " ",
    "\t",
    "\u{a0}",
    "a",
    "A",
    "b",
    "B",
    "ab",
    "aB",
    " a  b ",
    "1",
    "10",
    "9",
    "-1",
    "ß",
    "ẞ",
    "ﬁ",
    "Å",
    "A\u{30a}",
    "é",
    "İ",
    "Σς",
    "´x",
    "👍",
    "a text that is too long to lie in a view itself",
];

/// Tries to refute what the functions of a registry say of their results.
///
/// # Errors
///
/// [`CheckError::Failures`], the first for each property that does not hold.
pub fn check_properties(registry: &Registry) -> Result<(), CheckError> {
    check_each(registry, start)
}

/// Tries to refute what functions say of their results.
pub(super) fn start(_: &[&'static Function]) -> datafusion::common::Result<Check> {
    Ok(Box::new(|function| Ok(check_property(function))))
}

/// Tries to refute what one function says of its results.
#[must_use]
pub fn check_property(function: &'static Function) -> Vec<Failure> {
    let said = function.properties;
    let says = said != Properties::NONE || function.preimage.is_some();
    if !says || !matches!(function.body, Body::Rows(_)) {
        return Vec::new();
    }
    type Law = fn(&Calls) -> Result<(), Refuted>;
    let laws: [(bool, &'static str, Law); 7] = [
        (said.monotone, "monotone", monotone),
        (said.injective, "injective", injective),
        (said.idempotent, "idempotent", idempotent),
        (said.commutative, "commutative", commutative),
        (said.inverse.is_some(), "inverse", inverse),
        (said.bounds.is_some(), "bounds", bounds),
        (function.preimage.is_some(), "preimage", preimage),
    ];
    let laws = laws.into_iter().filter(|(is, ..)| *is);
    let choices = choices(function);
    laws.filter_map(|(_, law, check)| {
        let refuted = match &choices {
            Ok(choices) => choices.iter().find_map(|calls| check(calls).err()),
            Err(refuted) => Some(refuted.clone()),
        }?;
        let Refuted { message, sql } = refuted;
        Some(Failure { function: function.name, law, message, sql })
    })
    .collect()
}

/// Why a property does not hold.
#[derive(Clone)]
struct Refuted {
    message: String,
    sql: String,
}

/// Calls of a function with one choice of its constants, over values of one choice of types.
struct Calls {
    function: &'static Function,
    udf: Arc<ScalarUDF>,
    /// Values for the parameters that are no constants, and the constant for each other.
    args: Vec<Vec<ScalarValue>>,
    /// What calls have given: one law asks for what another has asked for.
    known: RefCell<HashMap<Vec<ScalarValue>, Option<ScalarValue>>>,
}

/// Every choice of types with every choice of constants: each constant is varied alone.
fn choices(function: &'static Function) -> Result<Vec<Calls>, Refuted> {
    let mut all = Vec::new();
    for types in values::choices(function) {
        let mut args = Vec::with_capacity(types.len());
        let mut varied = Vec::new();
        for (position, (param, ty)) in function.params.iter().zip(&types).enumerate() {
            if param.literal {
                let constants = constants(param, ty);
                let Some(first) = constants.first() else {
                    let name = param.name;
                    let message = format!("no constant is known for `{name}`: list its `values`");
                    return Err(Refuted { message, sql: String::new() });
                };
                args.push(vec![first.clone()]);
                varied.extend(constants.into_iter().skip(1).map(|value| (position, value)));
            } else {
                args.push(edges::of(function, ty));
            }
        }
        let udf = function.to_udf();
        let calls =
            |args| Calls { function, udf: Arc::clone(&udf), args, known: RefCell::default() };
        all.push(calls(args.clone()));
        for (position, value) in varied {
            let mut args = args.clone();
            args[position] = vec![value];
            all.push(calls(args));
        }
    }
    Ok(all)
}

/// The constants that a parameter takes: its default first, then those that it lists.
pub(super) fn constants(param: &Param, ty: &DataType) -> Vec<ScalarValue> {
    let text = |text: &str| ScalarValue::Utf8(Some(text.to_owned()));
    let default = param.default.map(|default| match default {
        Constant::Null => ScalarValue::Null,
        Constant::Bool(value) => value.into(),
        Constant::Int(value) => value.into(),
        Constant::Float(value) => value.into(),
        Constant::Text(value) => text(value),
    });
    let default = default.and_then(|value| value.cast_to(ty).ok());
    let listed: Vec<ScalarValue> = match param.parse {
        Some(_) if !param.values.is_empty() => {
            param.values.iter().map(|value| text(value)).collect()
        }
        Some(parse) => {
            // A panic is no refusal: it shows in the call.
            let is_taken = |value: &&&str| match parsed(parse, value) {
                Ok(_) => true,
                Err(reason) => reason.starts_with("panicked: "),
            };
            TEXTS.iter().filter(is_taken).map(|value| text(value)).collect()
        }
        None => domain(ty),
    };
    let mut all: Vec<ScalarValue> = default.into_iter().collect();
    for value in listed {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// Values of a type, those at its edges among them.
pub(super) fn domain(ty: &DataType) -> Vec<ScalarValue> {
    const INTS: [i64; 17] = [
        i64::MIN,
        -3_000_000_000,
        -129,
        -100,
        -7,
        -2,
        -1,
        0,
        1,
        2,
        3,
        7,
        100,
        128,
        256,
        3_000_000_000,
        i64::MAX,
    ];
    let floats = [
        f64::NEG_INFINITY,
        -1e300,
        -2.0,
        -1.0,
        -0.5,
        -0.0,
        0.0,
        1e-300,
        0.5,
        1.0,
        1.5,
        2.0,
        1e300,
        f64::INFINITY,
        f64::NAN,
    ];
    let made_up = || {
        let column = values::columns(std::slice::from_ref(ty), MADE_UP, 0);
        let value = |row| ScalarValue::try_from_array(column.first()?, row).ok();
        let mut all = edges::values(ty);
        all.truncate(MADE_UP);
        all.extend((0..MADE_UP).filter_map(value));
        all
    };
    let cast = |value: ScalarValue| {
        let cast = value.cast_to(ty).ok()?;
        let exact = cast.cast_to(&value.data_type()).is_ok_and(|back| back == value);
        (exact || ty.is_floating()).then_some(cast)
    };
    let values: Vec<ScalarValue> = match ty {
        DataType::Utf8 => TEXTS.iter().map(|text| ScalarValue::from(*text)).collect(),
        DataType::Boolean => vec![false.into(), true.into()],
        ty if ty.is_integer() => INTS.iter().filter_map(|value| cast((*value).into())).collect(),
        ty if ty.is_floating() => floats.iter().filter_map(|value| cast((*value).into())).collect(),
        _ => made_up(),
    };
    let mut distinct: Vec<ScalarValue> = Vec::new();
    for value in values.into_iter().filter(|value| !value.is_null()) {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

impl Calls {
    /// The values of a parameter.
    fn values(&self, position: usize) -> &[ScalarValue] {
        self.args.get(position).map_or(&[], Vec::as_slice)
    }

    /// The arguments of a call: those that are given, then the constants.
    fn with(&self, given: &[&ScalarValue]) -> Vec<ScalarValue> {
        let rest = self.args.iter().skip(given.len()).filter_map(|values| values.first());
        given.iter().copied().chain(rest).cloned().collect()
    }

    /// The result; `None` where a function that can fail does.
    fn call(&self, given: &[&ScalarValue]) -> Result<Option<ScalarValue>, Refuted> {
        let args = self.with(given);
        if let Some(known) = self.known.borrow().get(&args) {
            return Ok(known.clone());
        }
        let (name, watched) = (self.function.name, args.clone());
        let found = match calling(move || statement(name, &[&watched]), || called(&self.udf, &args))
        {
            Ok(value) => Some(value),
            Err(error) if self.function.fallible && !error.contains("panicked: ") => None,
            Err(error) => return Err(self.refuted(format!("fails: {error}"), &[given])),
        };
        self.known.borrow_mut().insert(args, found.clone());
        Ok(found)
    }

    /// A failure of some calls.
    fn refuted(&self, message: impl Into<String>, calls: &[&[&ScalarValue]]) -> Refuted {
        let args: Vec<Vec<ScalarValue>> = calls.iter().map(|given| self.with(given)).collect();
        let sql = statement(self.function.name, &args.iter().collect::<Vec<_>>());
        Refuted { message: message.into(), sql }
    }
}

/// `SELECT f(1), f(2)`
fn statement(name: &str, calls: &[&Vec<ScalarValue>]) -> String {
    let shown = |args: &&Vec<ScalarValue>| {
        let texts = args.iter().map(sql::value);
        format!("{name}({})", texts.collect::<Vec<_>>().join(", "))
    };
    format!("SELECT {}", calls.iter().map(shown).collect::<Vec<_>>().join(", "))
}

fn called(udf: &ScalarUDF, args: &[ScalarValue]) -> Result<ScalarValue, String> {
    let Some(adapter) = udf.inner().downcast_ref::<ScalarAdapter>() else {
        return Err("it is no function of ours".to_owned());
    };
    properties::call(adapter.callee(), args).map_err(|error| error.strip_backtrace())
}

/// A larger argument gives no smaller result, and none that is equal where results are kept apart.
fn monotone(calls: &Calls) -> Result<(), Refuted> {
    let mut sorted: Vec<&ScalarValue> = calls.values(0).iter().collect();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    let mut before: Option<(&ScalarValue, ScalarValue)> = None;
    for value in sorted {
        let Some(result) = calls.call(&[value])? else { continue };
        if let Some((smaller, smallest)) = &before
            && !matches!(smallest.partial_cmp(&result), Some(Ordering::Less | Ordering::Equal))
        {
            let message = format!("the larger argument gives {result}, the smaller {smallest}");
            return Err(calls.refuted(message, &[&[smaller], &[value]]));
        }
        before = Some((value, result));
    }
    Ok(())
}

/// Different arguments give different results.
fn injective(calls: &Calls) -> Result<(), Refuted> {
    let mut known: HashMap<ScalarValue, &ScalarValue> = HashMap::new();
    for value in calls.values(0) {
        let Some(result) = calls.call(&[value])? else { continue };
        if let Some(other) = known.get(&result) {
            let message = format!("two arguments give {result}");
            return Err(calls.refuted(message, &[&[other], &[value]]));
        }
        known.insert(result, value);
    }
    Ok(())
}

/// A result is its own result.
fn idempotent(calls: &Calls) -> Result<(), Refuted> {
    for value in calls.values(0) {
        let Some(once) = calls.call(&[value])?.filter(|once| !once.is_null()) else { continue };
        let Some(twice) = calls.call(&[&once])? else {
            return Err(calls.refuted("the second call fails", &[&[value], &[&once]]));
        };
        if once != twice {
            let message = format!("the first call gives {once}, the second {twice}");
            return Err(calls.refuted(message, &[&[value], &[&once]]));
        }
    }
    Ok(())
}

/// The first two arguments can change places.
fn commutative(calls: &Calls) -> Result<(), Refuted> {
    let values = calls.values(0);
    let values = &values[..values.len().min(PAIRED)];
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            let (ab, ba) = (calls.call(&[a, b])?, calls.call(&[b, a])?);
            if ab != ba {
                let text = |value: Option<ScalarValue>| {
                    value.map_or_else(|| "an error".to_owned(), |value| value.to_string())
                };
                let message = format!("one order gives {}, the other {}", text(ab), text(ba));
                return Err(calls.refuted(message, &[&[a, b], &[b, a]]));
            }
        }
    }
    Ok(())
}

/// The inverse of a result is the argument.
fn inverse(calls: &Calls) -> Result<(), Refuted> {
    let Some(inverse) = calls.function.properties.inverse else { return Ok(()) };
    let udf = inverse.to_udf();
    for value in calls.values(0) {
        let Some(result) = calls.call(&[value])? else { continue };
        let back = called(&udf, std::slice::from_ref(&result));
        if back.as_ref() != Ok(value) {
            let back = back.map_or_else(|error| error, |value| value.to_string());
            let message = format!("`{}` gives {back} for {result}", inverse.name);
            return Err(calls.refuted(message, &[&[value]]));
        }
    }
    Ok(())
}

/// Results lie between the bounds.
fn bounds(calls: &Calls) -> Result<(), Refuted> {
    let Some((low, high)) = calls.function.properties.bounds else { return Ok(()) };
    let number = |bound: Option<Constant>| match bound {
        Some(Constant::Int(value)) => Some(ScalarValue::from(value)),
        Some(Constant::Float(value)) => Some(ScalarValue::from(value)),
        _ => None,
    };
    let (low, high) = (number(low), number(high));
    let rounds = calls.args.iter().map(Vec::len).max().unwrap_or(0);
    for round in 0..rounds {
        // All arguments go on at once, each through its own values.
        let pick = |values: &'_ Vec<ScalarValue>| values.get(round % values.len().max(1)).cloned();
        let Some(args) = calls.args.iter().map(pick).collect::<Option<Vec<_>>>() else { continue };
        let given: Vec<&ScalarValue> = args.iter().collect();
        let Some(result) = calls.call(&given)?.filter(|result| !result.is_null()) else { continue };
        let ty = result.data_type();
        let end = |end: &Option<ScalarValue>| end.as_ref().and_then(|end| end.cast_to(&ty).ok());
        let below = end(&low).is_some_and(|low| result < low);
        let above = end(&high).is_some_and(|high| high < result);
        if below || above {
            return Err(calls.refuted(format!("gives {result}"), &[&given]));
        }
    }
    Ok(())
}

/// The arguments of a result are those in its range; those before it have smaller results, those
/// behind it larger ones.
fn preimage(calls: &Calls) -> Result<(), Refuted> {
    let mut known: Vec<(&ScalarValue, ScalarValue)> = Vec::new();
    for value in calls.values(0) {
        known.extend(calls.call(&[value])?.map(|result| (value, result)));
    }
    for (argument, wanted) in &known {
        let ty = argument.data_type();
        let range = range(&calls.udf, wanted, &ty);
        let range = range.map_err(|error| calls.refuted(error, &[&[argument]]))?;
        let Some(range) = range else { continue };
        for (value, result) in &known {
            let place = match () {
                () if **value < *range.lower() => Ordering::Less,
                () if **value < *range.upper() => Ordering::Equal,
                () => Ordering::Greater,
            };
            if result.partial_cmp(wanted) != Some(place) {
                let (low, high) = (range.lower(), range.upper());
                let message = format!("{wanted} has the arguments {low} to {high}, not {value}");
                return Err(calls.refuted(message, &[&[argument], &[value]]));
            }
        }
    }
    Ok(())
}

fn range(udf: &ScalarUDF, value: &ScalarValue, ty: &DataType) -> Result<Option<Interval>, String> {
    let Some(adapter) = udf.inner().downcast_ref::<ScalarAdapter>() else { return Ok(None) };
    properties::declared_range(adapter.callee(), value, ty).map_err(|error| error.strip_backtrace())
}
