//! Words with numbers in them: decimals and bytes of a fixed width.

use syn::{GenericArgument, PathArguments};

use super::{WordKind, range};
use crate::sink::Sink;
use crate::types::{self, digits};
use crate::udf::messages;

/// `Decimal<12, 2>`, both numbers written out.
pub(super) fn decimal_word(segment: &syn::PathSegment, sink: &Sink) -> WordKind {
    let numbers: Vec<digits::Written> = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().map(|argument| (number(argument), range(argument))).collect()
        }
        _ => Vec::new(),
    };
    match digits::decimal(&numbers, range(segment)) {
        Ok(decimal) => WordKind::Plain(types::Type::Decimal(decimal)),
        Err(wrong) => {
            sink.error_range(wrong.span, messages::wrong_decimal(&wrong.reason));
            WordKind::Unknown
        }
    }
}

/// `[u8; 16]`, the width written out.
pub(super) fn array_word(array: &syn::TypeArray, sink: &Sink) -> WordKind {
    let width = match &array.len {
        syn::Expr::Lit(literal) => digits::number(&literal.lit),
        _ => None,
    };
    match digits::fixed_bytes((width, range(&array.len))) {
        Ok(width) => WordKind::Plain(types::Type::FixedBytes(width)),
        Err(wrong) => {
            sink.error_range(wrong.span, messages::wrong_width(&wrong.reason));
            WordKind::Unknown
        }
    }
}

fn number(argument: &GenericArgument) -> Option<u64> {
    let GenericArgument::Const(syn::Expr::Lit(literal)) = argument else { return None };
    digits::number(&literal.lit)
}
