//! Functions of any kind as DataFusion's.

use std::sync::Arc;

use datafusion::catalog::TableFunctionImpl;
use datafusion::common::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::ScalarAlias;
use super::asynchronous::{AsyncAdapter, AsyncPolicy};
use crate::udaf::adapter::AggregateAlias;
use crate::udf::descriptor::{Body, Function, Kind};
use crate::udwf::adapter::WindowAlias;
use crate::view::catalog;

/// A function of DataFusion, by its kind.
#[derive(Clone, Debug)]
pub enum EngineFunction {
    /// One value for each row.
    Scalar(Arc<ScalarUDF>),
    /// One value for a group of rows.
    Aggregate(Arc<AggregateUDF>),
    /// One value for each row, out of the rows around it.
    Window(Arc<WindowUDF>),
    /// A table, under this name; other kinds know their own.
    Table(&'static str, Arc<dyn TableFunctionImpl>),
}

impl Function {
    /// The function for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_engine(&'static self) -> EngineFunction {
        match self.body {
            Body::Rows(_) | Body::Columns(..) | Body::Async(_) => {
                EngineFunction::Scalar(self.to_udf())
            }
            Body::Aggregate(aggregate) => EngineFunction::Aggregate(self.to_udaf(aggregate)),
            Body::Window(window) => EngineFunction::Window(self.to_udwf(window)),
            Body::Table(table) => EngineFunction::Table(self.name, self.to_udtf(table)),
            // The registry refuses what DataFusion does not have; here it is one that always fails.
            Body::Engine(kind) => engine_function(kind, self.name)
                .unwrap_or_else(|| EngineFunction::Scalar(self.to_udf())),
        }
    }

    /// What a session has to be given: the function, or the further names of one of DataFusion's. Of an
    /// async function it is what `policy` allows, under each of its names, because DataFusion's have one.
    #[must_use]
    pub fn to_register(&'static self, policy: AsyncPolicy) -> Vec<EngineFunction> {
        if let Body::Async(awaited) = self.body {
            let names = std::iter::once(&self.name).chain(self.aliases);
            let named = |name| AsyncAdapter::named(name, self, awaited, policy);
            return names.map(|name| EngineFunction::Scalar(Arc::new(named(name)))).collect();
        }
        let inner = self.to_engine();
        let owned = self.is_engine();
        let alias = |name: &&'static str| match &inner {
            // Names are all that a session knows of a table function.
            EngineFunction::Table(_, table) => EngineFunction::Table(name, Arc::clone(table)),
            EngineFunction::Scalar(inner) => {
                let alias = ScalarAlias::new(name, Arc::clone(inner), self);
                EngineFunction::Scalar(Arc::new(ScalarUDF::new_from_impl(alias)))
            }
            EngineFunction::Aggregate(inner) => {
                let alias = AggregateAlias::new(name, Arc::clone(inner), self);
                EngineFunction::Aggregate(Arc::new(AggregateUDF::new_from_impl(alias)))
            }
            EngineFunction::Window(inner) => {
                let alias = WindowAlias::new(name, Arc::clone(inner), self);
                EngineFunction::Window(Arc::new(WindowUDF::new_from_impl(alias)))
            }
        };
        let aliases = self.aliases.iter().map(alias);
        match (&inner, owned) {
            (_, true) => aliases.collect(),
            (EngineFunction::Table(..), false) => {
                std::iter::once(inner.clone()).chain(aliases).collect()
            }
            // Our functions carry their other names.
            (_, false) => vec![inner],
        }
    }
}

/// DataFusion's own function of this name and kind.
pub(crate) fn engine_function(kind: Kind, name: &'static str) -> Option<EngineFunction> {
    match kind {
        Kind::Scalar => catalog::scalar(name).ok().map(EngineFunction::Scalar),
        Kind::Aggregate => catalog::aggregate(name).ok().map(EngineFunction::Aggregate),
        Kind::Window => catalog::window(name).ok().map(EngineFunction::Window),
        Kind::Table => catalog::table(name).map(|table| EngineFunction::Table(name, table)),
    }
}

impl EngineFunction {
    /// The SQL name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Scalar(function) => function.name(),
            Self::Aggregate(function) => function.name(),
            Self::Window(function) => function.name(),
            Self::Table(name, _) => name,
        }
    }

    /// Gives the function to a session; a table function is not, because DataFusion's trait of
    /// sessions has no place for it: [`register_tables`](crate::register_tables) does.
    ///
    /// # Errors
    ///
    /// What the session says.
    pub fn register(&self, session: &mut dyn FunctionRegistry) -> Result<()> {
        match self {
            Self::Scalar(function) => session.register_udf(Arc::clone(function)).map(drop),
            Self::Aggregate(function) => session.register_udaf(Arc::clone(function)).map(drop),
            Self::Window(function) => session.register_udwf(Arc::clone(function)).map(drop),
            Self::Table(..) => Ok(()),
        }
    }
}
