//! Which type a value takes where another is wanted, and the cast that says so.
//!
//! - a constant takes any number type that it fits; `null` takes every type;
//! - an integer widens to a wider type that holds all of its values: `i32` to `i64` and `f64`, `i64`
//!   to no float; `f32` widens to `f64`;
//! - a decimal widens to one that has as many digits on both sides of the point, an integer to a decimal
//!   that has its digits; a decimal and a float never meet;
//! - a nested type widens where only the nullability of its parts does;
//! - nothing else is converted without the user's `cast`.

use crate::tokens::Range;
use crate::types::{Column, DecimalType, IntType, StructType, Type, ValueType};
use crate::view::model::{Expr, ExprKind, Literal, is_exact};

impl IntType {
    /// Whether it has negative values.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64)
    }

    /// Its width in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::I8 | Self::U8 => 8,
            Self::I16 | Self::U16 => 16,
            Self::I32 | Self::U32 => 32,
            Self::I64 | Self::U64 => 64,
        }
    }

    /// Its least and its greatest value.
    #[must_use]
    pub const fn range(self) -> (i128, i128) {
        let bits = self.bits();
        match self.is_signed() {
            true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            false => (0, (1 << bits) - 1),
        }
    }

    /// Whether `value` is one of its values.
    #[must_use]
    pub const fn holds(self, value: i128) -> bool {
        let (least, most) = self.range();
        least <= value && value <= most
    }

    const fn holds_all_of(self, other: Self) -> bool {
        match (self.is_signed(), other.is_signed()) {
            (true, true) | (false, false) => self.bits() >= other.bits(),
            (true, false) => self.bits() > other.bits(),
            (false, true) => false,
        }
    }
}

impl Type {
    /// The type that values of both widen to, if there is one: what the columns of a `union` are.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<Self> {
        if self == other { Some(self.clone()) } else { common_type(self, other) }
    }

    /// Whether the user's `cast` converts between two types.
    pub(in crate::view) fn casts_to(&self, to: &Self) -> bool {
        let decimal = |ty: &Type| matches!(ty, Type::Decimal(_));
        let plain = |ty: &Type| ty.is_number() || matches!(ty, Type::Bool | Type::String);
        let time = |ty: &Type| matches!(ty, Type::Date | Type::Timestamp | Type::LocalTimestamp);
        let clock = |ty: &Type| matches!(ty, Type::Time | Type::Interval);
        let fixed = |ty: &Type| matches!(ty, Type::FixedBytes(_) | Type::Uuid);
        let count = |ty: &Type| matches!(ty, Type::Int(IntType::I64));
        let text = |ty: &Type| matches!(ty, Type::String);
        if self == to {
            return true;
        }
        match (self, to) {
            (Type::Uuid, Type::FixedBytes(16)) | (Type::FixedBytes(16), Type::Uuid) => true,
            (from, Type::Bytes) if fixed(from) => true,
            (Type::Bytes, to) if fixed(to) => true,
            (Type::Json, to) => text(to),
            (Type::Bytes, to) => text(to),
            (from, Type::Bytes) => text(from),
            (from, to) if time(from) && time(to) => true,
            (from, to) if time(from) => text(to),
            (from, to) if time(to) => text(from),
            // Lengths of time and times of the day are counts of microseconds.
            (Type::Duration | Type::Time, to) if count(to) => true,
            (from, Type::Duration | Type::Time) if count(from) => true,
            (from, to) if clock(from) => text(to),
            (from, to) if clock(to) => text(from),
            (Type::Bool, to) if decimal(to) => false,
            (from, Type::Bool) if decimal(from) => false,
            (from, to) => (plain(from) || decimal(from)) && (plain(to) || decimal(to)),
        }
    }
}

/// How a value is written as one of another type, for a help line: a constant by another constant,
/// anything else by a `cast`, unless only a constant will do.
pub(super) fn form_of(expr: &Expr, shown: &str, to: &Type, constant: bool) -> Option<String> {
    let ty = &expr.ty.ty;
    if ty == to || ty.has_unknown() || to.has_unknown() || !ty.casts_to(to) {
        return None;
    }
    let ExprKind::Literal(literal) = &expr.kind else {
        return (!constant).then(|| format!("cast({shown} as {to})"));
    };
    let fits = |text: &str| match to {
        Type::Int(int) => text.parse::<i128>().is_ok_and(|value| int.holds(value)),
        Type::F32 | Type::F64 => text.parse::<f64>().is_ok_and(f64::is_finite),
        Type::Decimal(decimal) => decimal.holds(text) && is_exact(text),
        Type::Bool => matches!(text, "true" | "false"),
        _ => false,
    };
    match (literal, to) {
        (Literal::Null, _) => None,
        (Literal::String(text), _) if fits(text) => Some(text.clone()),
        (Literal::String(_), Type::Date | Type::Timestamp | Type::Bytes) => {
            (!constant).then(|| format!("cast({shown} as {to})"))
        }
        (
            Literal::Int(_) | Literal::Float(_) | Literal::Decimal(_) | Literal::Bool(_),
            Type::String,
        ) => Some(format!("\"{shown}\"")),
        (Literal::Int(_) | Literal::Float(_) | Literal::Decimal(_), Type::Decimal(_)) => {
            (!constant).then(|| format!("cast({shown} as {to})"))
        }
        (Literal::Float(value), Type::Int(_)) if fits(&value.to_string()) => {
            Some(value.to_string())
        }
        _ => None,
    }
}

/// An expression that an error hides.
pub(super) fn unknown(span: Range) -> Expr {
    Expr { kind: ExprKind::Literal(Literal::Null), ty: ValueType::required(Type::Unknown), span }
}

/// Whether `expr` is a value of type `to`, or widens to one.
pub(super) fn fits(expr: &Expr, to: &Type) -> bool {
    let ty = &expr.ty.ty;
    let same = ty == to || ty.has_unknown() || to.has_unknown();
    same || is_any_struct(ty, to) || fits_literal(expr, to) || widens(ty, to)
}

/// A function that takes a struct of any fields is given it as it is.
fn is_any_struct(from: &Type, to: &Type) -> bool {
    matches!((from, to), (Type::Struct(_), Type::AnyStruct))
}

/// `expr`, which [`fits`], as a value of type `to`.
pub(super) fn coerce(mut expr: Expr, to: &Type) -> Expr {
    let ty = &expr.ty.ty;
    if ty == to || is_any_struct(ty, to) || ty.has_unknown() || to.has_unknown() {
        return expr;
    }
    if fits_literal(&expr, to) {
        expr.ty.ty = to.clone();
        return expr;
    }
    cast(expr, to.clone())
}

/// Converts `expr` to the type `to` without asking whether that is right.
pub(super) fn cast(expr: Expr, to: Type) -> Expr {
    let ty = ValueType { ty: to.clone(), nullable: expr.ty.nullable };
    let span = expr.span;
    Expr { kind: ExprKind::Cast { expr: Box::new(expr), to, lenient: false }, ty, span }
}

/// The type that both of two operands can take, if there is one.
pub(super) fn common(left: &Expr, right: &Expr) -> Option<Type> {
    let (a, b) = (&left.ty.ty, &right.ty.ty);
    if a == b {
        return Some(a.clone());
    }
    if a.has_unknown() || b.has_unknown() {
        return Some(Type::Unknown);
    }
    // A constant follows the other operand, not the other way round.
    if fits_literal(left, b) {
        return Some(b.clone());
    }
    if fits_literal(right, a) {
        return Some(a.clone());
    }
    common_type(a, b)
}

/// The type that values of both types widen to.
pub(in crate::view) fn common_type(a: &Type, b: &Type) -> Option<Type> {
    if widens(a, b) {
        return Some(b.clone());
    }
    if widens(b, a) {
        return Some(a.clone());
    }
    match (a, b) {
        // A signed and an unsigned integer meet in the next wider signed one.
        (Type::Int(a), Type::Int(b)) => {
            let wider = [IntType::I16, IntType::I32, IntType::I64];
            let found = wider.into_iter().find(|int| int.holds_all_of(*a) && int.holds_all_of(*b));
            found.map(Type::Int)
        }
        (Type::Int(int), Type::F32) | (Type::F32, Type::Int(int)) => {
            (int.bits() <= 32).then_some(Type::F64)
        }
        (Type::Decimal(a), Type::Decimal(b)) => a.common(*b).map(Type::Decimal),
        (Type::Int(int), Type::Decimal(decimal)) | (Type::Decimal(decimal), Type::Int(int)) => {
            decimal.common(DecimalType::of_integer(*int)).map(Type::Decimal)
        }
        _ => nested_common(a, b),
    }
}

/// The type of two nested ones that differ in what can be NULL alone: a part can be NULL that can be so
/// in either.
pub(super) fn nested_common(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::List(a), Type::List(b)) => Some(Type::List(Box::new(part(a, b)?))),
        (Type::Map(key, a), Type::Map(other, b)) if key == other => {
            Some(Type::Map(key.clone(), Box::new(part(a, b)?)))
        }
        (Type::Struct(a), Type::Struct(b))
            if a.name == b.name && a.fields.len() == b.fields.len() =>
        {
            let fields = a.fields.iter().zip(&b.fields).map(|(a, b)| {
                let ty = (a.name == b.name).then(|| part(&a.ty, &b.ty))??;
                Some(Column { name: a.name.clone(), ty })
            });
            let fields = fields.collect::<Option<Vec<_>>>()?;
            Some(Type::Struct(StructType { name: a.name.clone(), fields }))
        }
        _ => None,
    }
}

fn part(a: &ValueType, b: &ValueType) -> Option<ValueType> {
    let ty = if a.ty == b.ty { a.ty.clone() } else { nested_common(&a.ty, &b.ty)? };
    Some(ValueType { ty, nullable: a.nullable || b.nullable })
}

fn widens(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Int(from), Type::Int(to)) => to.holds_all_of(*from),
        (Type::Int(from), Type::F64) => from.bits() <= 32,
        (Type::Int(from), Type::F32) => from.bits() <= 16,
        (Type::F32, Type::F64) => true,
        (Type::Decimal(from), Type::Decimal(to)) => to.holds_all_of(*from),
        (Type::Int(from), Type::Decimal(to)) => to.holds_all_of(DecimalType::of_integer(*from)),
        (Type::List(from), Type::List(to)) => loosens(from, to),
        (Type::Map(from_key, from), Type::Map(to_key, to)) => {
            from_key == to_key && loosens(from, to)
        }
        (Type::Struct(from), Type::Struct(to)) => {
            let same = from.name == to.name && from.fields.len() == to.fields.len();
            let mut pairs = from.fields.iter().zip(&to.fields);
            same && pairs.all(|(from, to)| from.name == to.name && loosens(&from.ty, &to.ty))
        }
        _ => false,
    }
}

/// Whether the two differ only in that `to` allows more nulls.
fn loosens(from: &ValueType, to: &ValueType) -> bool {
    let nested = matches!(to.ty, Type::List(_) | Type::Map(..) | Type::Struct(_));
    let same = from.ty == to.ty || (nested && widens(&from.ty, &to.ty));
    same && (to.nullable || !from.nullable)
}

/// Whether a constant is one of type `to` too.
fn fits_literal(expr: &Expr, to: &Type) -> bool {
    let ExprKind::Literal(literal) = &expr.kind else { return false };
    match (literal, to) {
        (_, Type::Null) => false,
        (Literal::Null, _) => expr.ty.ty == Type::Null,
        (Literal::Int(value), Type::Int(int)) => int.holds(*value),
        (Literal::Int(value), Type::F32) => value.unsigned_abs() <= 1 << f32::MANTISSA_DIGITS,
        (Literal::Int(value), Type::F64) => value.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS,
        (Literal::Float(_) | Literal::Decimal(_), Type::F32 | Type::F64) => true,
        (Literal::Decimal(digits), Type::Decimal(decimal)) => decimal.holds(digits),
        (Literal::Int(value), Type::Decimal(decimal)) => decimal.holds(&value.to_string()),
        (Literal::Float(value), Type::Decimal(decimal)) => {
            let text = value.to_string();
            decimal.holds(&text) && is_exact(&text)
        }
        _ => false,
    }
}
