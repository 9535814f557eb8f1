//! Arguments of table functions by name: `range_table(start => 1, end => 4)`.
//!
//! DataFusion takes those of table functions by position alone. Names are put in order here, before it
//! sees them, what is left out between them by its default; and the name of the function is folded to
//! lower case unless it is quoted, as names of other functions are.

use datafusion::common::Result;
use datafusion::logical_expr::planner::{
    RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, ObjectNamePart, TableFactor, Value,
};

use crate::registry::Registry;
use crate::udf::adapter::message;
use crate::udf::{Constant, Function, Kind};

/// Puts the arguments of the program's table functions in order.
#[derive(Clone, Copy, Debug, Default)]
pub struct NamedArguments;

impl RelationPlanner for NamedArguments {
    fn plan_relation(
        &self,
        mut relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (name, args) = match &mut relation {
            TableFactor::Table { name, args: Some(args), .. } => (name, &mut args.args),
            TableFactor::Function { name, args, .. } => (name, args),
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        if let Some(ident) = only_part(name) {
            let normal = context.normalize_ident(ident);
            if let Some(function) = table_function(&normal) {
                *name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(normal))]);
                *args = in_order(function, std::mem::take(args))?;
            }
        }
        Ok(RelationPlanning::Original(Box::new(relation)))
    }
}

fn only_part(name: &ObjectName) -> Option<Ident> {
    match name.0.as_slice() {
        [part] => part.as_ident().cloned(),
        _ => None,
    }
}

/// The table function of this name or alias.
pub(crate) fn table_function(name: &str) -> Option<&'static Function> {
    let function = Registry::linked().ok()?.function(name)?;
    (function.kind() == Kind::Table).then_some(function)
}

/// The arguments by position, the given ones first.
fn in_order(function: &Function, args: Vec<FunctionArg>) -> Result<Vec<FunctionArg>> {
    let mut values: Vec<Option<FunctionArgExpr>> = Vec::new();
    let mut by_name = false;
    for arg in args {
        let (name, value) = match arg {
            FunctionArg::Unnamed(_) if by_name => {
                return Err(message::behind_named(function));
            }
            FunctionArg::Unnamed(value) => {
                values.push(Some(value));
                continue;
            }
            FunctionArg::Named { name, arg, .. } => (name.value, arg),
            FunctionArg::ExprNamed { name, arg, .. } => (name.to_string(), arg),
        };
        by_name = true;
        let is_it = |known: &&str| known.eq_ignore_ascii_case(&name);
        let position = function.params.iter().position(|param| is_it(&param.name));
        let Some(position) = position else {
            return Err(message::no_such_argument(function, &name));
        };
        if values.len() <= position {
            values.resize_with(position + 1, || None);
        }
        match values.get_mut(position) {
            Some(slot @ None) => *slot = Some(value),
            _ => return Err(message::argument_twice(function, position)),
        }
    }
    let value = |(position, value): (usize, Option<FunctionArgExpr>)| {
        let default = || function.params.get(position).and_then(|param| param.default.as_ref());
        match (value, default()) {
            (Some(value), _) => Ok(FunctionArg::Unnamed(value)),
            (None, Some(default)) => Ok(FunctionArg::Unnamed(literal(default))),
            (None, None) => Err(message::argument_missing(function, position)),
        }
    };
    values.into_iter().enumerate().map(value).collect()
}

/// A default as SQL writes it.
fn literal(constant: &Constant) -> FunctionArgExpr {
    let value = match constant {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Boolean(*value),
        Constant::Int(value) => Value::Number(value.to_string(), false),
        Constant::Float(value) => Value::Number(format!("{value:?}"), false),
        Constant::Text(value) => Value::SingleQuotedString((*value).to_owned()),
    };
    FunctionArgExpr::Expr(Expr::value(value))
}
