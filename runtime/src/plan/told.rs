//! The engine's words in those of the language: names of types, expressions, columns.
//!
//! What fails while rows are computed is told by the engine and by Arrow, who know neither the types of the
//! language nor which names somebody has written. What a message says of somebody's data is left as it is.

use arrow::datatypes::IntervalMonthDayNano;
use arrow_schema::{DataType, Field};
use belvedere_lang::view::model::BinaryOp;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

use crate::view::value_type;

/// How lowering calls what nobody has called something, counted from the second on.
const QUALIFIERS: [&str; 13] = [
    "aggregate",
    "asof",
    "derive",
    "distinct",
    "except",
    "intersect",
    "keys",
    "ordered",
    "select",
    "subquery",
    "union",
    "unnest",
    "values",
];

/// Names of types, in Arrow's words and in ours.
const TYPES: [(&str, &str); 34] = [
    ("LargeUtf8", "String"),
    ("Utf8View", "String"),
    ("Utf8", "String"),
    ("LargeBinary", "Bytes"),
    ("BinaryView", "Bytes"),
    ("Binary", "Bytes"),
    ("Boolean", "bool"),
    ("Int8", "i8"),
    ("Int16", "i16"),
    ("Int32", "i32"),
    ("Int64", "i64"),
    ("UInt8", "u8"),
    ("UInt16", "u16"),
    ("UInt32", "u32"),
    ("UInt64", "u64"),
    ("Float32", "f32"),
    ("Float64", "f64"),
    ("Decimal128", "Decimal"),
    ("Decimal256", "Decimal"),
    ("Date32", "Date"),
    ("Timestamp(Microsecond, Some(\"UTC\"))", "Timestamp"),
    ("Timestamp(Nanosecond, Some(\"UTC\"))", "Timestamp"),
    ("Timestamp(µs, \"UTC\")", "Timestamp"),
    ("Timestamp(ns, \"UTC\")", "Timestamp"),
    ("Timestamp(Microsecond, None)", "LocalTimestamp"),
    ("Timestamp(Nanosecond, None)", "LocalTimestamp"),
    ("Timestamp(µs)", "LocalTimestamp"),
    ("Timestamp(ns)", "LocalTimestamp"),
    ("Time64(Microsecond)", "Time"),
    ("Time64(µs)", "Time"),
    ("Duration(Microsecond)", "Duration"),
    ("Duration(µs)", "Duration"),
    ("Interval(MonthDayNano)", "Interval"),
    ("Interval(YearMonth)", "Interval"),
];

/// Returns a message with the language's names of types, but for what stands in quotes.
pub(crate) fn types(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = false;
    while let Some(next) = rest.chars().next() {
        let begins_a_word =
            !told.ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let found = TYPES.iter().filter(|_| begins_a_word && !quoted).find(|(arrow, _)| {
            let behind = rest.strip_prefix(arrow);
            behind.is_some_and(|behind| {
                !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            })
        });
        match found {
            Some((arrow, ours)) => {
                told.push_str(ours);
                rest = &rest[arrow.len()..];
            }
            None => {
                // An apostrophe within a word is none.
                quoted = match next {
                    '\'' => !quoted && begins_a_word,
                    _ => quoted,
                };
                told.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    told
}

/// Returns an expression as a view would write it, as far as the engine's is one.
pub(crate) fn expr(expr: &Expr) -> String {
    // It never fails: the function does not.
    expr.clone()
        .transform_up(|expr| {
            Ok(written(&expr).map_or_else(|| Transformed::no(expr), Transformed::yes))
        })
        .map_or_else(|_| expr.to_string(), |told| told.data.to_string())
}

/// A name that stands for an expression, whose parts are names already.
fn written(expr: &Expr) -> Option<Expr> {
    let text = match expr {
        Expr::Column(column) => name(column),
        Expr::Literal(value, _) => literal(value),
        Expr::Cast(Cast { expr, field }) => {
            format!("cast({expr} as {})", type_name(field.data_type()))
        }
        Expr::TryCast(TryCast { expr, field }) => {
            format!("try_cast({expr} as {})", type_name(field.data_type()))
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let sign = operator(*op)?;
            format!("{} {sign} {}", operand(left), operand(right))
        }
        Expr::Negative(inner) => format!("-{}", operand(inner)),
        _ => return None,
    };
    Some(Expr::Column(Column::new_unqualified(text)))
}

/// A column under the name of the relation that somebody has given it.
fn name(column: &Column) -> String {
    let Some(relation) = &column.relation else { return column.name.clone() };
    let table = relation.table();
    let base = table.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    match QUALIFIERS.contains(&base) || base.starts_with("__") {
        true => column.name.clone(),
        false => format!("{table}.{}", column.name),
    }
}

fn literal(value: &ScalarValue) -> String {
    if let ScalarValue::IntervalMonthDayNano(Some(length)) = value {
        return interval(*length);
    }
    let text = value.to_string();
    match value.data_type().is_string() && !value.is_null() {
        true => format!("\"{text}\""),
        false => text,
    }
}

fn interval(length: IntervalMonthDayNano) -> String {
    let IntervalMonthDayNano { months, days, nanoseconds } = length;
    let units = [
        (i64::from(months), "months"),
        (i64::from(days), "days"),
        (nanoseconds / 1_000, "microseconds"),
        (nanoseconds % 1_000, "nanoseconds"),
    ];
    let units = units.iter().filter(|(count, _)| *count != 0);
    let told: Vec<_> = units.map(|(count, unit)| format!("{count} {unit}")).collect();
    match told.is_empty() {
        true => "interval(\"0 days\")".to_owned(),
        false => format!("interval(\"{}\")", told.join(" ")),
    }
}

fn type_name(ty: &DataType) -> String {
    let field = Field::new("value", ty.clone(), false);
    value_type(&field).map_or_else(|_| types(&ty.to_string()), |ty| ty.to_string())
}

/// An operand in parentheses, where it is made of others.
fn operand(expr: &Expr) -> String {
    let text = expr.to_string();
    let joined = [" + ", " - ", " * ", " / ", " % ", " == "].iter().any(|sign| text.contains(sign));
    match joined && !text.ends_with(')') {
        true => format!("({text})"),
        false => text,
    }
}

fn operator(op: Operator) -> Option<&'static str> {
    Some(match op {
        Operator::Plus => BinaryOp::Add.text(),
        Operator::Minus => BinaryOp::Sub.text(),
        Operator::Multiply => BinaryOp::Mul.text(),
        Operator::Divide => BinaryOp::Div.text(),
        Operator::Modulo => BinaryOp::Rem.text(),
        Operator::Eq => BinaryOp::Eq.text(),
        Operator::NotEq => BinaryOp::NotEq.text(),
        Operator::Lt => BinaryOp::Lt.text(),
        Operator::LtEq => BinaryOp::LtEq.text(),
        Operator::Gt => BinaryOp::Gt.text(),
        Operator::GtEq => BinaryOp::GtEq.text(),
        Operator::And => BinaryOp::And.text(),
        Operator::Or => BinaryOp::Or.text(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use arrow_schema::TimeUnit;
    use datafusion::logical_expr::{cast, col, lit};

    use super::*;

    #[test]
    fn types_are_named_as_in_views() {
        for (text, expected) in [
            (
                "Cannot cast string 'Int64' to value of Int64 type",
                "Cannot cast string 'Int64' to value of i64 type",
            ),
            ("a UInt8 and MyInt8 and Int8x", "a u8 and MyInt8 and Int8x"),
            (
                "to Timestamp(Microsecond, Some(\"UTC\")) or Timestamp(µs)",
                "to Timestamp or LocalTimestamp",
            ),
            ("List(Utf8View)", "List(String)"),
            ("Can't cast value 300 to type Int8", "Can't cast value 300 to type i8"),
        ] {
            assert_eq!(types(text), expected);
        }
    }

    #[test]
    fn expressions_are_told_as_views_write_them() {
        let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        for (expr_, expected) in [
            (cast(col("derive_2.d"), DataType::Int64), "cast(d as i64)"),
            (cast(col("c.at"), time), "cast(c.at as Timestamp)"),
            (col("subquery_1.name").eq(lit("x")), "name == \"x\""),
            ((col("c.a") + lit(1_i64)) / col("keys.k"), "(c.a + 1) / k"),
            (
                col("c.at") - lit(ScalarValue::new_interval_mdn(14, 1, 2_000)),
                "c.at - interval(\"14 months 1 days 2 microseconds\")",
            ),
            (lit(ScalarValue::new_interval_mdn(0, 0, 0)), "interval(\"0 days\")"),
        ] {
            assert_eq!(expr(&expr_), expected);
        }
    }
}
