//! What a function says stands in the place of its call, and calls that would refute it.
//!
//! `#[udf(simplify = f)]` looks at constants, at what may be NULL and at arguments that are the same.
//! So calls are made up in which each argument in turn is each constant that may matter, in which two
//! are the same, and in which no value is NULL; where `f` then gives something, it has to give the same
//! rows.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray};
use arrow_schema::{DataType, Field};
use datafusion::common::{Column, DFSchema, Result as EngineResult, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::physical_expr::create_physical_expr;

use super::call::{Arg, Call, Refusal, guarded};
use super::case::{Broken, Case, Kept, Outcome};
use super::engine::Engine;
use super::seeds::Seed;
use super::shapes::Shape;
use super::statement;
use crate::testing::Failure;
use crate::testing::made_up;
use crate::testing::properties::{constants, domain};
use crate::testing::watch::calling;
use crate::udf::Function;
use crate::udf::adapter::{ScalarAdapter, simplify};

const LAW: &str = "simplify";

/// How many rows are made up, one in five of them with a NULL.
const ROWS: usize = 15;

/// A call, and which of its columns is named in the place of another.
struct Variant {
    call: Call,
    same: Option<(usize, usize)>,
}

/// Tries to refute what a function says stands in the place of its calls.
pub(super) fn check(
    engine: &Engine,
    function: &'static Function,
    shapes: &[Shape],
    seeds: &[Seed],
) -> EngineResult<Option<Failure>> {
    if function.simplify.is_none() {
        return Ok(None);
    }
    let failure =
        |Broken { message, sql }| Some(Failure { function: function.name, law: LAW, message, sql });
    let mut simplified = false;
    for shape in shapes {
        for variant in variants(function, shape, seeds)? {
            match agrees(engine, &variant) {
                Ok(did) => simplified |= did,
                Err(broken) => return Ok(failure(broken)),
            }
        }
    }
    // A twin has fewer calls that are simplified, perhaps none.
    if simplified || function.twin_of.is_some() {
        return Ok(None);
    }
    let message = "no call that is made up is simplified; an example in its docs would be one";
    Ok(failure(Broken { message: message.to_owned(), sql: String::new() }))
}

/// Calls with columns of all sorts of values, each argument a constant in turn, two the same, and each
/// of these once more without NULLs.
fn variants(
    function: &'static Function,
    shape: &Shape,
    seeds: &[Seed],
) -> EngineResult<Vec<Variant>> {
    let values: Vec<Vec<ScalarValue>> = shape
        .types
        .iter()
        .enumerate()
        .map(|(position, ty)| candidates(function, position, ty, seeds))
        .collect();
    let mut args = Vec::with_capacity(values.len());
    for (position, (values, ty)) in values.iter().zip(&shape.types).enumerate() {
        let literal = function.param_of(position).is_some_and(|param| param.literal);
        args.push(match (literal, values.first()) {
            (true, Some(first)) => Arg::Constant(first.clone()),
            (true, None) => Arg::Constant(ScalarValue::try_new_null(ty)?),
            _ => Arg::Column(column(values, ty, position)?),
        });
    }
    let base = Call { function, args, rows: ROWS };
    let mut calls = vec![Variant { call: base.clone(), same: None }];
    for (position, values) in values.iter().enumerate() {
        for value in values {
            let call = base.with(position, Arg::Constant(value.clone()));
            calls.push(Variant { call, same: None });
        }
    }
    for (position, column) in base.columns() {
        let same = |other: &usize| shape.types[*other] == shape.types[position];
        for other in (position + 1..shape.types.len()).filter(same) {
            let call = base.with(other, Arg::Column(Arc::clone(column)));
            calls.push(Variant { call, same: Some((position, other)) });
        }
    }
    let without: Vec<Variant> = calls
        .iter()
        .map(|variant| {
            let call = without_nulls(&variant.call)?;
            Ok(Variant { call, same: variant.same })
        })
        .collect::<EngineResult<_>>()?;
    calls.extend(without);
    Ok(calls)
}

/// Values of an argument: those that constants have, those of examples, and those at the edges.
fn candidates(
    function: &Function,
    position: usize,
    ty: &DataType,
    seeds: &[Seed],
) -> Vec<ScalarValue> {
    let Some(param) = function.param_of(position) else { return Vec::new() };
    let mut all = if param.literal { constants(param, ty) } else { domain(ty) };
    let seeded = seeds.iter().filter_map(|seed| seed.get(position)?.cast_to(ty).ok());
    for value in seeded.filter(|value| !value.is_null()) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// The values in an order that differs from column to column, NULLs among them.
fn column(values: &[ScalarValue], ty: &DataType, position: usize) -> EngineResult<ArrayRef> {
    let null = ScalarValue::try_new_null(ty)?;
    let stride = [1, 2, 4, 7][position % 4];
    let value = |row: usize| match values {
        [] => null.clone(),
        _ if (row + position) % 5 == 4 => null.clone(),
        values => values[row * stride % values.len()].clone(),
    };
    made_up::column(ty, &(0..ROWS).map(value).collect::<Vec<_>>())
}

/// The rows without a NULL, in columns of types that have none, lists neither.
fn without_nulls(call: &Call) -> EngineResult<Call> {
    let has_null = |column: &ArrayRef, row: usize| {
        let items = column.as_any().downcast_ref::<ListArray>();
        column.is_null(row) || items.is_some_and(|lists| 0 < lists.value(row).logical_null_count())
    };
    let keep = |row: &usize| !call.columns().any(|(_, column)| has_null(column, *row));
    let mut call = call.pick(&(0..call.rows).filter(keep).collect::<Vec<_>>())?;
    for arg in &mut call.args {
        if let Arg::Column(column) = arg
            && let Some(lists) = column.as_any().downcast_ref::<ListArray>()
        {
            let (field, offsets, values, nulls) = lists.clone().into_parts();
            let field: Field = field.as_ref().clone().with_nullable(false);
            *column = Arc::new(ListArray::try_new(Arc::new(field), offsets, values, nulls)?);
        }
    }
    Ok(call)
}

/// Whether a call is simplified; if so, to what gives the same rows.
fn agrees(engine: &Engine, variant: &Variant) -> Result<bool, Broken> {
    let call = &variant.call;
    let Some(expr) = in_its_place(variant)? else { return Ok(false) };
    let Ok(case) = Case::new(engine, None, call.clone(), 0) else { return Ok(false) };
    let good = case.good();
    gives(&case, &call.pick(&good)?, &expr, &case.expected(&good))?;
    for row in case.failing() {
        let alone = call.pick(&[row])?;
        let Outcome::Failed(why) = &case.outcomes[row] else { continue };
        if let Ok(values) = evaluate(engine, &alone, &expr) {
            let found = ScalarValue::try_from_array(&values, 0)?;
            let text = format!("`{expr}` gives {found}, where the call fails: {}", why.text());
            return Err(Broken::new(&alone, text));
        }
    }
    Ok(true)
}

/// What the function says stands in the place of the call.
fn in_its_place(variant: &Variant) -> Result<Option<Expr>, Broken> {
    let call = &variant.call;
    let Expr::ScalarFunction(mut found) = call.expr()? else { return Ok(None) };
    if let Some((first, other)) = variant.same {
        found.args[other] = Expr::Column(Column::from_name(call.name(first)));
    }
    let Some(adapter) = found.func.inner().downcast_ref::<ScalarAdapter>() else { return Ok(None) };
    let schema = Arc::new(DFSchema::try_from(call.batch()?.schema())?);
    let context = SimplifyContext::builder().with_schema(schema).build();
    let refused = |error: datafusion::common::DataFusionError| {
        // What is refused as a call is nothing to simplify.
        let text = error.strip_backtrace();
        text.contains(SAYS).then(|| Broken::new(call, text))
    };
    let watched = call.clone();
    let declared = || simplify::declared(adapter.callee(), &found.args, &context);
    match calling(move || statement::of(&watched), declared) {
        Ok(expr) => Ok(expr),
        Err(error) => refused(error).map_or(Ok(None), Err),
    }
}

/// What refusals of the adapter say, and nothing else does.
const SAYS: &str = "cannot be simplified as it says";

/// The rows of a call, computed by what stands in its place.
fn evaluate(engine: &Engine, call: &Call, expr: &Expr) -> Result<ArrayRef, Refusal> {
    let run = || {
        let batch = call.batch()?;
        let schema = DFSchema::try_from(batch.schema())?;
        let (props, context) = (engine.state().execution_props(), Default::default());
        let expr = create_physical_expr(expr, &schema, props, &context)?;
        expr.evaluate(&batch)?.into_array(call.rows)
    };
    guarded(call, run, Refusal::Run)
}

fn gives(case: &Case<'_>, call: &Call, expr: &Expr, expected: &[ScalarValue]) -> Kept {
    let wrong = |refusal: Refusal| Broken::new(call, format!("`{expr}`: {}", refusal.text()));
    let values = evaluate(case.engine, call, expr).map_err(wrong)?;
    let found = case.values(&values).map_err(wrong)?;
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        if found != expected && !(found.is_null() && expected.is_null()) {
            let text = format!("`{expr}` gives {found}, the call {expected}");
            return Err(Broken::new(&call.pick(&[row])?, text));
        }
    }
    Ok(())
}
