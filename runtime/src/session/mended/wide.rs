//! Sums that are wider than what is summed: exact while they are kept, and told where they fit.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, ArrowPrimitiveType, AsArray as _, PrimitiveArray};
use arrow::datatypes::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType as _,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Int64Type, UInt64Type, i256,
};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_datafusion_err, internal_err};

/// Digits that 128 bits hold, of which sums of no more rows than there can be are kept.
const NARROW: DataType = DataType::Decimal128(38, 0);

/// The same for 256 bits.
const WIDE: DataType = DataType::Decimal256(76, 0);

/// How many digits a sum may have whose values have ten fewer, so that it has a place in 128 bits: values
/// of 18 digits, of which there are fewer than 2^63.
const NARROW_DIGITS: u8 = 28;

/// The type in which sums of this type are kept, where they would wrap around.
pub(super) fn kept(ty: &DataType) -> Option<DataType> {
    match ty {
        DataType::Int64
        | DataType::UInt64
        | DataType::Duration(_)
        | DataType::Decimal32(..)
        | DataType::Decimal64(..) => Some(NARROW),
        DataType::Decimal128(precision, _) if *precision <= NARROW_DIGITS => Some(NARROW),
        DataType::Decimal128(..) | DataType::Decimal256(..) => Some(WIDE),
        _ => None,
    }
}

/// What a sum is kept in.
pub(super) trait Exact: Copy + Debug + Default + Eq + Hash + Send + Sync + 'static {
    /// The sum of the values that are not NULL.
    fn of(values: &ArrayRef) -> Result<Self>;

    /// The values that are not NULL.
    fn each(values: &ArrayRef) -> Result<Vec<Self>>;

    fn plus(self, other: Self) -> Result<Self>;

    fn minus(self, other: Self) -> Result<Self>;

    /// The sum in the type of the query.
    fn told(sum: Option<Self>, ty: &DataType) -> Result<ScalarValue>;

    /// What one thread says to another of a sum that becomes this type.
    fn states(sum: Option<Self>, ty: &DataType) -> Result<Vec<ScalarValue>>;

    /// The sum of what was said.
    fn of_states(states: &[ArrayRef]) -> Result<Self>;
}

impl Exact for i256 {
    fn of(values: &ArrayRef) -> Result<Self> {
        use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
        Ok(match values.data_type() {
            DataType::Int64 => signed::<Int64Type>(values),
            DataType::UInt64 => unsigned(values),
            DataType::Duration(Second) => signed::<DurationSecondType>(values),
            DataType::Duration(Millisecond) => signed::<DurationMillisecondType>(values),
            DataType::Duration(Microsecond) => signed::<DurationMicrosecondType>(values),
            DataType::Duration(Nanosecond) => signed::<DurationNanosecondType>(values),
            DataType::Decimal32(..) => signed::<Decimal32Type>(values),
            DataType::Decimal64(..) => signed::<Decimal64Type>(values),
            DataType::Decimal128(..) => halves(values),
            DataType::Decimal256(..) => {
                let values = values.as_primitive::<Decimal256Type>().iter().flatten();
                values.into_iter().try_fold(Self::ZERO, Self::plus)?
            }
            other => return internal_err!("a sum of {other}"),
        })
    }

    fn each(values: &ArrayRef) -> Result<Vec<Self>> {
        (0..values.len())
            .filter(|row| values.is_valid(*row))
            .map(|row| Self::of(&values.slice(row, 1)))
            .collect()
    }

    fn plus(self, other: Self) -> Result<Self> {
        self.checked_add(other).ok_or_else(beyond)
    }

    fn minus(self, other: Self) -> Result<Self> {
        self.checked_sub(other).ok_or_else(beyond)
    }

    fn told(sum: Option<Self>, ty: &DataType) -> Result<ScalarValue> {
        use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
        let Some(sum) = sum else { return ScalarValue::try_from(ty) };
        Ok(match ty {
            DataType::Int64 => ScalarValue::Int64(Some(narrow(sum, ty)?)),
            DataType::UInt64 => ScalarValue::UInt64(Some(narrow(sum, ty)?)),
            DataType::Duration(Second) => ScalarValue::DurationSecond(Some(narrow(sum, ty)?)),
            DataType::Duration(Millisecond) => {
                ScalarValue::DurationMillisecond(Some(narrow(sum, ty)?))
            }
            DataType::Duration(Microsecond) => {
                ScalarValue::DurationMicrosecond(Some(narrow(sum, ty)?))
            }
            DataType::Duration(Nanosecond) => {
                ScalarValue::DurationNanosecond(Some(narrow(sum, ty)?))
            }
            DataType::Decimal32(precision, scale) => {
                ScalarValue::Decimal32(Some(narrow(sum, ty)?), *precision, *scale)
            }
            DataType::Decimal64(precision, scale) => {
                ScalarValue::Decimal64(Some(narrow(sum, ty)?), *precision, *scale)
            }
            DataType::Decimal128(precision, scale) => {
                ScalarValue::Decimal128(Some(narrow(sum, ty)?), *precision, *scale)
            }
            DataType::Decimal256(precision, scale) => {
                ScalarValue::Decimal256(Some(in_digits(sum, ty)?), *precision, *scale)
            }
            other => return internal_err!("a sum of {other}"),
        })
    }

    fn states(sum: Option<Self>, ty: &DataType) -> Result<Vec<ScalarValue>> {
        Ok(vec![match kept(ty) {
            Some(DataType::Decimal128(precision, scale)) => {
                let sum = sum.map(|sum| narrow(sum, &NARROW)).transpose()?;
                ScalarValue::Decimal128(sum, precision, scale)
            }
            _ => ScalarValue::Decimal256(sum, 76, 0),
        }])
    }

    fn of_states(states: &[ArrayRef]) -> Result<Self> {
        match states {
            [sums] => Self::of(sums),
            _ => internal_err!("the state of a sum has {} columns", states.len()),
        }
    }
}

/// The values of a batch, of which there are too few for the sums of their halves to overflow 64 bits.
fn signed<T: ArrowPrimitiveType<Native: Into<i64>>>(values: &ArrayRef) -> i256 {
    let (mut high, mut low) = (0_i64, 0_u64);
    for_each_chunk(values.as_primitive::<T>(), |chunk| {
        for value in chunk {
            let value: i64 = (*value).into();
            high += value >> 32;
            low += value.cast_unsigned() & 0xffff_ffff;
        }
    });
    i256::from_i128((i128::from(high) << 32) + i128::from(low))
}

fn unsigned(values: &ArrayRef) -> i256 {
    let (mut high, mut low) = (0_u64, 0_u64);
    for_each_chunk(values.as_primitive::<UInt64Type>(), |chunk| {
        for value in chunk {
            high += value >> 32;
            low += value & 0xffff_ffff;
        }
    });
    i256::from_i128((i128::from(high) << 32) + i128::from(low))
}

/// The same of values in 128 bits, whose halves have 64.
fn halves(values: &ArrayRef) -> i256 {
    let (mut high, mut low) = (0_i128, 0_u128);
    for_each_chunk(values.as_primitive::<Decimal128Type>(), |chunk| {
        for value in chunk {
            high += value >> 64;
            low += value.cast_unsigned() & u128::from(u64::MAX);
        }
    });
    (i256::from_i128(high) << 64_u8).wrapping_add(i256::from_parts(low, 0))
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

/// Values in the type in which their sums are kept.
pub(super) fn widened(values: &ArrayRef, kept: &DataType) -> Result<ArrayRef> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    Ok(match (values.data_type(), kept) {
        (DataType::Decimal128(..), DataType::Decimal256(..)) => {
            let wide: PrimitiveArray<Decimal256Type> =
                values.as_primitive::<Decimal128Type>().unary(i256::from_i128);
            Arc::new(wide.with_data_type(WIDE))
        }
        (DataType::Decimal128(..), _) => {
            let same = values.as_primitive::<Decimal128Type>().clone();
            Arc::new(same.with_data_type(NARROW))
        }
        (DataType::Int64, _) => to_128::<Int64Type>(values),
        (DataType::UInt64, _) => to_128::<UInt64Type>(values),
        (DataType::Decimal32(..), _) => to_128::<Decimal32Type>(values),
        (DataType::Decimal64(..), _) => to_128::<Decimal64Type>(values),
        (DataType::Duration(Second), _) => to_128::<DurationSecondType>(values),
        (DataType::Duration(Millisecond), _) => to_128::<DurationMillisecondType>(values),
        (DataType::Duration(Microsecond), _) => to_128::<DurationMicrosecondType>(values),
        (DataType::Duration(Nanosecond), _) => to_128::<DurationNanosecondType>(values),
        (other, _) => return internal_err!("a sum of {other}"),
    })
}

fn to_128<T: ArrowPrimitiveType<Native: Into<i128>>>(values: &ArrayRef) -> ArrayRef {
    let wide: PrimitiveArray<Decimal128Type> = values.as_primitive::<T>().unary(Into::into);
    Arc::new(wide.with_data_type(NARROW))
}

/// Sums in the type of the query.
pub(super) fn narrowed(sums: &ArrayRef, ty: &DataType) -> Result<ArrayRef> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match ty {
        DataType::Int64 => to_type::<Int64Type>(sums, ty),
        DataType::UInt64 => to_type::<UInt64Type>(sums, ty),
        DataType::Decimal32(..) => to_type::<Decimal32Type>(sums, ty),
        DataType::Decimal64(..) => to_type::<Decimal64Type>(sums, ty),
        DataType::Decimal128(..) => to_type::<Decimal128Type>(sums, ty),
        DataType::Duration(Second) => to_type::<DurationSecondType>(sums, ty),
        DataType::Duration(Millisecond) => to_type::<DurationMillisecondType>(sums, ty),
        DataType::Duration(Microsecond) => to_type::<DurationMicrosecondType>(sums, ty),
        DataType::Duration(Nanosecond) => to_type::<DurationNanosecondType>(sums, ty),
        other => internal_err!("sums of {other} by groups"),
    }
}

fn to_type<T: ArrowPrimitiveType<Native: TryFrom<i128>>>(
    sums: &ArrayRef,
    ty: &DataType,
) -> Result<ArrayRef> {
    let sums: PrimitiveArray<T> = match sums.as_primitive_opt::<Decimal256Type>() {
        Some(sums) => sums.try_unary(|sum| narrow(sum, ty))?,
        None => {
            let sums = sums.as_primitive::<Decimal128Type>();
            sums.try_unary(|sum| narrow(i256::from_i128(sum), ty))?
        }
    };
    Ok(Arc::new(sums.with_data_type(ty.clone())))
}

/// A sum as a value of the type, of which it must not have too many digits.
fn narrow<N: TryFrom<i128>>(sum: i256, ty: &DataType) -> Result<N> {
    let sum = in_digits(sum, ty)?;
    let narrow = sum.to_i128().and_then(|sum| N::try_from(sum).ok());
    narrow.ok_or_else(|| overflow(sum, ty))
}

fn in_digits(sum: i256, ty: &DataType) -> Result<i256> {
    let fits = match ty {
        DataType::Decimal32(precision, _)
        | DataType::Decimal64(precision, _)
        | DataType::Decimal128(precision, _)
        | DataType::Decimal256(precision, _) => {
            Decimal256Type::is_valid_decimal_precision(sum, *precision)
        }
        _ => true,
    };
    if fits { Ok(sum) } else { Err(overflow(sum, ty)) }
}

fn overflow(sum: i256, ty: &DataType) -> DataFusionError {
    let (sum, ty) = match ty {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => {
            let sum = Decimal256Type::format_decimal(sum, u8::MAX, *scale);
            (sum, format!("Decimal<{precision}, {scale}>"))
        }
        DataType::Int64 => (sum.to_string(), "i64".to_owned()),
        DataType::UInt64 => (sum.to_string(), "u64".to_owned()),
        DataType::Duration(TimeUnit::Microsecond) => (format!("{sum} µs"), "Duration".to_owned()),
        DataType::Duration(unit) => (format!("{sum} {unit}"), ty.to_string()),
        other => (sum.to_string(), other.to_string()),
    };
    exec_datafusion_err!("the sum {sum} does not fit `{ty}`")
}

/// A sum of values that have as many digits as there are.
fn beyond() -> DataFusionError {
    exec_datafusion_err!("the sum on its way does not fit `Decimal256`")
}
