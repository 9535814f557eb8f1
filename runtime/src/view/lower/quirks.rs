//! What the engine's own functions take and give otherwise than the language: units of time, the
//! fields of lists, and the two zeros of floats.

use std::sync::Arc;

use arrow_schema::{DataType, Field};
use belvedere_lang::types::Type;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{Cast, Expr, ExprSchemable as _, lit};

use crate::view::error::ViewError;

/// Whether two types differ in their units of time alone. What has no zone is a time of UTC, which is
/// what the engine's functions make of a text and of a count of seconds.
pub(super) fn same_times(found: &DataType, wanted: &DataType) -> bool {
    use DataType as D;
    match (found, wanted) {
        (D::Timestamp(_, found), D::Timestamp(_, wanted)) => found.is_none() || found == wanted,
        (D::Time32(_) | D::Time64(_), D::Time64(_)) => true,
        _ => false,
    }
}

/// Functions that promise the type of a list that they are given, and give one whose field has the
/// engine's own name and can be NULL.
const OWN_LISTS: [&str; 4] = ["array_add", "array_normalize", "array_repeat", "array_subtract"];

/// The arguments of a function, lists with the engine's own field where it asks for that.
pub(super) fn own_lists(
    function: &str,
    args: Vec<Expr>,
    schema: &DFSchema,
) -> Result<Vec<Expr>, ViewError> {
    if !OWN_LISTS.contains(&function) {
        return Ok(args);
    }
    let args = args.into_iter().map(|arg| {
        let found = arg.get_type(schema)?;
        let wanted = own_list(&found);
        Ok(if found == wanted { arg } else { Expr::Cast(Cast::new(Box::new(arg), wanted)) })
    });
    args.collect()
}

fn own_list(ty: &DataType) -> DataType {
    match ty {
        DataType::List(item) => {
            DataType::List(Arc::new(Field::new_list_field(own_list(item.data_type()), true)))
        }
        ty => ty.clone(),
    }
}

/// A value by which rows are told apart: `0.0` and `-0.0` are equal to `==`, to groups and to joins, and are
/// not to the engine's windows, `in` lists and distinct aggregates. Such a sum is `0.0` for both, and for every
/// other value itself.
pub(super) fn one_zero(value: Expr, ty: &Type) -> Expr {
    match ty {
        Type::F32 => value + lit(0.0_f32),
        Type::F64 => value + lit(0.0_f64),
        _ => value,
    }
}

/// The sides of an equality, of which the optimizer makes an `in` list if it stands among others.
pub(super) fn equal_to_zero(left: Box<Expr>, right: Box<Expr>) -> (Box<Expr>, Box<Expr>) {
    let zero = |expr: &Expr| match expr {
        Expr::Literal(ScalarValue::Float64(Some(0.0)), _) => Some(lit(0.0_f64)),
        Expr::Literal(ScalarValue::Float32(Some(0.0)), _) => Some(lit(0.0_f32)),
        _ => None,
    };
    let sum = |value: Box<Expr>, zero: &Expr| Box::new(*value + zero.clone());
    match (zero(&left), zero(&right)) {
        (None, Some(zero)) => (sum(left, &zero), Box::new(zero)),
        (Some(zero), None) => (Box::new(zero.clone()), sum(right, &zero)),
        _ => (left, right),
    }
}
