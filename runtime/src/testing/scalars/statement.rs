//! A call over made-up rows as one statement, for people to paste.

use arrow::compute::cast;
use arrow_array::Array as _;
use arrow_schema::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::lit;
use datafusion::sql::unparser::expr_to_sql;

use super::call::{Arg, Call};
use super::open::open;

/// `SELECT f(a, 'nfc') FROM (VALUES ('x'), (NULL)) AS t(a)`
pub(super) fn of(call: &Call) -> String {
    around(call, &[], |call| call.to_owned())
}

/// The same with the call inside of something else, which may use a column `keep` of these values.
pub(super) fn around(call: &Call, keep: &[bool], wrap: impl FnOnce(&str) -> String) -> String {
    let columns: Vec<usize> = call.columns().map(|(position, _)| position).collect();
    let args: Vec<String> = (0..call.args.len()).map(|position| argument(call, position)).collect();
    let name = call.function.name;
    let text = wrap(&format!("{name}({})", args.join(", ")));
    if columns.is_empty() {
        return format!("SELECT {text}");
    }
    let mut names: Vec<String> = columns.iter().map(|position| call.name(*position)).collect();
    let none = ["(", &vec!["NULL"; columns.len()].join(", "), ")"].concat();
    let mut rows = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let mut cells: Vec<String> = columns.iter().map(|p| cell(&call.args[*p], row)).collect();
        cells.extend(keep.get(row).map(bool::to_string));
        rows.push(format!("({})", cells.join(", ")));
    }
    if !keep.is_empty() {
        names.push("keep".to_owned());
    }
    let (values, end) =
        if rows.is_empty() { (none, " WHERE false") } else { (rows.join(", "), "") };
    format!("SELECT {text} FROM (VALUES {values}) AS t({}){end}", names.join(", "))
}

/// An argument: a constant of its type, or a column brought into it.
fn argument(call: &Call, position: usize) -> String {
    match &call.args[position] {
        Arg::Constant(value) => literal(value).unwrap_or_else(|_| value.to_string()),
        Arg::Column(column) => {
            let (name, ty) = (call.name(position), column.data_type());
            let plain = column.null_count() < column.len() && is_natural(ty);
            if plain { name } else { in_type(&name, ty) }
        }
    }
}

/// A value of a column without its encoding, which the column is brought into as a whole.
fn cell(arg: &Arg, row: usize) -> String {
    let plain = || -> Result<String> {
        let Arg::Column(column) = arg else { return Ok("NULL".to_owned()) };
        let row = cast(&column.slice(row, 1), &open(column.data_type()))?;
        let value = ScalarValue::try_from_array(&row, 0)?;
        if value.is_null() {
            return Ok("NULL".to_owned());
        }
        if value.data_type().is_integer() {
            return Ok(value.to_string());
        }
        literal(&value)
    };
    plain().unwrap_or_else(|_| "NULL".to_owned())
}

/// Whether the text of a value has this type in SQL by itself.
fn is_natural(ty: &DataType) -> bool {
    match ty {
        DataType::Utf8 | DataType::Int64 | DataType::Float64 | DataType::Boolean => true,
        DataType::Binary => true,
        DataType::List(item) => is_natural(item.data_type()),
        DataType::Struct(fields) => fields.iter().all(|field| is_natural(field.data_type())),
        DataType::Map(entries, _) => is_natural(entries.data_type()),
        _ => false,
    }
}

/// A value as SQL writes it, with its type where that is not the one that its text has.
pub(in crate::testing) fn literal(value: &ScalarValue) -> Result<String> {
    let ty = value.data_type();
    if value.is_null() {
        let typed = !matches!(ty, DataType::Null);
        return Ok(if typed { in_type("NULL", &ty) } else { "NULL".to_owned() });
    }
    Ok(match value {
        ScalarValue::Utf8(Some(text)) => quoted(text),
        ScalarValue::Boolean(Some(value)) => value.to_string(),
        ScalarValue::Int64(Some(value)) => value.to_string(),
        ScalarValue::Float64(Some(value)) if value.is_finite() && value.abs() < 1e15 => {
            if *value == 0.0 && value.is_sign_negative() {
                cast_of("-0.0", &ty)
            } else {
                format!("{value:?}")
            }
        }
        ScalarValue::Binary(Some(bytes)) => hex(bytes),
        ScalarValue::List(list) => of_items(&list.value(0), &ty)?,
        ScalarValue::LargeList(list) => of_items(&list.value(0), &ty)?,
        ScalarValue::FixedSizeList(list) => of_items(&list.value(0), &ty)?,
        ScalarValue::Struct(parts) => {
            let mut fields = Vec::with_capacity(parts.num_columns());
            for (name, column) in parts.column_names().into_iter().zip(parts.columns()) {
                let part = literal(&ScalarValue::try_from_array(column, 0)?)?;
                fields.push(format!("{}, {part}", quoted(name)));
            }
            format!("named_struct({})", fields.join(", "))
        }
        ScalarValue::Map(map) => {
            let entries = map.value(0);
            format!("map({}, {})", items(entries.column(0))?, items(entries.column(1))?)
        }
        ScalarValue::Dictionary(_, value) => in_type(&literal(value)?, &ty),
        other if ty.is_integer() => in_type(&other.to_string(), &ty),
        ScalarValue::IntervalMonthDayNano(_) => expr_to_sql(&lit(value.clone()))?.to_string(),
        other => match other.cast_to(&DataType::Utf8) {
            Ok(ScalarValue::Utf8(Some(text))) if is_read(&text, other) => cast_of(&text, &ty),
            // What lies beyond the calendar has no text that is read, but a number.
            _ => {
                let number =
                    if ty.primitive_width() == Some(4) { DataType::Int32 } else { DataType::Int64 };
                in_type(&literal(&other.cast_to(&number)?)?, &ty)
            }
        },
    })
}

/// Whether a text is read as the value that it is the text of.
fn is_read(text: &str, value: &ScalarValue) -> bool {
    let read = ScalarValue::from(text).cast_to(&value.data_type());
    read.is_ok_and(|read| read == *value)
}

fn of_items(list: &arrow_array::ArrayRef, ty: &DataType) -> Result<String> {
    let text = items(list)?;
    let natural = matches!(ty, DataType::List(_)) && list.null_count() < list.len();
    Ok(if natural { text } else { in_type(&text, ty) })
}

fn items(array: &arrow_array::ArrayRef) -> Result<String> {
    let values = (0..array.len()).map(|row| literal(&ScalarValue::try_from_array(array, row)?));
    Ok(format!("[{}]", values.collect::<Result<Vec<_>>>()?.join(", ")))
}

fn cast_of(text: &str, ty: &DataType) -> String {
    in_type(&quoted(text), ty)
}

/// A cast; the names of items in types have quotes of their own.
fn in_type(text: &str, ty: &DataType) -> String {
    format!("arrow_cast({text}, {})", quoted(&ty.to_string()))
}

/// A text on one line: what has no place there is given by its bytes.
fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return format!("arrow_cast({}, 'Utf8')", hex(text.as_bytes()));
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("X'{digits}'")
}
