//! Parameters in a descriptor, and what a function says of its results there.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

use super::lifetimes::{as_static, relocated};
use super::types::value_type;
use super::udf::users_path;
use crate::tokens::name_of;
use crate::types::ValueType;
use crate::udf::{Constant, Function, Param, ParamKind, Properties, WordKind, lent, range};
use crate::view::signature::TypeParam;

/// The parameter in a descriptor.
pub(super) fn param(param: &Param, type_params: &[TypeParam]) -> TokenStream {
    let name = name_of(&param.ident);
    let span = param.word.span.0;
    if param.kind == ParamKind::Column {
        let (word, nullable) = param.word.without_option();
        let WordKind::Plain(ty) = &word.kind else {
            unreachable!("a signature in words has words for its parameters")
        };
        let value = value_type(&ValueType { ty: ty.clone(), nullable }, type_params);
        return quote! { __b::Param::of(#name, #value).whole() };
    }
    let mut tokens = if param.kind == ParamKind::Variadic {
        let ty = as_static(&param.ty);
        quote_spanned! {span=> __b::Param::variadic::<#ty>(#name) }
    } else {
        let marker = marker(param);
        quote_spanned! {span=> __b::Param::new::<#marker>(#name) }
    };
    if param.constants {
        tokens.extend(quote! { .constant() });
    }
    if param.any {
        tokens.extend(quote! { .any() });
    }
    if !param.values.is_empty() {
        let values = &param.values;
        tokens.extend(quote! { .one_of(&[#(#values),*]) });
    }
    if let Some(values) = &param.values_at {
        let values = users_path(values);
        tokens.extend(quote! { .one_of(#values) });
    }
    if let Some(default) = &param.default {
        let constant = constant(default);
        tokens.extend(quote! { .or(__b::Constant::#constant) });
    }
    if let Some(setting) = &param.setting {
        tokens.extend(quote! { .set_by(#setting) });
    }
    tokens
}

/// What a function says of its results; a twin gives NULL where it fails, which has no order.
pub(super) fn properties(said: &Properties, twin: bool) -> TokenStream {
    let mut fields = TokenStream::new();
    for (name, is) in [
        ("monotone", said.monotone && !twin),
        ("injective", said.injective && !twin),
        ("idempotent", said.idempotent),
        ("commutative", said.commutative),
    ] {
        let name = format_ident!("{name}");
        fields.extend(is.then(|| quote! { #name: true, }));
    }
    if let Some(inverse) = &said.inverse {
        let inverse = users_path(inverse);
        fields.extend(quote! { inverse: __b::Option::Some(&#inverse::DESCRIPTOR), });
    }
    if let Some((low, high)) = &said.bounds {
        let [low, high] = [low, high].map(|bound| match bound {
            Some(bound) => {
                let bound = constant(bound);
                quote! { __b::Option::Some(__b::Constant::#bound) }
            }
            None => quote! { __b::Option::None },
        });
        fields.extend(quote! { bounds: __b::Option::Some((#low, #high)), });
    }
    match fields.is_empty() {
        true => fields,
        false => quote! { properties: __b::Properties { #fields ..__b::Properties::NONE }, },
    }
}

/// The function that gives the range of arguments of a result.
pub(super) fn preimage(function: &Function) -> Option<TokenStream> {
    let written = function.properties.preimage.as_ref()?;
    let path = users_path(written);
    let (result, argument) = (owned(&function.returns.ty), owned(&function.params.first()?.ty));
    // What rustc says of its types is about the function that the user has named.
    let of = quote_spanned! {range(written).0=>
        let of: fn(#result) -> __b::Option<::core::ops::Range<#argument>> = #path;
    };
    Some(quote! {
        fn preimage(
            value: &__b::ArrayRef,
        ) -> __b::Result<__b::Option<[__b::ArrayRef; 2]>, __b::CallError> {
            #of
            __b::preimage(value, of)
        }
    })
}

/// The function that gives something shorter in the place of a call.
pub(super) fn simplify(function: &Function) -> Option<TokenStream> {
    let written = function.properties.simplify.as_ref()?;
    let path = users_path(written);
    let (mut types, mut values) = (Vec::new(), Vec::new());
    for (position, param) in function.params.iter().enumerate() {
        let shown = shown(param);
        let given = shown.as_ref().map_or(quote! { __b::Given }, |ty| quote! { __b::Given<#ty> });
        let variadic = param.kind == ParamKind::Variadic;
        let read = match (variadic, shown) {
            (true, Some(_)) => "rest",
            (true, None) => "any_rest",
            (false, Some(_)) if param.kind == ParamKind::Parsed => "parsed",
            (false, Some(_)) => "read",
            (false, None) => "any",
        };
        let read = format_ident!("{read}");
        types.push(if variadic {
            quote! { __b::Vec<#given> }
        } else {
            given
        });
        values.push(quote! { args.#read(#position)? });
    }
    // What rustc says of its types is about the function that the user has named.
    let of = quote_spanned! {range(written).0=>
        let of: fn(#(#types),*) -> __b::Option<__b::Operand> = #path;
    };
    // The type has a part for each parameter, as the function that the user wrote has.
    Some(quote! {
        #[allow(clippy::type_complexity)]
        fn simplify(args: &__b::Arguments) -> __b::Simplified {
            #of
            __b::Result::Ok(of(#(#values),*))
        }
    })
}

/// The type of a parameter's constants, where they are shown: all but those of lists, maps, structs and
/// type parameters.
fn shown(param: &Param) -> Option<Type> {
    let inner = |ty: &Type| option_of(ty).cloned().unwrap_or_else(|| ty.clone());
    if param.kind == ParamKind::Parsed {
        let ty = lent(&param.ty).unwrap_or_else(|| param.ty.clone());
        return Some(relocated(&inner(&ty)));
    }
    match &param.word.without_option().0.kind {
        WordKind::Plain(crate::types::Type::String) => Some(syn::parse_quote!(__b::String)),
        WordKind::Plain(crate::types::Type::AnyStruct | crate::types::Type::AnyUnion) => None,
        WordKind::Plain(_) => match param.word.kind {
            WordKind::Option(_) => Some(owned(&inner(&param.ty))),
            _ => Some(owned(&param.ty)),
        },
        _ => None,
    }
}

/// The type of a value that nobody lends.
fn owned(ty: &Type) -> Type {
    let Type::Reference(reference) = ty else { return relocated(ty) };
    match reference.elem.as_ref() {
        Type::Slice(_) => syn::parse_quote!(__b::Vec<::core::primitive::u8>),
        _ => syn::parse_quote!(__b::String),
    }
}

fn constant(constant: &Constant) -> TokenStream {
    match constant {
        Constant::Null => quote! { Null },
        Constant::Bool(value) => quote! { Bool(#value) },
        Constant::Int(value) => quote! { Int(#value) },
        Constant::Float(value) => quote! { Float(#value) },
        Constant::Text(value) => quote! { Text(#value) },
    }
}

/// The type that says how a parameter is read.
pub(super) fn marker(param: &Param) -> TokenStream {
    let ty = as_static(&param.ty);
    // What rustc says of the marker is about the type that the user wrote.
    let span = param.word.span.0;
    match param.kind {
        ParamKind::Literal => quote_spanned! {span=> __b::Literal<#ty> },
        ParamKind::Parsed => {
            let lent = lent(&ty);
            let of = match lent {
                Some(_) => "Lent",
                None => "Parsed",
            };
            let ty = lent.unwrap_or(ty);
            match (&param.word.kind, option_of(&ty)) {
                (WordKind::Option(_), Some(inner)) => {
                    let of = format_ident!("{of}Option");
                    quote_spanned! {span=> __b::#of<#inner> }
                }
                _ => {
                    let of = format_ident!("{of}");
                    quote_spanned! {span=> __b::#of<#ty> }
                }
            }
        }
        ParamKind::Value | ParamKind::Variadic | ParamKind::Column => quote! { #ty },
    }
}

fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
