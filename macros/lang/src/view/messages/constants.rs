//! Constants with which an expression has no value, or always the same one.

use super::say;
use crate::messages::messages;
use crate::types::{DecimalType, Type, ValueType};

messages! {
    /// A number divided by zero is none: whole numbers stop the run, others give infinity or NaN. In a branch
    /// of `case`, which guards it, nothing is said of it.
    V0120 division_by_zero(operator: &str) {
        say(format!("`{operator}` by zero has no value"))
            .help("divide by what is not zero; `nullif(…, 0)` gives NULL for a column that may be")
    }

    /// No value of the column's type is this constant: a whole number is never `1.5`, an `i8` never
    /// `500`.
    V0121 never_equal(shown: &str, ty: &ValueType, constant: &str, negated: bool) {
        say(format!("`{shown}` is `{ty}` and never `{constant}`: this is always {negated}"))
            .help(format!("leave the condition out, or write `{negated}`"))
    }

    /// A percentile is a share of the rows: `0.5` is the median, `0.99` what one row of a hundred is above.
    V0122 no_share(function: &str, given: &str) {
        let message = say(format!("`{function}`: `share` is a number between 0 and 1, not `{given}`"));
        match given.parse::<f64>() {
            Ok(percent) if percent > 1.0 && percent <= 100.0 => {
                message.help(format!("for percent: `{}`", percent / 100.0))
            }
            _ => message.help("`0.5` is the median, for instance"),
        }
    }

    /// A constant is cast to what it is none of. Days are written `"2026-01-31"`, times
    /// `"2026-01-31T12:30:00Z"`, and nothing else in the text; `try_cast` gives NULL for a column whose texts may be anything.
    /// The engine computes it when it plans a view, in a branch of `case` as elsewhere.
    V0123 no_value(shown: &str, ty: &Type) {
        let message = say(format!("`{shown}` is no `{ty}`"));
        let example = match ty {
            Type::Date => "2026-01-31",
            Type::Timestamp => "2026-01-31T12:30:00Z",
            Type::LocalTimestamp => "2026-01-31T12:30:00",
            Type::Bool => "true",
            Type::Int(_) => "31",
            _ => "0.5",
        };
        match ty {
            Type::Int(int) if !shown.starts_with('"') => {
                let (least, most) = int.range();
                message.help(format!("one is between {least} and {most}"))
            }
            _ => message.help(format!("write it like `\"{example}\"`")),
        }
    }

    /// A part of the text that reads no column has no value, whatever the rows are. The engine was asked for
    /// it, since it is the same for all rows.
    ///
    /// What a branch of `case` guards is computed for the rows that take the branch, and not looked at before; but
    /// for casts of constants, which the engine computes when it plans.
    V0124 constant_fails(reason: &str, guarded: bool) {
        say(format!("this is the same for all rows and has no value: {reason}")).help(match guarded {
            true => "casts of constants are computed before any row: `try_cast(…)` gives NULL",
            false => "`case when … then … end` guards what is not to be computed for every row",
        })
    }

    /// A constant keeps its digits when it is cast to a decimal; no decimal has more than 38 of them.
    V0125 beyond_a_decimal(shown: &str) {
        say(format!("`{shown}` has more digits than a decimal, which has {}", DecimalType::MOST_DIGITS))
            .help("leave out those at the end; a float, which rounds, is written without `cast`")
    }
}
