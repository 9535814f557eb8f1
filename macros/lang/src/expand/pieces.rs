//! Texts with types of the user in them: only rustc can resolve those, by calling their carriers.
//!
//! A text without such types becomes a carrier at once. Any other becomes a chain through the
//! carriers of its types, which ends in [`finish_text`]: that puts the pieces together and leaves
//! the carrier, so that every text that a carrier holds is complete.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Path, Visibility};

use super::carrier::{Text, arrived, carrier, chain, not_by_hand, unique};
use super::lifetimes::relocated_path;
use crate::udf::{Piece, pieces_to_text};

/// The pieces as the module below the user's names their types.
pub(super) fn relocated_pieces(pieces: Vec<Piece>) -> Vec<Piece> {
    let relocated = |piece| match piece {
        Piece::Type(path) => Piece::Type(relocated_path(&path)),
        text => text,
    };
    pieces.into_iter().map(relocated).collect()
}

/// A carrier that is to be.
pub(super) struct Described<'a> {
    /// Who can see what it describes.
    pub(super) vis: &'a Visibility,
    /// What it describes: gives the hidden macro its name.
    pub(super) of: &'a Ident,
    /// The name by which it is called.
    pub(super) name: &'a Ident,
    /// A constant that holds the text too.
    pub(super) constant: Option<Ident>,
    /// Where the fields stand that the text speaks of, for errors about them.
    pub(super) places: Vec<Span>,
}

impl Described<'_> {
    /// The carrier, or the chain that ends in it.
    pub(super) fn expand(&self, pieces: &[Piece]) -> TokenStream {
        if let Some(text) = pieces_to_text(pieces) {
            return self.with_text(&text);
        }
        let mut types: Vec<&Path> = Vec::new();
        let mut parts = TokenStream::new();
        for piece in pieces {
            let literal = match piece {
                Piece::Text(text) => Literal::string(text),
                Piece::Type(path) => {
                    let at = types.iter().position(|known| *known == path).unwrap_or_else(|| {
                        types.push(path);
                        types.len() - 1
                    });
                    Literal::usize_unsuffixed(at)
                }
            };
            parts.extend([TokenTree::from(literal)]);
        }
        let carriers: Vec<TokenStream> = types.into_iter().map(without_arguments).collect();
        let Self { vis, of, name, constant, places } = self;
        let hidden = unique(of);
        let places = tokens_at(places);
        let body = quote! { #vis, #hidden #name #constant [#parts] { #places } };
        chain(&carriers, "finish_text", &body)
    }

    /// The carrier of a text that is complete.
    pub(super) fn with_text(&self, text: &str) -> TokenStream {
        let hidden = unique(self.of);
        let places = tokens_at(&self.places);
        finished(self.vis, &hidden, self.name, self.constant.as_ref(), (text, places))
    }
}

fn finished(
    vis: &Visibility,
    hidden: &Ident,
    name: &Ident,
    constant: Option<&Ident>,
    (text, places): (&str, TokenStream),
) -> TokenStream {
    let constant = constant.map(|constant| {
        quote! { const #constant: &::core::primitive::str = #text; }
    });
    let said = if places.is_empty() {
        quote! { #text }
    } else {
        quote! { (#text #places) }
    };
    let carrier = carrier(vis, hidden, name, &said);
    quote! { #constant #carrier }
}

/// A token at each place: spans travel on tokens.
fn tokens_at(places: &[Span]) -> TokenStream {
    places.iter().map(|place| TokenTree::from(Ident::new("field", *place))).collect()
}

/// The end of a chain: `["text" …] [] { pub, hidden name CONSTANT ["piece" 0 …] { field … } }`.
#[must_use]
pub fn finish_text(tokens: TokenStream) -> TokenStream {
    let finish = |tokens: TokenStream| {
        let arrived = arrived(tokens)?;
        let mut trees = arrived.body.into_iter().peekable();
        let vis: TokenStream = trees
            .by_ref()
            .take_while(|tree| !matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ','))
            .collect();
        let vis = syn::parse2::<Visibility>(vis).ok()?;
        let mut words = Vec::new();
        let (mut text, mut places) = (None, TokenStream::new());
        for tree in trees {
            match tree {
                TokenTree::Ident(word) => words.push(word),
                TokenTree::Group(group) => match group.delimiter() {
                    Delimiter::Bracket => text = join(group.stream(), &arrived.texts),
                    _ => places = group.stream(),
                },
                _ => return None,
            }
        }
        let mut words = words.into_iter();
        let (hidden, name) = (words.next()?, words.next()?);
        Some(finished(&vis, &hidden, &name, words.next().as_ref(), (&text?, places)))
    };
    finish(tokens.clone()).unwrap_or_else(|| not_by_hand(&tokens))
}

/// The pieces with the texts in their places. A type that its own errors hide hides the whole.
fn join(pieces: TokenStream, texts: &[Text]) -> Option<String> {
    let mut out = String::new();
    for tree in pieces {
        match syn::parse2::<syn::Lit>(tree.into()).ok()? {
            syn::Lit::Str(text) => out.push_str(&text.value()),
            syn::Lit::Int(at) => {
                match texts.get(at.base10_parse::<usize>().ok()?)?.value.as_str() {
                    "?" => return Some("?".to_owned()),
                    text => out.push_str(text),
                }
            }
            _ => return None,
        }
    }
    Some(out)
}

/// The macro that lies under a type's own name.
fn without_arguments(path: &Path) -> TokenStream {
    let mut path = path.clone();
    for segment in &mut path.segments {
        segment.arguments = syn::PathArguments::None;
    }
    path.to_token_stream()
}
