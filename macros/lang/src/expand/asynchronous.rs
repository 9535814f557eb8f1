//! An async function to Rust: what makes the calls of a batch, each of which owns its arguments.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::lifetimes::as_static;
use super::udf::users_path;
use crate::tokens::name_of;
use crate::udaf::types::inside;
use crate::udf::{Awaits, Function, Param, ParamKind, range};

/// How calls are made: the limits of both twins, and what starts the calls of a batch.
pub(super) fn awaited(function: &Function, awaits: &Awaits, twin: bool) -> TokenStream {
    let user = &function.item.sig.ident;
    if twin {
        return quote! {
            static AWAITED: __b::Awaited = __b::Awaited {
                limits: &super::#user::LIMITS,
                start: super::#user::start,
                catches: true,
            };
        };
    }
    let limits = limits(awaits);
    let start = start(function, awaits);
    quote! {
        /// What bounds the calls.
        pub(super) static LIMITS: __b::Limits = __b::Limits { #limits };

        static AWAITED: __b::Awaited =
            __b::Awaited { limits: &LIMITS, start, catches: false };

        #start
    }
}

/// All of them, so that what is not said needs no rest.
fn limits(awaits: &Awaits) -> TokenStream {
    let optional = |number: Option<TokenStream>| match number {
        Some(number) => quote! { __b::Option::Some(#number) },
        None => quote! { __b::Option::None },
    };
    let batch = optional(awaits.batch.map(|rows| quote! { #rows }));
    let timeout_ms = optional(awaits.timeout_ms.map(|time| quote! { #time }));
    let concurrency = match awaits.concurrency {
        Some(calls) => quote! { #calls },
        None => quote! { __b::Limits::NONE.concurrency },
    };
    let (retry, dedupe) = (awaits.retry, awaits.dedupe);
    quote! {
        batch: #batch,
        concurrency: #concurrency,
        timeout_ms: #timeout_ms,
        retry: #retry,
        dedupe: #dedupe,
    }
}

/// Reads the arguments of each call, and says how one is made.
fn start(function: &Function, awaits: &Awaits) -> TokenStream {
    let user = &function.item.sig.ident;
    let (mut columns, mut kept) = (TokenStream::new(), Vec::new());
    for (position, param) in function.params.iter().enumerate() {
        let column = format_ident!("__{}", name_of(&param.ident));
        let marker = marker(param);
        columns.extend(quote! {
            let #column = <#marker as __b::Parameter>::column(args.get(#position)?, #position)?;
        });
        let get = |row| quote! { <#marker as __b::Parameter>::get(&#column, #row) };
        let first = get(quote! { __rows[0] });
        let each = get(quote! { *__row });
        kept.push(match awaits.batch.is_some() && param.kind == ParamKind::Value {
            true => quote! { __rows.iter().map(|__row| #each).collect::<__b::Vec<_>>() },
            false => first,
        });
    }
    let names: Vec<_> = function.params.iter().map(|param| &param.ident).collect();
    let lent = function.params.iter().map(|param| lent(param, awaits));
    let item = as_static(&awaits.item);
    let again = match &awaits.retry_if {
        Some(path) => {
            let path = users_path(path);
            quote! { #path }
        }
        None => quote! { |_| true },
    };
    let called = quote! { super::#user(#(#lent),*).await };
    let answer = match (awaits.batch, awaits.whole) {
        (None, _) => quote! { __b::one::<#item>(#called, #again) },
        (Some(_), false) => quote! { __b::many::<#item>(#called) },
        (Some(_), true) => quote! { __b::many_or::<#item, _>(#called, #again) },
    };
    // What rustc says of a future that threads cannot share is about the function.
    let call = quote_spanned! {user.span()=>
        |(#(#names,)*)| async move { #answer }
    };
    quote! {
        pub(super) fn start(
            args: &__b::Args<'_>,
            rows: &[::core::primitive::usize],
            size: ::core::primitive::usize,
        ) -> __b::Result<__b::Box<dyn __b::Calls>, __b::CallError> {
            #columns
            __b::Result::Ok(__b::calls::<#item, _, _, _>(
                rows,
                size,
                |__rows| (#(#kept,)*),
                #call,
            ))
        }
    }
}

/// The type that says how an argument is read into what a call keeps.
fn marker(param: &Param) -> TokenStream {
    let owned = Param { ty: owned(&param.ty), ..param.clone() };
    super::params::marker(&owned)
}

/// `String` of `&str`, `Option<Vec<u8>>` of `Option<&[u8]>`; any other is kept as it is.
fn owned(ty: &Type) -> Type {
    let plain = |ty: &Type| -> Option<Type> {
        let Type::Reference(reference) = ty else { return None };
        Some(match reference.elem.as_ref() {
            Type::Slice(_) => syn::parse_quote!(__b::Vec<::core::primitive::u8>),
            _ => syn::parse_quote!(__b::String),
        })
    };
    let optional = inside(ty, "Option").and_then(plain);
    match optional {
        Some(inner) => syn::parse_quote!(__b::Option<#inner>),
        None => plain(ty).unwrap_or_else(|| ty.clone()),
    }
}

/// What the function is given of what its call keeps.
fn lent(param: &Param, awaits: &Awaits) -> TokenStream {
    let ident = &param.ident;
    let span = range(&param.ty).0;
    let lends = |ty: &Type| matches!(ty, Type::Reference(_));
    match inside(&param.ty, "Option") {
        _ if awaits.batch.is_some() => quote! { #ident },
        Some(inner) if lends(inner) => quote_spanned! {span=> #ident.as_deref() },
        None if lends(&param.ty) => quote_spanned! {span=> &#ident },
        _ => quote! { #ident },
    }
}
