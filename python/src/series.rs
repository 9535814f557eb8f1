//! DataFusion's own table functions of a start, an end and a step, over the types that relations have.
//!
//! They count in nanoseconds, whatever their arguments are, and days become times. Constants are brought to
//! nanoseconds here, and the rows back to the type of the first constant.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DataFusionError, ScalarValue, plan_datafusion_err};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, cast, col};
use datafusion::prelude::DataFrame;

/// Whether a table function is one of these.
pub(crate) fn is_series(name: &str) -> bool {
    matches!(name, "generate_series" | "range")
}

/// The arguments as the engine takes them.
pub(crate) fn arguments(name: &str, arguments: Vec<Expr>) -> Result<Vec<Expr>> {
    arguments.into_iter().map(|argument| finer(name, argument)).collect()
}

/// The rows in the type of the first argument.
pub(crate) fn rows(first: Option<&Expr>, rows: DataFrame) -> Result<DataFrame> {
    let wanted = match first {
        Some(Expr::Literal(ScalarValue::Date32(_), _)) => DataType::Date32,
        Some(Expr::Literal(ScalarValue::TimestampMicrosecond(_, zone), _)) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
        }
        _ => return Ok(rows),
    };
    rows.select([cast(col("value"), wanted).alias("value")])
}

fn finer(name: &str, argument: Expr) -> Result<Expr> {
    let Expr::Literal(ScalarValue::TimestampMicrosecond(at, zone), metadata) = argument else {
        return Ok(argument);
    };
    let beyond = |at: i64| -> DataFusionError {
        plan_datafusion_err!("`{name}`: {at} microseconds since 1970 are beyond all nanoseconds")
    };
    let at = at.map(|at| at.checked_mul(1000).ok_or_else(|| beyond(at))).transpose()?;
    Ok(Expr::Literal(ScalarValue::TimestampNanosecond(at, zone), metadata))
}
