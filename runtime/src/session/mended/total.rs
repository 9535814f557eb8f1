//! Sums of integers, exact until they are told.
//!
//! A sum is kept in 128 bits, which hold those of more rows than there can be. So it does not depend on
//! the order of the rows, nor on how they are spread over threads, whether it fits into 64: what leaves
//! them and comes back has never been wrong.

use std::collections::HashMap;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, Decimal128Array, PrimitiveArray};
use arrow::datatypes::{ArrowPrimitiveType, Decimal128Type, Int64Type, UInt64Type};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, GroupsAccumulator};

use super::translated::{Translate, Translated};

/// How many decimal digits a sum can have while it is kept.
const DIGITS: u8 = 38;

/// A sum while it is kept.
const WIDE: DataType = DataType::Decimal128(DIGITS, 0);

fn wide(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(field.name(), WIDE, true))
}

/// What is asked of the engine for the fields of states.
pub(super) fn of_states(args: StateFieldsArgs<'_>) -> StateFieldsArgs<'_> {
    StateFieldsArgs { return_field: wide(&args.return_field), ..args }
}

/// The sum of all rows.
pub(super) fn accumulator(
    inner: &AggregateUDF,
    mut args: AccumulatorArgs<'_>,
) -> Result<Box<dyn Accumulator>> {
    let ty = args.return_type().clone();
    if !args.is_distinct {
        return Ok(Box::new(Total { ty, sum: 0, count: 0 }));
    }
    args.return_field = wide(&args.return_field);
    Ok(Box::new(Distinct { ty, inner: inner.accumulator(args)? }))
}

/// The sum of a frame that moves.
pub(super) fn sliding(args: &AccumulatorArgs<'_>) -> Box<dyn Accumulator> {
    let ty = args.return_type().clone();
    match args.is_distinct {
        true => Box::new(SlidingDistinct { ty, counts: HashMap::new(), sum: 0 }),
        false => Box::new(Total { ty, sum: 0, count: 0 }),
    }
}

/// The sums of groups.
pub(super) fn groups(
    inner: &AggregateUDF,
    mut args: AccumulatorArgs<'_>,
) -> Result<Box<dyn GroupsAccumulator>> {
    let (into, back): (Translate, Translate) = match args.return_type() {
        DataType::UInt64 => (widened::<UInt64Type>, |sums| narrowed::<UInt64Type>(sums)),
        _ => (widened::<Int64Type>, |sums| narrowed::<Int64Type>(sums)),
    };
    args.return_field = wide(&args.return_field);
    let inner = inner.create_groups_accumulator(args)?;
    Ok(Box::new(Translated { inner, into, back, states: false }))
}

fn widened<T: ArrowPrimitiveType<Native: Into<i128>>>(values: &ArrayRef) -> Result<ArrayRef> {
    let wide: Decimal128Array = values.as_primitive::<T>().unary(Into::into);
    Ok(Arc::new(wide.with_precision_and_scale(DIGITS, 0)?))
}

fn narrowed<T: ArrowPrimitiveType<Native: TryFrom<i128>>>(sums: &ArrayRef) -> Result<ArrayRef> {
    let narrow = |sum: i128| T::Native::try_from(sum).map_err(|_| overflow(sum, &T::DATA_TYPE));
    let sums: PrimitiveArray<T> = sums.as_primitive::<Decimal128Type>().try_unary(narrow)?;
    Ok(Arc::new(sums))
}

fn overflow(sum: i128, ty: &DataType) -> datafusion::error::DataFusionError {
    let ty = if *ty == DataType::UInt64 { "u64" } else { "i64" };
    exec_datafusion_err!("the sum {sum} does not fit `{ty}`")
}

/// A sum in the type of the query.
fn told(sum: Option<i128>, ty: &DataType) -> Result<ScalarValue> {
    match (sum, ty) {
        (None, ty) => ScalarValue::try_from(ty),
        (Some(sum), DataType::UInt64) => {
            let sum = u64::try_from(sum).map_err(|_| overflow(sum, ty))?;
            Ok(ScalarValue::from(sum))
        }
        (Some(sum), _) => {
            let sum = i64::try_from(sum).map_err(|_| overflow(sum, ty))?;
            Ok(ScalarValue::from(sum))
        }
    }
}

/// The values of a batch, whose sum is exact: halves are summed, of which a batch has too few for 64
/// bits to overflow.
fn sum_of(values: &ArrayRef) -> Result<i128> {
    match values.data_type() {
        DataType::Int64 => {
            let (mut high, mut low) = (0_i64, 0_u64);
            for_each_chunk(values.as_primitive::<Int64Type>(), |chunk| {
                for value in chunk {
                    high += value >> 32;
                    low += value.cast_unsigned() & 0xffff_ffff;
                }
            });
            Ok((i128::from(high) << 32) + i128::from(low))
        }
        DataType::UInt64 => {
            let (mut high, mut low) = (0_u64, 0_u64);
            for_each_chunk(values.as_primitive::<UInt64Type>(), |chunk| {
                for value in chunk {
                    high += value >> 32;
                    low += value & 0xffff_ffff;
                }
            });
            Ok((i128::from(high) << 32) + i128::from(low))
        }
        DataType::Decimal128(..) => {
            Ok(values.as_primitive::<Decimal128Type>().iter().flatten().sum())
        }
        other => internal_err!("a sum of {other}"),
    }
}

/// Calls `add` with the values that are not NULL, slice by slice.
fn for_each_chunk<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    mut add: impl FnMut(&[T::Native]),
) {
    match array.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => add(array.values()),
        Some(nulls) => {
            for (from, to) in nulls.valid_slices() {
                add(&array.values()[from..to]);
            }
        }
    }
}

/// A sum of all rows, or of those of a frame.
#[derive(Debug)]
struct Total {
    ty: DataType,
    sum: i128,
    count: u64,
}

fn rows(values: &ArrayRef) -> u64 {
    (values.len() - values.null_count()) as u64
}

impl Accumulator for Total {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.sum += sum_of(values)?;
            self.count += rows(values);
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.sum -= sum_of(values)?;
            self.count -= rows(values);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        told((self.count > 0).then_some(self.sum), &self.ty)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = (self.count > 0).then_some(self.sum);
        Ok(vec![ScalarValue::Decimal128(sum, DIGITS, 0)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

/// A sum of values that count once, which the engine finds.
#[derive(Debug)]
struct Distinct {
    ty: DataType,
    inner: Box<dyn Accumulator>,
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let into: Translate = match self.ty {
            DataType::UInt64 => widened::<UInt64Type>,
            _ => widened::<Int64Type>,
        };
        self.inner.update_batch(&values.iter().map(into).collect::<Result<Vec<_>>>()?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match self.inner.evaluate()? {
            ScalarValue::Decimal128(sum, ..) => told(sum, &self.ty),
            other => internal_err!("a sum is {other}"),
        }
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

/// A sum of the values of a frame that count once.
#[derive(Debug)]
struct SlidingDistinct {
    ty: DataType,
    /// How often each value is in the frame.
    counts: HashMap<i128, usize>,
    sum: i128,
}

impl SlidingDistinct {
    fn values(&self, values: &[ArrayRef]) -> Result<Vec<i128>> {
        let Some(values) = values.first() else { return internal_err!("a sum of nothing") };
        Ok(match self.ty {
            DataType::UInt64 => {
                values.as_primitive::<UInt64Type>().iter().flatten().map(i128::from).collect()
            }
            _ => values.as_primitive::<Int64Type>().iter().flatten().map(i128::from).collect(),
        })
    }
}

impl Accumulator for SlidingDistinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in self.values(values)? {
            let count = self.counts.entry(value).or_insert(0);
            if *count == 0 {
                self.sum += value;
            }
            *count += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in self.values(values)? {
            let Some(count) = self.counts.get_mut(&value) else { continue };
            *count -= 1;
            if *count == 0 {
                self.sum -= value;
                self.counts.remove(&value);
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        told((!self.counts.is_empty()).then_some(self.sum), &self.ty)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a frame that moves has no states")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a frame that moves has no states")
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.capacity() * size_of::<(i128, usize)>()
    }
}
