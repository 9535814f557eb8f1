//! Types of a window function's signature as words. A type parameter with an order is read as `&V`
//! and kept as `V::Owned`, a number is `N`; all are the word of the parameter.

use quote::ToTokens as _;
use syn::{GenericArgument, Ident, PathArguments, Type};

use super::messages;
use crate::impls::TypeParam;
use crate::sink::Sink;
use crate::udaf::types::{inside, kept, lent, mentions};
use crate::udf::collected;
use crate::udf::messages::Place;
use crate::udf::{Word, WordKind, range, text_of};
use crate::view::signature::TypeSet;

/// The word for the type of a parameter.
pub(super) fn argument(ty: &Type, type_params: &[TypeParam], sink: &Sink) -> Word {
    let Some(param) = mentioned(ty, type_params) else {
        return Word::read(ty, Place::Argument, sink);
    };
    let word = match inside(ty, "Option") {
        Some(inner) => value(inner, type_params).map(|word| option(word, ty)),
        None => value(ty, type_params),
    };
    word.unwrap_or_else(|| {
        let number = param.set == TypeSet::Number;
        let name = param.ident.to_string();
        sink.error_range(range(ty), messages::generic_argument(&text_of(ty), &name, number));
        unknown(ty)
    })
}

/// `T` of `Result<T>`, of whatever crate and with whatever error.
pub(super) fn fallible(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The word for the type of the result, which is no `Result` any longer.
pub(super) fn result(ty: &Type, type_params: &[TypeParam], sink: &Sink) -> Word {
    if fallible(ty).is_some() {
        sink.error_range(range(ty), messages::fails_twice());
        return unknown(ty);
    }
    match mentioned(ty, type_params) {
        None => Word::read(ty, Place::Result, sink),
        Some(param) => generic_result(ty, type_params).unwrap_or_else(|| {
            let number = param.set == TypeSet::Number;
            let name = param.ident.to_string();
            sink.error_range(range(ty), messages::generic_result(&text_of(ty), &name, number));
            unknown(ty)
        }),
    }
}

/// `T` of `Rows<'_, T>`.
pub(super) fn rows(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Rows")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.next().filter(|_| types.next().is_none())
}

/// `T` of `Vec<T>` or of `impl Iterator<Item = T>`.
pub(super) fn results(ty: &Type) -> Option<&Type> {
    collected::item(ty).or_else(|| inside(ty, "Vec"))
}

/// The first type parameter that a type mentions.
fn mentioned<'p>(ty: &Type, type_params: &'p [TypeParam]) -> Option<&'p TypeParam> {
    type_params.iter().find(|param| mentions(ty, std::slice::from_ref(&param.ident)))
}

/// `&V` and `N`.
fn value(ty: &Type, type_params: &[TypeParam]) -> Option<Word> {
    let (lends, numbers) = by_set(type_params);
    let name = lent(ty, &lends).or_else(|| number(ty, &numbers))?;
    Some(Word { kind: WordKind::Param(name.to_string()), span: range(ty) })
}

fn generic_result(ty: &Type, type_params: &[TypeParam]) -> Option<Word> {
    let (lends, _) = by_set(type_params);
    let span = range(ty);
    if let Some(name) = kept(ty, &lends) {
        return Some(Word { kind: WordKind::Param(name.to_string()), span });
    }
    if let Some(word) = value(ty, type_params) {
        return Some(word);
    }
    if let Some(inner) = inside(ty, "Option") {
        let inner = generic_result(inner, type_params)?;
        let twice = matches!(inner.kind, WordKind::Option(_));
        return (!twice).then(|| option(inner, ty));
    }
    let item = generic_result(inside(ty, "Vec")?, type_params)?;
    Some(Word { kind: WordKind::List(Box::new(item)), span })
}

/// The names of the type parameters with an order, and of the numbers.
fn by_set(type_params: &[TypeParam]) -> (Vec<Ident>, Vec<Ident>) {
    let (numbers, lends): (Vec<&TypeParam>, Vec<_>) =
        type_params.iter().partition(|param| param.set == TypeSet::Number);
    let names = |params: Vec<&TypeParam>| params.iter().map(|p| p.ident.clone()).collect();
    (names(lends), names(numbers))
}

fn number<'n>(ty: &Type, names: &'n [Ident]) -> Option<&'n Ident> {
    let text = ty.to_token_stream().to_string();
    names.iter().find(|name| **name == text)
}

fn option(inner: Word, ty: &Type) -> Word {
    Word { kind: WordKind::Option(Box::new(inner)), span: range(ty) }
}

fn unknown(ty: &Type) -> Word {
    Word { kind: WordKind::Unknown, span: range(ty) }
}
