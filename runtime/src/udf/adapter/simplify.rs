//! What a function says stands in the place of its call, held against what the call gives.
//!
//! Nobody looks at types behind the optimizer, so what is of another type than the call is an error
//! here, and what is merely in another encoding is cast. A value that may be NULL where the call is
//! not is an error too; one that is not NULL where an argument may be is left alone, because
//! a function is never asked for NULL, and neither is what simplifies it.

use std::mem::discriminant;

use arrow_schema::{DataType, FieldRef};
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable as _, ScalarUDFImpl as _};

use super::accept::{list_item, widens};
use super::bind::{Bindings, flat};
use super::conform::conform;
use super::failure::caught;
use super::properties::{called, field_of};
use super::{Callee, ScalarAdapter, message};
use crate::udf::expr::Operand;
use crate::udf::simplify::{Argument, Arguments};

/// So many calls and constants may stand in the place of one call. What makes more of them makes plans
/// larger, each time that it is asked.
const MOST: usize = 64;

/// What the function says stands in the place of a call.
pub(crate) fn declared(
    callee: Callee<'_>,
    args: &[Expr],
    info: &SimplifyContext,
) -> Result<Option<Expr>> {
    let function = callee.function;
    let Some(simplify) = function.simplify else { return Ok(None) };
    // What is left out or repeated would be called more or less often.
    if args.iter().any(Expr::is_volatile) {
        return Ok(None);
    }
    let Some((arguments, may_be_null)) = arguments(callee, args, info)? else { return Ok(None) };
    let refused = |text: String| message::not_simplified(function, &text);
    let said = caught(|| simplify(&arguments))
        .map_err(|panic| refused(format!("it panicked: {panic}")))?
        .map_err(|error| message::not_prepared(function, &error))?;
    let Some(operand) = said else { return Ok(None) };
    if MOST < size(&operand) {
        return Err(refused(format!("more than {MOST} calls and constants stand in its place")));
    }
    if function.twin_of.is_some() && can_fail(&operand, args) {
        return Ok(None);
    }
    let call = field_of(callee, args, info)?;
    let Some(expr) = of_type(operand, &call).map_err(refused)? else { return Ok(None) };
    let expr = as_in_session(expr, info)?;
    if called(&expr).is_some_and(|(same, given)| same.callee_is(callee) && given == args) {
        return Ok(None);
    }
    let (_, found) = expr.to_field(info.schema())?;
    let Some(expr) = encoded(expr, &found, &call).map_err(refused)? else { return Ok(None) };
    if found.is_nullable() && !call.is_nullable() {
        return Err(refused(format!("`{expr}` may be NULL, and the call never is")));
    }
    let gives_null = found.is_nullable() || !may_be_null;
    Ok((gives_null && has_metadata(&expr, &found, &call)).then_some(expr))
}

/// The arguments of a call, those too that it leaves out, and whether one may be NULL that makes the
/// result NULL. Nothing where one always does, or where a constant is none.
fn arguments(
    callee: Callee<'_>,
    args: &[Expr],
    info: &SimplifyContext,
) -> Result<Option<(Arguments, bool)>> {
    let function = callee.function;
    let mut exprs = args.to_vec();
    for (position, param) in function.params.iter().enumerate().skip(args.len()) {
        let default = callee.default_of(position, param)?;
        exprs.extend(default.map(|value| Expr::Literal(value, None)));
    }
    let fields = exprs.iter().map(|expr| Ok(expr.to_field(info.schema())?.1));
    let fields = fields.collect::<Result<Vec<FieldRef>>>()?;
    let bindings = Bindings::of(function, &fields)?;
    let mut may_be_null = false;
    let mut all = Vec::with_capacity(exprs.len());
    for (position, (expr, field)) in exprs.iter().zip(&fields).enumerate() {
        let Some(param) = function.param_of(position) else { return Ok(None) };
        let nullable = field.is_nullable() || *field.data_type() == DataType::Null;
        may_be_null |= nullable && !param.value.nullable;
        let (mut constant, mut parsed) = (None, None);
        if let Expr::Literal(value, _) = expr {
            if value.is_null() && !param.value.nullable {
                return Ok(None);
            }
            // What cannot be read fails when the call runs.
            let Ok(array) = conform(param, &value.to_array()?, &bindings) else { return Ok(None) };
            constant = Some(array);
            if let Some(text) = value.try_as_str().flatten() {
                let made = callee.kept.parsed(position, param, text);
                parsed =
                    made.map_err(|reason| message::wrong_constant(function, param, &reason))?;
            }
        }
        let first = exprs.iter().position(|other| other == expr).unwrap_or(position);
        let (expr, ty) = (Operand::from(expr.clone()), field.data_type().clone());
        all.push(Argument { expr, constant, parsed, ty, nullable, first });
    }
    Ok(Some((Arguments::new(all), may_be_null)))
}

/// The number of calls and constants.
fn size(operand: &Operand) -> usize {
    match operand {
        Operand::Call(call) => 1 + call.args.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Whether what is said can fail, for all that is known: a twin gives NULL there.
fn can_fail(operand: &Operand, args: &[Expr]) -> bool {
    match operand {
        Operand::Call(call) => {
            call.function.fallible || call.args.iter().any(|operand| can_fail(operand, args))
        }
        Operand::Engine(expr) => {
            !matches!(expr.as_ref(), Expr::Literal(..)) && !args.contains(expr)
        }
        _ => false,
    }
}

/// The expression; a constant in the type of the call, with its metadata.
fn of_type(operand: Operand, call: &FieldRef) -> Result<Option<Expr>, String> {
    let expr = Expr::from(operand);
    let Expr::Literal(value, _) = &expr else { return Ok(Some(expr)) };
    let wanted = call.data_type();
    let cast = value.cast_to(wanted).ok().filter(|cast| {
        // A number is the same number, a text the same text.
        value.is_null() || cast.cast_to(&value.data_type()).is_ok_and(|back| back == *value)
    });
    let Some(cast) = cast else {
        return Err(format!("{value} stands in its place, which is no {wanted}"));
    };
    // A NULL that is folded away would take the type of the result with it.
    let cast = if value.is_null() { ScalarValue::try_from(wanted) } else { Ok(cast) };
    let cast = cast.map_err(|error| error.strip_backtrace())?;
    Ok(Some(Expr::Literal(cast, Some(FieldMetadata::from(call.metadata().clone())))))
}

/// Functions in what is said have the defaults of the session, as all others.
fn as_in_session(expr: Expr, info: &SimplifyContext) -> Result<Expr> {
    let options = info.config_options();
    let replaced = expr.transform_up(|expr| {
        let Expr::ScalarFunction(call) = &expr else { return Ok(Transformed::no(expr)) };
        let adapter = call.func.inner().downcast_ref::<ScalarAdapter>();
        let Some(changed) = adapter.and_then(|adapter| adapter.with_updated_config(options)) else {
            return Ok(Transformed::no(expr));
        };
        let call = ScalarFunction::new_udf(changed.into(), call.args.clone());
        Ok(Transformed::yes(Expr::ScalarFunction(call)))
    });
    Ok(replaced?.data)
}

/// The expression in the encoding of the call. Nothing where parts of values are encoded otherwise.
fn encoded(expr: Expr, found: &FieldRef, call: &FieldRef) -> Result<Option<Expr>, String> {
    let wanted = call.data_type();
    let (from, to) = (flat(found.data_type()), flat(wanted));
    if found.data_type() == wanted {
        return Ok(Some(expr));
    }
    let text = from.is_string() && to.is_string();
    let same = text || from == to || is_bytes(from) && is_bytes(to) || widens(from, to);
    let nested = match (list_item(from), list_item(to)) {
        (Some(from), Some(to)) if from.is_nullable() && !to.is_nullable() => {
            return Err(format!("items of `{expr}` may be NULL, and those of the call never are"));
        }
        // The items of a list have a name of their own.
        (Some(from), Some(to)) => Some(from.data_type() == to.data_type()),
        _ if from.is_nested() && discriminant(from) == discriminant(to) => Some(false),
        _ => None,
    };
    match (same, nested) {
        (true, _) | (_, Some(true)) => {
            Ok(Some(Expr::Cast(Cast::new(Box::new(expr), wanted.clone()))))
        }
        (_, Some(false)) => Ok(None),
        (false, None) => Err(format!("`{expr}` is {from}, and the call is {to}")),
    }
}

fn is_bytes(ty: &DataType) -> bool {
    matches!(ty, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

/// Whether those who read the result know the same of it.
fn has_metadata(expr: &Expr, found: &FieldRef, call: &FieldRef) -> bool {
    matches!(expr, Expr::Literal(..)) || found.metadata() == call.metadata()
}
