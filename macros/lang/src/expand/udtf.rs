//! A table function to Rust: the user's item, and beside it a module with its descriptor, what opens
//! it, its registration and the carrier of its signature.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use super::known::Known;
use super::lifetimes::as_static;
use super::params::{marker, param};
use super::pieces::{Described, signature};
use super::udf::types_module;
use crate::sink::{Diagnostic, to_compile_errors};
use crate::tokens::name_of;
use crate::udf::{Metadata, emitted_item};
use crate::udtf::{Broken, Table};

/// `#[udtf(attribute)] item`, expanded.
#[must_use]
pub fn udtf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Table::parse(attribute, item.clone()) {
        Ok(table) => expand(&table),
        Err(broken) => expand_broken(&broken, &item),
    }
}

/// A table function with errors: the user's item, so that calls of it are no errors, and a module whose
/// carrier says that nothing is known.
fn expand_broken(broken: &Broken, item: &TokenStream) -> TokenStream {
    let Some(function) = &broken.item else {
        let errors = to_compile_errors(&broken.errors);
        return quote! { #item #errors };
    };
    let item = emitted_item(function);
    // Where there is a `self`, there can be neither modules nor constants without a name.
    if function.sig.receiver().is_some() {
        let errors = broken.errors.iter().map(Diagnostic::to_compile_error);
        return quote! { #item #(#errors)* };
    }
    let errors = to_compile_errors(&broken.errors);
    let (vis, ident) = (&function.vis, &function.sig.ident);
    let name = name_of(ident);
    let called = format_ident!("signature");
    let carrier = Described::of_function(vis, ident, &called).with_text("?");
    quote! {
        #item
        #errors
        #[doc(hidden)]
        #vis mod #ident {
            ::belvedere::__private::stub! { #name }
            #carrier
        }
    }
}

/// A table function without errors.
#[must_use]
pub fn expand(table: &Table) -> TokenStream {
    let function = &table.function;
    let item = &function.item;
    let (vis, ident) = (&item.vis, &item.sig.ident);
    let title = format!(" The SQL table function `{}`.", function.name);
    let contents = |text: &TokenStream| {
        let descriptor = descriptor(table, text);
        let open = open(table);
        let types = types_module(&function.named_types());
        quote! {
            #descriptor
            __b::table! { DESCRIPTOR TABLE }
            #open
            #types
        }
    };
    let contents = signature((vis, ident), &table.signature(), contents);
    quote! {
        #item
        #[doc = #title]
        #[allow(unused_imports, dead_code, unused_qualifications)]
        #vis mod #ident {
            use super::*;
            use ::belvedere::__private as __b;
            #contents
        }
    }
}

fn descriptor(table: &Table, text: &TokenStream) -> TokenStream {
    let function = &table.function;
    let name = &function.name;
    let params = function.params.iter().map(|item| param(item, &[]));
    let row = as_static(&function.returns.ty);
    let known = Known {
        aliases: function.aliases.clone(),
        tags: &function.tags,
        metadata: &Metadata::None,
        paragraphs: function.doc.paragraphs.iter().map(String::as_str).collect(),
        examples: &function.doc.examples,
        since: function.since.as_deref(),
        deprecated: function.deprecated.as_deref(),
        version: function.version,
        source_hash: Some(function.source_hash),
    };
    let known = known.fields();
    let opens = table.opens;
    let gives = match table.plans {
        true => quote! { Plan(plan) },
        false => quote! { Rows(open) },
    };
    quote! {
        /// What is known of the function.
        pub static DESCRIPTOR: __b::Function =
            __b::Function {
                path: ::core::module_path!(),
                #known
                ..__b::Function::table::<#row>(#name, #text, &[#(#params),*], &TABLE)
            };

        static TABLE: __b::Table = __b::Table { gives: __b::Gives::#gives, may_fail: #opens };
    }
}

/// What calls the function of the user with the constants.
fn open(table: &Table) -> TokenStream {
    let function = &table.function;
    let user = &function.item.sig.ident;
    let row = as_static(&function.returns.ty);
    let arguments = function.params.iter().enumerate().map(|(position, param)| {
        let marker = marker(param);
        quote! {
            <#marker as __b::Parameter>::get(
                &<#marker as __b::Parameter>::column(args.get(#position)?, #position)?,
                0,
            )
        }
    });
    let call = quote! { super::#user(#(#arguments),*) };
    let rows = match table.opens {
        true => quote! { __b::opened(#call)? },
        false => call,
    };
    if table.plans {
        // What is returned under the name of another crate's `Relation` is underlined where it stands.
        let span = function.returns.word.span.0;
        let relation = quote_spanned! {span=> let relation: __b::Relation<#row> = #rows; };
        return quote! {
            fn plan(
                args: &__b::Args<'_>,
            ) -> __b::Result<__b::LogicalPlan, __b::CallError> {
                #relation
                __b::Result::Ok(relation.into_plan())
            }
        };
    }
    quote! {
        fn open(
            args: &__b::Args<'_>,
        ) -> __b::Result<__b::Box<dyn __b::Source>, __b::CallError> {
            __b::Result::Ok(__b::source::<#row, _>(#rows))
        }
    }
}
