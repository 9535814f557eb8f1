//! Parameters that are no arguments of SQL: what is made of constants, scratch, and the text that a
//! function writes in the place of a result.

use proc_macro2::Span;
use syn::{FnArg, GenericArgument, ItemFn, Pat, PatType, Path, PathArguments, ReturnType, Type};

use super::messages;
use super::model::{Inner, InnerParam, Param, ParamKind, Returns};
use super::param_attributes::ParamAttributes;
use super::words::{Word, range, text_of};
use crate::sink::Sink;

/// Which of these a parameter is, if it is one.
pub(super) fn kind(typed: &PatType) -> Option<(Inner, Span)> {
    // Its attributes are read again where they are reported.
    let marked = ParamAttributes::read(&typed.attrs, &Sink::ignoring()).inner;
    marked.or_else(|| is_text(&typed.ty).then(|| (Inner::Text, range(&typed.ty).0)))
}

/// `&mut Text`
fn is_text(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    let Type::Path(path) = reference.elem.as_ref() else { return false };
    let last = path.path.segments.last();
    reference.mutability.is_some()
        && last.is_some_and(|last| last.ident == "Text" && last.arguments.is_none())
}

/// The result of a function that writes it: text, whatever says whether there is any.
pub(super) fn written_result(item: &ItemFn, sink: &Sink) -> Option<Returns> {
    let ReturnType::Type(_, written) = &item.sig.output else {
        let word = Word::text(false, (Span::call_site(), Span::call_site()));
        return Some(Returns { ty: syn::parse_quote!(()), word, fallible: false });
    };
    let (inside, fallible) = match argument_of(written, "Result") {
        Some(inside) => (inside, true),
        None => (written.as_ref(), false),
    };
    let (inside, nullable) = match argument_of(inside, "Option") {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    if !matches!(inside, Type::Tuple(tuple) if tuple.elems.is_empty()) {
        sink.error_range(range(written), messages::written_result(&text_of(written)));
        return None;
    }
    let word = Word::text(nullable, range(written));
    Some(Returns { ty: written.as_ref().clone(), word, fallible })
}

/// The first argument of a type of this name.
fn argument_of<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `T` of `&T`, `Option<T>` of `Option<&T>`.
pub(crate) fn lent(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => {
            matches!(reference.elem.as_ref(), Type::Path(_))
                .then(|| reference.elem.as_ref().clone())
        }
        Type::Path(path) => {
            let mut path = path.clone();
            let last = path.path.segments.last_mut().filter(|last| last.ident == "Option")?;
            let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
            let Some(GenericArgument::Type(inside)) = arguments.args.first_mut() else {
                return None;
            };
            *inside = lent(inside).filter(|_| matches!(inside, Type::Reference(_)))?;
            Some(Type::Path(path))
        }
        _ => None,
    }
}

/// Reads them; what is wrong with one is in `sink`.
pub(super) fn read(item: &ItemFn, sink: &Sink) -> Vec<InnerParam> {
    let mut params: Vec<InnerParam> = Vec::new();
    let mut behind: Option<(Inner, Span)> = None;
    for input in &item.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        match (kind(typed), behind) {
            (Some((kind, span)), _) => {
                ParamAttributes::read(&typed.attrs, sink);
                behind = Some((kind, span));
                if kind != Inner::State && params.iter().any(|known| known.kind == kind) {
                    sink.error(span, messages::twice(kind.shown()));
                }
                params.extend(read_one(typed, kind, sink));
            }
            (None, Some((kind, span))) => {
                sink.error(span, messages::inner_last(kind.shown()));
                behind = None;
            }
            (None, None) => {}
        }
    }
    params
}

fn read_one(typed: &PatType, kind: Inner, sink: &Sink) -> Option<InnerParam> {
    let Pat::Ident(pat) = typed.pat.as_ref() else {
        sink.error_range(range(&typed.pat), messages::no_name());
        return None;
    };
    match typed.ty.as_ref() {
        Type::Reference(reference)
            if reference.mutability.is_some() == (kind != Inner::Prepared) =>
        {
            let ty = reference.elem.as_ref().clone();
            Some(InnerParam { ident: pat.ident.clone(), kind, ty })
        }
        other => {
            sink.error_range(range(other), messages::inner_form(kind.shown()));
            None
        }
    }
}

/// What is prepared is made of constants by `prepare`, and taken by a parameter.
pub(super) fn check(prepare: Option<&Path>, inner: &[InnerParam], params: &[Param], sink: &Sink) {
    let prepared = inner.iter().find(|param| param.kind == Inner::Prepared);
    match (prepare, prepared) {
        (Some(path), None) => {
            sink.error_range(range(path), messages::prepare_and_prepared("prepared"));
        }
        (None, Some(param)) => {
            sink.error(param.ident.span(), messages::prepare_and_prepared("prepare"));
        }
        (Some(path), Some(_)) => {
            let constant =
                |param: &Param| matches!(param.kind, ParamKind::Literal | ParamKind::Parsed);
            if !params.iter().any(constant) {
                sink.error_range(range(path), messages::nothing_to_prepare());
            }
        }
        (None, None) => {}
    }
}
