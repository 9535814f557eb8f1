//! Means of durations, and of decimals of the most digits, whose sums the engine keeps in as many bits as
//! the values have.

use std::mem::size_of_val;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _};
use arrow::datatypes::{UInt64Type, i256};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use super::total::{Total, found, rows};
use super::wide::Exact as _;

/// Whether the sums of such a mean would wrap around.
pub(super) fn wraps(inner: &AggregateUDF, ty: &DataType) -> bool {
    inner.name() == "avg" && matches!(ty, DataType::Duration(_) | DataType::Decimal256(..))
}

/// The fields of states; values that count once are told as they are.
pub(super) fn state_fields(
    inner: &AggregateUDF,
    args: StateFieldsArgs<'_>,
) -> Result<Vec<FieldRef>> {
    if args.is_distinct {
        return inner.state_fields(args);
    }
    let fields = inner.state_fields(args)?;
    let [count, sum] = fields.as_slice() else {
        return internal_err!("the state of a mean has {} columns", fields.len());
    };
    let sum = Field::new(sum.name(), DataType::Decimal256(76, 0), true);
    Ok(vec![Arc::clone(count), Arc::new(sum)])
}

/// The mean of all rows, or of those of a frame that moves.
pub(super) fn accumulator(
    inner: &AggregateUDF,
    args: AccumulatorArgs<'_>,
) -> Result<Box<dyn Accumulator>> {
    let ty = args.return_type().clone();
    let zeros = match (args.expr_fields.first().map(|field| field.data_type()), &ty) {
        (Some(DataType::Decimal256(_, from)), DataType::Decimal256(_, to)) => {
            u32::try_from(i16::from(*to) - i16::from(*from)).unwrap_or(0)
        }
        _ => 0,
    };
    let divided = Divided { ty, zeros };
    Ok(match args.is_distinct {
        true => Box::new(Distinct { inner: inner.accumulator(args)?, divided }),
        false => Box::new(Mean { total: Total::new(divided.ty.clone()), divided }),
    })
}

/// How a mean is told.
#[derive(Debug)]
struct Divided {
    ty: DataType,
    /// How many digits it has more behind the point than the values.
    zeros: u32,
}

impl Divided {
    fn told(&self, sum: i256, count: u64) -> Result<ScalarValue> {
        if count == 0 {
            return i256::told(None, &self.ty);
        }
        let factor = i256::from_i128(10).checked_pow(self.zeros);
        let scaled = factor.and_then(|factor| sum.checked_mul(factor));
        let mean = scaled.and_then(|sum| sum.checked_div(i256::from_i128(count.into())));
        let mean = mean.ok_or_else(|| {
            exec_datafusion_err!("the mean of values whose sum is {sum} does not fit `{}`", self.ty)
        })?;
        i256::told(Some(mean), &self.ty)
    }
}

#[derive(Debug)]
struct Mean {
    divided: Divided,
    total: Total<i256>,
}

impl Accumulator for Mean {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.total.update_batch(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.total.retract_batch(values)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.divided.told(self.total.sum, self.total.count)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = ScalarValue::Decimal256(self.total.sum(), 76, 0);
        Ok(vec![ScalarValue::from(self.total.count), sum])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [counts, sums] = states else {
            return internal_err!("the state of a mean has {} columns", states.len());
        };
        self.total.sum = self.total.sum.plus(i256::of(sums)?)?;
        self.total.count += counts.as_primitive::<UInt64Type>().iter().flatten().sum::<u64>();
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// A mean of values that count once, which the engine finds.
#[derive(Debug)]
struct Distinct {
    inner: Box<dyn Accumulator>,
    divided: Divided,
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = found(self.inner.as_mut())?;
        self.divided.told(i256::of(&values)?, rows(&values))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
