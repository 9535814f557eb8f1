//! Frames that move over floats of which some are no numbers, or much larger than others.
//!
//! The engine takes a value that leaves a frame out of a sum by subtracting it. NaN less NaN is NaN, and so
//! is infinity less infinity: a sum that has seen one stays NaN to the end of the partition. A value that is
//! much larger than the others takes their digits with it. Here the rows of the frame are kept, and computed
//! anew once such a value has left.

use std::collections::VecDeque;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::datatypes::{Float32Type, Float64Type};
use arrow_schema::{DataType, FieldRef, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};

/// An accumulator of `inner` for a frame that moves.
pub(super) fn sliding(
    inner: &AggregateUDF,
    args: &AccumulatorArgs<'_>,
) -> Result<Box<dyn Accumulator>> {
    let call = Call::new(inner, args);
    let accumulator = call.start()?;
    let floats = args.expr_fields.iter().any(|field| field.data_type().is_floating());
    match floats && accumulator.supports_retract_batch() {
        true => Ok(Box::new(Frame {
            peaks: args.expr_fields.iter().map(|_| Peak::default()).collect(),
            call,
            accumulator,
            rows: VecDeque::new(),
        })),
        false => Ok(accumulator),
    }
}

/// What an accumulator is begun with.
#[derive(Debug)]
struct Call {
    inner: AggregateUDF,
    return_field: FieldRef,
    schema: Schema,
    ignore_nulls: bool,
    order_bys: Vec<PhysicalSortExpr>,
    is_reversed: bool,
    name: String,
    is_distinct: bool,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
    expr_fields: Vec<FieldRef>,
}

impl Call {
    fn new(inner: &AggregateUDF, args: &AccumulatorArgs<'_>) -> Self {
        Self {
            inner: inner.clone(),
            return_field: Arc::clone(&args.return_field),
            schema: args.schema.clone(),
            ignore_nulls: args.ignore_nulls,
            order_bys: args.order_bys.to_vec(),
            is_reversed: args.is_reversed,
            name: args.name.to_owned(),
            is_distinct: args.is_distinct,
            exprs: args.exprs.to_vec(),
            expr_fields: args.expr_fields.to_vec(),
        }
    }

    fn start(&self) -> Result<Box<dyn Accumulator>> {
        self.inner.create_sliding_accumulator(AccumulatorArgs {
            return_field: Arc::clone(&self.return_field),
            schema: &self.schema,
            ignore_nulls: self.ignore_nulls,
            order_bys: &self.order_bys,
            is_reversed: self.is_reversed,
            name: &self.name,
            is_distinct: self.is_distinct,
            exprs: &self.exprs,
            expr_fields: &self.expr_fields,
        })
    }
}

/// How many times as large as all others a value has to be for its leaving to matter: of the 53 bits of a
/// float 33 are then left for them.
const MUCH: f64 = (1_u64 << 20) as f64;

/// The rows of a frame and what is made of them.
#[derive(Debug)]
struct Frame {
    call: Call,
    accumulator: Box<dyn Accumulator>,
    /// The values in the frame, as they came.
    rows: VecDeque<Vec<ArrayRef>>,
    /// For each argument.
    peaks: Vec<Peak>,
}

/// The largest value of a frame, whatever its sign; what is no number is infinite.
#[derive(Debug, Default)]
struct Peak {
    /// The number of rows that have come, and that have left.
    come: u64,
    left: u64,
    /// Rows each of which is larger than those behind it.
    largest: VecDeque<(u64, f64)>,
    /// The largest that the accumulator has been given.
    given: f64,
}

impl Peak {
    fn enter(&mut self, size: f64) {
        while self.largest.back().is_some_and(|(_, last)| *last <= size) {
            self.largest.pop_back();
        }
        self.largest.push_back((self.come, size));
        self.come += 1;
        self.given = self.given.max(size);
    }

    fn leave(&mut self, count: usize) {
        self.left += count as u64;
        while self.largest.front().is_some_and(|(row, _)| *row < self.left) {
            self.largest.pop_front();
        }
    }

    fn now(&self) -> f64 {
        self.largest.front().map_or(0.0, |(_, size)| *size)
    }

    /// Whether what has left has taken the digits of what is there.
    fn is_past(&self) -> bool {
        self.given > MUCH * self.now()
    }
}

/// How large values are.
fn sizes(array: &ArrayRef) -> Vec<f64> {
    let size = |value: Option<f64>| match value {
        Some(value) if value.is_finite() => value.abs(),
        Some(_) => f64::INFINITY,
        None => 0.0,
    };
    match array.data_type() {
        DataType::Float32 => {
            array.as_primitive::<Float32Type>().iter().map(|v| size(v.map(f64::from))).collect()
        }
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().map(size).collect(),
        _ => vec![0.0; array.len()],
    }
}

fn count(values: &[ArrayRef]) -> usize {
    values.first().map_or(0, |array| array.len())
}

impl Frame {
    /// Leaves out the first rows.
    fn leave(&mut self, mut leaving: usize) {
        for peak in &mut self.peaks {
            peak.leave(leaving);
        }
        while leaving > 0 {
            let Some(first) = self.rows.front_mut() else { return };
            let there = count(first);
            if there > leaving {
                let stays = |array: &ArrayRef| array.slice(leaving, there - leaving);
                *first = first.iter().map(stays).collect();
                return;
            }
            leaving -= there;
            self.rows.pop_front();
        }
    }

    /// Computes the rows of the frame anew.
    fn again(&mut self) -> Result<()> {
        self.accumulator = self.call.start()?;
        for values in &self.rows {
            self.accumulator.update_batch(values)?;
        }
        for peak in &mut self.peaks {
            peak.given = peak.now();
        }
        Ok(())
    }
}

impl Accumulator for Frame {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for (array, peak) in values.iter().zip(&mut self.peaks) {
            sizes(array).into_iter().for_each(|size| peak.enter(size));
        }
        self.rows.push_back(values.to_vec());
        self.accumulator.update_batch(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.leave(count(values));
        match self.peaks.iter().any(Peak::is_past) {
            true => self.again(),
            false => self.accumulator.retract_batch(values),
        }
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    /// A sum of numbers may have been infinite before some of them left.
    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = self.accumulator.evaluate()?;
        let numbers = self.peaks.iter().all(|peak| peak.now().is_finite());
        match value {
            ScalarValue::Float64(Some(float)) if !float.is_finite() && numbers => {
                self.again()?;
                self.accumulator.evaluate()
            }
            value => Ok(value),
        }
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.accumulator.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.accumulator.merge_batch(states)
    }

    /// Without the rows themselves, which are parts of what the window keeps.
    fn size(&self) -> usize {
        let rows = self.rows.capacity() * size_of::<Vec<ArrayRef>>();
        size_of_val(self) + self.accumulator.size() + rows
    }
}
