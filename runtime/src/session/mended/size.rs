//! Functions whose results are as long as a number says, held against the memory of queries.
//!
//! A function gives its results for a batch in one piece, which no pool is asked for: `repeat('x',
//! 10000000000)` took what it wanted and ended the process. How long the piece becomes is known before.
//! A quarter of the memory is what one may take; a `range` that is unnested is such a piece too.

use std::any::Any;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::compute::cast;
use arrow::compute::kernels::length::length;
use arrow::datatypes::{Int64Type, IntervalMonthDayNanoType};
use arrow_schema::{DataType, FieldRef, IntervalUnit};
use datafusion::common::config::{ConfigEntry, ConfigExtension, ConfigOptions, ExtensionOptions};
use datafusion::common::{DataFusionError, Result, config_err};
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};

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
type Weigh = fn(&[ArrayRef]) -> Result<i128>;

static SCALARS: LazyLock<Vec<Arc<ScalarUDF>>> = LazyLock::new(|| {
    use datafusion::functions::{string, unicode};
    use datafusion::functions_nested::{range, repeat, resize};

    let bounded: [(Arc<ScalarUDF>, Weigh); 7] = [
        (range::range_udf(), series),
        (range::gen_series_udf(), series),
        (repeat::array_repeat_udf(), |args| counted(args.get(1), item_bytes(args.first())?)),
        (resize::array_resize_udf(), |args| counted(args.get(1), ITEM)),
        (string::repeat(), repeated),
        (unicode::lpad(), |args| counted(args.get(1), 1)),
        (unicode::rpad(), |args| counted(args.get(1), 1)),
    ];
    let bounded = bounded.into_iter().map(|(inner, weigh)| Bounded { inner, weigh });
    bounded.map(|bounded| Arc::new(ScalarUDF::from(bounded))).collect()
});

/// The functions that take the place of the engine's.
pub(crate) fn scalars() -> impl Iterator<Item = Arc<ScalarUDF>> {
    SCALARS.iter().cloned()
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

/// A function of the engine that is asked how long its results become.
#[derive(Clone, Debug)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    weigh: Weigh,
}

impl PartialEq for Bounded {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Bounded {}

impl std::hash::Hash for Bounded {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl Bounded {
    fn check(&self, args: &ScalarFunctionArgs) -> Result<()> {
        let memory = args.config_options.extensions.get::<Memory>();
        let most = memory.map_or(DEFAULT_MEMORY, |memory| memory.0) / PART;
        let all = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if all { 1 } else { args.number_rows };
        let arrays = args.args.iter().map(|arg| arg.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let bytes = (self.weigh)(&arrays)?;
        if i128::try_from(most).is_ok_and(|most| bytes > most) {
            let (name, most) = (self.inner.name(), most >> 20);
            return Err(DataFusionError::ResourcesExhausted(format!(
                "`{name}` would make {} MB in one piece, and may make {most} MB",
                bytes >> 20
            )));
        }
        Ok(())
    }
}

impl ScalarUDFImpl for Bounded {
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

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn is_strict(&self) -> bool {
        self.inner.is_strict()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.check(&args)?;
        self.inner.invoke_with_args(args)
    }

    fn with_updated_config(&self, options: &ConfigOptions) -> Option<ScalarUDF> {
        let inner = Arc::new(self.inner.inner().with_updated_config(options)?);
        Some(ScalarUDF::new_from_impl(Self { inner, ..self.clone() }))
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.inner.simplify(args, info)
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn conditional_arguments<'a>(
        &self,
        args: &'a [Expr],
    ) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.inner.conditional_arguments(args)
    }

    fn evaluate_bounds(&self, inputs: &[&Interval]) -> Result<Interval> {
        self.inner.evaluate_bounds(inputs)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.inner.output_ordering(inputs)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
