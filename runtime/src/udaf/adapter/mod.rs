//! Aggregates in DataFusion: one plain adapter answers for all of them from their descriptors.
//!
//! | file | holds |
//! |---|---|
//! | [`bound`] | a call whose argument types are known: which loops |
//! | [`typed`] | its types: in which form loops see values, what the result is |
//! | [`codec`] | values of type parameters into the form that loops read, and back |
//! | [`plain`] | one group |
//! | [`groups`] | many groups |
//! | [`sliding`] | frames that move, for aggregates that cannot take rows out |
//! | [`alias`] | further names of aggregates of DataFusion |
//! | [`distinct`] | `DISTINCT`, for aggregates to which it makes a difference |
//!
//! Aggregates do not depend on the order of rows, so that `ORDER BY` inside of a call is dropped.

mod alias;
mod bound;
mod codec;
mod distinct;
mod groups;
mod plain;
mod sliding;
pub(crate) mod typed;

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    Signature,
};

pub use self::alias::AggregateAlias;
use self::bound::Bound;
use super::descriptor::Aggregate;
use crate::udf::Function;
use crate::udf::adapter::known::{Instances, Known};
use crate::udf::adapter::message;

/// An aggregate as DataFusion sees it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct AggregateAdapter(Known<&'static Aggregate>);

impl Function {
    /// The aggregate for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_udaf(&'static self, aggregate: &'static Aggregate) -> Arc<AggregateUDF> {
        static INSTANCES: Instances<AggregateUDF> = Instances::new();
        let adapter = || AggregateAdapter(Known::new(self, aggregate));
        INSTANCES.of(self, || AggregateUDF::new_from_impl(adapter()))
    }
}

impl AggregateAdapter {
    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.0.function
    }

    fn bind(&self, fields: &[FieldRef]) -> Result<Bound> {
        Bound::new(self.0.function, self.0.body, fields)
    }

    fn bind_call(&self, args: &AccumulatorArgs<'_>) -> Result<Arc<Bound>> {
        Ok(Arc::new(self.bind(args.expr_fields)?.ignoring_nulls(args.ignore_nulls)))
    }

    /// Whether equal rows have to be told apart from new ones.
    fn is_distinct(&self, asked: bool) -> bool {
        asked && !self.0.body.idempotent
    }
}

impl AggregateUDFImpl for AggregateAdapter {
    fn name(&self) -> &str {
        self.0.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.0.aliases
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("the result of {} is described by return_field", self.name())
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        Ok(self.bind(fields)?.return_field(fields))
    }

    fn is_nullable(&self) -> bool {
        self.0.function.returns.nullable
    }

    /// Types stay as they are: what does not fit is refused by `return_field`, which can say more.
    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let bound = self.bind_call(&args)?;
        if self.is_distinct(args.is_distinct) {
            return Ok(Box::new(distinct::Distinct::new(bound)?));
        }
        Ok(Box::new(plain::Plain::new(bound)))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        let bound = self.bind_call(&args)?;
        if self.is_distinct(args.is_distinct) {
            return Ok(Box::new(distinct::Distinct::new(bound)?));
        }
        if bound.variant().retracts {
            return Ok(Box::new(plain::Plain::new(bound)));
        }
        Ok(Box::new(sliding::Sliding::new(bound)))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !self.is_distinct(args.is_distinct)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(groups::Groups::new(self.bind_call(&args)?)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format_state_name(args.name, "state");
        if self.is_distinct(args.is_distinct) {
            return Ok(vec![Arc::new(distinct::state_field(&name))]);
        }
        let state = self.bind(args.input_fields)?.variant().state;
        Ok(vec![Arc::new(Field::new(name, state.ty.to_arrow(), state.nullable))])
    }

    /// A group's rows come in any order, and from several partitions.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn default_value(&self, ty: &DataType) -> Result<ScalarValue> {
        let Some(variant) = self.0.body.variants.first() else {
            return ScalarValue::try_from(ty);
        };
        bound::empty_result(variant, ty)
            .map_err(|error| message::failed(self.0.function, &error, None))
            .and_then(|array| ScalarValue::try_from_array(&array, 0))
    }

    /// Only an aggregate that sees NULL can be asked not to.
    fn supports_null_handling_clause(&self) -> bool {
        self.0.function.params.iter().any(|param| param.value.nullable)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.0.documentation)
    }
}

/// Runs what calls functions of the user. A panic ends the query, not the process.
pub(crate) fn contained<T>(
    function: &Function,
    run: impl FnOnce() -> Result<T, crate::udf::CallError>,
) -> Result<T, DataFusionError> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| message::failed(function, &error, None)),
        Err(panic) => {
            let text = crate::udf::adapter::panic_text(panic.as_ref());
            Err(message::panicked(function, None, None, &text))
        }
    }
}
