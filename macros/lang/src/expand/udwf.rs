//! A window function to Rust: its type with the function of the user, and beside it a module with
//! all that belongs to it.
//!
//! The type carries nothing but the function, so that unit tests can call it. The module has the
//! descriptor, one kernel for each form that the type parameters can have inside of loops, a builder
//! of calls, a registration and the carrier of the signature.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::forms::{Form, forms, with_owned, with_state};
use super::known::Known;
use super::lifetimes::as_static;
use super::pieces::signature;
use super::types::type_params as declared_params;
use super::udaf::{builder, param, stub, visibility, word_type};
use super::udf::types_module;
use crate::tokens::name_of;
use crate::udf::range;
use crate::udwf::{Over, Param, TypeParam, Window};
use crate::view::signature::TypeSet;

/// `#[udwf(attribute)] item`, expanded.
#[must_use]
pub fn udwf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Window::parse(attribute, item) {
        Ok(window) => expand(&window),
        Err(broken) => stub(&broken.errors, broken.module.as_ref()),
    }
}

/// A window function without errors.
#[must_use]
pub fn expand(window: &Window) -> TokenStream {
    let function = user_type(window);
    let Window { module, name, .. } = window;
    let title = format!(" The SQL window function `{name}`.");
    let contents = |text: &TokenStream| {
        let descriptor = descriptor(window, text);
        let names: Vec<&Ident> = window.params.iter().map(|param| &param.ident).collect();
        let builder = builder(&names);
        let forms = forms(&sets(window));
        let kernels = forms.iter().map(|form| kernel(window, form));
        let types = types_module(&window.named_types());
        quote! {
            #descriptor
            __b::window! { DESCRIPTOR WINDOW }
            #builder
            #(#kernels)*
            #types
        }
    };
    let contents = signature((&visibility(), module), &window.signature(), contents);
    quote! {
        #function
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
fn sets(window: &Window) -> Vec<TypeSet> {
    window.type_params.iter().map(|param| param.set).collect()
}

/// The type, and the function as the user wrote it.
fn user_type(window: &Window) -> TokenStream {
    let Window { ident, type_params, attributes, .. } = window;
    let docs = window.doc.paragraphs.iter().map(|paragraph| format!(" {paragraph}"));
    let function = with_state(&window.function);
    let names: Vec<&Ident> = type_params.iter().map(|param| &param.ident).collect();
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
    let state = match &window.over {
        Over::Next(state) => Some(quote! {
            impl #bounds ::belvedere::__private::HasState for #ident #arguments {
                type State = #state;
            }
        }),
        Over::Frame | Over::Partition => None,
    };
    let lent = lent(window);
    quote! {
        #(#[doc = #docs])*
        #[allow(dead_code)]
        struct #ident #declared

        #state

        #(#attributes)*
        #[allow(dead_code)]
        impl #bounds #ident #arguments #lent {
            #function
        }
    }
}

/// That the values of type parameters can be read out of rows, which their bounds do not say.
fn lent(window: &Window) -> Option<TokenStream> {
    if let Over::Next(_) = window.over {
        return None;
    }
    let lent = window.type_params.iter().filter(|param| param.set != TypeSet::Number);
    let lent: Vec<&Ident> = lent.map(|param| &param.ident).collect();
    (!lent.is_empty()).then(|| {
        quote! {
            where #(for<'__a, '__b> &'__a #lent:
                ::belvedere::__private::Read<Item<'__b> = &'__b #lent>),*
        }
    })
}

fn descriptor(window: &Window, text: &TokenStream) -> TokenStream {
    let Window { ident, name, ascending, .. } = window;
    let known = known(window);
    let declared = window.declared();
    let new = if declared.is_empty() {
        quote! { window::<#ident>(#name, #text, &WINDOW) }
    } else {
        let params = window.params.iter();
        let params = params.map(|Param { ident, ty, word }| param((ident, ty, word), &declared));
        let returns = word_type(&window.returns.word, &declared);
        quote! { generic_window(#name, #text, &[#(#params),*], #returns, &WINDOW) }
    };
    let numbers = (!declared.is_empty()).then(|| {
        let declared = declared_params(&declared);
        quote! { type_params: #declared, }
    });
    let over = called(window);
    let variants = forms(&sets(window)).into_iter().map(|form| {
        let types = form.iter().map(|form| form.ty());
        let erased = form.iter().map(|form| form.erased());
        let arguments = (!form.is_empty()).then(|| quote! { <#(#types),*> });
        quote! { __b::WindowVariant::#over::<#ident #arguments>(&[#(__b::Erased::#erased),*]) }
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

        static WINDOW: __b::Window = __b::Window {
            variants: &[#(#variants),*],
            ascending: #ascending,
        };
    }
}

fn known(window: &Window) -> TokenStream {
    let known = Known {
        aliases: window.aliases.clone(),
        tags: &window.tags,
        metadata: &window.metadata,
        paragraphs: window.doc.paragraphs.iter().map(String::as_str).collect(),
        examples: &window.doc.examples,
        since: window.since.as_deref(),
        deprecated: window.deprecated.as_deref(),
        version: window.version,
        source_hash: Some(window.source_hash),
    };
    known.fields()
}

/// The name of the user's function, and of the constructor of its loops.
fn called(window: &Window) -> Ident {
    format_ident!(
        "{}",
        match window.over {
            Over::Next(_) => "next",
            Over::Frame => "frame",
            Over::Partition => "partition",
        }
    )
}

/// The kernel for one choice of forms: the names of the type parameters stand for them.
fn kernel(window: &Window, forms: &[Form]) -> TokenStream {
    let Window { ident, params, .. } = window;
    let type_params: Vec<Ident> =
        window.type_params.iter().map(|param| param.ident.clone()).collect();
    let forms = forms.iter().map(|form| form.ty());
    let types = params.iter().map(|param| as_static(&param.ty));
    let named = params.iter().map(|param| {
        let (name, ty) = (name_of(&param.ident), as_static(&param.ty));
        quote! { __b::Param::new::<#ty>(#name) }
    });
    let output = with_owned(as_static(&window.returns.ty).to_token_stream(), &type_params);
    let names: Vec<Ident> =
        params.iter().map(|param| format_ident!("__{}", name_of(&param.ident))).collect();
    let (this, implementor) = if type_params.is_empty() {
        (quote! { #ident }, quote! { #ident })
    } else {
        (quote! { #ident::<#(#type_params),*> }, quote! { #ident<#(#type_params),*> })
    };
    let over = match &window.over {
        Over::Next(state) => {
            // A type that cannot be a state is underlined where the user wrote it.
            let span = range(state).0;
            let state = quote_spanned! {span=> <Self as __b::HasState>::State };
            quote! {
                impl __b::NextRow for #implementor {
                    type State = #state;
                    fn next<'s, 'a: 's>(
                        __state: &'s mut Self::State,
                        (#(#names,)*): __b::WindowRow<'a, Self>,
                    ) -> __b::WindowResult<'s, Self> {
                        #this::next(__state, #(#names),*)
                    }
                }
            }
        }
        Over::Frame => quote! {
            impl __b::OverFrame for #implementor {
                fn frame<'a>(
                    (#(#names,)*): __b::WindowRows<'a, Self>,
                ) -> __b::WindowResult<'a, Self> {
                    #this::frame(#(#names),*)
                }
            }
        },
        Over::Partition => quote! {
            impl __b::OverPartition for #implementor {
                fn partition<'a>(
                    (#(#names,)*): __b::WindowRows<'a, Self>,
                    __results: &mut dyn ::core::ops::FnMut(__b::WindowResult<'a, Self>),
                ) {
                    for __result in #this::partition(#(#names),*) {
                        __results(__result);
                    }
                }
            }
        },
    };
    quote! {
        const _: () = {
            #(type #type_params = #forms;)*
            impl __b::Windowed for #implementor {
                type Params = (#(#types,)*);
                type Output = #output;
                const PARAMS: &'static [__b::Param] = &[#(#named),*];
            }
            #over
        };
    }
}
