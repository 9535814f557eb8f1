//! A call over made-up rows as a statement, for people to paste.

use arrow_array::Array as _;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::lit;
use datafusion::sql::unparser::expr_to_sql;

use super::call::Call;

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
            values.push(value(&ScalarValue::try_from_array(column, row)?, column.data_type()));
        }
        rows.push(format!("({})", values.join(", ")));
    }
    Ok(format!("SELECT {name}({list}) FROM (VALUES {}) AS t({list})", rows.join(", ")))
}

/// A value as SQL writes it; what has no literal is its text with the name of its type.
fn value(value: &ScalarValue, ty: &arrow_schema::DataType) -> String {
    if value.is_null() {
        return "NULL".to_owned();
    }
    match expr_to_sql(&lit(value.clone())) {
        Ok(sql) => sql.to_string(),
        Err(_) => format!("arrow_cast('{value}', '{ty}')"),
    }
}
