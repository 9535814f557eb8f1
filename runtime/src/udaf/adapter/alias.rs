//! Another name of an aggregate of DataFusion.
//!
//! DataFusion's own `with_aliases` loses the accumulator of moving frames, so this one answers with
//! the answers of the function itself.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator,
    ReversedUDAF, SetMonotonicity, Signature, StatisticsArgs,
};

use crate::udf::Function;
use crate::udf::adapter::documentation;

/// An aggregate under another name.
#[derive(Debug)]
pub struct AggregateAlias {
    name: &'static str,
    inner: Arc<AggregateUDF>,
    documentation: Documentation,
}

impl PartialEq for AggregateAlias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.inner == other.inner
    }
}

impl Eq for AggregateAlias {}

impl Hash for AggregateAlias {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.inner.hash(state);
    }
}

impl AggregateAlias {
    /// `inner` as `name`, documented as `function`.
    #[must_use]
    pub fn new(name: &'static str, inner: Arc<AggregateUDF>, function: &Function) -> Self {
        Self { name, inner, documentation: documentation::of(function) }
    }
}

impl AggregateUDFImpl for AggregateAlias {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        self.inner.return_field(fields)
    }

    fn is_nullable(&self) -> bool {
        self.inner.is_nullable()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.inner.accumulator(args)
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        self.inner.create_sliding_accumulator(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        self.inner.create_groups_accumulator(args)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    /// The function itself, which optimizer rules know: they ask for it by its type.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let inner = Arc::clone(&self.inner);
        Some(Box::new(move |call: AggregateFunction, _: &SimplifyContext| {
            let AggregateFunctionParams { args, distinct, filter, order_by, null_treatment } =
                call.params;
            let function = Arc::clone(&inner);
            Ok(Expr::AggregateFunction(AggregateFunction::new_udf(
                function,
                args,
                distinct,
                filter,
                order_by,
                null_treatment,
            )))
        }))
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        beneficial: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let Some(inner) = self.inner.inner().clone().with_beneficial_ordering(beneficial)? else {
            return Ok(None);
        };
        let inner = Arc::new(AggregateUDF::new_from_shared_impl(inner));
        let documentation = self.documentation.clone();
        Ok(Some(Arc::new(Self { name: self.name, inner, documentation })))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.inner.reverse_udf()
    }

    fn is_descending(&self) -> Option<bool> {
        self.inner.is_descending()
    }

    fn value_from_stats(&self, args: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        self.inner.value_from_stats(args)
    }

    fn default_value(&self, ty: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(ty)
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn supports_within_group_clause(&self) -> bool {
        self.inner.supports_within_group_clause()
    }

    fn set_monotonicity(&self, ty: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(ty)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
