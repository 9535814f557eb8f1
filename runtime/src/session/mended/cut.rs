//! `date_trunc` of all times that a column can hold.
//!
//! The engine brings a time into nanoseconds first, of which 64 bits hold those from 1677-09-21 to
//! 2262-04-11, and fails for others; for constants it cuts times before 1970 otherwise than in columns. Here
//! times are cut in their own unit. Days and longer ones of a time zone are those of its clock, as the
//! engine has them: a time that the clock jumps over is the one that is as long behind the jump, one that it
//! shows twice is the one with the offset of the time that was cut.

use std::str::FromStr as _;
use std::sync::{Arc, LazyLock};

use arrow::array::timezone::Tz;
use arrow::array::{ArrayRef, AsArray as _, PrimitiveArray};
use arrow::datatypes::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow::temporal_conversions::as_datetime_with_timezone;
use arrow_schema::{DataType, TimeUnit};
use chrono::{
    DateTime, Datelike as _, Days, LocalResult, NaiveDate, NaiveDateTime, Offset as _, TimeDelta,
    Timelike as _,
};
use datafusion::common::types::{NativeType, logical_date, logical_string};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_err};
use datafusion::logical_expr::{
    Coercion, ColumnarValue, ScalarFunctionArgs, ScalarUDF, Signature, TypeSignature,
    TypeSignatureClass, Volatility,
};

use super::calendar::Day;

/// As the engine's, but for dates and texts, which become microseconds: nothing is cut to less, and
/// nanoseconds are too few for them.
pub(super) static SIGNATURE: LazyLock<Signature> = LazyLock::new(|| {
    let text = || TypeSignatureClass::Native(logical_string());
    let unit = Coercion::new_exact(text());
    let time = Coercion::new_implicit(
        TypeSignatureClass::Timestamp,
        vec![text(), TypeSignatureClass::Native(logical_date())],
        NativeType::Timestamp(TimeUnit::Microsecond, None),
    );
    let of_day = Coercion::new_exact(TypeSignatureClass::Time);
    let forms = vec![
        TypeSignature::Coercible(vec![unit.clone(), time]),
        TypeSignature::Coercible(vec![unit, of_day]),
    ];
    Signature::one_of(forms, Volatility::Immutable)
});

/// What a time is cut to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    fn read(text: &str) -> Option<Self> {
        Some(match text.to_lowercase().as_str() {
            "microsecond" => Self::Microsecond,
            "millisecond" => Self::Millisecond,
            "second" => Self::Second,
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// Its length in nanoseconds, where it always has the same.
    const fn nanos(self) -> Option<i64> {
        Some(match self {
            Self::Microsecond => 1_000,
            Self::Millisecond => 1_000_000,
            Self::Second => 1_000_000_000,
            Self::Minute => 60_000_000_000,
            Self::Hour => 3_600_000_000_000,
            Self::Day => 86_400_000_000_000,
            Self::Week | Self::Month | Self::Quarter | Self::Year => return None,
        })
    }

    /// The first day of a week, a month or a longer one.
    const fn first_day(self, days: i64) -> i64 {
        let day = Day::of(days);
        match self {
            // 1970-01-01 is a Thursday.
            Self::Week => days - (days + 3).rem_euclid(7),
            Self::Month => days - (day.day - 1),
            Self::Quarter => Day { month: (day.month - 1) / 3 * 3 + 1, day: 1, ..day }.days(),
            Self::Year => Day { month: 1, day: 1, ..day }.days(),
            _ => days,
        }
    }

    /// What the clock showed when the unit began.
    fn first_time(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let day = local.date();
        let day: NaiveDate = match self {
            Self::Hour => return day.and_hms_opt(local.hour(), 0, 0),
            Self::Week => {
                day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?
            }
            Self::Month => day.with_day0(0)?,
            Self::Quarter => day.with_day0(0)?.with_month0(day.month0() / 3 * 3)?,
            Self::Year => day.with_day0(0)?.with_month0(0)?,
            _ => day,
        };
        day.and_hms_opt(0, 0, 0)
    }
}

/// A call of `date_trunc`; of all but timestamps it is one of the engine's own.
pub(super) fn invoke(inner: &ScalarUDF, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
    let [ColumnarValue::Scalar(unit), value] = args.args.as_slice() else {
        return inner.invoke_with_args(args);
    };
    let unit = unit.try_as_str().flatten().and_then(Unit::read);
    let (Some(unit), DataType::Timestamp(..)) = (unit, value.data_type()) else {
        return inner.invoke_with_args(args);
    };
    Ok(match value {
        ColumnarValue::Array(times) => ColumnarValue::Array(cut(times, unit)?),
        ColumnarValue::Scalar(time) => {
            let cut = cut(&time.to_array()?, unit)?;
            ColumnarValue::Scalar(ScalarValue::try_from_array(&cut, 0)?)
        }
    })
}

fn cut(times: &ArrayRef, unit: Unit) -> Result<ArrayRef> {
    match times.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => cut_of::<TimestampSecondType>(times, unit),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            cut_of::<TimestampMillisecondType>(times, unit)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            cut_of::<TimestampMicrosecondType>(times, unit)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            cut_of::<TimestampNanosecondType>(times, unit)
        }
        other => internal_err!("`date_trunc` of {other}"),
    }
}

/// How many of a unit of time are a second.
pub(super) const fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

fn cut_of<T: ArrowTimestampType>(times: &ArrayRef, unit: Unit) -> Result<ArrayRef> {
    let array = times.as_primitive::<T>();
    let ty = times.data_type();
    let zone = match ty {
        DataType::Timestamp(_, Some(zone)) => zone_of(zone)?,
        _ => None,
    };
    let second = per_second(T::UNIT);
    let begins = |begin: Option<i64>| begin.ok_or_else(|| before(unit, ty));
    // Clocks differ by whole minutes.
    let cut: PrimitiveArray<T> = match (zone, unit.nanos()) {
        (Some(zone), _) if unit > Unit::Minute => {
            array.try_unary(|time| begins(by_clock::<T>(time, unit, zone)))?
        }
        (_, Some(nanos)) => match nanos / (1_000_000_000 / second) {
            // What is as long as the unit of the column, or shorter, cuts nothing.
            0 | 1 => return Ok(Arc::clone(times)),
            length => array.try_unary(|time| begins(time.checked_sub(time.rem_euclid(length))))?,
        },
        (_, None) => {
            let day = second * 86_400;
            let first = |time: i64| unit.first_day(time.div_euclid(day)).checked_mul(day);
            array.try_unary(|time| begins(first(time)))?
        }
    };
    Ok(Arc::new(cut.with_data_type(ty.clone())))
}

/// The zone whose clock counts, if it is another than that of UTC.
fn zone_of(name: &str) -> Result<Option<Tz>> {
    if matches!(name, "UTC" | "+00:00" | "+00") {
        return Ok(None);
    }
    let zone = Tz::from_str(name);
    Ok(Some(zone.map_err(|_| exec_datafusion_err!("there is no time zone `{name}`"))?))
}

/// When the unit began by the clock of a zone.
fn by_clock<T: ArrowTimestampType>(time: i64, unit: Unit, zone: Tz) -> Option<i64> {
    let at = as_datetime_with_timezone::<T>(time, zone)?;
    // The first and the last day of all calendars may be another one by the clock.
    if at.naive_utc().date() <= NaiveDate::MIN.succ_opt()?
        || at.naive_utc().date() >= NaiveDate::MAX.pred_opt()?
    {
        return None;
    }
    let begin = unit.first_time(at.naive_local())?;
    let begin = match begin.and_local_timezone(zone) {
        LocalResult::Single(begin) => begin,
        LocalResult::Ambiguous(first, _) if first.offset().fix() == at.offset().fix() => first,
        LocalResult::Ambiguous(_, second) => second,
        LocalResult::None => {
            let hours = TimeDelta::try_hours(3)?;
            let earlier = begin.checked_sub_signed(hours)?.and_local_timezone(zone).single()?;
            earlier.checked_add_signed(hours)?
        }
    };
    ticks::<T>(begin)
}

fn ticks<T: ArrowTimestampType>(at: DateTime<Tz>) -> Option<i64> {
    match T::UNIT {
        TimeUnit::Second => Some(at.timestamp()),
        TimeUnit::Millisecond => Some(at.timestamp_millis()),
        TimeUnit::Microsecond => Some(at.timestamp_micros()),
        TimeUnit::Nanosecond => at.timestamp_nanos_opt(),
    }
}

fn before(unit: Unit, ty: &DataType) -> DataFusionError {
    let unit = format!("{unit:?}").to_lowercase();
    exec_datafusion_err!("`date_trunc`: the {unit} began before the times that `{ty}` has")
}
