//! What follows from the properties of a function for DataFusion: orders of results, their bounds,
//! simpler calls, and ranges of arguments in place of comparisons.
//!
//! Nothing here is believed beyond what is declared, and [`crate::testing`] tries to refute that.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::ScalarFunctionArgs;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::preimage::PreimageResult;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{ColumnarValue, Expr, ExprSchemable as _, ReturnFieldArgs};

use super::failure::caught;
use super::{Callee, ScalarAdapter, expr, invoke, message, returns};
use crate::udf::descriptor::Volatility;

/// A monotone function keeps the order of its argument, as long as the others are constant.
pub(super) fn ordering(callee: Callee<'_>, inputs: &[ExprProperties]) -> SortProperties {
    let constant = |input: &ExprProperties| input.sort_properties == SortProperties::Singleton;
    match inputs.split_first() {
        Some((first, rest)) if callee.function.properties.monotone && rest.iter().all(constant) => {
            first.sort_properties
        }
        Some(_) if callee.function.volatility != Volatility::Volatile => {
            match inputs.iter().all(constant) {
                true => SortProperties::Singleton,
                false => SortProperties::Unordered,
            }
        }
        _ => SortProperties::Unordered,
    }
}

/// Whether equal results come from equal arguments and in their order.
pub(super) fn is_strict_order(callee: Callee<'_>, inputs: &[ExprProperties]) -> bool {
    let properties = callee.function.properties;
    let keeps = ordering(callee, inputs) != SortProperties::Unordered;
    properties.monotone && properties.injective && keeps
}

/// Between which values results lie: the declared ones, and those at the ends of the argument where
/// results follow its order.
pub(super) fn bounds(callee: Callee<'_>, inputs: &[&Interval]) -> Result<Interval> {
    let properties = callee.function.properties;
    let declared = match properties.bounds {
        None => None,
        Some((low, high)) => {
            let ty = callee.function.returns.ty.to_arrow();
            let end = |end: Option<_>| match end {
                Some(constant) => expr::scalar(&constant).cast_to(&ty),
                None => ScalarValue::try_from(&ty),
            };
            Some(Interval::try_new(end(low)?, end(high)?)?)
        }
    };
    let ends = if properties.monotone { ends(callee, inputs) } else { None };
    match (declared, ends) {
        (None, None) => Interval::make_unbounded(&DataType::Null),
        (Some(bounds), None) | (None, Some(bounds)) => Ok(bounds),
        (Some(declared), Some(ends)) if declared.data_type() == ends.data_type() => {
            Ok(declared.intersect(&ends)?.unwrap_or(declared))
        }
        (Some(declared), Some(_)) => Ok(declared),
    }
}

/// The results at the ends of the first argument; nothing where another is not known, or a call fails.
fn ends(callee: Callee<'_>, inputs: &[&Interval]) -> Option<Interval> {
    let (first, rest) = inputs.split_first()?;
    let constant = |input: &&Interval| {
        let known = input.lower() == input.upper() && !input.lower().is_null();
        known.then(|| input.lower().clone())
    };
    let rest = rest.iter().map(constant).collect::<Option<Vec<_>>>()?;
    let end = |end: &ScalarValue| {
        if end.data_type() == DataType::Null {
            return None;
        }
        let args: Vec<ScalarValue> = std::iter::once(end.clone()).chain(rest.clone()).collect();
        // NULL is where there is no end.
        call(callee, &args).ok()
    };
    let (low, high) = (end(first.lower())?, end(first.upper())?);
    if low.is_null() && high.is_null() {
        return None;
    }
    Interval::try_new(low, high).ok()
}

/// One call, outside of any query.
pub(crate) fn call(callee: Callee<'_>, args: &[ScalarValue]) -> Result<ScalarValue> {
    let field = |value: &ScalarValue| -> FieldRef {
        Arc::new(Field::new("", value.data_type(), value.is_null()))
    };
    let arg_fields: Vec<FieldRef> = args.iter().map(field).collect();
    let scalar_arguments: Vec<Option<&ScalarValue>> = args.iter().map(Some).collect();
    let planned = ReturnFieldArgs { arg_fields: &arg_fields, scalar_arguments: &scalar_arguments };
    let return_field = returns::field(callee, &planned)?;
    let args = ScalarFunctionArgs {
        args: args.iter().cloned().map(ColumnarValue::Scalar).collect(),
        arg_fields,
        number_rows: 1,
        return_field,
        config_options: Arc::new(ConfigOptions::default()),
    };
    match invoke::invoke(callee, args)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0),
    }
}

/// A call in fewer steps, or with its arguments in the order that all such calls have.
pub(super) fn simplified(
    callee: Callee<'_>,
    args: &[Expr],
    info: &SimplifyContext,
) -> Result<Option<Expr>> {
    let (function, properties) = (callee.function, callee.function.properties);
    let Some(first) = args.first() else { return Ok(None) };
    if let Some((inner, inner_args)) = called(first)
        && inner.function.volatility != Volatility::Volatile
    {
        let undone = inner.function.properties.inverse == Some(function);
        if undone
            && let [original] = inner_args
            && args.len() == 1
            && is_same_field(callee, args, original, info)?
        {
            return Ok(Some(original.clone()));
        }
        let same = inner.callee_is(callee) && inner_args.get(1..) == args.get(1..);
        if properties.idempotent && same && is_same_field(callee, args, first, info)? {
            return Ok(Some(first.clone()));
        }
    }
    if properties.commutative
        && let [a, b, rest @ ..] = args
        && b < a
    {
        let swapped: Vec<Expr> = [b, a].into_iter().chain(rest).cloned().collect();
        let [ours, theirs] = [args, &swapped].map(|args| field_of(callee, args, info));
        if same_value(&ours?, &theirs?) {
            let udf = Arc::new(ScalarAdapter::instance(callee));
            return Ok(Some(Expr::ScalarFunction(ScalarFunction::new_udf(udf, swapped))));
        }
    }
    Ok(None)
}

/// The function of ours that an expression calls.
pub(super) fn called(expr: &Expr) -> Option<(&ScalarAdapter, &[Expr])> {
    let Expr::ScalarFunction(call) = expr else { return None };
    let adapter = call.func.inner().downcast_ref::<ScalarAdapter>()?;
    Some((adapter, &call.args))
}

/// Whether an expression can stand in the place of a call: for whoever reads it nothing changes.
fn is_same_field(
    callee: Callee<'_>,
    args: &[Expr],
    instead: &Expr,
    info: &SimplifyContext,
) -> Result<bool> {
    let (_, instead) = instead.to_field(info.schema())?;
    Ok(same_value(&field_of(callee, args, info)?, &instead))
}

fn same_value(a: &FieldRef, b: &FieldRef) -> bool {
    a.data_type() == b.data_type()
        && a.is_nullable() == b.is_nullable()
        && a.metadata() == b.metadata()
}

/// The field of a call's result.
pub(super) fn field_of(
    callee: Callee<'_>,
    args: &[Expr],
    info: &SimplifyContext,
) -> Result<FieldRef> {
    let fields = args.iter().map(|arg| arg.to_field(info.schema()).map(|(_, field)| field));
    let arg_fields = fields.collect::<Result<Vec<_>>>()?;
    let scalar_arguments: Vec<Option<&ScalarValue>> = args
        .iter()
        .map(|arg| match arg {
            Expr::Literal(value, _) => Some(value),
            _ => None,
        })
        .collect();
    let args = ReturnFieldArgs { arg_fields: &arg_fields, scalar_arguments: &scalar_arguments };
    returns::field(callee, &args)
}

/// The one whole number for which a function that keeps the order of whole numbers, and different ones
/// apart, gives `value`: what its inverse says, if the function confirms it.
pub(super) fn preimage(
    callee: Callee<'_>,
    args: &[Expr],
    value: &Expr,
    info: &SimplifyContext,
) -> Result<PreimageResult> {
    let properties = callee.function.properties;
    let ([arg], Expr::Literal(value, _)) = (args, value) else { return Ok(PreimageResult::None) };
    if value.is_null() {
        return Ok(PreimageResult::None);
    }
    if callee.function.preimage.is_some() {
        let range = declared_range(callee, value, &info.get_data_type(arg)?)?;
        return Ok(range.map_or(PreimageResult::None, |interval| PreimageResult::Range {
            expr: arg.clone(),
            interval: Box::new(interval),
        }));
    }
    let Some(inverse) = properties.inverse else { return Ok(PreimageResult::None) };
    let ordered = properties.monotone && properties.injective;
    let ty = info.get_data_type(arg)?;
    if !ordered || !ty.is_integer() {
        return Ok(PreimageResult::None);
    }
    let inverse = inverse.to_udf();
    let Some(inverse) = inverse.inner().downcast_ref::<ScalarAdapter>() else {
        return Ok(PreimageResult::None);
    };
    let exact = || -> Result<Option<Interval>> {
        let low = call(inverse.callee(), std::slice::from_ref(value))?.cast_to(&ty)?;
        if low.is_null() || call(callee, std::slice::from_ref(&low))? != *value {
            return Ok(None);
        }
        let high = low.add_checked(ScalarValue::new_one(&ty)?)?;
        Interval::try_new(low, high).map(Some)
    };
    // What cannot be computed has no such number.
    Ok(match exact() {
        Ok(Some(interval)) => {
            PreimageResult::Range { expr: arg.clone(), interval: Box::new(interval) }
        }
        Ok(None) | Err(_) => PreimageResult::None,
    })
}

/// The arguments of a result, in their own type, as the function itself says; nothing where it has
/// none, or where an end is no value of the type.
pub(crate) fn declared_range(
    callee: Callee<'_>,
    value: &ScalarValue,
    ty: &DataType,
) -> Result<Option<Interval>> {
    let function = callee.function;
    let Some(preimage) = function.preimage else { return Ok(None) };
    let exact = |value: &ScalarValue, ty: &DataType| {
        let cast = value.cast_to(ty).ok()?;
        let back = cast.cast_to(&value.data_type()).ok()?;
        (back == *value).then_some(cast)
    };
    let Some(value) = exact(value, &function.returns.ty.to_arrow()) else { return Ok(None) };
    let array = value.to_array()?;
    let found = caught(|| preimage(&array))
        .map_err(|panic| message::attribute_panicked(function, "preimage", &panic))?;
    let Some(ends) = found.map_err(|error| message::failed(function, &error, None))? else {
        return Ok(None);
    };
    let mut scalars = Vec::with_capacity(ends.len());
    for end in &ends {
        let end = ScalarValue::try_from_array(end, 0)?;
        let Some(end) = exact(&end, ty) else { return Ok(None) };
        scalars.push(end);
    }
    match scalars.as_slice() {
        [low, high] if low < high => Interval::try_new(low.clone(), high.clone()).map(Some),
        _ => Ok(None),
    }
}
