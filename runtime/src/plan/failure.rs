//! Where a plan that failed can have failed, for whoever wrote the view.
//!
//! What a row was is known to our own functions alone; of an operator, the plan tells where it
//! stands.

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};

use super::told;

/// How many places a message names at most.
const PLACES: usize = 3;

/// An operation that fails for some values, with how Arrow's text about it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Division,
    Cast,
    Arithmetic,
    Sum,
    SumOfDecimals,
    Call(&'static Call),
}

/// A function of the engine that fails for some values.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    /// What its error has in it.
    words: &'static str,
    name: &'static str,
    /// What is said in the place of that.
    said: &'static str,
    help: &'static str,
}

const fn call(
    words: &'static str,
    name: &'static str,
    said: &'static str,
    help: &'static str,
) -> Call {
    Call { words, name, said, help }
}

const CALLS: [Call; 6] = [
    call(
        "cannot take square root of a negative number",
        "sqrt",
        "a negative number has no square root",
        "`case when x >= 0 then sqrt(x) end` gives NULL for one",
    ),
    call(
        "field position must not be zero",
        "split_part",
        "a part at position 0: they count from 1, and from the end below 0",
        "`nullif(n, 0)` gives NULL for 0",
    ),
    call(
        " overflow on abs(",
        "abs",
        "the least number of a type has no absolute value in it",
        "cast to a wider type, such as `Decimal<20, 0>`, or to `f64`",
    ),
    call(
        "integer overflow in LCM(",
        "lcm",
        "the least common multiple does not fit `i64`",
        "`cast(a as f64) / gcd(a, b) * b` is near to it",
    ),
    call(
        "integer overflow in GCD(",
        "gcd",
        "the greatest common divisor does not fit `i64`",
        "`nullif(n, -9223372036854775808)` gives NULL for the one number that has none",
    ),
    call(
        "Overflow happened on FACTORIAL(",
        "factorial",
        "the product does not fit `i64`",
        "`case when n <= 20 then factorial(n) end` gives NULL beyond",
    ),
];

/// Returns the text of an error with the expressions of `plan` that can have failed in this way, and
/// what would help.
pub(crate) fn in_plan(text: &str, plan: &LogicalPlan) -> String {
    let Some(operation) = Operation::of(text) else { return told::types(text) };
    let said = match operation {
        Operation::Division => "division by zero",
        Operation::Cast | Operation::Arithmetic | Operation::Sum | Operation::SumOfDecimals => text,
        Operation::Call(call) => call.said,
    };
    let target = text.split_once(" to value of ").and_then(|(_, rest)| rest.split(' ').next());
    // A text on its way to a decimal is one of the widest first.
    let target = target.filter(|target| !target.starts_with("Decimal"));
    let places = places(plan, |expr| operation.can_fail(expr) && is_cast_to(expr, target));
    if places.is_empty() && operation == Operation::Cast {
        // A function has said so.
        return told::types(text);
    }
    let place = match places.as_slice() {
        [] => String::new(),
        [place] => format!(" in `{place}`"),
        places if places.len() <= PLACES => format!(" in one of `{}`", places.join("`, `")),
        places => format!(" in one of {} places, `{}` among them", places.len(), places[0]),
    };
    format!("{}{place}\nhelp: {}", told::types(said), operation.help())
}

/// Returns what an error of a constant says, in words of the language.
pub(crate) fn said(text: &str) -> String {
    match Operation::of(text) {
        Some(Operation::Call(call)) => call.said.to_owned(),
        _ => told::types(text),
    }
}

impl Operation {
    fn of(text: &str) -> Option<Self> {
        if let Some(call) = CALLS.iter().find(|call| text.contains(call.words)) {
            return Some(Self::Call(call));
        }
        let begins = |words: &[&str]| words.iter().any(|words| text.starts_with(words));
        if begins(&["Divide by zero"]) {
            Some(Self::Division)
        } else if begins(&["Cannot cast", "Can't cast", "Casting from", "Error parsing timestamp"])
            || text.contains(" is too large to store in a Decimal")
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

    const fn help(self) -> &'static str {
        match self {
            Self::Division => "`nullif(divisor, 0)` gives NULL where the divisor is 0",
            Self::Cast => "`try_cast` gives NULL where a value does not fit",
            Self::Arithmetic => {
                "cast an operand to a wider type, such as `Decimal<20, 0>`, or to `f64`"
            }
            Self::Sum => "sum a wider type: `sum(cast(… as Decimal<20, 0>))`, or `f64`",
            Self::SumOfDecimals => {
                "a decimal has at most 38 digits: sum `cast(… as f64)`, or fewer behind the point"
            }
            Self::Call(call) => call.help,
        }
    }

    fn can_fail(self, expr: &Expr) -> bool {
        match (self, expr) {
            (Self::Division, Expr::BinaryExpr(BinaryExpr { op, right, .. })) => {
                matches!(op, Operator::Divide | Operator::Modulo) && !is_number(right)
            }
            (Self::Cast, Expr::Cast(_)) => true,
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
            (Self::Call(of), Expr::ScalarFunction(call)) => call.func.name() == of.name,
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

/// Whether it is no cast, or one to the type that the text names, if it names one.
fn is_cast_to(expr: &Expr, target: Option<&str>) -> bool {
    match (expr, target) {
        (Expr::Cast(cast), Some(target)) => cast.field.data_type().to_string() == target,
        _ => true,
    }
}

/// The expressions of a plan that can have failed, sorted.
fn places(plan: &LogicalPlan, can_fail: impl Fn(&Expr) -> bool) -> Vec<String> {
    let mut found = BTreeSet::new();
    // The visitors below never fail, so neither do the walks.
    let _ = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                if can_fail(part) {
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
            cast(col("column3"), arrow_schema::DataType::Int64),
            cast(col("column3"), arrow_schema::DataType::Float64).alias("other"),
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
            said("Cannot cast string 'x' to value of Date32 type"),
            "Cannot cast string 'x' to value of Date type"
        );
        let sums = plan(vec![a() + b(), a() * lit(2_i64)]);
        assert_eq!(
            in_plan("Overflow happened on: 9223372036854775807 + 1", &sums),
            "Overflow happened on: 9223372036854775807 + 1 in one of `column1 * 2`, \
             `column1 + column2`\nhelp: cast an operand to a wider type, such as `Decimal<20, 0>`, or to \
             `f64`"
        );
    }
}
