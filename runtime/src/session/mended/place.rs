//! Places in lists that no list has.
//!
//! The engine counts the items of a list in 32 bits, and fails for a place beyond these, where there is
//! nothing as there is nothing behind the end: `[1][9223372036854775807]` is NULL. So a place is brought
//! into 32 bits first.

use std::sync::Arc;

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::functions_nested::extract;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

/// How far places are apart where every second one, or fewer, are taken: the engine adds that to a place.
const STEP_MAX: i64 = 1 << 30;

/// The functions that are given places in lists.
pub(super) fn functions() -> [Arc<ScalarUDF>; 2] {
    [extract::array_element_udf(), extract::array_slice_udf()]
}

/// Arguments of which the first is a list, with places in it behind: two, and the distance between those
/// that are taken.
pub(super) fn within_lists(mut args: ScalarFunctionArgs) -> ScalarFunctionArgs {
    // The items of other lists are counted in 64 bits.
    if args.args.first().is_some_and(|list| matches!(list.data_type(), DataType::List(_))) {
        for (position, arg) in args.args.iter_mut().enumerate().skip(1) {
            match position {
                1 | 2 => clamp(arg, i32::MIN.into(), i32::MAX.into()),
                _ => clamp(arg, -STEP_MAX, STEP_MAX),
            }
        }
    }
    args
}

fn clamp(arg: &mut ColumnarValue, least: i64, most: i64) {
    match arg {
        ColumnarValue::Scalar(ScalarValue::Int64(Some(place))) => {
            *place = (*place).clamp(least, most);
        }
        ColumnarValue::Scalar(_) => {}
        ColumnarValue::Array(places) => {
            let Some(numbers) = places.as_primitive_opt::<Int64Type>() else { return };
            if numbers.iter().flatten().any(|place| place < least || most < place) {
                *places = Arc::new(numbers.unary::<_, Int64Type>(|place| place.clamp(least, most)));
            }
        }
    }
}
