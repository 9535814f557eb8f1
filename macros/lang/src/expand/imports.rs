//! Imports of what a relation mentions, so that rustc resolves the names by its own rules.
//!
//! A path is imported where the user wrote it, where rustc says what is wrong with it, and once more
//! inside of the relation's module, where chains and descriptors use it:
//!
//! ```text
//! use self::ast_calls as __r0__belvedere_call_attrs;
//! mod call_attrs {
//!     mod __in { pub(super) use super::super::ast_calls; pub(super) use super::__missing::*; }
//!     mod __missing { pub(super) use ::belvedere::__private::missing as ast_calls; }
//!     …
//! }
//! ```
//!
//! What is imported by name comes before what `*` brings, so a name that rustc does not find is
//! found in `missing`, whose carriers say that it is: chains arrive, and one unknown name is one
//! error. That holds for imports under the same name only. One under another name stays undecided
//! in rustc until it fails, and all that waits for it fails with it.
//!
//! All tokens stand on the user's path, so that rustc's errors (unknown, private, a similar name
//! exists) underline it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::lifetimes::relocated_path;

/// What the import of all but the last name of a path is called. In the body of a function the
/// relation's module does not find it, and rustc says so with this name.
const PREFIX: &str = "_stands_in_a_module";

/// The module of what stands for missing names.
const MISSING: &str = "__missing";

/// What is imported: it decides the names of modules, which show in rustc's errors.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Relation,
    Function,
    Type,
    Row,
    Template,
}

impl Kind {
    fn letter(self) -> char {
        match self {
            Self::Relation => 'r',
            Self::Function => 'f',
            Self::Type => 't',
            Self::Row => 's',
            Self::Template => 'm',
        }
    }

    /// A struct without the derive is not found in `structs_that_derive_ArrowType`.
    fn module(self) -> &'static str {
        match self {
            Self::Relation => "__in",
            Self::Function => "marked_udf",
            Self::Type => "structs_that_derive_ArrowType",
            Self::Row => "structs_that_derive_Row",
            Self::Template => "templates",
        }
    }

    /// Whether something can stand for a missing name: for a module it can, but not for a macro,
    /// since rustc refuses a macro that comes before another one.
    fn can_be_missing(self) -> bool {
        matches!(self, Self::Relation | Self::Function | Self::Template)
    }
}

/// The imports of one kind of thing.
pub(super) struct Imports<'a> {
    kind: Kind,
    paths: &'a [syn::Path],
    /// For each path its module and its name there: two paths may end in one name.
    names: Vec<(usize, &'a Ident)>,
}

impl<'a> Imports<'a> {
    /// Imports `paths` into the module of a relation.
    pub(super) fn new(kind: Kind, paths: &'a [syn::Path]) -> Self {
        let mut names: Vec<(usize, &Ident)> = Vec::with_capacity(paths.len());
        for name in paths.iter().filter_map(|path| path.segments.last()).map(|last| &last.ident) {
            let module = names.iter().filter(|(_, other)| *other == name).count();
            names.push((module, name));
        }
        Self { kind, paths, names }
    }

    /// How many paths are imported.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The last name of the path at `position`.
    pub(super) fn name(&self, position: usize) -> Option<&Ident> {
        self.names.get(position).map(|(_, name)| *name)
    }

    /// The imports beside the relation's module. `hidden` is the name that no other relation has:
    /// two of one name are one error, and not one for each of their imports.
    ///
    /// A single name could also mean a crate, which is no relation, so it is looked up from `self`,
    /// whose token has no width: rustc underlines the name and calls it by its name.
    pub(super) fn outside(&self, hidden: &Ident) -> TokenStream {
        let imports =
            self.paths.iter().zip(&self.names).enumerate().map(|(i, (path, (_, name)))| {
                let span = name.span();
                let alias = self.alias(hidden, i, "", span);
                match (path.get_ident(), relative_prefix(path)) {
                    (Some(name), _) => {
                        let this = Ident::new("self", edge(span, Edge::Start));
                        import(&quote_spanned!(span=> #this::#name), &alias)
                    }
                    (None, Some(prefix)) => {
                        let mut both = import(&path.to_token_stream(), &alias);
                        let alias = self.alias(hidden, i, PREFIX, ends(&prefix).1);
                        both.extend(import(&prefix.to_token_stream(), &alias));
                        both
                    }
                    (None, None) => import(&path.to_token_stream(), &alias),
                }
            });
        imports.collect()
    }

    fn alias(&self, hidden: &Ident, position: usize, suffix: &str, span: Span) -> Ident {
        let letter = self.kind.letter();
        format_ident!("__{letter}{position}{hidden}{suffix}", span = edge(span, Edge::End))
    }

    /// The path from a module inside of the relation's module to what `path` names.
    fn path_inside(&self, hidden: &Ident, position: usize, path: &syn::Path) -> TokenStream {
        match (path.get_ident(), relative_prefix(path), self.name(position)) {
            (Some(name), ..) => two_up(name),
            (None, Some(prefix), Some(name)) => {
                let (first, last) = ends(&prefix);
                let alias = self.alias(hidden, position, PREFIX, last);
                // Where both imports of a path fail, rustc shows the first if they stand in one place.
                let start = Ident::new("super", edge(first, Edge::Start));
                quote_spanned!(name.span()=> #start::super::#alias::#name)
            }
            _ => relocated_path(&relocated_path(path)).to_token_stream(),
        }
    }

    /// The names in the module of this number, each with its position.
    fn names_in(&self, number: usize) -> impl Iterator<Item = (usize, &Ident)> {
        let names = self.names.iter().enumerate();
        names.filter_map(move |(i, (module, name))| (*module == number).then_some((i, *name)))
    }

    /// The module of this number, if there is one.
    fn module_inside(&self, hidden: &Ident, number: usize) -> TokenStream {
        let items = self.names_in(number).map(|(i, name)| {
            let path = self.path_inside(hidden, i, &self.paths[i]);
            quote_spanned!(name.span()=> pub(super) use #path;)
        });
        let items: Vec<_> = items.collect();
        if items.is_empty() {
            return TokenStream::new();
        }
        let module = self.module(number, Span::call_site());
        let missing = self.kind.can_be_missing().then(|| {
            let missing = numbered(MISSING, number, Span::call_site());
            quote!(pub(super) use super::#missing::*;)
        });
        quote!(mod #module { #(#items)* #missing })
    }

    fn module(&self, number: usize, span: Span) -> Ident {
        numbered(self.kind.module(), number, span)
    }

    /// The path from the relation's module to the import at `position`, then through `items`.
    pub(super) fn path(&self, position: usize, items: &[&str]) -> TokenStream {
        let Some((_, name)) = self.names.get(position) else { return TokenStream::new() };
        self.path_at(position, items, name.span())
    }

    /// The same path with its tokens elsewhere.
    pub(super) fn path_at(&self, position: usize, items: &[&str], span: Span) -> TokenStream {
        let Some((module, name)) = self.names.get(position) else { return TokenStream::new() };
        let module = self.module(*module, span);
        let mut name = (*name).clone();
        name.set_span(span);
        let items = items.iter().map(|item| Ident::new(item, span));
        quote_spanned!(span=> #module::#name #(::#items)*)
    }

    /// The path through `items` of each import.
    pub(super) fn paths(&self, items: &[&str]) -> Vec<TokenStream> {
        (0..self.names.len()).map(|position| self.path(position, items)).collect()
    }

    /// What shows that the name at `position`, which has no carrier, is something else: rustc says
    /// so. Of a name that is nothing at all it has said that.
    pub(super) fn something_else(&self, position: usize) -> TokenStream {
        let path = self.path(position, &[]);
        let span = self.names.get(position).map_or_else(Span::call_site, |(_, name)| name.span());
        let shown = match self.kind {
            Kind::Function => quote_spanned!(span=> MarkedUdf),
            Kind::Template => quote_spanned!(span=> Template),
            _ => quote_spanned!(span=> Relation),
        };
        quote_spanned!(span=>
            const _: fn() = || ::belvedere::__private::missing::#shown::ask(#path);
        )
    }
}

fn numbered(name: &str, number: usize, span: Span) -> Ident {
    match number {
        0 => Ident::new(name, span),
        _ => format_ident!("{name}_{}", number + 1, span = span),
    }
}

/// The modules of imports inside of the relation's module, and one with what stands for those that are
/// missing, whatever their kind: modules are what imports cost the compiler.
pub(super) fn inside(all: &[&Imports<'_>], hidden: &Ident) -> TokenStream {
    let last = all.iter().flat_map(|imports| &imports.names).map(|(module, _)| *module).max();
    let mut modules = TokenStream::new();
    for number in 0..last.map_or(0, |last| last + 1) {
        modules.extend(all.iter().map(|imports| imports.module_inside(hidden, number)));
        let can_be_missing = all.iter().filter(|imports| imports.kind.can_be_missing());
        let names: BTreeSet<_> = can_be_missing
            .flat_map(|imports| imports.names_in(number))
            .map(|(_, name)| name)
            .collect();
        if !names.is_empty() {
            let missing = numbered(MISSING, number, Span::call_site());
            modules.extend(quote! {
                mod #missing { #(pub(super) use ::belvedere::__private::missing as #names;)* }
            });
        }
    }
    modules
}

/// Makes names of functions that are near to a built-in's something, so that rustc does not say that
/// they are nothing: the check knows what is meant. In the namespace of macros they are in nobody's
/// way, and what the user has of this name comes before what `*` brings.
pub(super) fn near(hidden: &Ident, names: &[&Ident]) -> TokenStream {
    if names.is_empty() {
        return TokenStream::new();
    }
    let module = format_ident!("__near{hidden}");
    quote! {
        #[allow(unused_imports)]
        use self::#module::*;
        #[doc(hidden)]
        #[allow(unused_imports)]
        mod #module { #(pub(super) use ::belvedere::__private::missing::carrier as #names;)* }
    }
}

/// All but the last name of a path that begins with a name: where it leads is known only where the
/// user wrote it.
fn relative_prefix(path: &syn::Path) -> Option<syn::Path> {
    let first = path.segments.first().filter(|_| path.leading_colon.is_none())?;
    if first.ident == "crate" || first.ident == "self" || first.ident == "super" {
        return None;
    }
    let mut prefix = path.clone();
    prefix.segments.pop();
    prefix.segments.pop_punct();
    Some(prefix)
}

/// Where the first and the last name of a path stand.
fn ends(path: &syn::Path) -> (Span, Span) {
    let span = |segment: Option<&syn::PathSegment>| {
        segment.map_or_else(Span::call_site, |segment| segment.ident.span())
    };
    (span(path.segments.first()), span(path.segments.last()))
}

/// `super::super::name`, of which rustc underlines the name.
pub(super) fn two_up(name: &Ident) -> TokenStream {
    let up = Ident::new("super", edge(name.span(), Edge::Start));
    quote_spanned!(name.span()=> #up::#up::#name)
}

/// `use path as alias;`
fn import(path: &TokenStream, alias: &Ident) -> TokenStream {
    let allow = quote!(#[allow(unused_imports)]);
    quote_spanned!(alias.span()=> #allow use #path as #alias;)
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
