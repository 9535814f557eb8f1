//! A function of DataFusion to Rust: a module with its descriptor, a builder of calls, its
//! registration and the carrier of its signature.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::known::Known;
use super::pieces::Described;
use super::types::{type_params, value_type};
use crate::reexport::Reexport;
use crate::sink::to_compile_errors;
use crate::tokens::name_of;
use crate::udf::Metadata;
use crate::view::signature::{FunctionKind, Param, Signature};

/// `reexport! { … }`, expanded.
#[must_use]
pub fn reexport(tokens: TokenStream) -> TokenStream {
    match Reexport::parse(tokens) {
        Ok(reexport) => expand(&reexport),
        Err(errors) => to_compile_errors(&errors),
    }
}

fn expand(reexport: &Reexport) -> TokenStream {
    let Reexport { vis, ident, signature, .. } = reexport;
    let (name, text) = (name_of(ident), signature.to_full_text());
    let title = format!(" DataFusion's `{name}`.");
    let kind = match signature.kind {
        // There are no async ones to re-export, which is reported.
        FunctionKind::Scalar | FunctionKind::Async => quote! { Scalar },
        FunctionKind::Aggregate => quote! { Aggregate },
        FunctionKind::Window => quote! { Window },
        FunctionKind::Table => quote! { Table },
    };
    let called = format_ident!("signature");
    let carrier = Described::of_function(vis, ident, &called).with_text(&text);
    let known = Known {
        aliases: reexport.aliases.clone(),
        tags: &reexport.tags,
        metadata: &Metadata::None,
        paragraphs: reexport.doc.paragraphs.iter().map(String::as_str).collect(),
        examples: &reexport.doc.examples,
        since: reexport.since.as_deref(),
        deprecated: reexport.deprecated.as_deref(),
        version: 1,
        source_hash: None,
    }
    .fields();
    let params = params(signature);
    let type_params = type_params(&signature.type_params);
    let returns = value_type(&signature.returns, &signature.type_params);
    let builder = builder(signature);
    quote! {
        #[doc = #title]
        #[allow(unused_imports, dead_code)]
        #vis mod #ident {
            use ::belvedere::__private as __b;
            #carrier
            /// What is known of the function.
            pub static DESCRIPTOR: __b::Function =
                __b::Function {
                    path: ::core::module_path!(),
                    type_params: #type_params,
                    #known
                    ..__b::Function::engine(
                        #name,
                        #text,
                        &[#(#params),*],
                        #returns,
                        __b::Kind::#kind,
                    )
                };
            __b::inventory::submit! { __b::Registration(&DESCRIPTOR) }
            #builder
        }
    }
}

/// The parameters as constant data.
fn params(signature: &Signature) -> Vec<TokenStream> {
    let params = signature.params.iter().map(|param| {
        let (name, value) = (&param.name, value_type(&param.ty, &signature.type_params));
        let constant = param.literal.then(|| quote! { .constant() });
        let default = param.default.as_deref().map(|text| {
            let default = default(text);
            quote! { .or(__b::Constant::#default) }
        });
        let rest = param.variadic.then(|| quote! { .rest() });
        quote! { __b::Param::of(#name, #value) #rest #constant #default }
    });
    params.collect()
}

/// `expr(…)`; a table is no expression.
fn builder(signature: &Signature) -> Option<TokenStream> {
    let (rest, plain): (Vec<_>, Vec<_>) = signature.params.iter().partition(|param| param.variadic);
    let ident = |param: &&Param| format_ident!("r#{}", param.name);
    let (names, rest): (Vec<_>, Vec<_>) =
        (plain.iter().map(ident).collect(), rest.iter().map(ident).collect());
    (signature.kind != FunctionKind::Table).then(|| {
        quote! {
            /// A call of the function.
            #[must_use]
            pub fn expr(
                #(#names: impl __b::Into<__b::Operand>,)*
                #(#rest: impl __b::IntoIterator<Item = impl __b::Into<__b::Operand>>,)*
            ) -> __b::Call {
                __b::Call::new(&DESCRIPTOR, [#(__b::Into::into(#names)),*]) #(.and(#rest))*
            }
        }
    })
}

/// A literal of the view language as constant data.
fn default(text: &str) -> TokenStream {
    let literal: Option<syn::Lit> = syn::parse_str(text.trim_start_matches('-')).ok();
    let value: TokenStream = text.parse().unwrap_or_default();
    match literal {
        Some(syn::Lit::Int(_)) => quote! { Int(#value) },
        Some(syn::Lit::Float(_)) => quote! { Float(#value) },
        Some(syn::Lit::Str(_)) => quote! { Text(#value) },
        Some(syn::Lit::Bool(_)) => quote! { Bool(#value) },
        _ => quote! { Null },
    }
}
