//! Decimals: numbers with so many digits, so many of them behind the point, that are exact.
//!
//! A value is a whole number of its last digits, in 128 bits as Arrow keeps it. What two of them
//! make is computed in Arrow's 256 bits, rounded once, half away from zero, and refused where it
//! has more digits than the type that is asked for.

use std::fmt;
use std::ops::Neg;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::builder::PrimitiveBuilder;
use arrow_array::types::{Decimal128Type, DecimalType as _};
use arrow_array::{ArrayRef, ArrowNativeTypeOp as _, PrimitiveArray};
use arrow_buffer::i256;

use super::error::CallError;
use super::flat::{self, Calls};
use super::live::Live;
use super::node::Node;
use super::read::{At, Read, Slot};
use super::types::{Type, Typed};
use super::write::{Target, Write};
use crate::udaf::heap::HeapSize;

/// A number of `P` digits, `S` of them behind the point: `Decimal<12, 2>` goes up to
/// `9999999999.99`.
///
/// `P` is 1 to 38 and `S` no more than `P`; other types do not compile where they are used. The
/// operations give `None` for a result that has more digits than its type, which the function's
/// result says:
///
/// ```
/// use belvedere::Decimal;
///
/// fn with_tax(price: Decimal<12, 2>, rate: Decimal<5, 4>) -> Option<Decimal<14, 2>> {
///     price.rescaled()?.checked_add(price.checked_mul(rate)?)
/// }
///
/// let (price, rate) = ("19.99".parse()?, "0.19".parse()?);
/// assert_eq!(with_tax(price, rate).unwrap().to_string(), "23.79");
/// # Ok::<(), belvedere::udf::decimal::ParseDecimalError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const P: u8, const S: u8>(i128);

impl<const P: u8, const S: u8> Decimal<P, S> {
    /// The type, if it is one.
    const CHECKED: Type = {
        assert!(P >= 1 && P <= Decimal128Type::MAX_PRECISION, "a decimal has 1 to 38 digits");
        assert!(S <= P, "no more digits stand behind the point than there are");
        Type::Decimal(P, S)
    };

    /// The number with this many of its last digits: `Decimal::<12, 2>::new(150)` is `1.50`. `None`
    /// where it has more than `P` digits.
    #[must_use]
    pub fn new(unscaled: i128) -> Option<Self> {
        Decimal128Type::is_valid_decimal_precision(unscaled, P).then_some(Self(unscaled))
    }

    /// How many of its last digits it is: `150` for a `1.50` with two digits behind the point.
    #[must_use]
    pub const fn unscaled(self) -> i128 {
        self.0
    }

    /// The number as one of other digits, rounded half away from zero where it loses some; `None`
    /// where it has too many before the point.
    #[must_use]
    pub fn rescaled<const Q: u8, const T: u8>(self) -> Option<Decimal<Q, T>> {
        Decimal::rounded(i256::from_i128(self.0), i32::from(S))
    }

    /// The number without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The sum, if it has no more digits than its parts may have.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }

    /// The difference, if it has no more digits than its parts may have.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_sub(other.0)?)
    }

    /// The product, rounded to the digits that are asked for.
    #[must_use]
    pub fn checked_mul<const P2: u8, const S2: u8, const Q: u8, const T: u8>(
        self,
        factor: Decimal<P2, S2>,
    ) -> Option<Decimal<Q, T>> {
        let product = i256::from_i128(self.0).mul_checked(i256::from_i128(factor.0)).ok()?;
        Decimal::rounded(product, i32::from(S) + i32::from(S2))
    }

    /// The quotient, rounded to the digits that are asked for; `None` also where the divisor is 0.
    #[must_use]
    pub fn checked_div<const P2: u8, const S2: u8, const Q: u8, const T: u8>(
        self,
        divisor: Decimal<P2, S2>,
    ) -> Option<Decimal<Q, T>> {
        // As many digits as the result has behind the point, and those that the division takes.
        let shift = i32::from(T) + i32::from(S2) - i32::from(S);
        let (up, down) = (power_of_ten(shift.max(0))?, power_of_ten((-shift).max(0))?);
        let dividend = i256::from_i128(self.0).mul_checked(up).ok()?;
        let divisor = i256::from_i128(divisor.0).mul_checked(down).ok()?;
        Decimal::new(divided(dividend, divisor)?.to_i128()?)
    }

    /// The nearest float.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // Parsing rounds once; a division of two floats would round three times.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// A number with so many digits behind the point, as one of this type.
    fn rounded(number: i256, scale: i32) -> Option<Self> {
        let shift = i32::from(S) - scale;
        let shifted = if shift >= 0 {
            number.mul_checked(power_of_ten(shift)?).ok()?
        } else {
            divided(number, power_of_ten(-shift)?)?
        };
        Self::new(shifted.to_i128()?)
    }
}

fn power_of_ten(exponent: i32) -> Option<i256> {
    i256::from_i128(10).pow_checked(u32::try_from(exponent).ok()?).ok()
}

/// The quotient, rounded half away from zero; `None` for a division by 0.
fn divided(dividend: i256, divisor: i256) -> Option<i256> {
    let quotient = dividend.div_checked(divisor).ok()?;
    let rest = dividend.mod_checked(divisor).ok()?;
    let (rest, whole) = (rest.wrapping_abs(), divisor.wrapping_abs());
    // Twice the rest is at least the whole, without an overflow.
    if rest < whole.sub_wrapping(rest) {
        return Some(quotient);
    }
    let negative = dividend.is_negative() != divisor.is_negative();
    let away = if negative { i256::MINUS_ONE } else { i256::ONE };
    quotient.add_checked(away).ok()
}

impl<const P: u8, const S: u8> Neg for Decimal<P, S> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.wrapping_neg())
    }
}

impl<const P: u8, const S: u8> fmt::Display for Decimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Decimal128Type::format_decimal(self.0, P, S.cast_signed()))
    }
}

impl<const P: u8, const S: u8> fmt::Debug for Decimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no decimal of the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDecimalError(String);

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseDecimalError {}

/// Reads `-12.50`: a sign, digits, and perhaps a point and digits. Nothing is rounded.
impl<const P: u8, const S: u8> FromStr for Decimal<P, S> {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        unscaled(text, P, S).map(Self).ok_or_else(|| {
            ParseDecimalError(format!(
                "`{text}` is no number of {P} digits, {S} of them behind the point"
            ))
        })
    }
}

/// How many of its last digits a number is that is written with digits and a point.
pub(crate) fn unscaled(text: &str, precision: u8, scale: u8) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + behind.len() == 0 || !is_digits(whole) || !is_digits(behind) {
        return None;
    }
    let behind = behind.trim_end_matches('0');
    let missing = usize::from(scale).checked_sub(behind.len())?;
    let written = format!("{whole}{behind}{:0<missing$}", "");
    let significant = written.trim_start_matches('0');
    if significant.len() > usize::from(precision) {
        return None;
    }
    let value: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    Some(if negative { -value } else { value })
}

impl<const P: u8, const S: u8> HeapSize for Decimal<P, S> {
    const OWNS: bool = false;

    fn heap_size(&self) -> usize {
        0
    }
}

impl<const P: u8, const S: u8> Typed for Decimal<P, S> {
    const TYPE: Type = Self::CHECKED;
}

impl<const P: u8, const S: u8> Read for Decimal<P, S> {
    type Item<'a> = Self;
    type Column<'a> = &'a [i128];
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        match node {
            Node::Decimal(array) => array.values(),
            _ => node.mismatch(),
        }
    }

    #[inline]
    fn block<'a>(column: Self::Column<'a>, at: At, rows: usize) -> (Self::Column<'a>, At) {
        (&column[at.row(0)..][..rows], At::START)
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        Self(column[row])
    }
}

impl<const P: u8, const S: u8> Decimal<P, S> {
    fn typed(array: PrimitiveArray<Decimal128Type>) -> ArrayRef {
        Arc::new(array.with_data_type(Self::TYPE.to_arrow()))
    }
}

impl<const P: u8, const S: u8> Write for Decimal<P, S> {
    type Item<'a> = Self;
    type Builder = PrimitiveBuilder<Decimal128Type>;
    const FLAT: bool = true;

    fn builder(rows: usize, _: &Target<'_>) -> Self::Builder {
        PrimitiveBuilder::with_capacity(rows)
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append_value(item.0);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(mut builder: Self::Builder) -> Result<ArrayRef, CallError> {
        Ok(Self::typed(builder.finish()))
    }

    #[inline]
    fn collect_flat<'a, C: Calls>(
        live: Live<'_>,
        _: &Target<'_>,
        calls: &C,
        value: impl Fn(C::Item) -> Self::Item<'a>,
    ) -> Result<ArrayRef, CallError> {
        let values = flat::collect(live, calls, |item| value(item).0)?;
        Ok(Self::typed(PrimitiveArray::new(values.into(), live.nulls().cloned())))
    }

    #[inline]
    fn try_collect_flat<'a, C: Calls>(
        live: Live<'_>,
        _: &Target<'_>,
        calls: &C,
        value: impl Fn(usize, C::Item) -> Result<Option<Self::Item<'a>>, CallError>,
    ) -> Result<ArrayRef, CallError> {
        let value = |row, item| Ok(value(row, item)?.map(|value| value.0));
        let (values, nulls) = flat::try_collect(live, calls, value)?;
        Ok(Self::typed(PrimitiveArray::new(values.into(), nulls)))
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn decimal<const P: u8, const S: u8>(text: &str) -> Decimal<P, S> {
        text.parse().unwrap()
    }

    #[test]
    fn texts_are_read_as_they_are_shown() {
        for text in ["0.00", "1.50", "-0.05", "9999999999.99", "-9999999999.99"] {
            assert_eq!(decimal::<12, 2>(text).to_string(), text);
        }
        for (text, shown) in [("1", "1.00"), ("+1.5", "1.50"), (".5", "0.50"), ("007.", "7.00")] {
            assert_eq!(decimal::<12, 2>(text).to_string(), shown);
        }
        assert_eq!(decimal::<2, 2>("0.99").to_string(), "0.99");
        assert_eq!(format!("{:>8}", decimal::<4, 1>("1.5")), "     1.5");
    }

    #[test]
    fn what_is_no_number_of_the_type_is_an_error() {
        for text in ["", "-", ".", "1e2", "1 ", "0.001", "10000000000", "NaN", "1.2.3", "--1"] {
            let error = text.parse::<Decimal<12, 2>>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!("`{text}` is no number of 12 digits, 2 of them behind the point")
            );
        }
        assert_eq!(Decimal::<2, 0>::new(100), None);
        assert_eq!(Decimal::<2, 0>::new(-99).map(Decimal::unscaled), Some(-99));
    }

    #[test]
    fn results_are_rounded_once_and_half_away_from_zero() {
        let product = |a: &str, b: &str| {
            let (a, b) = (decimal::<6, 2>(a), decimal::<6, 3>(b));
            a.checked_mul::<6, 3, 6, 2>(b).map(|found| found.to_string())
        };
        assert_eq!(product("1.50", "0.333").as_deref(), Some("0.50"));
        assert_eq!(product("0.50", "0.050").as_deref(), Some("0.03"));
        assert_eq!(product("-0.50", "0.050").as_deref(), Some("-0.03"));
        assert_eq!(product("9999.99", "999.999"), None);
        let quotient = |a: &str, b: &str| {
            let (a, b) = (decimal::<6, 2>(a), decimal::<6, 3>(b));
            a.checked_div::<6, 3, 8, 4>(b).map(|found| found.to_string())
        };
        assert_eq!(quotient("1.00", "3.000").as_deref(), Some("0.3333"));
        assert_eq!(quotient("2.00", "-3.000").as_deref(), Some("-0.6667"));
        assert_eq!(quotient("1.00", "0.000"), None);
        assert_eq!(quotient("9999.99", "0.001"), None);
        let whole = decimal::<6, 3>("2.500").rescaled::<2, 0>();
        assert_eq!(whole.map(Decimal::unscaled), Some(3));
        assert_eq!(decimal::<6, 3>("99.500").rescaled::<2, 0>(), None);
    }

    #[test]
    fn the_widest_products_do_not_overflow_on_the_way() {
        let most = Decimal::<38, 38>::new(10_i128.pow(38) - 1).unwrap();
        let product: Option<Decimal<38, 38>> = most.checked_mul(most);
        assert_eq!(product.map(Decimal::unscaled), Some(10_i128.pow(38) - 2));
        let one: Option<Decimal<38, 37>> = most.checked_div(most);
        assert_eq!(one.map(Decimal::unscaled), Some(10_i128.pow(37)));
        assert_eq!((-most).checked_sub(most), None);
        assert_eq!(decimal::<38, 1>("0.1").to_f64(), 0.1);
    }
}
