//! Constants of views.

use crate::types::Type;
use crate::view::check::constant::is_no_moment;

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// NULL of the expression's type.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number that fits the expression's type.
    Int(i128),
    /// A number with a point or an exponent.
    Float(f64),
    /// A number of a decimal type, digit by digit: a float would round it.
    Decimal(String),
    /// Text.
    String(String),
}

impl Literal {
    /// Whether it is one of this type: text in quotes stands for days and times too.
    #[must_use]
    pub fn is_of(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Bool(_), Type::Bool) => true,
            (Self::Int(value), Type::Int(int)) => int.holds(*value),
            (Self::Int(_) | Self::Float(_) | Self::Decimal(_), Type::F32 | Type::F64) => true,
            (Self::Int(value), Type::Decimal(decimal)) => decimal.holds(&value.to_string()),
            (Self::Float(value), Type::Decimal(decimal)) => {
                let shown = value.to_string();
                decimal.holds(&shown) && is_exact(&shown)
            }
            (Self::Decimal(digits), Type::Decimal(decimal)) => decimal.holds(digits),
            (Self::String(_), Type::String) => true,
            (Self::String(text), Type::Date | Type::Timestamp | Type::LocalTimestamp) => {
                !is_no_moment(text)
            }
            _ => false,
        }
    }

    /// What numbers of a type there are, where this is one and the type does not have it: it is of the
    /// right kind, and too large or too long.
    #[must_use]
    pub fn outside(&self, ty: &Type) -> Option<String> {
        let is_number = match ty {
            Type::Int(_) => matches!(self, Self::Int(_)),
            Type::Decimal(_) => matches!(self, Self::Int(_) | Self::Float(_) | Self::Decimal(_)),
            _ => false,
        };
        if !is_number || self.is_of(ty) { None } else { numbers_of(ty) }
    }

    /// As [`Self::outside`], for a number as it is written.
    #[must_use]
    pub fn text_outside(text: &str, ty: &Type) -> Option<String> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = match ty {
            Type::Int(_) => is_whole,
            Type::Decimal(_) => {
                let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
                plain && digits.parse::<f64>().is_ok()
            }
            _ => false,
        };
        if !is_number || Self::from_text(text, ty).is_some() { None } else { numbers_of(ty) }
    }

    /// A number, as a float that is near to it.
    pub(in crate::view) fn as_float(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Decimal(digits) => digits.parse().ok(),
            Self::Null | Self::Bool(_) | Self::String(_) => None,
        }
    }

    /// A number with a point or an exponent, as it is written. It keeps its digits where a float may not: it
    /// can be meant for a decimal.
    pub(in crate::view) fn of_number(written: &str) -> Option<Self> {
        let float: f64 = written.parse().ok().filter(|value: &f64| value.is_finite())?;
        let digits = digits_of(written).filter(|digits| !holds(digits));
        Some(digits.map_or(Self::Float(float), Self::Decimal))
    }

    /// The number with its sign changed; nothing else has a negative.
    pub(in crate::view) fn negative(&self) -> Option<Self> {
        Some(match self {
            Self::Int(value) => Self::Int(-value),
            Self::Float(value) => Self::Float(-value),
            Self::Decimal(digits) => Self::Decimal(match digits.strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None => format!("-{digits}"),
            }),
            _ => return None,
        })
    }

    /// Its digits where a decimal is meant; `None` for a float that has others than were written.
    pub(in crate::view) fn to_digits(&self) -> Option<String> {
        match self {
            Self::Int(value) => Some(format!("{value}.0")),
            Self::Float(value) => digits_of(&value.to_string()).filter(|digits| holds(digits)),
            Self::Decimal(digits) => Some(digits.clone()),
            _ => None,
        }
    }

    /// Reads a constant of this type as it is written, text without quotes.
    #[must_use]
    pub fn from_text(text: &str, ty: &Type) -> Option<Self> {
        let literal = match ty {
            Type::Bool => Self::Bool(text.parse().ok()?),
            Type::Int(_) => Self::Int(text.parse().ok()?),
            Type::Decimal(_) => Self::Decimal(text.to_owned()),
            Type::F32 | Type::F64 => match text.parse() {
                Ok(whole) => Self::Int(whole),
                Err(_) => Self::Float(text.parse().ok().filter(|value: &f64| value.is_finite())?),
            },
            _ => Self::String(text.to_owned()),
        };
        literal.is_of(ty).then_some(literal)
    }
}

/// What numbers of a type there are, where not all are.
fn numbers_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Int(int) => {
            let (least, most) = int.range();
            Some(format!("one is between {least} and {most}"))
        }
        Type::Decimal(decimal) => {
            let behind = decimal.scale();
            let before = decimal.precision() - behind;
            Some(format!(
                "one has {before} digits before the point at most, and {behind} behind it"
            ))
        }
        _ => None,
    }
}

/// How far an exponent moves the point at most for a number to be written without it: no decimal has more
/// digits.
const SHIFT_MAX: u32 = 40;

/// A number without its exponent, and without zeros that say nothing.
fn digits_of(written: &str) -> Option<String> {
    let (number, exponent) = match written.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (written, 0),
    };
    let by = usize::try_from(exponent.unsigned_abs()).ok()?;
    if exponent.unsigned_abs() > SHIFT_MAX {
        return None;
    }
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, behind) = number.split_once('.').unwrap_or((number, ""));
    let zeros = "0".repeat(by);
    let (digits, point) = match exponent < 0 {
        true => (format!("{zeros}{whole}{behind}"), whole.len()),
        false => (format!("{whole}{behind}{zeros}"), whole.len() + by),
    };
    let (whole, behind) = digits.split_at_checked(point)?;
    let (whole, behind) = (whole.trim_start_matches('0'), behind.trim_end_matches('0'));
    let part = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    Some(format!("{sign}{}.{}", part(whole), part(behind)))
}

/// Whether a float has these digits, those aside that say nothing.
fn holds(digits: &str) -> bool {
    let whole = digits.strip_suffix(".0").map(|whole| whole.trim_end_matches('0'));
    is_exact(whole.unwrap_or(digits))
}

/// Whether a float that is shown as this text was written as it: it keeps 15 digits of any number.
pub(in crate::view) fn is_exact(shown: &str) -> bool {
    let digits = shown.trim_start_matches(['-', '0', '.']).bytes();
    digits.filter(u8::is_ascii_digit).count() <= f64::DIGITS as usize
}

impl From<bool> for Literal {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Literal {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Literal {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Literal {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Literal {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

#[cfg(test)]
mod tests {
    use super::{Literal, digits_of};
    use crate::types::{DecimalType, Type};

    #[test]
    fn a_number_is_written_without_its_exponent() {
        for (written, expected) in [
            ("1.50", Some("1.5")),
            ("-0012.0", Some("-12.0")),
            ("1e3", Some("1000.0")),
            ("1.25E-3", Some("0.00125")),
            ("123456789012345678.125e+2", Some("12345678901234567812.5")),
            ("0.0", Some("0.0")),
            ("1e41", None),
            ("inf", None),
        ] {
            let digits = digits_of(written).filter(|_| written != "inf");
            assert_eq!(digits.as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn digits_are_kept_where_a_float_has_others() {
        for (written, expected) in [
            ("1.5", Literal::Float(1.5)),
            ("1.50000000000000000000", Literal::Float(1.5)),
            ("1e300", Literal::Float(1e300)),
            ("1e30", Literal::Float(1e30)),
            ("449.49106478873813", Literal::Decimal("449.49106478873813".to_owned())),
            ("9007199254740993.01", Literal::Decimal("9007199254740993.01".to_owned())),
            ("12345678901234567.0", Literal::Decimal("12345678901234567.0".to_owned())),
        ] {
            assert_eq!(Literal::of_number(written), Some(expected), "{written}");
        }
        assert_eq!(Literal::of_number("1e999"), None);
        let minus = Literal::Decimal("-1.5".to_owned());
        assert_eq!(minus.negative(), Some(Literal::Decimal("1.5".to_owned())));
        assert_eq!(minus.as_float(), Some(-1.5));
    }

    #[test]
    fn a_decimal_keeps_its_digits() {
        let ty = Type::Decimal(DecimalType::new(20, 4).unwrap());
        for digits in ["1234567890123456.7891", "-0.1", "7"] {
            let read = Literal::from_text(digits, &ty);
            assert_eq!(read, Some(Literal::Decimal(digits.to_owned())));
        }
        for wrong in ["0.12345", "12345678901234567", "1e3", "nan", ""] {
            assert_eq!(Literal::from_text(wrong, &ty), None, "{wrong}");
        }
        assert!(Literal::Float(1.25).is_of(&ty) && Literal::Int(7).is_of(&ty));
        let most = Some("one has 16 digits before the point at most, and 4 behind it".to_owned());
        assert_eq!(Literal::text_outside("0.12345", &ty), most);
        assert_eq!(Literal::Int(1 << 60).outside(&ty), most);
        let small = Type::Int(crate::types::IntType::I8);
        let most = Some("one is between -128 and 127".to_owned());
        assert_eq!(Literal::Int(500).outside(&small), most);
        assert_eq!(Literal::text_outside(&"9".repeat(60), &small), most);
        for (text, ty) in [("nan", &ty), ("1e3", &ty), ("7", &ty), ("1.5", &small), ("", &small)] {
            assert_eq!(Literal::text_outside(text, ty), None, "{text}");
        }
        assert!(!Literal::Float(1234567890123456.7).is_of(&ty));
        assert!(!Literal::Float(f64::NAN).is_of(&ty) && !Literal::Float(0.00001).is_of(&ty));
    }
}
