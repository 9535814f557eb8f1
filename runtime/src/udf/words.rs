//! Numbers, booleans, dates and times as `u64` of the same order, and back.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, PrimitiveArray, UInt64Array, new_null_array,
};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, IntervalUnit, TimeUnit};

/// A number as a word.
trait Word: Copy {
    fn to_word(self) -> u64;
    fn from_word(word: u64) -> Self;
}

/// The bit that tells a negative number.
const SIGN: u64 = 1 << 63;

macro_rules! signed {
    ($($ty:ty)*) => {
        $(
            impl Word for $ty {
                #[inline]
                fn to_word(self) -> u64 {
                    i64::from(self).cast_unsigned() ^ SIGN
                }

                #[inline]
                fn from_word(word: u64) -> Self {
                    (word ^ SIGN).cast_signed() as $ty
                }
            }
        )*
    };
}

macro_rules! unsigned {
    ($($ty:ty)*) => {
        $(
            impl Word for $ty {
                #[inline]
                fn to_word(self) -> u64 {
                    u64::from(self)
                }

                #[inline]
                fn from_word(word: u64) -> Self {
                    word as $ty
                }
            }
        )*
    };
}

signed! { i8 i16 i32 i64 }
unsigned! { u8 u16 u32 u64 }

/// The bits of a float, those of a negative one turned around, are in total order.
impl Word for f64 {
    #[inline]
    fn to_word(self) -> u64 {
        let bits = self.to_bits().cast_signed();
        (bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()).to_word()
    }

    #[inline]
    fn from_word(word: u64) -> Self {
        let bits = i64::from_word(word);
        Self::from_bits((bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
    }
}

impl Word for f32 {
    #[inline]
    fn to_word(self) -> u64 {
        let bits = self.to_bits().cast_signed();
        (bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed()).to_word()
    }

    #[inline]
    fn from_word(word: u64) -> Self {
        let bits = i32::from_word(word);
        Self::from_bits((bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed()).cast_unsigned())
    }
}

/// Calls a generic function with the primitive type of a data type.
macro_rules! with_primitive {
    ($ty:expr, $function:ident($($argument:expr),*), $otherwise:expr) => {
        match $ty {
            DataType::Int8 => $function::<Int8Type>($($argument),*),
            DataType::Int16 => $function::<Int16Type>($($argument),*),
            DataType::Int32 => $function::<Int32Type>($($argument),*),
            DataType::Int64 => $function::<Int64Type>($($argument),*),
            DataType::UInt8 => $function::<UInt8Type>($($argument),*),
            DataType::UInt16 => $function::<UInt16Type>($($argument),*),
            DataType::UInt32 => $function::<UInt32Type>($($argument),*),
            DataType::UInt64 => $function::<UInt64Type>($($argument),*),
            DataType::Float32 => $function::<Float32Type>($($argument),*),
            DataType::Float64 => $function::<Float64Type>($($argument),*),
            DataType::Date32 => $function::<Date32Type>($($argument),*),
            DataType::Date64 => $function::<Date64Type>($($argument),*),
            DataType::Time32(TimeUnit::Second) => $function::<Time32SecondType>($($argument),*),
            DataType::Time32(TimeUnit::Millisecond) => {
                $function::<Time32MillisecondType>($($argument),*)
            }
            DataType::Time64(TimeUnit::Microsecond) => {
                $function::<Time64MicrosecondType>($($argument),*)
            }
            DataType::Time64(TimeUnit::Nanosecond) => {
                $function::<Time64NanosecondType>($($argument),*)
            }
            DataType::Timestamp(TimeUnit::Second, _) => {
                $function::<TimestampSecondType>($($argument),*)
            }
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                $function::<TimestampMillisecondType>($($argument),*)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                $function::<TimestampMicrosecondType>($($argument),*)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                $function::<TimestampNanosecondType>($($argument),*)
            }
            DataType::Duration(TimeUnit::Second) => $function::<DurationSecondType>($($argument),*),
            DataType::Duration(TimeUnit::Millisecond) => {
                $function::<DurationMillisecondType>($($argument),*)
            }
            DataType::Duration(TimeUnit::Microsecond) => {
                $function::<DurationMicrosecondType>($($argument),*)
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                $function::<DurationNanosecondType>($($argument),*)
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                $function::<IntervalYearMonthType>($($argument),*)
            }
            _ => $otherwise,
        }
    };
}

/// Whether values of the type are words.
pub(crate) fn is_word(ty: &DataType) -> bool {
    fn holds<T: ArrowPrimitiveType<Native: Word>>() -> bool {
        size_of::<T::Native>() <= size_of::<u64>()
    }
    matches!(ty, DataType::Boolean | DataType::Null) || with_primitive!(ty, holds(), false)
}

/// The values as words; `None` when they are none.
pub(crate) fn encode(array: &ArrayRef) -> Option<UInt64Array> {
    fn primitive<T: ArrowPrimitiveType<Native: Word>>(array: &ArrayRef) -> Option<UInt64Array> {
        Some(array.as_primitive_opt::<T>()?.unary(Word::to_word))
    }
    match array.data_type() {
        DataType::Null => Some(UInt64Array::new_null(array.len())),
        DataType::Boolean => {
            let array = array.as_boolean();
            let words = array.values().iter().map(u64::from).collect();
            Some(UInt64Array::new(words, array.nulls().cloned()))
        }
        ty => with_primitive!(ty, primitive(array), None),
    }
}

/// The values of the type that the words are; `None` when it has none.
pub(crate) fn decode(words: &UInt64Array, ty: &DataType) -> Option<ArrayRef> {
    fn primitive<T: ArrowPrimitiveType<Native: Word>>(
        words: &UInt64Array,
        ty: &DataType,
    ) -> Option<ArrayRef> {
        let array: PrimitiveArray<T> = words.unary(Word::from_word);
        // The type has a time zone, perhaps.
        Some(Arc::new(array.with_data_type(ty.clone())))
    }
    match ty {
        DataType::Null => Some(new_null_array(ty, words.len())),
        DataType::Boolean => {
            let values = BooleanBuffer::collect_bool(words.len(), |row| words.value(row) != 0);
            Some(Arc::new(BooleanArray::new(values, words.nulls().cloned())))
        }
        ty => with_primitive!(ty, primitive(words, ty), None),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, BooleanArray, Float32Array, Float64Array, Int8Array, Int64Array};

    use super::{decode, encode};

    /// The values are given in their order.
    fn check(array: ArrayRef) {
        let words = encode(&array).unwrap();
        assert!(words.values().is_sorted(), "{words:?}");
        assert_eq!(&decode(&words, array.data_type()).unwrap(), &array);
    }

    #[test]
    fn words_keep_the_order_and_the_values() {
        check(Arc::new(Int64Array::from(vec![i64::MIN, -1, 0, 1, i64::MAX])));
        check(Arc::new(Int8Array::from(vec![i8::MIN, -1, 0, 1, i8::MAX])));
        check(Arc::new(BooleanArray::from(vec![false, true])));
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        check(Arc::new(Float64Array::from(vec![-nan, -inf, -1.5, -0.0, 0.0, 1.5, inf, nan])));
        let (nan, inf) = (f32::NAN, f32::INFINITY);
        check(Arc::new(Float32Array::from(vec![-nan, -inf, -1.5, -0.0, 0.0, 1.5, inf, nan])));
    }

    #[test]
    fn nulls_stay() {
        let array: ArrayRef = Arc::new(Int64Array::from(vec![Some(3), None, Some(-3)]));
        let words = encode(&array).unwrap();
        assert_eq!(&decode(&words, array.data_type()).unwrap(), &array);
    }
}
