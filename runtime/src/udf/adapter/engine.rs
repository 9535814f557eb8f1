//! Functions of any kind as DataFusion's.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};

use crate::udf::descriptor::{Body, Function};

/// A function of DataFusion, by its kind.
#[derive(Clone, Debug)]
pub enum EngineFunction {
    /// One value for each row.
    Scalar(Arc<ScalarUDF>),
    /// One value for a group of rows.
    Aggregate(Arc<AggregateUDF>),
}

impl Function {
    /// The function for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_engine(&'static self) -> EngineFunction {
        match self.body {
            Body::Rows(_) | Body::Columns(..) => EngineFunction::Scalar(self.to_udf()),
            Body::Aggregate(aggregate) => EngineFunction::Aggregate(self.to_udaf(aggregate)),
        }
    }
}

impl EngineFunction {
    /// The SQL name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Scalar(function) => function.name(),
            Self::Aggregate(function) => function.name(),
        }
    }

    /// Gives the function to a session.
    ///
    /// # Errors
    ///
    /// What the session says.
    pub fn register(&self, session: &mut dyn FunctionRegistry) -> Result<()> {
        match self {
            Self::Scalar(function) => session.register_udf(Arc::clone(function)).map(drop),
            Self::Aggregate(function) => session.register_udaf(Arc::clone(function)).map(drop),
        }
    }
}
