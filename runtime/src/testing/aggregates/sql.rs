//! A call over made-up rows as a statement, for people to paste.

use arrow_array::ArrayRef;
use datafusion::common::{Result, ScalarValue};

use super::call::Call;
use crate::testing::scalars::statement;
use crate::udf::Function;

/// `SELECT f(a) FROM (VALUES (1), (NULL)) AS t(a)`
pub(super) fn statement(call: &Call) -> Result<String> {
    let names: Vec<&str> = call.function().params.iter().map(|param| param.name).collect();
    let list = names.join(", ");
    let name = call.function().name;
    if call.rows() == 0 {
        let nulls = vec!["NULL"; names.len()].join(", ");
        return Ok(format!(
            "SELECT {name}({list}) FROM (VALUES ({nulls})) AS t({list}) WHERE false"
        ));
    }
    let mut rows = Vec::with_capacity(call.rows());
    for row in 0..call.rows() {
        let mut values = Vec::with_capacity(names.len());
        for column in call.columns() {
            values.push(value(&ScalarValue::try_from_array(column, row)?));
        }
        rows.push(format!("({})", values.join(", ")));
    }
    Ok(format!("SELECT {name}({list}) FROM (VALUES {}) AS t({list})", rows.join(", ")))
}

/// `SELECT f(a) OVER (ORDER BY i) FROM (VALUES (1, 1), (2, NULL)) AS t(i, a)`
pub(in crate::testing) fn window_statement(
    function: &Function,
    columns: &[ArrayRef],
    rows: usize,
) -> Result<String> {
    let names: Vec<&str> = function.params.iter().map(|param| param.name).collect();
    let (name, list) = (function.name, names.join(", "));
    let mut lines = Vec::with_capacity(rows);
    for row in 0..rows {
        let mut values = vec![(row + 1).to_string()];
        for column in columns {
            values.push(value(&ScalarValue::try_from_array(column, row)?));
        }
        lines.push(format!("({})", values.join(", ")));
    }
    let all = [&["i"], names.as_slice()].concat().join(", ");
    let (values, none) = match lines.is_empty() {
        true => (format!("({})", vec!["NULL"; names.len() + 1].join(", ")), " WHERE false"),
        false => (lines.join(", "), ""),
    };
    Ok(format!("SELECT {name}({list}) OVER (ORDER BY i) FROM (VALUES {values}) AS t({all}){none}"))
}

/// A value as SQL writes it: a whole number without its type, which the function gives it.
pub(in crate::testing) fn value(value: &ScalarValue) -> String {
    match value {
        value if value.is_null() => "NULL".to_owned(),
        value if value.data_type().is_integer() => value.to_string(),
        value => statement::literal(value).unwrap_or_else(|_| value.to_string()),
    }
}
