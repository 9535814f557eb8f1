//! Another name of a window function of DataFusion.
//!
//! DataFusion's own `with_aliases` makes another function of it, which would take the place of the
//! one that optimizer rules know. It is not simplified to that one: two names of one function over
//! one window would become equal expressions, which DataFusion takes out of the window and cannot
//! compute there.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::function::{
    ExpressionArgs, PartitionEvaluatorArgs, WindowUDFFieldArgs,
};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, ReversedUDWF, Signature, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use crate::udf::Function;
use crate::udf::adapter::documentation;

/// A window function under another name.
#[derive(Debug)]
pub struct WindowAlias {
    name: &'static str,
    inner: Arc<WindowUDF>,
    documentation: Documentation,
}

impl PartialEq for WindowAlias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.inner == other.inner
    }
}

impl Eq for WindowAlias {}

impl Hash for WindowAlias {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.inner.hash(state);
    }
}

impl WindowAlias {
    /// `inner` as `name`, documented as `function`.
    #[must_use]
    pub fn new(name: &'static str, inner: Arc<WindowUDF>, function: &Function) -> Self {
        Self { name, inner, documentation: documentation::of(function) }
    }
}

impl WindowUDFImpl for WindowAlias {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn expressions(&self, args: ExpressionArgs<'_>) -> Vec<Arc<dyn PhysicalExpr>> {
        self.inner.expressions(args)
    }

    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        self.inner.partition_evaluator_factory(args)
    }

    fn field(&self, args: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.field(args)
    }

    fn sort_options(&self) -> Option<SortOptions> {
        self.inner.sort_options()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn reverse_expr(&self) -> ReversedUDWF {
        self.inner.reverse_expr()
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }

    fn limit_effect(&self, args: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        self.inner.inner().limit_effect(args)
    }
}
