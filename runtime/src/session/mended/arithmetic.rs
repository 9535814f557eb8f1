//! `+`, `-` and `*` of integers fail where the result does not fit.
//!
//! The engine has no setting for that, and its operators wrap around: `9223372036854775807 + 1` is a
//! negative number. So this rule, the first one of the optimizer, puts functions in their place, whose
//! columns have the names of the operators'. Division fails by itself.

use std::sync::{Arc, LazyLock};

use arrow::compute::kernels::numeric;
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result, exec_err, internal_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::interval_arithmetic::{Interval, apply_operator};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable as _, LogicalPlan, Operator, ReturnFieldArgs,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use datafusion::physical_expr_common::datum::apply;

/// The rule.
#[derive(Debug)]
pub(in crate::session) struct CheckedArithmetic;

impl OptimizerRule for CheckedArithmetic {
    fn name(&self) -> &'static str {
        "checked_arithmetic"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        if !has_arithmetic(&plan) {
            return Ok(Transformed::no(plan));
        }
        let schema = match plan.inputs().as_slice() {
            [] => plan.schema().as_ref().clone(),
            inputs => merge_schema(inputs),
        };
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            Ok(expr.transform_up(|expr| checked(expr, &schema))?.update_data(|e| name.restore(e)))
        })
    }
}

/// Whether any expression has one of the operators.
fn has_arithmetic(plan: &LogicalPlan) -> bool {
    use datafusion::common::tree_node::TreeNodeRecursion;

    let mut found = false;
    // The visitors never fail, so neither do the walks.
    let _ = plan.apply_expressions(|expr| {
        expr.apply(|expr| {
            found |= matches!(expr, Expr::BinaryExpr(binary) if function(binary.op).is_some())
                || matches!(expr, Expr::Negative(_));
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
    });
    found
}

/// The function for an operator of integers.
fn checked(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let is_integer = |expr: &Expr| expr.get_type(schema).is_ok_and(|ty| ty.is_integer());
    Ok(match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match function(op) {
            Some(function) if is_integer(&left) && is_integer(&right) => {
                Transformed::yes(call(function, vec![*left, *right]))
            }
            _ => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
        },
        Expr::Negative(inner) if is_integer(&inner) && !matches!(*inner, Expr::Literal(..)) => {
            Transformed::yes(call(&FUNCTIONS[NEGATIVE], vec![*inner]))
        }
        other => Transformed::no(other),
    })
}

fn call(function: &Arc<ScalarUDF>, args: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(function), args))
}

/// An operation and the name of its function, which explained plans show.
const OPERATIONS: [(Operation, &str); 4] = [
    (Operation::Binary(Operator::Plus), "checked_add"),
    (Operation::Binary(Operator::Minus), "checked_subtract"),
    (Operation::Binary(Operator::Multiply), "checked_multiply"),
    (Operation::Negative, "checked_negative"),
];

/// The position of the operation with one operand.
const NEGATIVE: usize = 3;

static FUNCTIONS: LazyLock<Vec<Arc<ScalarUDF>>> = LazyLock::new(|| {
    let functions = OPERATIONS.iter().map(|(operation, name)| Checked {
        operation: *operation,
        name,
        signature: Signature::variadic_any(Volatility::Immutable),
    });
    functions.map(|function| Arc::new(ScalarUDF::from(function))).collect()
});

fn function(op: Operator) -> Option<&'static Arc<ScalarUDF>> {
    let operation = |(known, _): &(Operation, &str)| *known == Operation::Binary(op);
    OPERATIONS.iter().position(operation).map(|position| &FUNCTIONS[position])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Binary(Operator),
    Negative,
}

/// An operator of integers as a function.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operation: Operation,
    name: &'static str,
    signature: Signature,
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &str {
        self.name
    }

    /// As the operator's.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let expr = match (self.operation, args) {
            (Operation::Binary(op), [left, right]) => Expr::BinaryExpr(BinaryExpr {
                left: Box::new(left.clone()),
                op,
                right: Box::new(right.clone()),
            }),
            (Operation::Negative, [inner]) => Expr::Negative(Box::new(inner.clone())),
            _ => return internal_err!("`{}` of {} arguments", self.name, args.len()),
        };
        Ok(expr.schema_name().to_string())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types.first() {
            Some(ty) => Ok(ty.clone()),
            None => internal_err!("`{}` of nothing", self.name),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let Some(first) = args.arg_fields.first() else {
            return internal_err!("`{}` of nothing", self.name);
        };
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name, first.data_type().clone(), nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match (self.operation, args.args.as_slice()) {
            (Operation::Binary(Operator::Plus), [left, right]) => apply(left, right, numeric::add),
            (Operation::Binary(Operator::Minus), [left, right]) => apply(left, right, numeric::sub),
            (Operation::Binary(_), [left, right]) => apply(left, right, numeric::mul),
            (Operation::Negative, [inner]) => {
                let values = inner.to_array(args.number_rows)?;
                if values.data_type().is_unsigned_integer() {
                    return exec_err!("`-` of {}", values.data_type());
                }
                Ok(ColumnarValue::Array(numeric::neg(&values)?))
            }
            _ => internal_err!("`{}` of {} arguments", self.name, args.args.len()),
        }
    }

    fn evaluate_bounds(&self, inputs: &[&Interval]) -> Result<Interval> {
        match (self.operation, inputs) {
            (Operation::Binary(op), [left, right]) => apply_operator(&op, left, right),
            (Operation::Negative, [inner]) => inner.arithmetic_negate(),
            _ => internal_err!("`{}` of {} arguments", self.name, inputs.len()),
        }
    }

    /// What fails where it does not fit has no place where it begins again.
    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(match (self.operation, inputs) {
            (Operation::Binary(Operator::Plus), [left, right]) => {
                left.sort_properties.add(&right.sort_properties)
            }
            (Operation::Binary(Operator::Minus), [left, right]) => {
                left.sort_properties.sub(&right.sort_properties)
            }
            (Operation::Negative, [inner]) => -inner.sort_properties,
            _ => SortProperties::Unordered,
        })
    }
}
