//! Loops that are compiled for the forms of type parameters, in which the names of these stand for
//! one form each.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ImplItemFn;

use crate::view::signature::TypeSet;

/// What stands for a type parameter inside of loops.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Word,
    Bytes,
    I64,
    U64,
    F64,
}

impl Form {
    pub(super) fn ty(self) -> TokenStream {
        match self {
            Self::Word | Self::U64 => quote! { ::core::primitive::u64 },
            Self::Bytes => quote! { [::core::primitive::u8] },
            Self::I64 => quote! { ::core::primitive::i64 },
            Self::F64 => quote! { ::core::primitive::f64 },
        }
    }

    pub(super) fn erased(self) -> Ident {
        match self {
            Self::Word => format_ident!("Word"),
            Self::Bytes => format_ident!("Bytes"),
            Self::I64 => format_ident!("I64"),
            Self::U64 => format_ident!("U64"),
            Self::F64 => format_ident!("F64"),
        }
    }
}

/// Every choice of forms for type parameters that stand for these types.
pub(super) fn forms(params: &[TypeSet]) -> Vec<Vec<Form>> {
    params.iter().fold(vec![Vec::new()], |choices, set| {
        let forms: &[Form] = match set {
            TypeSet::Number => &[Form::I64, Form::U64, Form::F64],
            TypeSet::Any | TypeSet::Ordered => &[Form::Word, Form::Bytes],
        };
        let with = |form: &Form| {
            choices.iter().map(|choice| [choice.as_slice(), &[*form]].concat()).collect::<Vec<_>>()
        };
        forms.iter().flat_map(with).collect()
    })
}

/// The function with its `Self::State` named in full: an `impl` without a trait has no types of its
/// own.
pub(super) fn with_state(function: &ImplItemFn) -> TokenStream {
    fn replace(tokens: TokenStream) -> TokenStream {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        let mut rest = trees.as_slice();
        while let Some((first, after)) = rest.split_first() {
            match rest {
                [
                    TokenTree::Ident(this),
                    TokenTree::Punct(_),
                    TokenTree::Punct(_),
                    TokenTree::Ident(state),
                    after @ ..,
                ] if this == "Self" && state == "State" => {
                    let path = quote! { <#this as ::belvedere::__private::HasState>::#state };
                    out.extend(path);
                    rest = after;
                    continue;
                }
                _ => {}
            }
            match first {
                TokenTree::Group(group) => {
                    let inside = replace(group.stream());
                    let mut replaced = Group::new(group.delimiter(), inside);
                    replaced.set_span(group.span());
                    out.extend([TokenTree::Group(replaced)]);
                }
                other => out.extend([other.clone()]),
            }
            rest = after;
        }
        out
    }
    replace(function.to_token_stream())
}

/// `V::Owned` named in full: in a kernel, `V` is an alias and no parameter.
pub(super) fn with_owned(tokens: TokenStream, type_params: &[Ident]) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut rest = trees.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match rest {
            [
                TokenTree::Ident(param),
                TokenTree::Punct(_),
                TokenTree::Punct(_),
                TokenTree::Ident(owned),
                after @ ..,
            ] if type_params.contains(param) && owned == "Owned" => {
                out.extend(quote! { <#param as __b::ToOwned>::#owned });
                rest = after;
            }
            _ => {
                out.extend([first.clone()]);
                rest = after;
            }
        }
    }
    out
}
