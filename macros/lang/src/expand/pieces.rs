//! Texts with types of the user in them: only rustc can resolve those, by calling their carriers.
//!
//! A text without such types becomes a carrier at once. Any other becomes a chain through the
//! carriers of its types, which ends in [`finish_text`]: that puts the pieces together and leaves
//! the carrier, so that every text that a carrier holds is complete.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Path, Visibility};

use super::carrier::{Text, arrived, asked, awaited, carrier, chain, known, not_by_hand, unique};
use super::imports::two_up;
use super::lifetimes::relocated_path;
use crate::tokens::name_of;
use crate::types::instantiate;
use crate::udf::{Piece, pieces_to_text};

/// The carrier of a function's signature, and what else its module holds: `contents`, which are
/// given the expression of the text.
pub(super) fn signature(
    (vis, of): (&Visibility, &Ident),
    pieces: &[Piece],
    contents: impl FnOnce(&TokenStream) -> TokenStream,
) -> TokenStream {
    let name = format_ident!("signature");
    let carrier = Described::of_function(vis, of, &name);
    match pieces_to_text(pieces) {
        Some(text) => {
            let with = contents(&quote! { #text });
            Described { with, ..carrier }.with_text(&text)
        }
        None => {
            let constant = format_ident!("SIGNATURE");
            let with = contents(&constant.to_token_stream());
            Described { with, constant: Some(constant), ..carrier }.expand(pieces)
        }
    }
}

/// A carrier that is to be.
pub(super) struct Described<'a> {
    /// Who can see what it describes.
    pub(super) vis: &'a Visibility,
    /// What it describes: gives the hidden macro its name.
    pub(super) of: &'a Ident,
    /// The name by which it is called.
    pub(super) name: &'a Ident,
    /// Whether it is written in a module of its own, below that in which its types are named.
    pub(super) inside: bool,
    /// A constant that holds the text too.
    pub(super) constant: Option<Ident>,
    /// Where the fields stand that the text speaks of, for errors about them.
    pub(super) places: Vec<Span>,
    /// What is written with the carrier, when all types have theirs: were one missing, it would be
    /// full of errors that say the same.
    pub(super) with: TokenStream,
}

impl<'a> Described<'a> {
    /// The signature of a function, which has a module of its own.
    pub(super) fn of_function(vis: &'a Visibility, of: &'a Ident, name: &'a Ident) -> Self {
        let with = TokenStream::new();
        Self { vis, of, name, inside: true, constant: None, places: Vec::new(), with }
    }

    /// A type, whose carrier lies under its own name.
    pub(super) fn of_type(vis: &'a Visibility, of: &'a Ident) -> Self {
        Self { inside: false, ..Self::of_function(vis, of, of) }
    }

    /// The carrier, or the chain that ends in it.
    pub(super) fn expand(&self, pieces: &[Piece]) -> TokenStream {
        if let Some(text) = pieces_to_text(pieces) {
            return self.with_text(&text);
        }
        let mut types: Vec<Path> = Vec::new();
        let parts = parts(pieces, &mut types);
        let (imports, carriers) = match self.inside {
            true => imports(&types),
            false => (TokenStream::new(), types.iter().map(Path::to_token_stream).collect()),
        };
        let Self { vis, of, name, constant, places, with, .. } = self;
        let hidden = unique(of);
        let places = tokens_at(places);
        let body = quote! { #vis, #hidden #name #constant [#parts] { #places } (#with) };
        let chain = chain(&carriers, "finish_text", &body);
        let (awaited, asked) = match self.inside {
            true => (awaited(vis, name, "function"), asked(&carriers)),
            false => (TokenStream::new(), TokenStream::new()),
        };
        quote! { #imports #awaited #chain #asked }
    }

    /// The carrier of a text that is complete.
    pub(super) fn with_text(&self, text: &str) -> TokenStream {
        let hidden = unique(self.of);
        let places = tokens_at(&self.places);
        let with = &self.with;
        let carrier =
            finished(self.vis, &hidden, self.name, self.constant.as_ref(), (text, places));
        quote! { #carrier #with }
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
    // What has a constant has waited for types.
    let carrier = if constant.is_some() { known(&carrier) } else { carrier };
    quote! { #constant #carrier }
}

/// A token at each place: spans travel on tokens.
fn tokens_at(places: &[Span]) -> TokenStream {
    places.iter().map(|place| TokenTree::from(Ident::new("field", *place))).collect()
}

/// The end of a chain:
/// `["text" …] [] { pub, hidden name CONSTANT ["piece" 0 …] { field … } (more) }`.
#[must_use]
pub fn finish_text(tokens: TokenStream) -> TokenStream {
    let finish = |tokens: TokenStream| {
        let arrived = arrived(tokens)?;
        let mut trees = arrived.body.into_iter();
        let vis: TokenStream = trees
            .by_ref()
            .take_while(|tree| !matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ','))
            .collect();
        let vis = syn::parse2::<Visibility>(vis).ok()?;
        let mut words = Vec::new();
        let (mut text, mut places, mut with) = (None, TokenStream::new(), TokenStream::new());
        for tree in trees {
            match tree {
                TokenTree::Ident(word) => words.push(word),
                TokenTree::Group(group) => match group.delimiter() {
                    Delimiter::Bracket => text = join(group.stream(), &arrived.texts),
                    Delimiter::Parenthesis => with = group.stream(),
                    _ => places = group.stream(),
                },
                _ => return None,
            }
        }
        let mut words = words.into_iter();
        let (hidden, name) = (words.next()?, words.next()?);
        let carrier = finished(&vis, &hidden, &name, words.next().as_ref(), (&text?, places));
        Some(quote! { #carrier #with })
    };
    finish(tokens.clone()).unwrap_or_else(|| not_by_hand(&tokens))
}

/// The pieces with the texts in their places. A type that its own errors hide hides the whole.
fn join(pieces: TokenStream, texts: &[Text]) -> Option<String> {
    let mut out = String::new();
    for tree in pieces {
        if let TokenTree::Group(generic) = tree {
            match join_generic(generic.stream(), texts)?.as_str() {
                "?" => return Some("?".to_owned()),
                text => out.push_str(text),
            }
            continue;
        }
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

/// `0 [piece …] …`: the text of a type with type parameters, with others in their places. A number of
/// them that the type does not have is an error of rustc, about the type.
fn join_generic(tokens: TokenStream, texts: &[Text]) -> Option<String> {
    let mut trees = tokens.into_iter();
    let at = syn::parse2::<syn::LitInt>(trees.next()?.into()).ok()?;
    let generic = texts.get(at.base10_parse::<usize>().ok()?)?.value.as_str();
    let arguments = trees.map(|tree| match tree {
        TokenTree::Group(pieces) => join(pieces.stream(), texts),
        _ => None,
    });
    let arguments = arguments.collect::<Option<Vec<String>>>()?;
    if generic == "?" || arguments.iter().any(|argument| argument == "?") {
        return Some("?".to_owned());
    }
    Some(instantiate(generic, &arguments).unwrap_or_else(|_| "?".to_owned()))
}

/// The pieces as tokens: a literal for a text, a number for the text of a carrier, `(0 [piece …] …)`
/// for one with type parameters. `types` are the types whose carriers are called.
fn parts(pieces: &[Piece], types: &mut Vec<Path>) -> TokenStream {
    let mut out = TokenStream::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.extend([TokenTree::from(Literal::string(text))]),
            Piece::Type(path) => out.extend([TokenTree::from(carrier_of(path, types))]),
            Piece::Generic(path, arguments) => {
                let at = carrier_of(path, types);
                let arguments: Vec<_> =
                    arguments.iter().map(|pieces| parts(pieces, types)).collect();
                out.extend(quote! { (#at #([#arguments])*) });
            }
        }
    }
    out
}

/// The number of a type's carrier.
fn carrier_of(path: &Path, types: &mut Vec<Path>) -> Literal {
    let path = without_arguments(path);
    let at = types.iter().position(|known| *known == path).unwrap_or_else(|| {
        types.push(path);
        types.len() - 1
    });
    Literal::usize_unsuffixed(at)
}

/// The macro that lies under a type's own name.
fn without_arguments(path: &Path) -> Path {
    let mut path = path.clone();
    for segment in &mut path.segments {
        segment.arguments = syn::PathArguments::None;
    }
    path
}

/// Imports of the types into the module of a function, and the paths of their carriers through them.
/// The name of the module shows in rustc's error for a type without a carrier: it is not found in
/// `structs_that_derive_ArrowType`.
fn imports(types: &[Path]) -> (TokenStream, Vec<TokenStream>) {
    let mut items = TokenStream::new();
    let mut carriers = Vec::new();
    for (i, path) in types.iter().enumerate() {
        let Some(last) = path.segments.last() else { continue };
        let span = last.ident.span();
        let name = match types[..i].iter().any(|before| ends_in(before, &last.ident)) {
            true => format_ident!("{}_{i}", name_of(&last.ident), span = span),
            false => last.ident.clone(),
        };
        let target = match path.get_ident() {
            Some(name) => two_up(name),
            None => relocated_path(&relocated_path(path)).to_token_stream(),
        };
        items.extend(quote_spanned!(span=> pub(super) use #target as #name;));
        carriers.push(quote_spanned!(span=> structs_that_derive_ArrowType::#name));
    }
    // A relative path begins with a name that only the user's module has.
    let relative = types.iter().any(|path| path.get_ident().is_none());
    let names = relative.then(|| {
        quote!(
            use super::super::*;
        )
    });
    let imports = quote! {
        #[allow(non_snake_case, unused_imports)]
        mod structs_that_derive_ArrowType { #names #items }
    };
    (imports, carriers)
}

fn ends_in(path: &Path, name: &Ident) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == *name)
}
