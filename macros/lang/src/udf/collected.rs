//! `impl Iterator<Item = T>`: rows of a table, results of a partition, and, as the result for a row,
//! a list that is collected.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, ReturnType, Token, Type, TypeParamBound};

use super::words::range;

/// `T` of `impl Iterator<Item = T>`.
pub(crate) fn item(ty: &Type) -> Option<&Type> {
    let Type::ImplTrait(opaque) = ty else { return None };
    item_of(&opaque.bounds)
}

/// `T` of `Iterator<Item = T>` among bounds.
pub(crate) fn item_of(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<&Type> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|segment| segment.ident == "Iterator")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(item) if item.ident == "Item" => Some(&item.ty),
            _ => None,
        })
    })
}

/// A result with `Vec<T>` in the place of the iterator that it is or holds: `Option` and `Result` may
/// be around.
pub(super) fn listed(ty: &Type) -> Option<Type> {
    if let Some(item) = item(ty) {
        let vec = quote_spanned! {range(ty).0=> ::std::vec::Vec<#item> };
        return syn::parse2(vec).ok();
    }
    let inner = listed(wrapped(ty)?)?;
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(segment) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut segment.arguments
        && let Some(GenericArgument::Type(first)) = arguments.args.first_mut()
    {
        *first = inner;
    }
    Some(ty)
}

/// What the row function makes of a call: the call, or the list of what it iterates over.
pub(crate) fn collect(output: &ReturnType, call: TokenStream) -> TokenStream {
    match output {
        ReturnType::Type(_, ty) if listed(ty).is_some() => collected(ty, call),
        _ => call,
    }
}

fn collected(ty: &Type, value: TokenStream) -> TokenStream {
    match wrapped(ty) {
        Some(inner) => {
            let inner = collected(inner, quote! { items });
            quote! { #value.map(|items| #inner) }
        }
        None => quote! { ::core::iter::Iterator::collect(#value) },
    }
}

/// What is inside of `Option<…>` or `Result<…, E>`.
fn wrapped(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == "Option" || last.ident == "Result" => {
            Some(inner)
        }
        _ => None,
    }
}
