//! `date_bin` of all times that a column can hold.
//!
//! The engine counts in 64 bits of nanoseconds, and what has no place there is NULL. Here lengths are counted
//! in the unit of the column, and in 128 bits of nanoseconds where one of them is no whole number of it.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray as _, PrimitiveArray};
use arrow::datatypes::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{
    DataFusionError, Result, ScalarValue, exec_datafusion_err, exec_err, internal_err,
};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, Signature, Volatility,
};

use super::calendar::Day;
use super::cut::per_second;

/// What it takes is told by [`coerce_types`].
pub(super) static SIGNATURE: LazyLock<Signature> =
    LazyLock::new(|| Signature::user_defined(Volatility::Immutable));

const DAY: i128 = 86_400_000_000_000;

/// As the engine's, but that times stay what they are, an origin too, and dates become microseconds, since
/// nanoseconds are too few for them.
pub(super) fn coerce_types(inner: &ScalarUDF, types: &[DataType]) -> Result<Vec<DataType>> {
    let kept = |ty: &DataType| match ty {
        DataType::Date32 | DataType::Date64 => {
            Some(DataType::Timestamp(TimeUnit::Microsecond, None))
        }
        DataType::Timestamp(..) => Some(ty.clone()),
        _ => None,
    };
    let kept: Vec<Option<DataType>> = types.iter().map(kept).collect();
    let asked = types.iter().zip(&kept).map(|(ty, kept)| {
        let nanos = kept.as_ref().map(|_| DataType::Timestamp(TimeUnit::Nanosecond, None));
        Arc::new(Field::new("", nanos.unwrap_or_else(|| ty.clone()), true))
    });
    let asked: Vec<FieldRef> = asked.collect();
    let coerced = fields_with_udf(&asked, inner)?;
    let coerced = coerced.iter().zip(kept);
    Ok(coerced.map(|(field, kept)| kept.unwrap_or_else(|| field.data_type().clone())).collect())
}

/// How long a bin is.
#[derive(Clone, Copy, Debug)]
enum Stride {
    Nanos(i128),
    Months(i64),
}

/// Bins of one length, counted from an origin, in nanoseconds since 1970-01-01.
#[derive(Clone, Copy, Debug)]
struct Bins {
    stride: Stride,
    origin: i128,
}

/// A call of `date_bin`; what it does not take, and times of the day, is left to the engine.
pub(super) fn invoke(inner: &ScalarUDF, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
    let (stride, value, origin) = match args.args.as_slice() {
        [ColumnarValue::Scalar(stride), value] => (stride_of(stride), value, Some(0)),
        [ColumnarValue::Scalar(stride), value, ColumnarValue::Scalar(origin)] => {
            (stride_of(stride), value, nanos_of(origin))
        }
        _ => return inner.invoke_with_args(args),
    };
    let (Some(stride), Some(origin), DataType::Timestamp(..)) = (stride, origin, value.data_type())
    else {
        return inner.invoke_with_args(args);
    };
    if matches!(stride, Stride::Nanos(0) | Stride::Months(0)) {
        return exec_err!("`date_bin`: a bin has a length other than zero");
    }
    let bins = Bins { stride, origin };
    Ok(match value {
        ColumnarValue::Array(times) => ColumnarValue::Array(binned(times, bins)?),
        ColumnarValue::Scalar(time) => {
            let binned = binned(&time.to_array()?, bins)?;
            ColumnarValue::Scalar(ScalarValue::try_from_array(&binned, 0)?)
        }
    })
}

fn stride_of(stride: &ScalarValue) -> Option<Stride> {
    match stride {
        ScalarValue::IntervalDayTime(Some(v)) => {
            Some(Stride::Nanos(i128::from(v.days) * DAY + i128::from(v.milliseconds) * 1_000_000))
        }
        ScalarValue::IntervalMonthDayNano(Some(v)) => match (v.months, v.days, v.nanoseconds) {
            (0, days, nanos) => Some(Stride::Nanos(i128::from(days) * DAY + i128::from(nanos))),
            (months, 0, 0) => Some(Stride::Months(months.into())),
            _ => None,
        },
        _ => None,
    }
}

/// The nanoseconds of one of a unit.
fn nanos_in(unit: TimeUnit) -> i128 {
    i128::from(1_000_000_000 / per_second(unit))
}

fn nanos_of(origin: &ScalarValue) -> Option<i128> {
    let (count, unit) = match origin {
        ScalarValue::TimestampSecond(Some(count), _) => (count, TimeUnit::Second),
        ScalarValue::TimestampMillisecond(Some(count), _) => (count, TimeUnit::Millisecond),
        ScalarValue::TimestampMicrosecond(Some(count), _) => (count, TimeUnit::Microsecond),
        ScalarValue::TimestampNanosecond(Some(count), _) => (count, TimeUnit::Nanosecond),
        _ => return None,
    };
    Some(i128::from(*count) * nanos_in(unit))
}

fn binned(times: &ArrayRef, bins: Bins) -> Result<ArrayRef> {
    match times.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => binned_of::<TimestampSecondType>(times, bins),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            binned_of::<TimestampMillisecondType>(times, bins)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            binned_of::<TimestampMicrosecondType>(times, bins)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            binned_of::<TimestampNanosecondType>(times, bins)
        }
        other => internal_err!("`date_bin` of {other}"),
    }
}

fn binned_of<T: ArrowTimestampType>(times: &ArrayRef, bins: Bins) -> Result<ArrayRef> {
    let (array, ty, nanos) = (times.as_primitive::<T>(), times.data_type(), nanos_in(T::UNIT));
    let exact = |time: i64| {
        let begin = bins.begin(i128::from(time) * nanos) / nanos;
        i64::try_from(begin).map_err(|_| before(ty))
    };
    let binned: PrimitiveArray<T> = match bins.in_units(nanos) {
        Some((stride, origin)) => array
            .try_unary(|time| begin_of(time, stride, origin).map_or_else(|| exact(time), Ok))?,
        None => array.try_unary(exact)?,
    };
    Ok(Arc::new(binned.with_data_type(ty.clone())))
}

/// When the bin began, where nothing on the way leaves 64 bits.
fn begin_of(time: i64, stride: i64, origin: i64) -> Option<i64> {
    let distance = time.checked_sub(origin)?;
    let over = distance.checked_rem(stride)?;
    let whole = distance - over;
    let back = distance < 0 && stride > 1 && over != 0;
    let whole = if back { whole.checked_sub(stride)? } else { whole };
    origin.checked_add(whole)
}

impl Bins {
    /// Stride and origin in units of so many nanoseconds, if both are whole ones.
    fn in_units(self, nanos: i128) -> Option<(i64, i64)> {
        let Stride::Nanos(stride) = self.stride else { return None };
        if stride % nanos != 0 || self.origin % nanos != 0 {
            return None;
        }
        Some((i64::try_from(stride / nanos).ok()?, i64::try_from(self.origin / nanos).ok()?))
    }

    /// When the bin of a time began.
    fn begin(self, time: i128) -> i128 {
        match self.stride {
            Stride::Nanos(stride) => self.origin + whole(time - self.origin, stride),
            Stride::Months(stride) => {
                let (day, in_day) = split(self.origin);
                let (first, last) = (day.months(), split(time).0.months());
                let months = whole((last - first).into(), stride.into());
                let begin = |months: i128| {
                    let day = day.in_month(first.saturating_add(months as i64));
                    i128::from(day.days()) * DAY + in_day
                };
                // A bin that begins later in its month than the time is in it is the next one.
                match begin(months) {
                    later if later > time => begin(months - i128::from(stride)),
                    begin => begin,
                }
            }
        }
    }
}

/// The whole strides of a distance; what lies before the origin is in the stride that ends behind it.
fn whole(distance: i128, stride: i128) -> i128 {
    let over = distance % stride;
    let back = distance < 0 && stride > 1 && over != 0;
    distance - over - if back { stride } else { 0 }
}

/// The day of a time and the nanoseconds in it.
fn split(time: i128) -> (Day, i128) {
    // A time that a column can hold is one of so many days.
    let days = time.div_euclid(DAY) as i64;
    (Day::of(days), time.rem_euclid(DAY))
}

fn before(ty: &DataType) -> DataFusionError {
    exec_datafusion_err!("`date_bin`: the bin began before the times that `{ty}` has")
}
