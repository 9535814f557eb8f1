//! Constants with which an expression has no value, or always the same one.

use super::say;
use crate::messages::messages;
use crate::types::ValueType;

messages! {
    /// A number divided by zero is none: whole numbers stop the run, others give infinity or NaN.
    V0120 division_by_zero(operator: &str) {
        say(format!("`{operator}` by zero has no value"))
            .help("divide by what is not zero; `nullif(…, 0)` gives NULL for a column that may be")
    }

    /// No value of the column's type is this constant: a whole number is never `1.5`, an `i8` never
    /// `500`.
    V0121 never_equal(shown: &str, ty: &ValueType, constant: &str, negated: bool) {
        say(format!("`{shown}` is `{ty}` and never `{constant}`: this is always {negated}"))
    }
}
