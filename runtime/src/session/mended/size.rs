//! Functions whose results are as long as a number says, held against the memory of queries.
//!
//! A function gives its results for a batch in one piece, which no pool is asked for: `repeat('x',
//! 10000000000)` took what it wanted and ended the process. How long the piece becomes is known before.
//! A quarter of the memory is what one may take; a `range` that is unnested is such a piece too.

use std::any::Any;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::compute::cast;
use arrow::compute::kernels::length::length;
use arrow::datatypes::{Int64Type, IntervalMonthDayNanoType};
use arrow_schema::{DataType, IntervalUnit};
use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::common::{DataFusionError, Result, config_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

use crate::session::DEFAULT_MEMORY;

/// How many bytes one item of a list is counted for.
const ITEM: i128 = 8;

/// The part of the memory that one piece may take.
const PART: usize = 4;

/// The memory of queries, for functions.
#[derive(Clone, Debug)]
pub(in crate::session) struct Memory(pub(in crate::session) usize);

impl ConfigExtension for Memory {
    const PREFIX: &'static str = "belvedere_memory";
}

impl ExtensionOptions for Memory {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, _: &str, _: &str) -> Result<()> {
        config_err!("the memory of queries is set by who starts the program")
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        Vec::new()
    }
}

/// How many bytes a call makes.
pub(super) type Weigh = fn(&[ArrayRef]) -> Result<i128>;

/// The functions whose results are as long as a number says.
pub(super) fn functions() -> [(Arc<ScalarUDF>, Weigh); 7] {
    use datafusion::functions::{string, unicode};
    use datafusion::functions_nested::{range, repeat, resize};

    [
        (range::range_udf(), series),
        (range::gen_series_udf(), series),
        (repeat::array_repeat_udf(), |args| counted(args.get(1), item_bytes(args.first())?)),
        (resize::array_resize_udf(), |args| counted(args.get(1), ITEM)),
        (string::repeat(), repeated),
        (unicode::lpad(), |args| counted(args.get(1), 1)),
        (unicode::rpad(), |args| counted(args.get(1), 1)),
    ]
}

/// Refuses a call of `name` whose result would be too long.
pub(super) fn check(name: &str, weigh: Weigh, args: &ScalarFunctionArgs) -> Result<()> {
    let memory = args.config_options.extensions.get::<Memory>();
    let most = memory.map_or(DEFAULT_MEMORY, |memory| memory.0) / PART;
    let all = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let rows = if all { 1 } else { args.number_rows };
    let arrays = args.args.iter().map(|arg| arg.to_array(rows)).collect::<Result<Vec<_>>>()?;
    let bytes = weigh(&arrays)?;
    if i128::try_from(most).is_ok_and(|most| bytes > most) {
        let most = most >> 20;
        return Err(DataFusionError::ResourcesExhausted(format!(
            "`{name}` would make {} MB in one piece, and may make {most} MB",
            bytes >> 20
        )));
    }
    Ok(())
}

/// The arguments of a call in which nothing is padded to less than nothing: a column of such lengths
/// makes the engine panic, which takes a constant for 0.
pub(super) fn without_negatives(name: &str, mut args: ScalarFunctionArgs) -> ScalarFunctionArgs {
    if matches!(name, "lpad" | "rpad")
        && let Some(ColumnarValue::Array(lengths)) = args.args.get_mut(1)
        && let Some(numbers) = lengths.as_primitive_opt::<Int64Type>()
        && numbers.iter().flatten().any(i64::is_negative)
    {
        *lengths = Arc::new(numbers.unary::<_, Int64Type>(|length| length.max(0)));
    }
    args
}

/// Numbers in 64 bits, as far as they are.
fn numbers(array: Option<&ArrayRef>) -> Result<Vec<Option<i64>>> {
    let Some(array) = array else { return Ok(Vec::new()) };
    let whole = match array.data_type() {
        DataType::Int64 => Arc::clone(array),
        DataType::Date32 => cast(&cast(array, &DataType::Int32)?, &DataType::Int64)?,
        _ => cast(array, &DataType::Int64)?,
    };
    Ok(whole.as_primitive::<Int64Type>().iter().collect())
}

/// As many bytes as numbers say.
fn counted(numbers_of: Option<&ArrayRef>, each: i128) -> Result<i128> {
    let counts = numbers(numbers_of)?.into_iter().flatten();
    Ok(counts.map(|count| i128::from(count.max(0)) * each).sum())
}

/// The bytes of an item, on average.
fn item_bytes(items: Option<&ArrayRef>) -> Result<i128> {
    let Some(items) = items.filter(|items| !items.is_empty()) else { return Ok(ITEM) };
    let bytes = items.to_data().get_slice_memory_size()? / items.len();
    Ok(i128::try_from(bytes).unwrap_or(ITEM).max(1))
}

fn repeated(args: &[ArrayRef]) -> Result<i128> {
    let Some(texts) = args.first() else { return Ok(0) };
    let (texts, counts) = (length(texts)?, numbers(args.get(1))?);
    let pairs = numbers(Some(&texts))?.into_iter().zip(counts);
    Ok(pairs
        .map(|(text, count)| i128::from(text.unwrap_or(0)) * i128::from(count.unwrap_or(0).max(0)))
        .sum())
}

/// `range(stop)`, `range(start, stop)`, `range(start, stop, step)`: of days and times a step has a least
/// length.
fn series(args: &[ArrayRef]) -> Result<i128> {
    let (start, stop) = match args {
        [stop] => (Vec::new(), numbers(Some(stop))?),
        [start, stop, ..] => (numbers(Some(start))?, numbers(Some(stop))?),
        [] => return Ok(0),
    };
    let steps: Vec<Option<i128>> = match args.get(2) {
        None => Vec::new(),
        Some(steps) if *steps.data_type() == DataType::Interval(IntervalUnit::MonthDayNano) => {
            let unit = unit_nanos(args[0].data_type());
            let steps = steps.as_primitive::<IntervalMonthDayNanoType>().iter();
            steps
                .map(|step| {
                    let step = step?;
                    let days = i128::from(step.months) * 28 + i128::from(step.days);
                    Some((days * 86_400_000_000_000 + i128::from(step.nanoseconds)) / unit)
                })
                .collect()
        }
        Some(steps) => numbers(Some(steps))?.into_iter().map(|step| step.map(i128::from)).collect(),
    };
    let mut items = 0;
    for (i, stop) in stop.into_iter().enumerate() {
        let Some(stop) = stop else { continue };
        let start = start.get(i).copied().unwrap_or(Some(0)).unwrap_or(stop);
        let step = steps.get(i).copied().unwrap_or(Some(1)).unwrap_or(1);
        let distance = i128::from(stop) - i128::from(start);
        // In the other direction there is nothing.
        if step != 0 && (distance >= 0) == (step > 0) {
            items += distance / step + 1;
        }
    }
    Ok(items * ITEM)
}

/// The nanoseconds of the unit that a day or a time is counted in.
fn unit_nanos(ty: &DataType) -> i128 {
    use arrow_schema::TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match ty {
        DataType::Date32 => 86_400_000_000_000,
        DataType::Timestamp(Second, _) => 1_000_000_000,
        DataType::Timestamp(Millisecond, _) => 1_000_000,
        DataType::Timestamp(Microsecond, _) => 1_000,
        DataType::Timestamp(Nanosecond, _) => 1,
        _ => 1,
    }
}
