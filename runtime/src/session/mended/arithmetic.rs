//! `+`, `-` and `*` of integers, and these and `/` of decimals, fail where the result does not fit.
//!
//! The engine has no setting for that, and its operators wrap around: `9223372036854775807 + 1` is a
//! negative number. Decimals fail beyond 128 bits, which hold some numbers of 39 digits: those lose the
//! last one where they are printed. So this rule, the first one of the optimizer, puts functions in their place, whose
//! columns have the names of the operators'. Division of integers fails by itself.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray as _};
use arrow::compute::kernels::numeric;
use arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, Decimal128Type, Decimal256Type,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, Result, exec_err, internal_err};
use datafusion::logical_expr::binary::BinaryTypeCoercer;
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

/// The function for an operator whose result may not fit.
fn checked(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    Ok(match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match function(op) {
            Some(function) if can_exceed(&left, op, &right, schema) => {
                Transformed::yes(call(function, vec![*left, *right]))
            }
            _ => Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })),
        },
        Expr::Negative(inner)
            if !matches!(*inner, Expr::Literal(..))
                && inner.get_type(schema).is_ok_and(|ty| ty.is_integer()) =>
        {
            Transformed::yes(call(&FUNCTIONS[NEGATIVE], vec![*inner]))
        }
        other => Transformed::no(other),
    })
}

/// Whether the result of an operator may not fit, and the operator does not say so.
fn can_exceed(left: &Expr, op: Operator, right: &Expr, schema: &DFSchema) -> bool {
    let (Ok(left), Ok(right)) = (left.get_type(schema), right.get_type(schema)) else {
        return false;
    };
    if left.is_integer() && right.is_integer() {
        return op != Operator::Divide;
    }
    let result = || BinaryTypeCoercer::new(&left, &op, &right).get_result_type();
    left.is_decimal() && right.is_decimal() && result().is_ok_and(|ty| has_most_digits(&ty))
}

/// Whether a decimal has as many digits as there can be: with fewer, the type of a result has room for
/// all of them.
const fn has_most_digits(ty: &DataType) -> bool {
    matches!(
        ty,
        DataType::Decimal128(DECIMAL128_MAX_PRECISION, _)
            | DataType::Decimal256(DECIMAL256_MAX_PRECISION, _)
    )
}

fn call(function: &Arc<ScalarUDF>, args: Vec<Expr>) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(function), args))
}

/// An operation and the name of its function, which explained plans show.
const OPERATIONS: [(Operation, &str); 5] = [
    (Operation::Binary(Operator::Plus), "checked_add"),
    (Operation::Binary(Operator::Minus), "checked_subtract"),
    (Operation::Binary(Operator::Multiply), "checked_multiply"),
    (Operation::Binary(Operator::Divide), "checked_divide"),
    (Operation::Negative, "checked_negative"),
];

/// The position of the operation with one operand.
const NEGATIVE: usize = 4;

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

/// An operator as a function.
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

    /// As the operator's. An operator made of clones would cost a deep sum the cube of its terms.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match (self.operation, args) {
            (Operation::Binary(op), [left, right]) => {
                Ok(format!("{} {op} {}", left.schema_name(), right.schema_name()))
            }
            (Operation::Negative, [inner]) => Ok(format!("(- {})", inner.schema_name())),
            _ => internal_err!("`{}` of {} arguments", self.name, args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match (self.operation, types) {
            (Operation::Binary(op), [left, right]) => {
                BinaryTypeCoercer::new(left, &op, right).get_result_type()
            }
            (Operation::Negative, [inner]) => Ok(inner.clone()),
            _ => internal_err!("`{}` of {} arguments", self.name, types.len()),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<_> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name, self.return_type(&types)?, nullable)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match (self.operation, args.args.as_slice()) {
            (Operation::Binary(op), [left, right]) => {
                let kernel = match op {
                    Operator::Plus => numeric::add,
                    Operator::Minus => numeric::sub,
                    Operator::Divide => numeric::div,
                    _ => numeric::mul,
                };
                apply(left, right, |left, right| fitting(kernel(left, right)?))
            }
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

/// The values, where each of them has no more digits than its type.
fn fitting(values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    let fits = match values.data_type() {
        DataType::Decimal128(digits, _) => {
            values.as_primitive::<Decimal128Type>().validate_decimal_precision(*digits).is_ok()
        }
        DataType::Decimal256(digits, _) => {
            values.as_primitive::<Decimal256Type>().validate_decimal_precision(*digits).is_ok()
        }
        _ => true,
    };
    if fits {
        return Ok(values);
    }
    let text = format!("Overflow happened on: a result of type {}", values.data_type());
    Err(ArrowError::ArithmeticOverflow(text))
}
