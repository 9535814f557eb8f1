//! What an aggregate and a window function have in common: the type with the functions of the user, and
//! beside it a module with all that belongs to it.
//!
//! The type carries nothing but the functions, so that unit tests can call them. The module has the
//! descriptor, one kernel for each form that the type parameters can have inside of loops, a builder of
//! calls, a registration and the carrier of the signature.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::forms::{Form, forms};
use super::known::Known;
use super::lifetimes::as_static;
use super::pieces::{Described, signature};
use super::types::{type_params, value_type};
use super::udf::types_module;
use crate::impls::{Broken, Head, Param, TypeParam};
use crate::sink::to_compile_errors;
use crate::tokens::name_of;
use crate::types::{Type, ValueType};
use crate::udf::{Word, WordKind};
use crate::view::signature::{self as declared, TypeSet};

/// What such a function is visible as: an `impl` says nothing of it, so the module around decides.
fn visibility() -> syn::Visibility {
    syn::parse_quote!(pub)
}

/// The errors, and a module whose carrier says that nothing is known.
pub(super) fn stub(broken: &Broken) -> TokenStream {
    let errors = to_compile_errors(&broken.errors);
    let Some(module) = &broken.module else { return errors };
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

/// The type of the user with its functions, and the module beside it. `descriptor` is given the expression
/// of the signature's text, `kernel` the forms of the type parameters.
pub(super) fn expand(
    head: &Head,
    (title, register): (&str, TokenStream),
    user: TokenStream,
    descriptor: impl FnOnce(&TokenStream) -> TokenStream,
    kernel: impl Fn(&[Form]) -> TokenStream,
) -> TokenStream {
    let Head { module, name, .. } = head;
    let title = format!(" The SQL {title} `{name}`.");
    let contents = |text: &TokenStream| {
        let descriptor = descriptor(text);
        let builder = builder(head);
        let forms = forms(&head.sets());
        let kernels = forms.iter().map(|form| kernel(form));
        let types = types_module(&head.named_types());
        quote! {
            #descriptor
            #register
            #builder
            #(#kernels)*
            #types
        }
    };
    let contents = signature((&visibility(), module), &head.signature(), contents);
    quote! {
        #user
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

/// The type, and the functions as the user wrote them; `clause` is what their bounds do not say.
pub(super) fn user_type(
    head: &Head,
    state: Option<&syn::Type>,
    functions: &[TokenStream],
    clause: Option<TokenStream>,
) -> TokenStream {
    let Head { ident, type_params, attributes, .. } = head;
    let docs = head.doc.paragraphs.iter().map(|paragraph| format!(" {paragraph}"));
    let names = head.type_names();
    let (declared, bounds, arguments) = if names.is_empty() {
        (quote! { ; }, TokenStream::new(), TokenStream::new())
    } else {
        let declared = quote! {
            <#(#names: ?::core::marker::Sized),*>
            (::core::marker::PhantomData<fn(#(&#names),*)>);
        };
        let bounds = type_params.iter().map(|TypeParam { ident, bound, set }| match set {
            TypeSet::Number => quote! { #ident: #bound },
            TypeSet::Any | TypeSet::Ordered => quote! {
                #ident: #bound + ::belvedere::__private::Lend + ?::core::marker::Sized
            },
        });
        (declared, quote! { <#(#bounds),*> }, quote! { <#(#names),*> })
    };
    let state = state.map(|state| {
        quote! {
            impl #bounds ::belvedere::__private::HasState for #ident #arguments {
                type State = #state;
            }
        }
    });
    quote! {
        #(#[doc = #docs])*
        #[allow(dead_code)]
        struct #ident #declared

        #state

        #(#attributes)*
        #[allow(dead_code)]
        impl #bounds #ident #arguments #clause {
            #(#functions)*
        }
    }
}

/// The descriptor: `plain` is the constructor of a function without type parameters, `generic` that of one
/// with them, up to its parameters.
pub(super) fn descriptor(
    head: &Head,
    text: &TokenStream,
    plain: TokenStream,
    generic: (Ident, Ident),
) -> TokenStream {
    let Head { name, .. } = head;
    let known = known(head);
    let declared = head.declared();
    let new = if declared.is_empty() {
        plain
    } else {
        let params = head.params.iter().map(|item| param(item, &declared));
        let returns = word_type(&head.returns.word, &declared);
        let (generic, loops) = generic;
        quote! { #generic(#name, #text, &[#(#params),*], #returns, &#loops) }
    };
    let fallible = head.returns.fallible.then(|| quote! { fallible: true, });
    let type_params = (!declared.is_empty()).then(|| {
        let declared = type_params(&declared);
        quote! { type_params: #declared, }
    });
    quote! {
        /// What is known of the function.
        pub static DESCRIPTOR: __b::Function =
            __b::Function {
                path: ::core::module_path!(),
                #type_params
                #known
                #fallible
                ..__b::Function::#new
            };
    }
}

/// The loops for each choice of forms, made by `of`.
pub(super) fn variants(head: &Head, of: &TokenStream) -> Vec<TokenStream> {
    let ident = &head.ident;
    let variant = |form: Vec<Form>| {
        let types = form.iter().map(|form| form.ty());
        let erased = form.iter().map(|form| form.erased());
        let arguments = (!form.is_empty()).then(|| quote! { <#(#types),*> });
        quote! { __b::#of::<#ident #arguments>(&[#(__b::Erased::#erased),*]) }
    };
    forms(&head.sets()).into_iter().map(variant).collect()
}

/// What a kernel of one choice of forms begins with, and what names it there.
pub(super) struct Named {
    /// The parameters' names inside of a kernel.
    pub(super) names: Vec<Ident>,
    /// The types of the parameters.
    pub(super) types: Vec<syn::Type>,
    /// The parameters as the loops read them.
    pub(super) params: Vec<TokenStream>,
    /// `ArgMax::<V, K>` and `ArgMax<V, K>`
    pub(super) this: TokenStream,
    pub(super) implementor: TokenStream,
}

impl Named {
    pub(super) fn of(head: &Head) -> Self {
        let Head { ident, params, .. } = head;
        let types: Vec<syn::Type> = params.iter().map(|param| as_static(&param.ty)).collect();
        let named = params.iter().zip(&types).map(|(param, ty)| {
            let name = name_of(&param.ident);
            quote! { __b::Param::new::<#ty>(#name) }
        });
        let name = |param: &Param| format_ident!("__{}", name_of(&param.ident));
        let type_params = head.type_names();
        let (this, implementor) = if type_params.is_empty() {
            (quote! { #ident }, quote! { #ident })
        } else {
            (quote! { #ident::<#(#type_params),*> }, quote! { #ident<#(#type_params),*> })
        };
        let params = named.collect();
        Self { names: head.params.iter().map(name).collect(), params, types, this, implementor }
    }
}

fn known(head: &Head) -> TokenStream {
    let known = Known {
        aliases: head.aliases.clone(),
        tags: &head.tags,
        metadata: &head.metadata,
        paragraphs: head.doc.paragraphs.iter().map(String::as_str).collect(),
        examples: &head.doc.examples,
        since: head.since.as_deref(),
        deprecated: head.deprecated.as_deref(),
        version: head.version,
        source_hash: Some(head.source_hash),
    };
    known.fields()
}

/// A parameter of a function with type parameters.
fn param(param: &Param, declared: &[declared::TypeParam]) -> TokenStream {
    let Param { ident, ty, word } = param;
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
fn word_type(word: &Word, declared: &[declared::TypeParam]) -> TokenStream {
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
fn builder(head: &Head) -> TokenStream {
    let names: Vec<&Ident> = head.params.iter().map(|param| &param.ident).collect();
    quote! {
        /// A call of the function.
        #[must_use]
        pub fn expr(#(#names: impl __b::Into<__b::Operand>),*) -> __b::Call {
            __b::Call::new(&DESCRIPTOR, [#(__b::Into::into(#names)),*])
        }
    }
}
