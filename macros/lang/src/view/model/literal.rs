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
            (Self::Int(_) | Self::Float(_), Type::F32 | Type::F64 | Type::Decimal(_)) => true,
            (Self::String(_), Type::String | Type::Date) => true,
            (Self::String(_), Type::Timestamp | Type::LocalTimestamp) => true,
            _ => false,
        }
    }

    /// Reads a constant of this type as it is written, text without quotes.
    #[must_use]
    pub fn from_text(text: &str, ty: &Type) -> Option<Self> {
        let literal = match ty {
            Type::Bool => Self::Bool(text.parse().ok()?),
            Type::Int(_) => Self::Int(text.parse().ok()?),
            Type::F32 | Type::F64 | Type::Decimal(_) => match text.parse() {
                Ok(whole) => Self::Int(whole),
                Err(_) => Self::Float(text.parse().ok().filter(|value: &f64| value.is_finite())?),
            },
            _ => Self::String(text.to_owned()),
        };
        literal.is_of(ty).then_some(literal)
    }
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
