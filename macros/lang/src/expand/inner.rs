//! What a function is given beside the arguments of SQL: what is made of constants, scratch, and the
//! text that it writes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::lifetimes::{as_argument, relocated};
use super::params::marker;
use super::udf::users_path;
use crate::tokens::name_of;
use crate::udf::{Function, Inner, InnerParam, Param, ParamKind, range};

/// The parameters of the row function: those of the user behind the arguments.
pub(super) fn inputs(function: &Function) -> Vec<TokenStream> {
    let input = |param: &InnerParam| {
        let (ident, ty) = (&param.ident, &param.ty);
        match param.kind {
            Inner::Prepared => {
                let (ty, _) = as_argument(&syn::parse_quote!(&#ty));
                quote! { #ident: #ty }
            }
            Inner::State | Inner::Text => {
                let ty = relocated(ty);
                quote! { #ident: &mut #ty }
            }
        }
    };
    function.inner.iter().map(input).collect()
}

/// What a shim does before its loop, and the row function that the loop calls.
pub(super) fn around(function: &Function) -> (TokenStream, TokenStream) {
    if function.inner.is_empty() {
        return (TokenStream::new(), quote! { row });
    }
    let mut before = TokenStream::new();
    let mut lent = Vec::new();
    for param in &function.inner {
        // Names of the user beside those of the shim.
        let (name, ty) = (format_ident!("__{}", name_of(&param.ident)), relocated(&param.ty));
        match param.kind {
            Inner::Prepared => {
                before.extend(quote! { let #name = __b::prepared::<#ty>(args, prepare)?; });
                lent.push(quote! { #name });
            }
            Inner::State => {
                let pool = format_ident!("{}", name.to_string().to_uppercase());
                // What rustc says of the type is about that which the user wrote.
                let span = range(&param.ty).0;
                before.extend(quote! { static #pool: __b::Pool<#ty> = __b::Pool::new(); });
                before.extend(quote_spanned! {span=> let #name = __b::scratch(&#pool); });
                lent.push(quote! { &mut *#name.lend() });
            }
            Inner::Text => {
                before.extend(quote! { let #name = __b::written(out, args.rows()); });
                lent.push(quote! { &mut *#name.lend() });
            }
        }
    }
    let names = function.params.iter().map(|param| match param.kind {
        ParamKind::Variadic => {
            let ident = &param.ident;
            quote! { #ident: &[_] }
        }
        _ => {
            let ident = &param.ident;
            quote! { #ident }
        }
    });
    let arguments = function.params.iter().map(|param| &param.ident);
    (before, quote! { |#(#names),*| row(#(#arguments,)* #(#lent),*) })
}

/// Whether `prepare` takes the argument.
pub(super) const fn is_constant(param: &Param) -> bool {
    matches!(param.kind, ParamKind::Literal | ParamKind::Parsed)
}

/// The function that makes something of the constants.
pub(super) fn prepare(function: &Function) -> Option<TokenStream> {
    let written = function.prepare.as_ref()?;
    let path = users_path(written);
    let made = function.inner.iter().find(|param| param.kind == Inner::Prepared)?;
    let ty = relocated(&made.ty);
    let constants = function.params.iter().enumerate().filter(|(_, param)| is_constant(param));
    let values = constants.map(|(position, param)| {
        let marker = marker(param);
        quote! {
            <#marker as __b::Parameter>::get(
                &<#marker as __b::Parameter>::column(args.get(#position)?, #position)?,
                0,
            )
        }
    });
    let made = quote_spanned! {range(written).0=> __b::Made::<#ty>::made(#path(#(#values),*)) };
    Some(quote! {
        fn prepare(args: &__b::Args<'_>) -> __b::Result<__b::Shared, __b::CallError> {
            #made
        }
    })
}
