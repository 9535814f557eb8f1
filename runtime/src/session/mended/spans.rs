//! Sums of intervals: months, days and parts of a day are added each for itself.

use arrow::array::{ArrayRef, AsArray as _};
use arrow::datatypes::{
    Decimal128Type, IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType,
};
use arrow_buffer::{IntervalDayTime, IntervalMonthDayNano};
use arrow_schema::{DataType, IntervalUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_err};

use super::wide::Exact;

/// Months, days, and milliseconds or nanoseconds, in more bits than there are rows for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Span([i128; 3]);

impl Exact for Span {
    fn of(values: &ArrayRef) -> Result<Self> {
        let each = Self::each(values)?;
        each.into_iter().try_fold(Self::default(), Self::plus)
    }

    fn each(values: &ArrayRef) -> Result<Vec<Self>> {
        Ok(match values.data_type() {
            DataType::Interval(IntervalUnit::YearMonth) => {
                let values = values.as_primitive::<IntervalYearMonthType>().iter().flatten();
                values.map(|months| Self([months.into(), 0, 0])).collect()
            }
            DataType::Interval(IntervalUnit::DayTime) => {
                let values = values.as_primitive::<IntervalDayTimeType>().iter().flatten();
                values.map(|v| Self([0, v.days.into(), v.milliseconds.into()])).collect()
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let values = values.as_primitive::<IntervalMonthDayNanoType>().iter().flatten();
                let span = |v: IntervalMonthDayNano| {
                    Self([v.months.into(), v.days.into(), v.nanoseconds.into()])
                };
                values.map(span).collect()
            }
            other => return internal_err!("a sum of {other}"),
        })
    }

    fn plus(self, other: Self) -> Result<Self> {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Ok(Self([a + x, b + y, c + z]))
    }

    fn minus(self, other: Self) -> Result<Self> {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Ok(Self([a - x, b - y, c - z]))
    }

    fn told(sum: Option<Self>, ty: &DataType) -> Result<ScalarValue> {
        let Some(Self([months, days, rest])) = sum else { return ScalarValue::try_from(ty) };
        let DataType::Interval(unit) = ty else { return internal_err!("an interval as {ty}") };
        Ok(match unit {
            IntervalUnit::YearMonth => {
                ScalarValue::IntervalYearMonth(Some(part(months, "months")?))
            }
            IntervalUnit::DayTime => {
                let (days, rest) = (part(days, "days")?, part(rest, "milliseconds")?);
                ScalarValue::IntervalDayTime(Some(IntervalDayTime::new(days, rest)))
            }
            IntervalUnit::MonthDayNano => {
                let (months, days) = (part(months, "months")?, part(days, "days")?);
                let rest = part(rest, "nanoseconds")?;
                let sum = IntervalMonthDayNano::new(months, days, rest);
                ScalarValue::IntervalMonthDayNano(Some(sum))
            }
        })
    }

    fn states(sum: Option<Self>, _: &DataType) -> Result<Vec<ScalarValue>> {
        let part = |at: usize| ScalarValue::Decimal128(sum.map(|sum| sum.0[at]), 38, 0);
        Ok((0..3).map(part).collect())
    }

    fn of_states(states: &[ArrayRef]) -> Result<Self> {
        let [months, days, rest] = states else {
            return internal_err!("the state of an interval has {} columns", states.len());
        };
        let sum =
            |column: &ArrayRef| column.as_primitive::<Decimal128Type>().iter().flatten().sum();
        Ok(Self([sum(months), sum(days), sum(rest)]))
    }
}

fn part<N: TryFrom<i128>>(sum: i128, name: &str) -> Result<N> {
    N::try_from(sum).map_err(|_| too_long(sum, name))
}

fn too_long(sum: i128, name: &str) -> DataFusionError {
    exec_datafusion_err!("the sum {sum} {name} does not fit `Interval`")
}
