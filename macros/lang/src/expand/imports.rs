//! Imports of what a relation mentions, so that rustc resolves the names by its own rules.
//!
//! A path is imported where the user wrote it and once more inside of the relation's module, where
//! chains and descriptors use it:
//!
//! ```text
//! use self::ast_calls as __call_attrs_stands_in_a_module_r0;
//! mod call_attrs { mod __in { pub(super) use super::super::__call_attrs_stands_in_a_module_r0 as ast_calls; } … }
//! ```
//!
//! All tokens stand on the user's path, so that rustc's errors (unknown, private, a similar name
//! exists) underline it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::tokens::name_of;

/// The imports of one kind of thing.
pub(super) struct Imports {
    module: String,
    outer: TokenStream,
    inner: TokenStream,
    names: Vec<Ident>,
}

impl Imports {
    /// Imports `paths` for the relation `owner` into its module `module`; `letter` tells the kinds
    /// apart.
    pub(super) fn new(owner: &Ident, letter: char, module: &str, paths: &[syn::Path]) -> Self {
        let mut imports = Self {
            module: module.to_owned(),
            outer: TokenStream::new(),
            inner: TokenStream::new(),
            names: Vec::new(),
        };
        for (i, path) in paths.iter().enumerate() {
            let Some(last) = path.segments.last() else { continue };
            let span = last.ident.span();
            // In the body of a function the module does not find the import, and rustc says so with
            // this name.
            let alias = format_ident!(
                "__{}_stands_in_a_module_{letter}{i}",
                name_of(owner),
                span = edge(span, Edge::End)
            );
            let name = imports.free_name(&last.ident);
            imports.outer.extend(import(path, &alias));
            imports
                .inner
                .extend(quote_spanned!(span=> pub(super) use super::super::#alias as #name;));
            imports.names.push(name);
        }
        imports
    }

    /// Two paths may end in one name; the second gets a number.
    fn free_name(&self, ident: &Ident) -> Ident {
        let mut name = ident.clone();
        let mut count = 2;
        while self.names.contains(&name) {
            name = format_ident!("{}_{count}", name_of(ident), span = ident.span());
            count += 1;
        }
        name
    }

    /// The imports beside the relation's module.
    pub(super) fn outside(&self) -> TokenStream {
        self.outer.clone()
    }

    /// The module inside of the relation's module.
    pub(super) fn inside(&self) -> TokenStream {
        let (module, inner) = (format_ident!("{}", self.module), &self.inner);
        if inner.is_empty() { TokenStream::new() } else { quote!(mod #module { #inner }) }
    }

    /// The path from the relation's module to the import at `position`, then through `items`.
    pub(super) fn path(&self, position: usize, items: &[&str]) -> TokenStream {
        let Some(name) = self.names.get(position) else { return TokenStream::new() };
        let ident = |text: &str| Ident::new(text, name.span());
        let module = ident(&self.module);
        let items = items.iter().map(|item| ident(item));
        quote_spanned!(name.span()=> #module::#name #(::#items)*)
    }

    /// The path through `items` of each import.
    pub(super) fn paths(&self, items: &[&str]) -> Vec<TokenStream> {
        (0..self.names.len()).map(|position| self.path(position, items)).collect()
    }
}

/// `use path as alias;`. A single name could also mean a crate, so it is looked up from `self`,
/// whose token has no width: rustc underlines the name and calls it by its name.
fn import(path: &syn::Path, alias: &Ident) -> TokenStream {
    let span = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
    let allow = quote!(#[allow(unused_imports)]);
    match path.get_ident() {
        Some(name) => {
            let this = Ident::new("self", edge(span, Edge::Start));
            quote_spanned!(span=> #allow use #this::#name as #alias;)
        }
        None => quote_spanned!(span=> #allow use #path as #alias;),
    }
}

/// An end of a token.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// The empty span at an end of a token; without a compiler, the token's own.
fn edge(span: Span, edge: Edge) -> Span {
    if !proc_macro::is_available() {
        return span;
    }
    let span = span.unwrap();
    match edge {
        Edge::Start => span.start().into(),
        Edge::End => span.end().into(),
    }
}
