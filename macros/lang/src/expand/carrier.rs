//! Carriers: hidden macros that hold a text and hand it on.
//!
//! What a relation, a function or a type *is* has to reach the macro that reads it, and macros know
//! nothing but tokens. So each definition leaves a macro that appends its text to a list and calls
//! the next macro in another list:
//!
//! ```text
//! carrier! { [texts…] [{ next } { … }…] { body } }   ⇒   next! { [texts… "its text"] [{ … }…] { body } }
//! ```
//!
//! A reader writes a chain through the carriers of all that it mentions; the last one is a macro of
//! `::belvedere::__private`, which then has every text. Paths are resolved by rustc, so a carrier is
//! found wherever the name beside it is: through `use`, in other modules and in other crates.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::buffer::TokenBuffer;

use crate::tokens::{Reader, name_of};

/// A name for the hidden macro of `name` that no other definition in the crate has.
///
/// The position of the name token tells two of one name apart, its expansion those that come from
/// one place of somebody's macro. Both are in the debug form of a span and nowhere else.
pub(super) fn unique(name: &Ident) -> Ident {
    let span = format!("{:?}", name.span());
    let numbers = span.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let place = numbers.collect::<Vec<_>>().join("_");
    Ident::new(&format!("__belvedere_{}_{place}", name_of(name)), Span::call_site())
}

/// A carrier called `name` in the module where it stands.
///
/// A macro can be re-exported by path as far as the crate goes, or everywhere once it is exported;
/// modules around it limit the rest. The re-export is relative: an absolute path to an exported
/// macro of the same crate is refused by rustc.
pub(super) fn carrier(
    vis: &syn::Visibility,
    hidden: &Ident,
    name: &Ident,
    text: &TokenStream,
) -> TokenStream {
    let (export, reach) = match vis {
        syn::Visibility::Public(_) => (quote!(#[macro_export]), reach(vis)),
        _ => (quote!(), reach(vis)),
    };
    quote! {
        #[doc(hidden)]
        #export
        macro_rules! #hidden {
            ([$($texts:tt)*] [{ $($next:tt)* } $($rest:tt)*] $body:tt) => {
                $($next)* ! { [$($texts)* #text] [$($rest)*] $body }
            };
        }
        #[doc(hidden)]
        #reach use #hidden as #name;
    }
}

/// How far a carrier is re-exported.
fn reach(vis: &syn::Visibility) -> TokenStream {
    match vis {
        syn::Visibility::Public(_) => quote!(pub),
        _ => quote!(pub(crate)),
    }
}

/// The module of a carrier that comes at the end of a chain through types.
pub(super) fn known(carrier: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        pub mod __known { #carrier }
    }
}

/// What is in the place of a carrier that comes at the end of a chain through types.
///
/// A type is a macro, in whose place nothing can stand when it is missing, so that chain ends there.
/// What it would have led to is then taken from `missing`: rustc prefers what it finds in the module
/// itself to what `*` brings.
pub(super) fn awaited(vis: &syn::Visibility, name: &Ident, missing: &str) -> TokenStream {
    let (reach, missing) = (reach(vis), format_ident!("{missing}"));
    quote! {
        #[doc(hidden)]
        #reach use self::__known::#name;
        #[doc(hidden)]
        pub use ::belvedere::__private::missing::#missing::*;
    }
}

/// Asks each carrier of a type for nothing but whether it is there: a chain ends at the first that is
/// not, and all that are not are to be reported.
pub(super) fn asked(carriers: &[TokenStream]) -> TokenStream {
    let rest = carriers.iter().skip(1);
    quote! { #(#rest! { [] [{ ::belvedere::__private::missing::nothing }] {} })* }
}

/// A chain through `carriers` that ends in the macro `last` of `::belvedere::__private`.
pub(super) fn chain(carriers: &[TokenStream], last: &str, body: &TokenStream) -> TokenStream {
    let last = format_ident!("{last}");
    let last = quote!(::belvedere::__private::#last);
    match carriers {
        [] => quote!(#last! { [] [] { #body } }),
        [first, rest @ ..] => quote!(#first! { [] [#({ #rest })* { #last }] { #body } }),
    }
}

/// The carrier of a relation: the macro `columns` in its module.
pub(super) fn columns_carrier(vis: &syn::Visibility, hidden: &Ident, text: &str) -> TokenStream {
    carrier(vis, hidden, &format_ident!("columns"), &quote!(#text))
}

/// What stands for the carrier of a relation until its types have come.
pub(super) fn awaited_columns(vis: &syn::Visibility) -> TokenStream {
    awaited(vis, &format_ident!("columns"), "relation")
}

/// What a carrier says.
pub(super) struct Text {
    /// The text.
    pub(super) value: String,
    /// Where the fields stand that it speaks of, if the carrier brings their tokens.
    pub(super) places: Vec<Span>,
}

/// What the last macro of a chain receives.
pub(super) struct Arrived {
    /// The texts in the order of the carriers.
    pub(super) texts: Vec<Text>,
    /// The tokens that came along.
    pub(super) body: TokenStream,
}

/// Reads `["text" …] [] { body }`; `None` when somebody else than a carrier has called.
pub(super) fn arrived(tokens: TokenStream) -> Option<Arrived> {
    let mut trees = tokens.into_iter();
    let (Some(TokenTree::Group(texts)), Some(TokenTree::Group(_)), Some(TokenTree::Group(body))) =
        (trees.next(), trees.next(), trees.next())
    else {
        return None;
    };
    let texts = texts.stream().into_iter().map(text_of).collect::<Option<Vec<_>>>()?;
    Some(Arrived { texts, body: body.stream() })
}

/// `"text"` or `("text" token …)`, the tokens being the places.
fn text_of(tree: TokenTree) -> Option<Text> {
    match tree {
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => Some(Text { value: text.value(), places: Vec::new() }),
            _ => None,
        },
        TokenTree::Group(group) => {
            let mut trees = group.stream().into_iter();
            let text = text_of(trees.next()?)?;
            Some(Text { places: trees.map(|tree| tree.span()).collect(), ..text })
        }
        _ => None,
    }
}

/// The error for a hidden macro that is called by hand.
pub(super) fn not_by_hand(tokens: &TokenStream) -> TokenStream {
    let buffer = TokenBuffer::new2(tokens.clone());
    let span = Reader::new(buffer.begin(), Span::call_site()).span();
    quote_spanned!(span=> ::core::compile_error! { "this macro is called by carriers only" })
}
