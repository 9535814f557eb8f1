//! Arithmetic with dates, times and lengths of time, and the constants that are lengths.
//!
//! | operation | gives |
//! |---|---|
//! | `Timestamp` or `LocalTimestamp` ± `Interval` or `Duration` | the same |
//! | `Date` ± `Interval` | `Date` |
//! | `Time` ± `Interval` | `Time`, around the clock |
//! | the difference of two timestamps of one type | `Duration` |
//! | the difference of two dates | `i64`, days |
//! | two lengths of one type | the same |
//!
//! Nothing else is computed: the engine would bring other pairs to nanoseconds, of which there are
//! too few for far dates.

use super::coerce::{cast, unknown};
use super::expression::Typer;
use super::length::{Wrong, interval, microseconds};
use super::operator::join;
use crate::messages::Message;
use crate::tokens::Range;
use crate::types::{IntType, Type, ValueType};
use crate::view::messages;
use crate::view::model::{BinaryOp, Expr, ExprKind, Literal};

impl Typer<'_> {
    /// The operation, if an operand is a time or a length of time.
    pub(super) fn time_arithmetic(
        &self,
        op: BinaryOp,
        operands: [(&Expr, &str); 2],
        span: Range,
    ) -> Option<Expr> {
        let [(left, left_shown), (right, right_shown)] = operands;
        let (left_type, right_type) = (&left.ty.ty, &right.ty.ty);
        if !(is_time(left_type) || is_time(right_type)) {
            return None;
        }
        let Some(ty) = result(op, left_type, right_type) else {
            let form = form(op, (left, left_shown), (right, right_shown));
            let message =
                messages::time_arithmetic(op.text(), left_type, right_type, form.as_deref());
            self.error(span, message);
            return Some(unknown(span));
        };
        Some(join(op, left.clone(), right.clone(), ty, span))
    }

    /// `interval("1 day")`, `duration("1 hour")`: a constant of a type that has no other form.
    pub(super) fn length(&self, name: &str, text: &Expr, ty: &Type, span: Range) -> Expr {
        let ExprKind::Literal(Literal::String(written)) = &text.kind else { return unknown(span) };
        let checked = match ty {
            Type::Duration => microseconds(written).map(|count| {
                let ty = ValueType::required(Type::Int(IntType::I64));
                let kind = ExprKind::Literal(Literal::Int(i128::from(count)));
                Expr { kind, ty, span }
            }),
            _ => interval(written).map(|()| text.clone()),
        };
        match checked {
            Ok(constant) => cast(constant, ty.clone()),
            Err(wrong) => {
                self.error(text.span, no_length(name, written, &wrong));
                unknown(span)
            }
        }
    }
}

fn no_length(name: &str, written: &str, wrong: &Wrong) -> Message {
    match wrong {
        Wrong::Form => messages::no_length(name, written, None),
        Wrong::Unit(meant) => messages::no_length(name, written, meant.as_deref()),
        Wrong::Open => messages::open_length(name, written),
        Wrong::Long => messages::too_long(name, written),
    }
}

const fn is_time(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Date
            | Type::Timestamp
            | Type::LocalTimestamp
            | Type::Time
            | Type::Duration
            | Type::Interval
    )
}

fn result(op: BinaryOp, left: &Type, right: &Type) -> Option<Type> {
    use Type::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};
    let sum = matches!(op, BinaryOp::Add);
    match (left, right) {
        _ if !matches!(op, BinaryOp::Add | BinaryOp::Sub) => None,
        (Timestamp | LocalTimestamp, Interval | Duration) => Some(left.clone()),
        (Date | Time, Interval) => Some(left.clone()),
        (Interval | Duration, Timestamp | LocalTimestamp) if sum => Some(right.clone()),
        (Interval, Date | Time) if sum => Some(right.clone()),
        (Timestamp, Timestamp) | (LocalTimestamp, LocalTimestamp) if !sum => Some(Duration),
        (Date, Date) if !sum => Some(Type::Int(IntType::I64)),
        (Duration, Duration) | (Interval, Interval) => Some(left.clone()),
        _ => None,
    }
}

/// What could be written instead.
fn form(op: BinaryOp, (left, a): (&Expr, &str), (right, b): (&Expr, &str)) -> Option<String> {
    let op = match op {
        BinaryOp::Add | BinaryOp::Sub => op.text(),
        _ => return None,
    };
    let moment = |ty: &Type| matches!(ty, Type::Timestamp | Type::LocalTimestamp);
    match (&left.ty.ty, &right.ty.ty) {
        (Type::Date, Type::Int(_)) => match right.kind {
            ExprKind::Literal(Literal::Int(1)) => Some(format!("{a} {op} interval(\"1 day\")")),
            ExprKind::Literal(Literal::Int(_)) => Some(format!("{a} {op} interval(\"{b} days\")")),
            _ => None,
        },
        (ty, Type::String) if moment(ty) || *ty == Type::Date => match &right.kind {
            ExprKind::Literal(Literal::String(text)) if interval(text).is_ok() => {
                Some(format!("{a} {op} interval({b})"))
            }
            _ => None,
        },
        (left, right) if op == "-" && moment(left) && (moment(right) || *right == Type::Date) => {
            Some(format!("{a} - cast({b} as {left})"))
        }
        (Type::Date, right) if op == "-" && moment(right) => {
            Some(format!("cast({a} as {right}) - {b}"))
        }
        (Type::Date, Type::Duration) => Some(format!("cast({a} as LocalTimestamp) {op} {b}")),
        _ => None,
    }
}
