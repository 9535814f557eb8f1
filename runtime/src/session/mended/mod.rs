//! What the engine computes otherwise than it says: mended for every session and every view.
//!
//! | | the engine | here |
//! |---|---|---|
//! | `min`, `max` of floats by groups ([`order`]) | depends on the order of the rows where one is NaN | the total order, in which NaN is the greatest |
//! | `sum` of integers, decimals, durations and intervals ([`total`]) | wraps around | exact; an error where the sum does not fit |
//! | `avg` of durations, and of decimals of the most digits ([`mean`]) | its sum wraps around | exact |
//! | `sum`, `avg`, `stddev` and the like over frames that move ([`frame`]) | stay NaN behind the first NaN or infinity, and lose digits behind large values | those of the rows of the frame |
//! | `+`, `-`, `*` of integers ([`arithmetic`]) | wrap around | an error where the result does not fit |
//! | `+`, `-`, `*`, `/` of decimals ([`arithmetic`]) | lose the last of 39 digits | an error where the result does not fit |
//! | a projection on an equal one ([`projections`]) | is left out, though it computes its columns anew | computes them anew |
//! | `range`, `repeat` and the like ([`size`]) | take what memory they want; `lpad` and `rpad` panic for negative lengths in a column | an error where that is too much; `''` |
//! | a key that stands twice in the order of an aggregate ([`orders`]) | a panic, or an error | left out where it stands again |
//! | items of lists at places beyond 32 bits ([`place`]) | an error | NULL, as behind the end |
//! | `date_trunc` and `date_bin` before 1678 and after 2261 ([`cut`], [`bin`]) | an error, or NULL | the times of all calendars |
//!
//! The first four are aggregates of the engine's names, which answer what a planner asks as the engine's
//! own do ([`Mended`]); what is about lists, sizes and dates are functions of the engine's names
//! ([`scalar`]); and arithmetic, projections and orders are rules of the optimizer.

mod arithmetic;
mod bin;
mod calendar;
mod cut;
mod frame;
mod mean;
mod order;
mod orders;
mod place;
pub(super) mod projections;
mod scalar;
mod size;
mod spans;
mod total;
mod translated;
mod wide;

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::{
    average, correlation, covariance, min_max, regr, stddev, sum, variance,
};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF,
    SetMonotonicity, Signature, StatisticsArgs,
};

pub(super) use self::arithmetic::CheckedArithmetic;
pub(super) use self::orders::KeysOnce;
pub(crate) use self::scalar::scalars;
pub(super) use self::size::Memory;

/// The aggregates that take the place of the engine's.
static AGGREGATES: LazyLock<Vec<Arc<AggregateUDF>>> = LazyLock::new(|| {
    let mended = [
        (min_max::min_udaf(), Fault::Order),
        (min_max::max_udaf(), Fault::Order),
        (sum::sum_udaf(), Fault::Total),
    ];
    let frames = [
        average::avg_udaf(),
        correlation::corr_udaf(),
        covariance::covar_pop_udaf(),
        covariance::covar_samp_udaf(),
        regr::regr_avgx_udaf(),
        regr::regr_avgy_udaf(),
        regr::regr_intercept_udaf(),
        regr::regr_r2_udaf(),
        regr::regr_slope_udaf(),
        regr::regr_sxx_udaf(),
        regr::regr_sxy_udaf(),
        regr::regr_syy_udaf(),
        stddev::stddev_udaf(),
        stddev::stddev_pop_udaf(),
        variance::var_samp_udaf(),
        variance::var_pop_udaf(),
    ];
    let frames = frames.into_iter().map(|inner| (inner, Fault::Frame));
    let mended = mended.into_iter().chain(frames).map(|(inner, fault)| Mended { inner, fault });
    mended.map(|mended| Arc::new(AggregateUDF::from(mended))).collect()
});

/// The aggregates that take the place of the engine's.
pub(crate) fn aggregates() -> impl Iterator<Item = Arc<AggregateUDF>> {
    AGGREGATES.iter().cloned()
}

/// What is wrong with an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Fault {
    /// Groups compare floats by `<`.
    Order,
    /// All but floats wrap around, and what of a float is no number does not leave a frame.
    Total,
    /// What of a float is no number does not leave a frame, and sums of means wrap around.
    Frame,
}

/// An aggregate of the engine with other accumulators.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Mended {
    inner: Arc<AggregateUDF>,
    fault: Fault,
}

impl Mended {
    /// Whether the sum of this type would wrap around.
    fn wraps(&self, ty: &DataType) -> bool {
        self.fault == Fault::Total && total::wraps(ty)
    }

    /// Whether the sum of a mean of this type would.
    fn mean_wraps(&self, ty: &DataType) -> bool {
        self.fault == Fault::Frame && mean::wraps(&self.inner, ty)
    }
}

impl AggregateUDFImpl for Mended {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
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
        let ty = args.return_type();
        if self.wraps(ty) {
            total::accumulator(&self.inner, args)
        } else if self.mean_wraps(ty) {
            mean::accumulator(&self.inner, args)
        } else {
            self.inner.accumulator(args)
        }
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        let ty = args.return_type();
        if self.wraps(ty) {
            Ok(total::sliding(&args))
        } else if self.mean_wraps(ty) && !args.is_distinct {
            mean::accumulator(&self.inner, args)
        } else if self.fault != Fault::Order && !args.is_distinct {
            frame::sliding(&self.inner, &args)
        } else {
            self.inner.create_sliding_accumulator(args)
        }
    }

    /// Without groups of their own there is an accumulator for each.
    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        let ty = args.return_type();
        let alone = self.wraps(ty) && !total::has_groups(ty) || self.mean_wraps(ty);
        !alone && self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        match self.fault {
            Fault::Order if args.return_type().is_floating() => order::groups(&self.inner, args),
            Fault::Total if self.wraps(args.return_type()) => total::groups(&self.inner, args),
            Fault::Order | Fault::Total | Fault::Frame => {
                self.inner.create_groups_accumulator(args)
            }
        }
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let ty = args.return_type();
        if self.wraps(ty) {
            total::state_fields(&self.inner, args)
        } else if self.mean_wraps(ty) {
            mean::state_fields(&self.inner, args)
        } else {
            self.inner.state_fields(args)
        }
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

    /// A sum that is known beforehand was computed by who wraps around.
    fn value_from_stats(&self, args: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        match self.wraps(args.return_type) {
            true => None,
            false => self.inner.value_from_stats(args),
        }
    }

    fn default_value(&self, ty: &DataType) -> Result<ScalarValue> {
        self.inner.default_value(ty)
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn set_monotonicity(&self, ty: &DataType) -> SetMonotonicity {
        self.inner.inner().set_monotonicity(ty)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
