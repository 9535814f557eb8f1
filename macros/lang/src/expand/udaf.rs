//! An aggregate to Rust: its type with the functions of the user, and beside it a module with all
//! that belongs to it.
//!
//! The type carries nothing but the functions, so that unit tests can call them. The module has the
//! descriptor, one kernel for each form that the type parameters can have inside of loops, a builder
//! of calls, a registration and the carrier of the signature.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::forms::{Form, forms, with_owned, with_state};
use super::known::Known;
use super::lifetimes::as_static;
use super::pieces::{Described, signature};
use super::types::value_type;
use super::udf::types_module;
use crate::sink::{Diagnostic, to_compile_errors};
use crate::tokens::name_of;
use crate::types::{Type, ValueType};
use crate::udaf::{Aggregate, Broken, Param};
use crate::udf::{Word, WordKind, range};
use crate::view::signature::{TypeParam, TypeSet};

/// What every aggregate is visible as: an `impl` says nothing of it, so the module around decides.
pub(super) fn visibility() -> syn::Visibility {
    syn::parse_quote!(pub)
}

/// `#[udaf(attribute)] item`, expanded.
#[must_use]
pub fn udaf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Aggregate::parse(attribute, item) {
        Ok(aggregate) => expand(&aggregate),
        Err(broken) => expand_broken(&broken),
    }
}

/// An aggregate with errors: a module whose carrier says that nothing is known.
fn expand_broken(broken: &Broken) -> TokenStream {
    stub(&broken.errors, broken.module.as_ref())
}

/// The errors, and a module whose carrier says that nothing is known.
pub(super) fn stub(errors: &[Diagnostic], module: Option<&Ident>) -> TokenStream {
    let errors = to_compile_errors(errors);
    let Some(module) = module else { return errors };
    let vis = visibility();
    let name = name_of(module);
    let called = format_ident!("signature");
    let carrier = Described::of_function(&vis, module, &called).with_text("?");
    quote! {
        #errors
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        pub mod #module {
            ::belvedere::__private::stub! { #name }
            #carrier
        }
    }
}

/// An aggregate without errors.
#[must_use]
pub fn expand(aggregate: &Aggregate) -> TokenStream {
    let functions = user_type(aggregate);
    let Aggregate { module, name, .. } = aggregate;
    let title = format!(" The SQL aggregate `{name}`.");
    let contents = |text: &TokenStream| {
        let descriptor = descriptor(aggregate, text);
        let names: Vec<&Ident> = aggregate.params.iter().map(|param| &param.ident).collect();
        let builder = builder(&names);
        let forms = forms(&sets(aggregate));
        let kernels = forms.iter().map(|form| kernel(aggregate, form));
        let types = types_module(&aggregate.named_types());
        quote! {
            #descriptor
            __b::aggregate! { DESCRIPTOR AGGREGATE }
            #builder
            #(#kernels)*
            #types
        }
    };
    let contents = signature((&visibility(), module), &aggregate.signature(), contents);
    quote! {
        #functions
        #[doc = #title]
        #[allow(unreachable_pub, unused_imports, dead_code, unused_qualifications)]
        #[allow(clippy::too_many_arguments)]
        pub mod #module {
            use super::*;
            use ::belvedere::__private as __b;
            #contents
        }
    }
}

/// What its type parameters stand for.
fn sets(aggregate: &Aggregate) -> Vec<TypeSet> {
    vec![TypeSet::Ordered; aggregate.type_params.len()]
}

/// The type, and the functions as the user wrote them.
fn user_type(aggregate: &Aggregate) -> TokenStream {
    let Aggregate { ident, type_params, bounds, state, attributes, .. } = aggregate;
    let docs = aggregate.doc.paragraphs.iter().map(|paragraph| format!(" {paragraph}"));
    let functions = aggregate.functions.iter().map(with_state);
    let (declared, bounds, arguments) = if type_params.is_empty() {
        (quote! { ; }, TokenStream::new(), TokenStream::new())
    } else {
        let declared = quote! {
            <#(#type_params: ?::core::marker::Sized),*>
            (::core::marker::PhantomData<fn(#(&#type_params),*)>);
        };
        let bounds = quote! {
            <#(#type_params: #bounds + ::belvedere::__private::Lend + ?::core::marker::Sized),*>
        };
        (declared, bounds, quote! { <#(#type_params),*> })
    };
    quote! {
        #(#[doc = #docs])*
        #[allow(dead_code)]
        struct #ident #declared

        impl #bounds ::belvedere::__private::HasState for #ident #arguments {
            type State = #state;
        }

        #(#attributes)*
        #[allow(dead_code)]
        impl #bounds #ident #arguments {
            #(#functions)*
        }
    }
}

fn descriptor(aggregate: &Aggregate, text: &TokenStream) -> TokenStream {
    let Aggregate { ident, name, type_params, idempotent, .. } = aggregate;
    let known = known(aggregate);
    let declared = aggregate.declared();
    let new = if type_params.is_empty() {
        quote! {
            aggregate::<#ident>(#name, #text, <#ident as __b::Kernel>::PARAMS, &AGGREGATE)
        }
    } else {
        let params = aggregate.params.iter();
        let params = params.map(|Param { ident, ty, word }| param((ident, ty, word), &declared));
        let returns = word_type(&aggregate.returns.word, &declared);
        quote! {
            generic_aggregate(#name, #text, &[#(#params),*], #returns, &AGGREGATE)
        }
    };
    let numbers = (!declared.is_empty()).then(|| {
        let declared = super::types::type_params(&declared);
        quote! { type_params: #declared, }
    });
    let variants = forms(&sets(aggregate)).into_iter().map(|form| {
        let types = form.iter().map(|form| form.ty());
        let erased = form.iter().map(|form| form.erased());
        let arguments = (!form.is_empty()).then(|| quote! { <#(#types),*> });
        quote! { __b::Variant::of::<#ident #arguments>(&[#(__b::Erased::#erased),*]) }
    });
    quote! {
        /// What is known of the function.
        pub static DESCRIPTOR: __b::Function =
            __b::Function {
                path: ::core::module_path!(),
                #numbers
                #known
                ..__b::Function::#new
            };

        static AGGREGATE: __b::Aggregate = __b::Aggregate {
            variants: &[#(#variants),*],
            idempotent: #idempotent,
        };
    }
}

fn known(aggregate: &Aggregate) -> TokenStream {
    let known = Known {
        aliases: aggregate.aliases.clone(),
        tags: &aggregate.tags,
        metadata: &aggregate.metadata,
        paragraphs: aggregate.doc.paragraphs.iter().map(String::as_str).collect(),
        examples: &aggregate.doc.examples,
        since: aggregate.since.as_deref(),
        deprecated: aggregate.deprecated.as_deref(),
        version: aggregate.version,
        source_hash: Some(aggregate.source_hash),
    };
    known.fields()
}

/// A parameter of a function with type parameters.
pub(super) fn param(
    (ident, ty, word): (&Ident, &syn::Type, &Word),
    declared: &[TypeParam],
) -> TokenStream {
    let name = name_of(ident);
    match &word.without_option().0.kind {
        WordKind::Param(_) => {
            let value = word_type(word, declared);
            quote! { __b::Param::of(#name, #value) }
        }
        _ => {
            let ty = as_static(ty);
            quote! { __b::Param::new::<#ty>(#name) }
        }
    }
}

/// What a type parameter is part of: `Option`s and lists of it.
pub(super) fn word_type(word: &Word, declared: &[TypeParam]) -> TokenStream {
    value_type(&plain(word), declared)
}

fn plain(word: &Word) -> ValueType {
    match &word.kind {
        WordKind::Option(inner) => ValueType { nullable: true, ..plain(inner) },
        WordKind::List(item) => ValueType::required(Type::List(Box::new(plain(item)))),
        WordKind::Param(name) => ValueType::required(Type::Param(name.clone())),
        WordKind::Plain(ty) => ValueType::required(ty.clone()),
        _ => unreachable!("a result with a type parameter is one, an `Option` or a list of it"),
    }
}

/// `expr(…)`: a call as data.
pub(super) fn builder(names: &[&Ident]) -> TokenStream {
    quote! {
        /// A call of the function.
        #[must_use]
        pub fn expr(#(#names: impl __b::Into<__b::Operand>),*) -> __b::Call {
            __b::Call::new(&DESCRIPTOR, [#(__b::Into::into(#names)),*])
        }
    }
}

/// The kernel for one choice of forms: the names of the type parameters stand for them.
fn kernel(aggregate: &Aggregate, forms: &[Form]) -> TokenStream {
    let Aggregate { ident, type_params, params, retracts, .. } = aggregate;
    let forms = forms.iter().map(|form| form.ty());
    let types = params.iter().map(|param| as_static(&param.ty));
    let named = params.iter().map(|param| {
        let (name, ty) = (name_of(&param.ident), as_static(&param.ty));
        quote! { __b::Param::new::<#ty>(#name) }
    });
    let output = with_owned(as_static(&aggregate.returns.ty).to_token_stream(), type_params);
    let names: Vec<Ident> =
        params.iter().map(|param| format_ident!("__{}", name_of(&param.ident))).collect();
    let (this, implementor) = if type_params.is_empty() {
        (quote! { #ident }, quote! { #ident })
    } else {
        (quote! { #ident::<#(#type_params),*> }, quote! { #ident<#(#type_params),*> })
    };
    let row = quote! { __b::RowOf<'_, Self> };
    // A type that cannot be a state is underlined where the user wrote it.
    let span = range(&aggregate.state).0;
    let state = quote_spanned! { span=> <Self as __b::HasState>::State };
    let retract = retracts.then(|| {
        quote! {
            const RETRACTS: ::core::primitive::bool = true;
            fn retract(__state: &mut Self::State, (#(#names,)*): #row) {
                #this::retract(__state, #(#names),*);
            }
        }
    });
    quote! {
        const _: () = {
            #(type #type_params = #forms;)*
            impl __b::Kernel for #implementor {
                type State = #state;
                type Params = (#(#types,)*);
                type Output = #output;
                const PARAMS: &'static [__b::Param] = &[#(#named),*];
                fn update(__state: &mut Self::State, (#(#names,)*): #row) {
                    #this::update(__state, #(#names),*);
                }
                #retract
                fn merge(__state: &mut Self::State, __other: Self::State) {
                    #this::merge(__state, __other);
                }
                fn finish(__state: &Self::State) -> __b::OutputOf<'_, Self> {
                    #this::finish(__state)
                }
            }
        };
    }
}
