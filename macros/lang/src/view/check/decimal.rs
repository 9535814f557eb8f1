//! Arithmetic with decimals.
//!
//! Both operands stay the decimals that they are, and the result has the digits that the engine
//! gives it; an integer becomes the decimal that the engine takes it for. A float is refused: the
//! engine would make floats of all of it, and the exact digits are why one has decimals.

use super::coerce::{coerce, unknown};
use super::expression::Typer;
use super::operator::join;
use crate::tokens::Range;
use crate::types::{DecimalType, Type};
use crate::view::messages;
use crate::view::model::{BinaryOp, Expr};

impl Typer<'_> {
    /// The operation, if an operand is a decimal; both are numbers.
    pub(super) fn decimal_arithmetic(
        &self,
        op: BinaryOp,
        operands: [(&Expr, &str); 2],
        span: Range,
    ) -> Option<Expr> {
        let [(left, left_shown), (right, right_shown)] = operands;
        let (left_type, right_type) = (&left.ty.ty, &right.ty.ty);
        if !(is_decimal(left_type) || is_decimal(right_type)) {
            return None;
        }
        let sides = ((left_shown, left_type), (right_shown, right_type));
        let (Some(a), Some(b)) = (beside_decimals(left_type), beside_decimals(right_type)) else {
            self.error(span, messages::no_common_number(op.text(), sides.0, sides.1));
            return Some(unknown(span));
        };
        let Some(result) = result(op, a, b) else {
            self.error(span, messages::too_many_digits(op.text(), sides.0, sides.1));
            return Some(unknown(span));
        };
        let left = coerce(left.clone(), &Type::Decimal(a));
        let right = coerce(right.clone(), &Type::Decimal(b));
        Some(join(op, left, right, Type::Decimal(result), span))
    }
}

const fn is_decimal(ty: &Type) -> bool {
    matches!(ty, Type::Decimal(_))
}

/// The decimal that a number is beside others.
fn beside_decimals(ty: &Type) -> Option<DecimalType> {
    match ty {
        Type::Decimal(decimal) => Some(*decimal),
        Type::Int(int) => Some(DecimalType::of_integer(*int)),
        _ => None,
    }
}

fn result(op: BinaryOp, a: DecimalType, b: DecimalType) -> Option<DecimalType> {
    match op {
        BinaryOp::Mul => a.product(b),
        BinaryOp::Div => a.quotient(b),
        BinaryOp::Rem => Some(a.remainder(b)),
        _ => Some(a.sum(b)),
    }
}
