//! An aggregate to Rust: the kernels that call its functions, and what only its descriptor has.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::forms::{Form, with_owned, with_state};
use super::impls::{self, Named, stub, user_type};
use super::lifetimes::as_static;
use crate::udaf::Aggregate;
use crate::udf::range;

/// `#[udaf(attribute)] item`, expanded.
#[must_use]
pub fn udaf(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match Aggregate::parse(attribute, item) {
        Ok(aggregate) => expand(&aggregate),
        Err(broken) => stub(&broken),
    }
}

/// An aggregate without errors.
#[must_use]
pub fn expand(aggregate: &Aggregate) -> TokenStream {
    let functions: Vec<TokenStream> = aggregate.functions.iter().map(with_state).collect();
    let user = user_type(&aggregate.head, Some(&aggregate.state), &functions, None);
    impls::expand(
        &aggregate.head,
        ("aggregate", quote! { __b::aggregate! { DESCRIPTOR AGGREGATE } }),
        user,
        |text| descriptor(aggregate, text),
        |forms| kernel(aggregate, forms),
    )
}

fn descriptor(aggregate: &Aggregate, text: &TokenStream) -> TokenStream {
    let Aggregate { head, idempotent, .. } = aggregate;
    let (ident, name) = (&head.ident, &head.name);
    let plain = quote! {
        aggregate::<#ident>(#name, #text, <#ident as __b::Kernel>::PARAMS, &AGGREGATE)
    };
    let generic = (format_ident!("generic_aggregate"), format_ident!("AGGREGATE"));
    let descriptor = impls::descriptor(head, text, plain, generic);
    let variants = impls::variants(head, &quote! { Variant::of });
    quote! {
        #descriptor

        static AGGREGATE: __b::Aggregate = __b::Aggregate {
            variants: &[#(#variants),*],
            idempotent: #idempotent,
        };
    }
}

/// The kernel for one choice of forms: the names of the type parameters stand for them.
fn kernel(aggregate: &Aggregate, forms: &[Form]) -> TokenStream {
    let Aggregate { head, retracts, .. } = aggregate;
    let (type_params, forms) = (head.type_names(), forms.iter().map(|form| form.ty()));
    let output = with_owned(as_static(&head.returns.ty).to_token_stream(), &type_params);
    let Named { names, types, params, this, implementor } = Named::of(head);
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
                const PARAMS: &'static [__b::Param] = &[#(#params),*];
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
