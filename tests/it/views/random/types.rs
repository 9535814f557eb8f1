//! The types that random views know, as the language and SQL write them, and what each can be used for.

use belvedere_lang::types::{IntType, Type};

/// A type of an expression; whether parts of it can be NULL is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Bool,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
    Decimal(u8, u8),
    Text,
    Bytes,
    Json,
    Date,
    Timestamp,
    Local,
    /// No column has one of the next three, but expressions do.
    Time,
    Duration,
    Interval,
    List(&'static Self),
    /// A map from texts.
    Map(&'static Self),
    /// `{ line: i64, col: i32 }`
    Place,
    /// What `span_make` gives.
    Span,
}

pub(super) const PRICE: Ty = Ty::Decimal(10, 2);
pub(super) const COST: Ty = Ty::Decimal(5, 1);
/// Types that can be compared, sorted, grouped by and written as a constant.
pub(super) const PLAIN: [Ty; 14] = [
    Ty::Bool,
    Ty::I8,
    Ty::I16,
    Ty::I32,
    Ty::I64,
    Ty::F32,
    Ty::F64,
    PRICE,
    COST,
    Ty::Text,
    Ty::Bytes,
    Ty::Date,
    Ty::Timestamp,
    Ty::Local,
];
/// Types of items of lists and of values of maps.
static PARTS: [Ty; 17] = {
    let mut parts = [Ty::Place; 17];
    let (plain, nested) = parts.split_at_mut(PLAIN.len());
    plain.copy_from_slice(&PLAIN);
    nested.copy_from_slice(&[Ty::Place, Ty::List(&Ty::Text), Ty::List(&Ty::I64)]);
    parts
};
/// Types with parts.
pub(super) const NESTED: [Ty; 6] = [
    Ty::List(&Ty::Text),
    Ty::List(&Ty::I64),
    Ty::List(&Ty::F64),
    Ty::Map(&Ty::Text),
    Ty::Map(&Ty::I64),
    Ty::Place,
];

impl Ty {
    /// The type of a signature; none where random views know nothing of it.
    pub(super) fn of(ty: &Type) -> Option<Self> {
        Some(match ty {
            Type::Bool => Self::Bool,
            Type::Int(IntType::I8) => Self::I8,
            Type::Int(IntType::I16) => Self::I16,
            Type::Int(IntType::I32) => Self::I32,
            Type::Int(IntType::I64) => Self::I64,
            Type::F32 => Self::F32,
            Type::F64 => Self::F64,
            Type::Decimal(decimal) => Self::Decimal(decimal.precision(), decimal.scale()),
            Type::String => Self::Text,
            Type::Bytes => Self::Bytes,
            Type::Json => Self::Json,
            Type::Date => Self::Date,
            Type::Timestamp => Self::Timestamp,
            Type::LocalTimestamp => Self::Local,
            Type::Time => Self::Time,
            Type::Duration => Self::Duration,
            Type::Interval => Self::Interval,
            Type::List(item) => Self::of(&item.ty)?.list()?,
            Type::Map(key, value) if **key == Type::String => Self::of(&value.ty)?.map()?,
            Type::Struct(ty) if ty.name.as_deref() == Some("Span") => Self::Span,
            _ => return None,
        })
    }

    /// The type of lists of it.
    pub(super) fn list(self) -> Option<Self> {
        PARTS.iter().find(|part| **part == self).map(Self::List)
    }

    /// The type of maps from texts to it.
    pub(super) fn map(self) -> Option<Self> {
        PARTS.iter().find(|part| **part == self).map(Self::Map)
    }

    /// How a view writes it.
    pub(super) fn name(self) -> String {
        let name = match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Decimal(precision, scale) => return format!("Decimal<{precision}, {scale}>"),
            Self::Text => "String",
            Self::Bytes => "Bytes",
            Self::Json => "Json",
            Self::Date => "Date",
            Self::Timestamp => "Timestamp",
            Self::Local => "LocalTimestamp",
            Self::Time => "Time",
            Self::Duration => "Duration",
            Self::Interval => "Interval",
            Self::List(item) => return format!("List<{}>", item.name()),
            Self::Map(value) => return format!("Map<String, {}>", value.name()),
            Self::Place => "{ line: i64, col: i32 }",
            Self::Span => "Span",
        };
        name.to_owned()
    }

    /// How Arrow writes it, for `arrow_cast`; of types without parts.
    pub(super) fn arrow(self) -> String {
        let name = match self {
            Self::Bool => "Boolean",
            Self::I8 => "Int8",
            Self::I16 => "Int16",
            Self::I32 => "Int32",
            Self::I64 => "Int64",
            Self::F32 => "Float32",
            Self::F64 => "Float64",
            Self::Decimal(precision, scale) => return format!("Decimal128({precision}, {scale})"),
            Self::Bytes => "Binary",
            Self::Date => "Date32",
            Self::Timestamp => "Timestamp(Microsecond, Some(\"UTC\"))",
            Self::Local => "Timestamp(Microsecond, None)",
            Self::Time => "Time64(Microsecond)",
            Self::Duration => "Duration(Microsecond)",
            Self::Interval => "Interval(MonthDayNano)",
            Self::Text | Self::Json | Self::List(_) | Self::Map(_) | Self::Place | Self::Span => {
                "Utf8"
            }
        };
        name.to_owned()
    }

    pub(super) const fn is_integer(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64)
    }

    pub(super) const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    pub(super) const fn is_decimal(self) -> bool {
        matches!(self, Self::Decimal(..))
    }

    pub(super) const fn is_number(self) -> bool {
        self.is_integer() || self.is_float() || self.is_decimal()
    }

    pub(super) const fn is_moment(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::Local)
    }

    pub(super) const fn is_nested(self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_) | Self::Place | Self::Span)
    }

    /// Whether values are compared and sorted.
    pub(super) const fn is_ordered(self) -> bool {
        !self.is_nested() && !matches!(self, Self::Interval | Self::Json)
    }

    /// Whether values that are equal make a group.
    pub(super) const fn is_groupable(self) -> bool {
        match self {
            Self::Map(_) | Self::Json => false,
            Self::List(item) => item.is_groupable(),
            _ => true,
        }
    }

    /// Whether a column can have it.
    pub(super) const fn is_stored(self) -> bool {
        match self {
            Self::Time | Self::Duration | Self::Interval => false,
            Self::List(part) | Self::Map(part) => part.is_stored(),
            _ => true,
        }
    }

    /// Whether a cast makes one of the other, without a text between them.
    pub(super) fn casts_to(self, to: Self) -> bool {
        let counted = |ty: Self| ty.is_number() || matches!(ty, Self::Bool | Self::Text);
        match (self, to) {
            (Self::Json | Self::Bytes | Self::Time, Self::Text)
            | (Self::Text, Self::Bytes | Self::Time) => true,
            (Self::I64, Self::Duration | Self::Time) | (Self::Duration | Self::Time, Self::I64) => {
                true
            }
            (Self::Bool, Self::Decimal(..)) | (Self::Decimal(..), Self::Bool) => false,
            (from, to) if from.is_moment() => to.is_moment() || to == Self::Text,
            (Self::Text, to) if to.is_moment() => true,
            (from, to) => counted(from) && counted(to),
        }
    }
}
