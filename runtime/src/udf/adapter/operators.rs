//! Operators of SQL that call functions: `a && b` where a function of two such values says so.
//!
//! DataFusion parses more operators than it has a meaning for, and asks planners of expressions for
//! one. The operator alone does not say which function is meant: the types of both sides do.

use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{Expr, ExprSchemable as _};

use super::accept::accept;
use crate::udf::descriptor::Function;

/// The functions of a registry that operators call.
#[derive(Debug)]
pub(crate) struct Operators {
    functions: Vec<&'static Function>,
    asked: Asked,
}

/// When a session asks for an operator's meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Others may have one for other types.
    BeforeOthers,
    /// Nobody else has any: what is not found is an error that says what there is.
    Last,
}

impl Operators {
    /// The planner for a session; none where no function has an operator.
    pub(crate) fn planner(
        functions: &[&'static Function],
        asked: Asked,
    ) -> Option<Arc<dyn ExprPlanner>> {
        let with = functions.iter().copied().filter(|function| function.operator.is_some());
        let planner = Self { functions: with.collect(), asked };
        (!planner.functions.is_empty()).then(|| Arc::new(planner) as _)
    }

    /// The function that an operator calls for values of these types.
    fn function(&self, operator: &str, types: [&DataType; 2]) -> Option<&'static Function> {
        let takes = |function: &&&'static Function| {
            let mut pairs = function.params.iter().zip(types);
            function.operator == Some(operator)
                && pairs.all(|(param, ty)| accept(param, ty, None, function.type_params).is_ok())
        };
        self.functions.iter().find(takes).copied()
    }
}

impl ExprPlanner for Operators {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        // What contains is asked from either side.
        let operator = expr.op.to_string();
        let turned = operator == "<@";
        let operator = if turned { "@>" } else { operator.as_str() };
        let mut named = self.functions.iter().filter(|f| f.operator == Some(operator)).peekable();
        if named.peek().is_none() {
            return Ok(PlannerResult::Original(expr));
        }
        let (left, right) = (expr.left.get_type(schema)?, expr.right.get_type(schema)?);
        let types = if turned { [&right, &left] } else { [&left, &right] };
        let Some(function) = self.function(operator, types) else {
            return match self.asked {
                Asked::BeforeOthers => Ok(PlannerResult::Original(expr)),
                Asked::Last => {
                    let known: Vec<_> = named.map(|f| format!("`{}`", f.name)).collect();
                    let op = &expr.op;
                    let known = known.join(" or ");
                    plan_err!("`{op}` is {known} here, which does not take {left} and {right}")
                }
            };
        };
        let RawBinaryExpr { left, right, .. } = expr;
        let args = if turned { vec![right, left] } else { vec![left, right] };
        let call = ScalarFunction::new_udf(function.to_udf(), args);
        Ok(PlannerResult::Planned(Expr::ScalarFunction(call)))
    }
}
