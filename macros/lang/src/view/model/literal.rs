//! Constants of views.

use crate::types::Type;

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
            (Self::Int(_) | Self::Float(_), Type::F32 | Type::F64) => true,
            (Self::Int(value), Type::Decimal(decimal)) => decimal.holds(&value.to_string()),
            (Self::Float(value), Type::Decimal(decimal)) => {
                let shown = value.to_string();
                decimal.holds(&shown) && is_exact(&shown)
            }
            (Self::Decimal(digits), Type::Decimal(decimal)) => decimal.holds(digits),
            (Self::String(_), Type::String | Type::Date) => true,
            (Self::String(_), Type::Timestamp | Type::LocalTimestamp) => true,
            _ => false,
        }
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
    use super::Literal;
    use crate::types::{DecimalType, Type};

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
        assert!(!Literal::Float(1234567890123456.7).is_of(&ty));
        assert!(!Literal::Float(f64::NAN).is_of(&ty) && !Literal::Float(0.00001).is_of(&ty));
    }
}
