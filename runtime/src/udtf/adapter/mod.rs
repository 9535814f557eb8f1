//! Table functions in DataFusion: one plain adapter answers for all of them from their descriptors.
//!
//! | file | holds |
//! |---|---|
//! | [`provider`] | the table that a call gives, and its scan |
//! | [`plan`] | the same of a call that gives a part of the query |
//! | [`planner`] | arguments by name, which DataFusion has for other functions alone |

mod plan;
mod planner;
mod provider;

use std::fmt;
use std::sync::Arc;

use arrow_array::ArrayRef;
use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Expr;

#[cfg(feature = "testing")]
pub(crate) use self::plan::fits;
pub use self::planner::NamedArguments;
pub(crate) use self::planner::table_function;
use self::provider::FunctionTable;
pub(crate) use self::provider::schema;
use super::descriptor::{Gives, Table};
use crate::udf::Function;
use crate::udf::adapter::bind::Bindings;
use crate::udf::adapter::{accept, conform, default_of, message, parsed};

/// A table function as DataFusion sees it.
pub struct TableAdapter {
    function: &'static Function,
    table: &'static Table,
}

impl fmt::Debug for TableAdapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableAdapter").field("function", self.function).finish_non_exhaustive()
    }
}

impl Function {
    /// The table function for a session of DataFusion.
    #[must_use]
    pub fn to_udtf(&'static self, table: &'static Table) -> Arc<dyn TableFunctionImpl> {
        Arc::new(TableAdapter { function: self, table })
    }
}

impl TableAdapter {
    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.function
    }

    /// The constants as the function reads them, those that were left out by their defaults.
    fn constants(&self, exprs: &[Expr]) -> Result<Vec<ArrayRef>> {
        let function = self.function;
        let fits = (function.required_args()..=function.params.len()).contains(&exprs.len());
        if !fits {
            return Err(message::wrong_count(function, exprs.len()));
        }
        let mut arrays = Vec::with_capacity(function.params.len());
        for (position, param) in function.params.iter().enumerate() {
            let value = match exprs.get(position) {
                Some(Expr::Literal(value, _)) => value.clone(),
                Some(other) => return Err(message::not_constant(function, position, other)),
                None => default_of(param)?.unwrap_or(ScalarValue::Null),
            };
            let found = value.data_type();
            accept::accept(param, &found, Some(&value), &[])
                .map_err(|reason| message::wrong_type(function, position, param, &found, reason))?;
            if let (Some(parse), Some(Some(text))) = (param.parse, value.try_as_str()) {
                parsed(parse, text)
                    .map_err(|reason| message::wrong_constant(function, param, &reason))?;
            }
            let array = conform::conform(param, &value.to_array()?, &Bindings::default())
                .map_err(|error| message::wrong_constant(function, param, &error.to_string()))?;
            arrays.push(array);
        }
        Ok(arrays)
    }
}

impl TableFunctionImpl for TableAdapter {
    /// The arguments are looked at when a query is planned; a function that gives rows is called when it
    /// runs.
    fn call_with_args(&self, args: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let constants = self.constants(args.exprs())?;
        let (function, schema) = (self.function, schema(self.function));
        match self.table.gives {
            Gives::Rows(open) => Ok(Arc::new(FunctionTable { function, open, schema, constants })),
            Gives::Plan(plan) => plan::table(function, plan, schema, &constants),
        }
    }
}
