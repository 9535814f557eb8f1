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

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

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
use crate::udf::adapter::{documentation, message, signature};

/// An aggregate as DataFusion sees it.
#[derive(Debug)]
pub struct AggregateAdapter {
    function: &'static Function,
    aggregate: &'static Aggregate,
    signature: Signature,
    aliases: Vec<String>,
    documentation: Documentation,
}

/// Adapters are equal when they speak for the same function.
impl PartialEq for AggregateAdapter {
    fn eq(&self, other: &Self) -> bool {
        self.function == other.function
    }
}

impl Eq for AggregateAdapter {}

impl Hash for AggregateAdapter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.hash(state);
    }
}

impl Function {
    /// The aggregate for a session of DataFusion; one instance in a process.
    #[must_use]
    pub fn to_udaf(&'static self, aggregate: &'static Aggregate) -> Arc<AggregateUDF> {
        /// By the address of the descriptor, which is what a function is.
        static INSTANCES: LazyLock<Mutex<HashMap<usize, Arc<AggregateUDF>>>> =
            LazyLock::new(Mutex::default);
        let mut instances = INSTANCES.lock().unwrap_or_else(PoisonError::into_inner);
        let instance = instances.entry(std::ptr::from_ref(self).addr()).or_insert_with(|| {
            Arc::new(AggregateUDF::new_from_impl(AggregateAdapter::new(self, aggregate)))
        });
        Arc::clone(instance)
    }
}

impl AggregateAdapter {
    fn new(function: &'static Function, aggregate: &'static Aggregate) -> Self {
        Self {
            function,
            aggregate,
            signature: signature(function),
            aliases: function.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            documentation: documentation::of(function),
        }
    }

    /// What is known of the function.
    #[must_use]
    pub fn function(&self) -> &'static Function {
        self.function
    }

    fn bind(&self, fields: &[FieldRef]) -> Result<Bound> {
        Bound::new(self.function, self.aggregate, fields)
    }

    fn bind_call(&self, args: &AccumulatorArgs<'_>) -> Result<Arc<Bound>> {
        Ok(Arc::new(self.bind(args.expr_fields)?.ignoring_nulls(args.ignore_nulls)))
    }

    /// Whether equal rows have to be told apart from new ones.
    fn is_distinct(&self, asked: bool) -> bool {
        asked && !self.aggregate.idempotent
    }
}

impl AggregateUDFImpl for AggregateAdapter {
    fn name(&self) -> &str {
        self.function.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("the result of {} is described by return_field", self.name())
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        Ok(self.bind(fields)?.return_field(fields))
    }

    fn is_nullable(&self) -> bool {
        self.function.returns.nullable
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
        let Some(variant) = self.aggregate.variants.first() else {
            return ScalarValue::try_from(ty);
        };
        bound::empty_result(variant, ty)
            .map_err(|error| message::failed(self.function, &error, None))
            .and_then(|array| ScalarValue::try_from_array(&array, 0))
    }

    /// Only an aggregate that sees NULL can be asked not to.
    fn supports_null_handling_clause(&self) -> bool {
        self.function.params.iter().any(|param| param.value.nullable)
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
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
