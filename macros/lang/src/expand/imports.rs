//! Imports of what a relation mentions, so that rustc resolves the names by its own rules.
//!
//! A path is imported where the user wrote it, where rustc says what is wrong with it, and once more
//! inside of the relation's module, where chains and descriptors use it:
//!
//! ```text
//! use self::ast_calls as __r0__belvedere_call_attrs;
//! mod call_attrs {
//!     mod __in { pub(super) use super::super::ast_calls; pub(super) use super::__in_or_missing::*; }
//!     mod __in_or_missing { pub(super) use ::belvedere::__private::missing as ast_calls; }
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

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::carrier::unique;
use super::lifetimes::relocated_path;

/// What is imported: it decides the names of modules, which show in rustc's errors.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Relation,
    Function,
    Type,
    Row,
}

impl Kind {
    fn letter(self) -> char {
        match self {
            Self::Relation => 'r',
            Self::Function => 'f',
            Self::Type => 't',
            Self::Row => 's',
        }
    }

    /// A struct without the derive is not found in `structs_that_derive_ArrowType`.
    fn module(self) -> &'static str {
        match self {
            Self::Relation => "__in",
            Self::Function => "marked_udf",
            Self::Type => "structs_that_derive_ArrowType",
            Self::Row => "structs_that_derive_Row",
        }
    }

    /// Whether something can stand for a missing name: for a module it can, but not for a macro,
    /// since rustc refuses a macro that comes before another one.
    fn can_be_missing(self) -> bool {
        matches!(self, Self::Relation | Self::Function)
    }
}

/// The imports of one kind of thing.
pub(super) struct Imports {
    kind: Kind,
    outer: TokenStream,
    /// The modules, each with the names in it and its imports: two paths may end in one name.
    modules: Vec<(Vec<Ident>, TokenStream)>,
    /// For each path its module and its name there.
    names: Vec<(usize, Ident)>,
}

impl Imports {
    /// Imports `paths` for the relation `owner` into its module.
    pub(super) fn new(owner: &Ident, kind: Kind, paths: &[syn::Path]) -> Self {
        let mut imports =
            Self { kind, outer: TokenStream::new(), modules: Vec::new(), names: Vec::new() };
        for (i, path) in paths.iter().enumerate() {
            // Two relations of one name are one error, and not one for each of their imports.
            let alias = format!("__{}{i}{}", kind.letter(), unique(owner));
            imports.add(path, &alias);
        }
        imports
    }

    /// A single name could also mean a crate, which is no relation, so it is looked up from `self`,
    /// whose token has no width: rustc underlines the name and calls it by its name.
    fn add(&mut self, path: &syn::Path, alias: &str) {
        let Some(last) = path.segments.last() else { return };
        let (name, span) = (&last.ident, last.ident.span());
        let outside = format_ident!("{alias}", span = edge(span, Edge::End));
        self.outer.extend(match path.get_ident() {
            Some(name) => {
                let this = Ident::new("self", edge(span, Edge::Start));
                import(&quote_spanned!(span=> #this::#name), &outside)
            }
            None => import(&path.to_token_stream(), &outside),
        });
        let inside = match (path.get_ident(), relative_prefix(path)) {
            (Some(name), _) => two_up(name),
            (None, Some(prefix)) => {
                let of = |end: Option<&syn::PathSegment>| end.map_or(span, |end| end.ident.span());
                let (first, last) = (of(prefix.segments.first()), of(prefix.segments.last()));
                let outside =
                    format_ident!("{alias}_stands_in_a_module", span = edge(last, Edge::End));
                self.outer.extend(import(&prefix.to_token_stream(), &outside));
                // Where both imports of a path fail, rustc shows the first if they stand in one place.
                let start = Ident::new("super", edge(first, Edge::Start));
                quote_spanned!(span=> #start::super::#outside::#name)
            }
            (None, None) => relocated_path(&relocated_path(path)).to_token_stream(),
        };
        let free = self.modules.iter().position(|(names, _)| !names.contains(name));
        let module = free.unwrap_or_else(|| {
            self.modules.push((Vec::new(), TokenStream::new()));
            self.modules.len() - 1
        });
        let (names, items) = &mut self.modules[module];
        names.push(name.clone());
        items.extend(quote_spanned!(span=> pub(super) use #inside;));
        self.names.push((module, name.clone()));
    }

    /// How many paths are imported.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The last name of the path at `position`.
    pub(super) fn name(&self, position: usize) -> Option<&Ident> {
        self.names.get(position).map(|(_, name)| name)
    }

    /// The imports beside the relation's module.
    pub(super) fn outside(&self) -> TokenStream {
        self.outer.clone()
    }

    /// The modules inside of the relation's module.
    ///
    /// rust-analyzer may read a carrier before it has found what comes first, so there the second
    /// ones are left out.
    pub(super) fn inside(&self) -> TokenStream {
        let modules = self.modules.iter().enumerate().map(|(i, (names, items))| {
            let module = self.module(i, Span::call_site());
            if !self.kind.can_be_missing() {
                return quote!(mod #module { #items });
            }
            let or_missing = format_ident!("{module}_or_missing");
            let missing = names
                .iter()
                .map(|name| quote!(pub(super) use ::belvedere::__private::missing as #name;));
            quote! {
                mod #module {
                    #items
                    #[cfg(not(rust_analyzer))]
                    pub(super) use super::#or_missing::*;
                }
                #[cfg(not(rust_analyzer))]
                mod #or_missing { #(#missing)* }
            }
        });
        modules.collect()
    }

    fn module(&self, number: usize, span: Span) -> Ident {
        match number {
            0 => Ident::new(self.kind.module(), span),
            _ => format_ident!("{}_{}", self.kind.module(), number + 1, span = span),
        }
    }

    /// The path from the relation's module to the import at `position`, then through `items`.
    pub(super) fn path(&self, position: usize, items: &[&str]) -> TokenStream {
        let Some((module, name)) = self.names.get(position) else { return TokenStream::new() };
        let module = self.module(*module, name.span());
        let items = items.iter().map(|item| Ident::new(item, name.span()));
        quote_spanned!(name.span()=> #module::#name #(::#items)*)
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
            _ => quote_spanned!(span=> Relation),
        };
        quote_spanned!(span=>
            const _: fn() = || ::belvedere::__private::missing::#shown::ask(#path);
        )
    }
}

/// Makes names of functions that are near to a built-in's something, so that rustc does not say that
/// they are nothing: the check knows what is meant. In the namespace of macros they are in nobody's
/// way, and what the user has of this name comes before what `*` brings.
pub(super) fn near(owner: &Ident, names: &[&Ident]) -> TokenStream {
    if names.is_empty() {
        return TokenStream::new();
    }
    let module = format_ident!("__near{}", unique(owner));
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
