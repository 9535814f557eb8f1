//! Where a plan that failed can have failed, for whoever wrote the view.
//!
//! What a row was is known to our own functions alone; of an operator, the plan tells where it
//! stands.

mod call;
mod value;

use std::collections::BTreeSet;

use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable as _, LogicalPlan, Operator};

use self::call::Call;
use super::told;

/// How many places a message names at most.
const PLACES: usize = 3;

/// How the error of a text that is no time begins, which functions and casts have alike.
const NO_TIME: &str = "Error parsing timestamp";

/// How that of a time begins that is too far for finer units.
const BEYOND_TIME: &str = "Cannot cast Timestamp(";

/// How that of a text that is no interval begins.
const NO_INTERVAL: &str = "Invalid input syntax for type interval: ";

/// Functions of texts that are times.
const TIMES: [&str; 7] = [
    "to_date",
    "to_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "to_unixtime",
];

/// An operation that fails for some values, with how Arrow's text about it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Division,
    Cast,
    /// What reads texts as times: casts, and functions.
    Time,
    Arithmetic,
    ArithmeticOfDecimals,
    /// A date or a time that is moved.
    Moment,
    Sum,
    SumOfDecimals,
    Call(&'static Call),
}

/// Returns the text of an error with the expressions of `plan` that can have failed in this way, and
/// what would help.
pub(crate) fn in_plan(text: &str, plan: &LogicalPlan) -> String {
    let Some(operation) = Operation::of(text) else { return told::types(text) };
    let places_of = |operation: Operation| {
        places(plan, |expr, ty| match operation {
            Operation::Cast => is_cast_to(expr, text),
            Operation::ArithmeticOfDecimals => {
                operation.can_fail(expr) && ty.is_some_and(|ty| ty.is_decimal())
            }
            Operation::Moment => operation.can_fail(expr) && ty.is_some_and(|ty| ty.is_temporal()),
            _ => operation.can_fail(expr),
        })
    };
    let of_decimals = match operation {
        Operation::Arithmetic => places_of(Operation::ArithmeticOfDecimals),
        _ => Vec::new(),
    };
    let (operation, places) = match of_decimals.is_empty() {
        true => (operation, places_of(operation)),
        false => (Operation::ArithmeticOfDecimals, of_decimals),
    };
    let said = operation.said(text);
    if places.is_empty() && matches!(operation, Operation::Cast | Operation::Time) {
        // A function has said so.
        return told::types(text);
    }
    let place = match places.as_slice() {
        [] => String::new(),
        [place] => format!(" in `{place}`"),
        places if places.len() <= PLACES => format!(" in one of `{}`", places.join("`, `")),
        places => format!(" in one of {} places, `{}` among them", places.len(), places[0]),
    };
    format!("{said}{place}\nhelp: {}", operation.help())
}

/// Returns what an error of a constant of a type says, in words of the language.
pub(crate) fn said(text: &str, ty: Option<&DataType>) -> String {
    match Operation::of(text) {
        Some(Operation::Arithmetic) if ty.is_some_and(DataType::is_decimal) => {
            Operation::ArithmeticOfDecimals.said(text)
        }
        Some(operation) => operation.said(text),
        None => told::types(text),
    }
}

impl Operation {
    fn of(text: &str) -> Option<Self> {
        if let Some(call) = Call::of(text) {
            return Some(Self::Call(call));
        }
        let begins = |words: &[&str]| words.iter().any(|words| text.starts_with(words));
        if begins(&["Divide by zero"]) {
            Some(Self::Division)
        } else if begins(&["Date arithmetic overflow: "]) || text == "Timestamp out of range" {
            Some(Self::Moment)
        } else if begins(&[NO_TIME]) {
            Some(Self::Time)
        } else if begins(&["Cannot cast", "Can't cast", "Casting from", NO_INTERVAL])
            || (begins(&["value of "]) && text.contains(" is out of range "))
            || text.contains(" is too large to store in a Decimal")
            || text.contains(" is too small to store in a Decimal")
        {
            Some(Self::Cast)
        } else if begins(&["Overflow happened on: "]) {
            Some(Self::Arithmetic)
        } else if begins(&["the sum "]) && text.contains(" does not fit `Decimal") {
            Some(Self::SumOfDecimals)
        } else if begins(&["the sum "]) && text.contains(" does not fit `") {
            Some(Self::Sum)
        } else {
            None
        }
    }

    /// What is wrong, in words of the language.
    fn said(self, text: &str) -> String {
        match self {
            Self::Division => "division by zero".to_owned(),
            Self::Cast | Self::Time => value::said(text),
            // Arrow tells the digits of decimals without the point.
            Self::ArithmeticOfDecimals => "the result has more digits than its type".to_owned(),
            Self::Arithmetic | Self::Sum | Self::SumOfDecimals => told::types(text),
            Self::Moment => "a time that is moved so far is in no calendar".to_owned(),
            Self::Call(call) => call.said(text),
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Division => "`nullif(divisor, 0)` gives NULL where the divisor is 0",
            Self::Time => "`try_cast(… as Timestamp)` of the text gives NULL where it is none",
            Self::Cast => "`try_cast` gives NULL where a value does not fit",
            Self::Arithmetic => {
                "cast an operand to a wider type, such as `Decimal<20, 0>`, or to `f64`"
            }
            Self::ArithmeticOfDecimals => {
                "a decimal has at most 38 digits: compute with `cast(… as f64)`, or fewer behind the point"
            }
            Self::Moment => "`case when … then … end` gives NULL for what is moved too far",
            Self::Sum => "sum a wider type: `sum(cast(… as Decimal<20, 0>))`, or `f64`",
            Self::SumOfDecimals => {
                "a decimal has at most 38 digits: sum `cast(… as f64)`, or fewer behind the point"
            }
            Self::Call(call) => call.help,
        }
    }

    fn can_fail(self, expr: &Expr) -> bool {
        match (self, expr) {
            // What a function has made is no text.
            (Self::Time, Expr::Cast(cast)) => {
                matches!(cast.field.data_type(), DataType::Timestamp(..))
                    && !is_time_of_text(&cast.expr)
            }
            (Self::Time, expr) => is_time_of_text(expr),
            (Self::Division, Expr::BinaryExpr(BinaryExpr { op, right, .. })) => {
                matches!(op, Operator::Divide | Operator::Modulo) && !is_number(right)
            }
            (Self::Moment, Expr::BinaryExpr(BinaryExpr { op, .. })) => {
                matches!(op, Operator::Plus | Operator::Minus)
            }
            (Self::ArithmeticOfDecimals, Expr::BinaryExpr(BinaryExpr { op, .. })) => matches!(
                op,
                Operator::Plus | Operator::Minus | Operator::Multiply | Operator::Divide
            ),
            (Self::Arithmetic, Expr::BinaryExpr(BinaryExpr { op, .. })) => {
                matches!(op, Operator::Plus | Operator::Minus | Operator::Multiply)
            }
            (Self::Arithmetic, Expr::Negative(_)) => true,
            (Self::Sum | Self::SumOfDecimals, Expr::AggregateFunction(call)) => {
                call.func.name() == "sum"
            }
            (Self::Sum | Self::SumOfDecimals, Expr::WindowFunction(call)) => {
                call.fun.name() == "sum"
            }
            (Self::Call(of), Expr::ScalarFunction(call)) => of.is_of(call.func.name()),
            _ => false,
        }
    }
}

/// Whether it is a constant other than zero.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => {
            let zero = ScalarValue::new_zero(&value.data_type());
            !value.is_null() && zero.is_ok_and(|zero| zero != *value)
        }
        Expr::Cast(cast) => is_number(&cast.expr),
        _ => false,
    }
}

/// Whether it is a cast to the type of which the text of its error speaks, if it names one.
fn is_cast_to(expr: &Expr, text: &str) -> bool {
    let Expr::Cast(cast) = expr else { return false };
    let ty = cast.field.data_type();
    if text.starts_with(NO_INTERVAL) {
        return matches!(ty, DataType::Interval(_));
    }
    if text.starts_with(BEYOND_TIME) {
        return matches!(ty, DataType::Timestamp(..));
    }
    let target = text.split_once(" to value of ").and_then(|(_, rest)| rest.split(' ').next());
    // A text on its way to a decimal is one of the widest first.
    let target = target.filter(|target| !target.starts_with("Decimal"));
    target.is_none_or(|target| ty.to_string() == target)
}

fn is_time_of_text(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(call) if TIMES.contains(&call.func.name()))
}

/// The expressions of a plan that can have failed, sorted; asked with their types, where they are known.
fn places(plan: &LogicalPlan, can_fail: impl Fn(&Expr, Option<DataType>) -> bool) -> Vec<String> {
    let mut found = BTreeSet::new();
    // The visitors below never fail, so neither do the walks.
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                let types = node.inputs().into_iter().map(|input| part.get_type(input.schema()));
                if can_fail(part, types.flatten().next()) {
                    found.insert(told::expr(part));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use arrow_schema::TimeUnit;
    use datafusion::common::config::ConfigOptions;
    use datafusion::logical_expr::{LogicalPlanBuilder, cast, col, lit};

    use super::*;

    fn plan(exprs: Vec<Expr>) -> LogicalPlan {
        let row = vec![vec![lit(1_i64), lit(0_i64), lit("x")]];
        let rows = LogicalPlanBuilder::values(row).unwrap();
        rows.project(exprs).unwrap().build().unwrap()
    }

    #[test]
    fn the_expressions_that_can_have_failed_are_named() {
        let (a, b) = (|| col("column1"), || col("column2"));
        let one = plan(vec![a() / b(), a() / lit(2_i64)]);
        assert_eq!(
            in_plan("Divide by zero error", &one),
            "division by zero in `column1 / column2`\n\
             help: `nullif(divisor, 0)` gives NULL where the divisor is 0"
        );
        let two = plan(vec![a() / b(), b() % a()]);
        let text = in_plan("Divide by zero error", &two);
        assert!(text.starts_with("division by zero in one of `column1 / column2`, `column2 % co"));
        let by_constant = plan(vec![a() / lit(0_i64)]);
        assert!(in_plan("Divide by zero error", &by_constant).contains("in `column1 / 0`"));
        let casts = vec![
            cast(col("column3"), DataType::Int64),
            cast(col("column3"), DataType::Float64).alias("other"),
        ];
        assert_eq!(
            in_plan("Cannot cast string 'x' to value of Int64 type", &plan(casts)),
            "Cannot cast string 'x' to value of i64 type in `cast(column3 as i64)`\n\
             help: `try_cast` gives NULL where a value does not fit"
        );
        assert_eq!(in_plan("`half`: 5 is odd", &one), "`half`: 5 is odd");
        let root = plan(vec![datafusion::functions::math::sqrt().call(vec![a()])]);
        assert_eq!(
            in_plan("cannot take square root of a negative number", &root),
            "a negative number has no square root in `sqrt(column1)`\n\
             help: `case when x >= 0 then sqrt(x) end` gives NULL for one"
        );
        assert_eq!(
            said("Cannot cast string 'x' to value of Date32 type", None),
            "Cannot cast string 'x' to value of Date type"
        );
        let texts = plan(vec![
            datafusion::functions::datetime::to_date().call(vec![col("column3")]),
            cast(
                datafusion::functions::datetime::to_timestamp_micros(&ConfigOptions::default())
                    .call(vec![col("column3")]),
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            ),
        ]);
        assert_eq!(
            in_plan("Error parsing timestamp from 'x': error parsing date", &texts),
            "the text 'x' is no time: error parsing date in one of `to_date(column3)`, \
             `to_timestamp_micros(column3)`\n\
             help: `try_cast(… as Timestamp)` of the text gives NULL where it is none"
        );
        let day = ScalarValue::new_interval_mdn(0, 1, 0);
        let moved = plan(vec![a() + b(), cast(a(), DataType::Date32) + lit(day)]);
        assert_eq!(
            in_plan("Timestamp out of range", &moved),
            "a time that is moved so far is in no calendar in `cast(column1 as Date) + interval(\"1 days\")`\n\
             help: `case when … then … end` gives NULL for what is moved too far"
        );
        let wide = DataType::Decimal128(38, 2);
        let decimals = plan(vec![cast(a(), wide.clone()) * cast(b(), wide.clone())]);
        let text = "Overflow happened on: 150 * 99999999999999999999999999999999999999";
        assert_eq!(
            in_plan(text, &decimals),
            "the result has more digits than its type in \
             `cast(column1 as Decimal<38, 2>) * cast(column2 as Decimal<38, 2>)`\n\
             help: a decimal has at most 38 digits: compute with `cast(… as f64)`, or fewer behind the point"
        );
        assert_eq!(said(text, Some(&wide)), "the result has more digits than its type");
        let sums = plan(vec![a() + b(), a() * lit(2_i64)]);
        assert_eq!(
            in_plan("Overflow happened on: 9223372036854775807 + 1", &sums),
            "Overflow happened on: 9223372036854775807 + 1 in one of `column1 * 2`, \
             `column1 + column2`\nhelp: cast an operand to a wider type, such as `Decimal<20, 0>`, or to \
             `f64`"
        );
    }
}
