//! [`Call`]s as expressions of DataFusion.

use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction, WindowFunction};
use datafusion::logical_expr::{Expr, WindowFunctionDefinition};

use super::EngineFunction;
use crate::udf::descriptor::Constant;
use crate::udf::expr::{Call, Operand};

impl From<Call> for Expr {
    fn from(call: Call) -> Self {
        let mut args = call.args;
        // Omitted arguments at the end are filled in when the call runs.
        while matches!(args.last(), Some(Operand::Default)) {
            args.pop();
        }
        let args = args.into_iter().enumerate().map(|(position, arg)| match arg {
            Operand::Default => {
                let param = call.function.param_of(position);
                let default = param.and_then(|param| param.default.as_ref());
                Self::Literal(default.map_or(ScalarValue::Null, scalar), None)
            }
            other => Self::from(other),
        });
        let args = args.collect();
        match call.function.to_engine() {
            EngineFunction::Scalar(function) => {
                Self::ScalarFunction(ScalarFunction::new_udf(function, args))
            }
            EngineFunction::Aggregate(function) => Self::AggregateFunction(
                AggregateFunction::new_udf(function, args, false, None, Vec::new(), None),
            ),
            // A table is no expression, which is what whoever plans this one is told.
            EngineFunction::Table(..) => {
                Self::ScalarFunction(ScalarFunction::new_udf(call.function.to_udf(), args))
            }
            // What it is called over is added to the expression.
            EngineFunction::Window(function) => {
                let function = WindowFunctionDefinition::WindowUDF(function);
                Self::from(WindowFunction::new(function, args))
            }
        }
    }
}

impl From<Operand> for Expr {
    fn from(operand: Operand) -> Self {
        let value = match operand {
            Operand::Null | Operand::Default => ScalarValue::Null,
            Operand::Bool(value) => value.into(),
            Operand::Int(value) => value.into(),
            Operand::Float(value) => value.into(),
            Operand::Text(value) => ScalarValue::Utf8(Some(value)),
            Operand::Column(name) => return Self::Column(Column::from_name(name)),
            Operand::Call(call) => return Self::from(*call),
            Operand::Engine(expr) => return *expr,
        };
        Self::Literal(value, None)
    }
}

/// A constant in the type that its literal has in SQL.
pub(crate) fn scalar(constant: &Constant) -> ScalarValue {
    match constant {
        Constant::Null => ScalarValue::Null,
        Constant::Bool(value) => (*value).into(),
        Constant::Int(value) => (*value).into(),
        Constant::Float(value) => (*value).into(),
        Constant::Text(value) => ScalarValue::Utf8(Some((*value).to_owned())),
    }
}
