//! Types of an aggregate's signature as words. A type parameter is read as `&V` and kept as
//! `V::Owned`; both are the word `V`.

use proc_macro2::TokenTree;
use quote::ToTokens as _;
use syn::{GenericArgument, Ident, PathArguments, Type};

use super::messages;
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::udf::messages::Place;
use crate::udf::{Word, WordKind, is_foreign, range, text_of};

/// Whether a type mentions one of the type parameters.
pub(crate) fn mentions(ty: &Type, type_params: &[Ident]) -> bool {
    fn search(tokens: proc_macro2::TokenStream, names: &[Ident]) -> bool {
        tokens.into_iter().any(|tree| match tree {
            TokenTree::Ident(word) => names.contains(&word),
            TokenTree::Group(group) => search(group.stream(), names),
            _ => false,
        })
    }
    search(ty.to_token_stream(), type_params)
}

/// The word for the type of a parameter.
pub(super) fn argument(ty: &Type, type_params: &[Ident], sink: &Sink) -> Word {
    if !mentions(ty, type_params) {
        return Word::read(ty, Place::Argument, sink);
    }
    let span = range(ty);
    let word = match inside(ty, "Option") {
        Some(inner) => lent(inner, type_params).map(|name| option(text(name, inner), ty)),
        None => lent(ty, type_params).map(|name| text(name, ty)),
    };
    word.unwrap_or_else(|| {
        let first = type_params.first().map(ToString::to_string).unwrap_or_default();
        sink.error_range(span, messages::generic_argument(&text_of(ty), &first));
        Word { kind: WordKind::Unknown, span }
    })
}

/// The word for the type of the result.
pub(super) fn result(ty: &Type, type_params: &[Ident], sink: &Sink) -> Word {
    let word = if mentions(ty, type_params) {
        generic_result(ty, type_params)
    } else {
        Some(Word::read(ty, Place::Result, sink))
    };
    match word {
        Some(Word { kind: WordKind::Result(_), span }) => {
            sink.error_range(span, messages::fallible());
            Word { kind: WordKind::Unknown, span }
        }
        Some(word) => word,
        None => {
            let first = type_params.first().map(ToString::to_string).unwrap_or_default();
            sink.error_range(range(ty), messages::generic_result(&text_of(ty), &first));
            Word { kind: WordKind::Unknown, span: range(ty) }
        }
    }
}

/// Reports what is known to be no state; what a name of the user's stands for, rustc finds out.
pub(super) fn check_state(ty: &Type, type_params: &[Ident], sink: &Sink) {
    if let Some(name) = bare(ty, type_params).or_else(|| lent(ty, type_params)) {
        return sink.error_range(range(ty), messages::lent_in_state(&name.to_string()));
    }
    let refuse = || sink.error_range(range(ty), messages::state_type(&text_of(ty)));
    match ty {
        Type::Paren(inner) => check_state(&inner.elem, type_params, sink),
        Type::Group(inner) => check_state(&inner.elem, type_params, sink),
        Type::Tuple(tuple) if (2..=3).contains(&tuple.elems.len()) => {
            tuple.elems.iter().for_each(|part| check_state(part, type_params, sink));
        }
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return };
            if is_foreign(&name_of(&last.ident)) {
                return refuse();
            }
            // `Counts`, and perhaps types of the user, keep what owns a value by themselves.
            let keeps = !["Option", "Vec", "BTreeMap"].iter().any(|name| last.ident == name);
            if let PathArguments::AngleBracketed(arguments) = &last.arguments {
                for argument in &arguments.args {
                    match argument {
                        GenericArgument::Type(inner)
                            if keeps && bare(inner, type_params).is_some() => {}
                        GenericArgument::Type(inner) => check_state(inner, type_params, sink),
                        _ => {}
                    }
                }
            }
        }
        // A macro may stand for any type.
        Type::Macro(_) => {}
        _ => refuse(),
    }
}

fn generic_result(ty: &Type, type_params: &[Ident]) -> Option<Word> {
    if let Some(name) = lent(ty, type_params).or_else(|| kept(ty, type_params)) {
        return Some(text(name, ty));
    }
    if let Some(inner) = inside(ty, "Option") {
        let inner = generic_result(inner, type_params)?;
        let twice = matches!(inner.kind, WordKind::Option(_));
        return (!twice).then(|| option(inner, ty));
    }
    let item = generic_result(inside(ty, "Vec")?, type_params)?;
    Some(Word { kind: WordKind::List(Box::new(item)), span: range(ty) })
}

fn text(name: &Ident, ty: &Type) -> Word {
    Word { kind: WordKind::Param(name.to_string()), span: range(ty) }
}

fn option(inner: Word, ty: &Type) -> Word {
    Word { kind: WordKind::Option(Box::new(inner)), span: range(ty) }
}

/// `V` itself.
fn bare<'t>(ty: &'t Type, type_params: &[Ident]) -> Option<&'t Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.get_ident().filter(|name| type_params.contains(name))
}

/// `V` of `&V`.
pub(crate) fn lent<'t>(ty: &'t Type, type_params: &[Ident]) -> Option<&'t Ident> {
    let Type::Reference(reference) = ty else { return None };
    let Type::Path(path) = reference.elem.as_ref() else { return None };
    let name = path.path.get_ident()?;
    (reference.mutability.is_none() && type_params.contains(name)).then_some(name)
}

/// `V` of `V::Owned`.
pub(crate) fn kept<'t>(ty: &'t Type, type_params: &[Ident]) -> Option<&'t Ident> {
    let Type::Path(path) = ty else { return None };
    let mut segments = path.path.segments.iter();
    let (name, owned, end) = (segments.next()?, segments.next()?, segments.next());
    let is_it = owned.ident == "Owned" && end.is_none() && type_params.contains(&name.ident);
    is_it.then_some(&name.ident)
}

/// `T` of `Wrapper<T>`.
pub(crate) fn inside<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}
