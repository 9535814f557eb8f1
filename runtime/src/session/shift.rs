//! `lag` and `lead` with defaults of another type.
//!
//! Where there is no row the engine makes the default a value of the column's type, whatever that loses:
//! `lag(pieces, 1, 1.5)` gave 1. Here it is refused, as views refuse it.

use arrow_schema::{DataType, Field};
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue, plan_err};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable as _, LogicalPlan, WindowFunctionDefinition};

use crate::view::{data_type, same_values, value_type};

/// Looks at every call in a plan.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn check_plan(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        let schema = match node.inputs().as_slice() {
            [] => node.schema().as_ref().clone(),
            inputs => merge_schema(inputs),
        };
        node.apply_expressions(|expr| {
            expr.apply(|part| check(part, &schema).map(|()| TreeNodeRecursion::Continue))
        })
    })
    .map(|_| ())
}

/// Looks at a call, if it is one of these.
///
/// # Errors
///
/// When the default is no value of the type of what is asked for.
pub fn check(call: &Expr, schema: &DFSchema) -> Result<()> {
    let Expr::WindowFunction(window) = call else { return Ok(()) };
    let WindowFunctionDefinition::WindowUDF(function) = &window.fun else { return Ok(()) };
    let name = function.name();
    let (["lag" | "lead"], [value, _, default]) = ([name], window.params.args.as_slice()) else {
        return Ok(());
    };
    // What has no type is refused by the planner.
    let (Ok((_, value)), Ok((_, given))) = (value.to_field(schema), default.to_field(schema))
    else {
        return Ok(());
    };
    if fits(default, &given, &value) {
        return Ok(());
    }
    plan_err!(
        "`{name}`: argument `default` is {}, and the values are {}: something would be lost\n\
         help: a default of their type, or a cast of the values",
        shown(&given),
        shown(&value)
    )
}

/// A type in the words of the language, or in those of Arrow.
fn shown(field: &Field) -> String {
    value_type(field).map_or_else(|_| field.data_type().to_string(), |value| value.ty.to_string())
}

/// Whether a default becomes a value of another type without a loss.
fn fits(default: &Expr, given: &Field, value: &Field) -> bool {
    let (from, to) = (given.data_type(), value.data_type());
    if from.is_null() || to.is_null() || same_values(from, to) {
        return true;
    }
    if let Some(constant) = constant(default) {
        return constant.is_null() || keeps(&constant, to);
    }
    let types = (value_type(given), value_type(value));
    let (Ok(given), Ok(value)) = types else { return false };
    let common = given.ty.common(&value.ty);
    common.as_ref().and_then(data_type) == data_type(&value.ty)
}

/// The constant that an expression is.
fn constant(expr: &Expr) -> Option<ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value.clone()),
        Expr::Negative(inner) => constant(inner)?.arithmetic_negate().ok(),
        Expr::Alias(alias) => constant(&alias.expr),
        _ => None,
    }
}

/// Whether a constant is the same one as a value of another type.
fn keeps(constant: &ScalarValue, to: &DataType) -> bool {
    use DataType as D;
    let from = constant.data_type();
    let to = match to {
        D::Dictionary(_, of) => of,
        to => to,
    };
    let meet = match (&from, to) {
        // A float is no whole number, whichever it is.
        (from, to) if from.is_floating() && to.is_integer() => false,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (D::Timestamp(_, from), D::Timestamp(_, to)) => from.is_some() == to.is_some(),
        (D::Date32 | D::Date64, D::Date32 | D::Date64) => true,
        (D::Time32(_) | D::Time64(_), D::Time32(_) | D::Time64(_)) => true,
        (D::Duration(_), D::Duration(_)) => true,
        _ => false,
    };
    let back = || constant.cast_to(to).and_then(|value| value.cast_to(&from));
    meet && back().is_ok_and(|back| back == *constant)
}
