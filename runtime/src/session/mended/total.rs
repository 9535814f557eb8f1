//! Sums of integers, decimals, durations and intervals, exact until they are told.
//!
//! A sum is kept in more bits than those of more rows than there can be would need. So it does not depend
//! on the order of the rows, nor on how they are spread over threads, whether it fits into the type of the
//! query: what leaves that and comes back has never been wrong. Decimals of more digits than 128 bits have
//! alone may leave their 256 bits on the way, which is an error.

use std::collections::HashMap;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef};
use arrow::datatypes::i256;
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, GroupsAccumulator};

use super::spans::Span;
use super::translated::Translated;
use super::wide::{self, Exact};

/// Whether sums of this type would wrap around.
pub(super) fn wraps(ty: &DataType) -> bool {
    wide::kept(ty).is_some() || matches!(ty, DataType::Interval(_))
}

/// Whether groups of this type are kept side by side.
pub(super) fn has_groups(ty: &DataType) -> bool {
    wide::kept(ty).is_some() && !matches!(ty, DataType::Decimal256(..))
}

/// The fields of states; values that count once are told as they are.
pub(super) fn state_fields(
    inner: &AggregateUDF,
    args: StateFieldsArgs<'_>,
) -> Result<Vec<FieldRef>> {
    if args.is_distinct {
        return inner.state_fields(args);
    }
    let kept = wide::kept(args.return_type());
    let is_interval = kept.is_none();
    let kept = kept.unwrap_or(DataType::Decimal128(38, 0));
    let return_field = Arc::new(Field::new(args.return_field.name(), kept, true));
    let fields = inner.state_fields(StateFieldsArgs { return_field, ..args })?;
    if !is_interval {
        return Ok(fields);
    }
    let part = |(field, part): (&FieldRef, &str)| {
        let name = format!("{}[{part}]", field.name());
        Arc::new(field.as_ref().clone().with_name(name))
    };
    let parts = ["months", "days", "rest"];
    Ok(fields.iter().cycle().zip(parts).map(part).collect())
}

/// The sum of all rows.
pub(super) fn accumulator(
    inner: &AggregateUDF,
    args: AccumulatorArgs<'_>,
) -> Result<Box<dyn Accumulator>> {
    let ty = args.return_type().clone();
    let is_interval = matches!(ty, DataType::Interval(_));
    Ok(match (args.is_distinct, is_interval) {
        (false, false) => Box::new(Total::<i256>::new(ty)),
        (false, true) => Box::new(Total::<Span>::new(ty)),
        (true, false) => {
            Box::new(Distinct { ty, inner: inner.accumulator(args)?, sum: sum_of::<i256> })
        }
        (true, true) => {
            Box::new(Distinct { ty, inner: inner.accumulator(args)?, sum: sum_of::<Span> })
        }
    })
}

/// The sum of a frame that moves.
pub(super) fn sliding(args: &AccumulatorArgs<'_>) -> Box<dyn Accumulator> {
    let ty = args.return_type().clone();
    let is_interval = matches!(ty, DataType::Interval(_));
    match (args.is_distinct, is_interval) {
        (false, false) => Box::new(Total::<i256>::new(ty)),
        (false, true) => Box::new(Total::<Span>::new(ty)),
        (true, false) => Box::new(SlidingDistinct::<i256>::new(ty)),
        (true, true) => Box::new(SlidingDistinct::<Span>::new(ty)),
    }
}

/// The sums of groups.
pub(super) fn groups(
    inner: &AggregateUDF,
    mut args: AccumulatorArgs<'_>,
) -> Result<Box<dyn GroupsAccumulator>> {
    let ty = args.return_type().clone();
    let Some(kept) = wide::kept(&ty) else { return internal_err!("sums of {ty} by groups") };
    args.return_field = Arc::new(Field::new(args.return_field.name(), kept.clone(), true));
    Ok(Box::new(Translated {
        inner: inner.create_groups_accumulator(args)?,
        into: Box::new(move |values| wide::widened(values, &kept)),
        back: Box::new(move |sums| wide::narrowed(sums, &ty)),
        states: false,
    }))
}

/// A sum of all rows, or of those of a frame.
#[derive(Debug)]
pub(super) struct Total<S> {
    ty: DataType,
    pub(super) sum: S,
    pub(super) count: u64,
}

impl<S: Exact> Total<S> {
    pub(super) fn new(ty: DataType) -> Self {
        Self { ty, sum: S::default(), count: 0 }
    }

    pub(super) fn sum(&self) -> Option<S> {
        (self.count > 0).then_some(self.sum)
    }
}

/// How many values there are besides NULLs.
pub(super) fn rows(values: &ArrayRef) -> u64 {
    (values.len() - values.null_count()) as u64
}

impl<S: Exact> Accumulator for Total<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.sum = self.sum.plus(S::of(values)?)?;
            self.count += rows(values);
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for values in values {
            self.sum = self.sum.minus(S::of(values)?)?;
            self.count -= rows(values);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        S::told(self.sum(), &self.ty)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        S::states(self.sum(), &self.ty)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.sum = self.sum.plus(S::of_states(states)?)?;
        self.count += states.first().map_or(0, rows);
        Ok(())
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
    sum: fn(&ArrayRef, &DataType) -> Result<ScalarValue>,
}

fn sum_of<S: Exact>(values: &ArrayRef, ty: &DataType) -> Result<ScalarValue> {
    let sum = (rows(values) > 0).then(|| S::of(values)).transpose()?;
    S::told(sum, ty)
}

/// The values that an accumulator of the engine has found, each once.
pub(super) fn found(inner: &mut dyn Accumulator) -> Result<ArrayRef> {
    match inner.state()?.as_slice() {
        [ScalarValue::List(list)] if list.len() == 1 => Ok(list.value(0)),
        other => internal_err!("values that count once are {other:?}"),
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.inner.update_batch(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        (self.sum)(&found(self.inner.as_mut())?, &self.ty)
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
struct SlidingDistinct<S> {
    ty: DataType,
    /// How often each value is in the frame.
    counts: HashMap<S, usize>,
    sum: S,
}

impl<S: Exact> SlidingDistinct<S> {
    fn new(ty: DataType) -> Self {
        Self { ty, counts: HashMap::new(), sum: S::default() }
    }
}

fn values_of<S: Exact>(values: &[ArrayRef]) -> Result<Vec<S>> {
    match values.first() {
        Some(values) => S::each(values),
        None => internal_err!("a sum of nothing"),
    }
}

impl<S: Exact> Accumulator for SlidingDistinct<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values_of::<S>(values)? {
            let count = self.counts.entry(value).or_insert(0);
            if *count == 0 {
                self.sum = self.sum.plus(value)?;
            }
            *count += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for value in values_of::<S>(values)? {
            let Some(count) = self.counts.get_mut(&value) else { continue };
            *count -= 1;
            if *count == 0 {
                self.sum = self.sum.minus(value)?;
                self.counts.remove(&value);
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        S::told((!self.counts.is_empty()).then_some(self.sum), &self.ty)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a frame that moves has no states")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a frame that moves has no states")
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.capacity() * size_of::<(S, usize)>()
    }
}
