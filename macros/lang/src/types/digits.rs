//! The numbers in a type, `Decimal<12, 2>` and `[u8; 16]`: one rule for those that a `table!` writes and for those in
//! a Rust signature.

use super::DecimalType;
use crate::tokens::Range;

/// A number where it is written; `None` where something else is.
pub(crate) type Written = (Option<u64>, Range);

/// What is wrong with the numbers of a type, and where.
#[derive(Debug)]
pub(crate) struct WrongDigits {
    /// The smallest wrong part.
    pub(crate) span: Range,
    /// What is wrong with it.
    pub(crate) reason: String,
}

/// `Decimal<precision, scale>`
pub(crate) fn decimal(numbers: &[Written], whole: Range) -> Result<DecimalType, WrongDigits> {
    let form = |span| WrongDigits {
        span,
        reason:
            "a decimal has two numbers: its digits, and how many of them stand behind the point"
                .to_owned(),
    };
    let &[(precision, at_precision), (scale, at_scale)] = numbers else {
        return Err(form(whole));
    };
    let precision = precision.ok_or_else(|| form(at_precision))?;
    let scale = scale.ok_or_else(|| form(at_scale))?;
    let most = DecimalType::MOST_DIGITS;
    let digits = u8::try_from(precision).ok().filter(|digits| (1..=most).contains(digits));
    let Some(digits) = digits else {
        let reason = format!("a decimal has 1 to {most} digits, not {precision}");
        return Err(WrongDigits { span: at_precision, reason });
    };
    let decimal = u8::try_from(scale).ok().and_then(|scale| DecimalType::new(digits, scale));
    decimal.ok_or_else(|| {
        let reason = format!("of {digits} digits no {scale} can stand behind the point");
        WrongDigits { span: at_scale, reason }
    })
}

/// `[u8; width]`
pub(crate) fn fixed_bytes((width, span): Written) -> Result<u32, WrongDigits> {
    let reason = match width {
        None => "how many bytes there are is written as a number".to_owned(),
        Some(width) => {
            match i32::try_from(width).ok().and_then(|width| u32::try_from(width).ok()) {
                Some(width) if width > 0 => return Ok(width),
                _ => format!("bytes of a fixed width are 1 to {}, not {width}", i32::MAX),
            }
        }
    };
    Err(WrongDigits { span, reason })
}

/// The number that a literal is, without a suffix.
pub(crate) fn number(literal: &syn::Lit) -> Option<u64> {
    match literal {
        syn::Lit::Int(int) if int.suffix().is_empty() => int.base10_parse().ok(),
        _ => None,
    }
}
