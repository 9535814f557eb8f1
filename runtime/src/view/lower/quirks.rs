//! What the engine's own functions take and give otherwise than the language: units of time, and
//! the fields of lists.

use std::sync::Arc;

use arrow_schema::{DataType, Field};
use datafusion::common::DFSchema;
use datafusion::logical_expr::{Cast, Expr, ExprSchemable as _};

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
