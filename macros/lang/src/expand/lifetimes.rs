//! A user's type in another place: its lifetimes and its path.
//!
//! The descriptor names every type with `'static`; the row function names it with the lifetime of
//! the batch, except inside of views (`List<'a, &'static str>`), which shrink by themselves.

use proc_macro2::Span;
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Lifetime, Path, Type};

/// The type with every lifetime `'static`, as a descriptor names it.
#[must_use]
pub(super) fn as_static(ty: &Type) -> Type {
    let mut ty = relocated(ty);
    Lifetimes { outer: "'static", inner: "'static", depth: 0, found: false }
        .visit_type_mut(&mut ty);
    ty
}

/// The type with the lifetime `'a`, as the row function names an argument, and whether it has one.
#[must_use]
pub(super) fn as_argument(ty: &Type) -> (Type, bool) {
    replace(ty, "'static")
}

/// The type with the lifetime `'a`, as the row function names its result: what lives longer can be
/// lent for less.
#[must_use]
pub(super) fn as_result(ty: &Type) -> (Type, bool) {
    replace(ty, "'a")
}

fn replace(ty: &Type, inner: &'static str) -> (Type, bool) {
    let mut ty = relocated(ty);
    let mut lifetimes = Lifetimes { outer: "'a", inner, depth: 0, found: false };
    lifetimes.visit_type_mut(&mut ty);
    (ty, lifetimes.found)
}

/// The type as the module below the user's names it: `self::` and `super::` go one step up.
#[must_use]
pub(super) fn relocated(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Relocate.visit_type_mut(&mut ty);
    ty
}

/// A path as the module below the user's names it.
#[must_use]
pub(super) fn relocated_path(path: &Path) -> Path {
    let mut path = path.clone();
    Relocate.visit_path_mut(&mut path);
    path
}

struct Relocate;

impl VisitMut for Relocate {
    fn visit_path_mut(&mut self, path: &mut Path) {
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        match first.as_deref() {
            Some("self") => {
                if let Some(segment) = path.segments.first_mut() {
                    segment.ident = format_ident!("super", span = segment.ident.span());
                }
            }
            Some("super") => {
                let span = path.segments.first().map_or(Span::call_site(), |s| s.ident.span());
                path.segments
                    .insert(0, syn::PathSegment::from(format_ident!("super", span = span)));
            }
            _ => {}
        }
        visit_mut::visit_path_mut(self, path);
    }
}

struct Lifetimes {
    outer: &'static str,
    inner: &'static str,
    /// How many views are around.
    depth: usize,
    found: bool,
}

impl Lifetimes {
    fn lifetime(&mut self, span: Span) -> Lifetime {
        let name = if self.depth == 0 { self.outer } else { self.inner };
        self.found |= name == "'a";
        Lifetime::new(name, span)
    }
}

impl VisitMut for Lifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        let span = reference.and_token.spans[0];
        reference.lifetime = Some(self.lifetime(span));
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = self.lifetime(lifetime.apostrophe);
    }

    fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
        let view = segment.ident == "List" || segment.ident == "Map";
        let result = segment.ident == "Result";
        let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments else { return };
        for (i, argument) in arguments.args.iter_mut().enumerate() {
            // An error is put into words after its row: it borrows from none.
            let outer = if result && i == 1 { "'static" } else { self.outer };
            let before = std::mem::replace(&mut self.outer, outer);
            let item = matches!(argument, syn::GenericArgument::Type(_));
            self.depth += usize::from(view && item);
            self.visit_generic_argument_mut(argument);
            self.depth -= usize::from(view && item);
            self.outer = before;
        }
    }
}
