//! The least and the greatest float of each group, by the total order of Arrow: `-NaN`, numbers with
//! `-0.0` before `0.0`, `NaN`.
//!
//! The engine has it without groups and over windows. Its groups compare by `<`, to which NaN is neither
//! less nor greater than a number, so that what comes last wins. Floats are handed to the groups of
//! integers instead, turned around such that these have the order of the floats.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, Int16Type, Int32Type, Int64Type,
};
use arrow_schema::{DataType, Field};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, GroupsAccumulator};

use super::translated::Translated;

type Turn = fn(&ArrayRef) -> Result<ArrayRef>;

/// The groups of `inner`, which is `min` or `max`, for floats.
pub(super) fn groups(
    inner: &AggregateUDF,
    mut args: AccumulatorArgs<'_>,
) -> Result<Box<dyn GroupsAccumulator>> {
    let (ty, into, back): (_, Turn, Turn) = match args.return_type() {
        DataType::Float16 => (
            DataType::Int16,
            |floats| map::<Float16Type, Int16Type>(floats, |float| turned_16(float.to_bits())),
            |whole| {
                map::<Int16Type, Float16Type>(whole, |whole| {
                    <Float16Type as ArrowPrimitiveType>::Native::from_bits(
                        turned_16(whole.cast_unsigned()).cast_unsigned(),
                    )
                })
            },
        ),
        DataType::Float32 => (
            DataType::Int32,
            |floats| map::<Float32Type, Int32Type>(floats, |float| turned_32(float.to_bits())),
            |whole| {
                map::<Int32Type, Float32Type>(whole, |whole| {
                    f32::from_bits(turned_32(whole.cast_unsigned()).cast_unsigned())
                })
            },
        ),
        DataType::Float64 => (
            DataType::Int64,
            |floats| map::<Float64Type, Int64Type>(floats, |float| turned_64(float.to_bits())),
            |whole| {
                map::<Int64Type, Float64Type>(whole, |whole| {
                    f64::from_bits(turned_64(whole.cast_unsigned()).cast_unsigned())
                })
            },
        ),
        other => return internal_err!("`{}` of {other} has its order", inner.name()),
    };
    args.return_field = Arc::new(Field::new(args.return_field.name(), ty, true));
    let inner = inner.create_groups_accumulator(args)?;
    let (into, back) = (Box::new(into), Box::new(back));
    Ok(Box::new(Translated { inner, into, back, states: true }))
}

fn map<F: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    values: &ArrayRef,
    turned: fn(F::Native) -> T::Native,
) -> Result<ArrayRef> {
    let turned: PrimitiveArray<T> = values.as_primitive::<F>().unary(turned);
    Ok(Arc::new(turned))
}

/// All bits but the sign, where that is set: the larger a negative float, the smaller its bits. Twice
/// is as if never.
const fn turned_16(bits: u16) -> i16 {
    let bits = bits.cast_signed();
    bits ^ ((bits >> 15).cast_unsigned() >> 1).cast_signed()
}

const fn turned_32(bits: u32) -> i32 {
    let bits = bits.cast_signed();
    bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed()
}

const fn turned_64(bits: u64) -> i64 {
    let bits = bits.cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_the_order_of_floats() {
        let floats = [
            -f64::NAN,
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -0.0,
            0.0,
            1.0,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        for pair in floats.windows(2) {
            let turned = |float: f64| turned_64(float.to_bits());
            assert!(turned(pair[0]) < turned(pair[1]), "{} {}", pair[0], pair[1]);
            let narrow = |float: f64| turned_32((float as f32).to_bits());
            assert!(narrow(pair[0]) <= narrow(pair[1]), "{} {}", pair[0], pair[1]);
        }
        for float in floats {
            let again = turned_64(turned_64(float.to_bits()).cast_unsigned()).cast_unsigned();
            assert_eq!(again, float.to_bits());
        }
        for bits in [0x7e00_u16, 0xfe00, 0x8000, 0, 0x3c00, 0xbc00] {
            assert_eq!(turned_16(turned_16(bits).cast_unsigned()).cast_unsigned(), bits);
        }
    }
}
