//! A window function to Rust: the kernels that call its function, and what only its descriptor has.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::forms::{Form, with_owned, with_state};
use super::impls::{self, Named, stub, user_type};
use super::lifetimes::as_static;
use crate::udf::range;
use crate::udwf::{Fails, Over, Window};
use crate::view::signature::TypeSet;

/// `#[udwf(attribute)] item`, expanded.
#[must_use]
pub fn udwf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Window::parse(attribute, item) {
        Ok(window) => expand(&window),
        Err(broken) => stub(&broken),
    }
}

/// A window function without errors.
#[must_use]
pub fn expand(window: &Window) -> TokenStream {
    let state = match &window.over {
        Over::Next(state) => Some(state.as_ref()),
        Over::Frame | Over::Partition => None,
    };
    let user = user_type(&window.head, state, &[with_state(&window.function)], lent(window));
    impls::expand(
        &window.head,
        ("window function", quote! { __b::window! { DESCRIPTOR WINDOW } }),
        user,
        |text| descriptor(window, text),
        |forms| kernel(window, forms),
    )
}

/// That the values of type parameters can be read out of rows, which their bounds do not say.
fn lent(window: &Window) -> Option<TokenStream> {
    if let Over::Next(_) = window.over {
        return None;
    }
    let lent = window.head.type_params.iter().filter(|param| param.set != TypeSet::Number);
    let lent: Vec<&Ident> = lent.map(|param| &param.ident).collect();
    (!lent.is_empty()).then(|| {
        quote! {
            where #(for<'__a, '__b> &'__a #lent:
                ::belvedere::__private::Read<Item<'__b> = &'__b #lent>),*
        }
    })
}

fn descriptor(window: &Window, text: &TokenStream) -> TokenStream {
    let Window { head, ascending, .. } = window;
    let (ident, name) = (&head.ident, &head.name);
    let plain = quote! { window::<#ident>(#name, #text, &WINDOW) };
    let generic = (format_ident!("generic_window"), format_ident!("WINDOW"));
    let descriptor = impls::descriptor(head, text, plain, generic);
    let over = called(window);
    let variants = impls::variants(head, &quote! { WindowVariant::#over });
    quote! {
        #descriptor

        static WINDOW: __b::Window = __b::Window {
            variants: &[#(#variants),*],
            ascending: #ascending,
        };
    }
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
    let head = &window.head;
    let (type_params, forms) = (head.type_names(), forms.iter().map(|form| form.ty()));
    let output = with_owned(as_static(&head.returns.ty).to_token_stream(), &type_params);
    let Named { names, types, params, this, implementor } = Named::of(head);
    let over = match &window.over {
        Over::Next(state) => {
            // A type that cannot be a state is underlined where the user wrote it.
            let span = range(state).0;
            let state = quote_spanned! {span=> <Self as __b::HasState>::State };
            let call = tried(&quote! { #this::next(__state, #(#names),*) }, window.fails.each);
            quote! {
                impl __b::NextRow for #implementor {
                    type State = #state;
                    fn next<'s, 'a: 's>(
                        __state: &'s mut Self::State,
                        (#(#names,)*): __b::WindowRow<'a, Self>,
                    ) -> __b::Tried<__b::WindowResult<'s, Self>> {
                        #call
                    }
                }
            }
        }
        Over::Frame => {
            let call = tried(&quote! { #this::frame(#(#names),*) }, window.fails.each);
            quote! {
                impl __b::OverFrame for #implementor {
                    fn frame<'a>(
                        (#(#names,)*): __b::WindowRows<'a, Self>,
                    ) -> __b::Tried<__b::WindowResult<'a, Self>> {
                        #call
                    }
                }
            }
        }
        Over::Partition => {
            let Fails { whole, each } = window.fails;
            let failed = quote! { .map_err(__b::failed)? };
            let whole = whole.then_some(&failed);
            let each = each.then_some(&failed);
            quote! {
                impl __b::OverPartition for #implementor {
                    fn partition<'a>(
                        (#(#names,)*): __b::WindowRows<'a, Self>,
                        __results: &mut dyn ::core::ops::FnMut(__b::WindowResult<'a, Self>),
                    ) -> __b::Tried<()> {
                        for __result in #this::partition(#(#names),*)#whole {
                            __results(__result #each);
                        }
                        ::core::result::Result::Ok(())
                    }
                }
            }
        }
    };
    quote! {
        const _: () = {
            #(type #type_params = #forms;)*
            impl __b::Windowed for #implementor {
                type Params = (#(#types,)*);
                type Output = #output;
                const PARAMS: &'static [__b::Param] = &[#(#params),*];
            }
            #over
        };
    }
}

/// What a call gives, or its error.
fn tried(call: &TokenStream, fails: bool) -> TokenStream {
    if fails {
        quote! { #call.map_err(__b::failed) }
    } else {
        quote! { ::core::result::Result::Ok(#call) }
    }
}
