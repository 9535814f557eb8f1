//! Frames: which of the rows of a window a call sees.

use super::expression::Typer;
use super::messages;
use crate::tokens::Range;
use crate::types::Type;
use crate::view::model::{
    Distance, Expr, ExprKind, Frame, FrameBound, FrameUnits, Literal, SortKey,
};
use crate::view::syntax::{self, FrameBoundKind};

impl FrameUnits {
    /// How it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Range => "range",
            Self::Groups => "groups",
        }
    }
}

impl Typer<'_> {
    /// A frame over rows in this order; `None` after an error.
    pub(super) fn frame(&self, frame: &syntax::Frame, order_by: &[SortKey]) -> Option<Frame> {
        if order_by.is_empty() {
            self.error(
                frame.span,
                messages::without_order(frame.units.word(), self.any_order().as_deref()),
            );
            return None;
        }
        let start = self.bound(frame, &frame.start, order_by)?;
        let end = self.bound(frame, &frame.end, order_by)?;
        let backwards = match (&start, &end) {
            (FrameBound::End, _) | (_, FrameBound::Start) => true,
            (FrameBound::Current | FrameBound::Following(_), FrameBound::Preceding(_))
            | (FrameBound::Following(_), FrameBound::Current) => true,
            (FrameBound::Preceding(from), FrameBound::Preceding(to)) => from.is_less(to),
            (FrameBound::Following(from), FrameBound::Following(to)) => to.is_less(from),
            _ => false,
        };
        if backwards {
            self.error(frame.span, messages::frame_backwards(&frame.turned_text()));
            return None;
        }
        Some(Frame { units: frame.units, start, end })
    }

    fn bound(
        &self,
        frame: &syntax::Frame,
        bound: &syntax::FrameBound,
        order_by: &[SortKey],
    ) -> Option<FrameBound> {
        let distance = |literal| self.distance(frame, literal, bound.span, order_by);
        Some(match &bound.kind {
            FrameBoundKind::Start => FrameBound::Start,
            FrameBoundKind::Current => FrameBound::Current,
            FrameBoundKind::End => FrameBound::End,
            FrameBoundKind::Preceding(literal) => FrameBound::Preceding(distance(literal)?),
            FrameBoundKind::Following(literal) => FrameBound::Following(distance(literal)?),
        })
    }

    fn distance(
        &self,
        frame: &syntax::Frame,
        literal: &Literal,
        span: Range,
        order_by: &[SortKey],
    ) -> Option<Distance> {
        if frame.units != FrameUnits::Range {
            let count = match literal {
                Literal::Int(count) => u64::try_from(*count).ok(),
                _ => None,
            };
            if count.is_none() {
                self.error(span, messages::frame_distance("a number of rows", "1", None));
            }
            return count.map(Distance::Count);
        }
        let [key] = order_by else {
            let reason = format!("here are {} keys", order_by.len());
            self.error(frame.span, messages::range_key(&reason));
            return None;
        };
        let (found, wanted, example) = match &key.expr.ty.ty {
            Type::Unknown => return None,
            Type::Int(_) | Type::F32 | Type::F64 | Type::Decimal(_) => {
                let wanted = format!("a number of type `{}`", key.expr.ty.ty);
                (difference(literal, &key.expr, span), wanted, "10")
            }
            Type::Date | Type::Timestamp | Type::LocalTimestamp => {
                (time(literal), "a length of time in a text".to_owned(), "\"1 day\"")
            }
            ty => {
                self.error(frame.span, messages::range_key(&format!("this is `{ty}`")));
                return None;
            }
        };
        if found.is_none() {
            let positive = positive(literal).filter(|_| example.starts_with('"'));
            let message = messages::frame_distance(&wanted, example, positive.as_deref());
            self.error(span, message);
        }
        found
    }
}

/// A negative length of time without its signs.
fn positive(literal: &Literal) -> Option<String> {
    let Literal::String(text) = literal else { return None };
    let form = text.replace('-', "");
    let form = form.trim().to_owned();
    (form != *text && time(&Literal::String(form.clone())).is_some()).then_some(form)
}

/// A difference between values of the key.
fn difference(literal: &Literal, key: &Expr, span: Range) -> Option<Distance> {
    let ty = crate::types::ValueType::required(match literal {
        Literal::Int(_) => Type::Int(crate::types::IntType::I64),
        Literal::Float(_) | Literal::Decimal(_) => Type::F64,
        _ => return None,
    });
    let kind = ExprKind::Literal(literal.clone());
    let fits = super::coerce::fits(&Expr { kind, ty, span }, &key.ty.ty);
    fits.then(|| Distance::Value(literal.clone()))
}

/// A length of time: `"1 day"`, `"2 hours 30 minutes"`.
fn time(literal: &Literal) -> Option<Distance> {
    let Literal::String(text) = literal else { return None };
    let (mut months, mut days, mut micros) = (0_i32, 0_i32, 0_i64);
    let mut words = text.split_whitespace().peekable();
    words.peek()?;
    while let Some(number) = words.next() {
        let number: i32 = number.parse().ok().filter(|number| *number >= 0)?;
        let unit = words.next()?;
        let long = |scale: i64| i64::from(number).checked_mul(scale);
        match unit.strip_suffix('s').unwrap_or(unit) {
            "year" => months = months.checked_add(number.checked_mul(12)?)?,
            "month" => months = months.checked_add(number)?,
            "week" => days = days.checked_add(number.checked_mul(7)?)?,
            "day" => days = days.checked_add(number)?,
            "hour" => micros = micros.checked_add(long(3_600_000_000)?)?,
            "minute" => micros = micros.checked_add(long(60_000_000)?)?,
            "second" => micros = micros.checked_add(long(1_000_000)?)?,
            "millisecond" => micros = micros.checked_add(long(1_000)?)?,
            "microsecond" => micros = micros.checked_add(long(1)?)?,
            _ => return None,
        }
    }
    Some(Distance::Time { months, days, micros })
}

impl Distance {
    /// Whether it is certainly shorter than another.
    fn is_less(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Count(one), Self::Count(other)) => one < other,
            (Self::Value(Literal::Int(one)), Self::Value(Literal::Int(other))) => one < other,
            (Self::Value(one), Self::Value(other)) => match (one.as_float(), other.as_float()) {
                (Some(one), Some(other)) => one < other,
                _ => false,
            },
            (
                Self::Time { months, days, micros },
                Self::Time { months: more_months, days: more_days, micros: more_micros },
            ) => {
                let parts = [months <= more_months, days <= more_days, micros <= more_micros];
                self != other && parts.into_iter().all(|less| less)
            }
            _ => false,
        }
    }
}
