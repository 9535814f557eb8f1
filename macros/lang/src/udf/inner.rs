//! Parameters that are no arguments of SQL: what is made of constants, and scratch.

use proc_macro2::Span;
use syn::{FnArg, GenericArgument, ItemFn, Pat, PatType, Path, PathArguments, Type};

use super::attributes::ParamAttributes;
use super::messages;
use super::model::{Inner, InnerParam, Param, ParamKind};
use super::words::range;
use crate::sink::Sink;

/// Which of these a parameter is, if it is one.
pub(super) fn kind(typed: &PatType) -> Option<(Inner, Span)> {
    // Its attributes are read again where they are reported.
    ParamAttributes::read(&typed.attrs, &Sink::ignoring()).inner
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
                if kind == Inner::Prepared && params.iter().any(|known| known.kind == kind) {
                    sink.error(span, messages::twice(kind.attribute()));
                }
                params.extend(read_one(typed, kind, sink));
            }
            (None, Some((kind, span))) => {
                sink.error(span, messages::inner_last(kind.attribute()));
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
        Type::Reference(reference) if reference.mutability.is_some() == (kind == Inner::State) => {
            let ty = reference.elem.as_ref().clone();
            Some(InnerParam { ident: pat.ident.clone(), kind, ty })
        }
        other => {
            sink.error_range(range(other), messages::inner_form(kind.attribute()));
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
