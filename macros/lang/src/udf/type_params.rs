//! Type parameters of a function: `fn f<T: Value, K: SortValue>(map: Map<'_, K, T>) -> Vec<T>`.
//!
//! Where a call decides on types, the function is compiled once, over positions of values in their
//! columns. A position lives as long as the batch, and only the views of a batch give positions: so
//! the item gets a lifetime that the bounds of its type parameters and its views share. Users write
//! neither.

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, GenericParam, ItemFn, Lifetime, PathArguments, Type, TypeParam,
    TypeParamBound, WherePredicate, parse_quote,
};

use super::messages;
use super::model::Param;
use super::words::range;
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types;
use crate::view::signature::{self, SORT_VALUE, TypeSet};

/// The bound of a type parameter that stands for every type.
const VALUE: &str = "Value";

/// Reads the type parameters; what is wrong with one is in `sink`.
pub(super) fn read(item: &ItemFn, sink: &Sink) -> (Vec<Ident>, Vec<signature::TypeParam>) {
    let (mut names, mut params) = (Vec::new(), Vec::new());
    for param in &item.sig.generics.params {
        match param {
            GenericParam::Lifetime(_) => {}
            GenericParam::Const(param) => {
                sink.error(param.ident.span(), messages::constant_param(&name_of(&param.ident)));
            }
            GenericParam::Type(param) => {
                let name = name_of(&param.ident);
                let bounds = bounds(item, param);
                let known = |bound: &String| bound == VALUE || bound == SORT_VALUE;
                if bounds.is_empty() || !bounds.iter().all(known) || param.default.is_some() {
                    sink.error_range(range(param), messages::generic(&name));
                } else if types::Type::NAMES.contains(&name.as_str()) || name == types::ANY_STRUCT {
                    sink.error(param.ident.span(), messages::taken_param(&name));
                    continue;
                }
                names.push(param.ident.clone());
                let ordered = bounds.iter().any(|bound| bound == SORT_VALUE);
                let set = if ordered { TypeSet::Ordered } else { TypeSet::Any };
                params.push(signature::TypeParam { name, set });
            }
        }
    }
    (names, params)
}

/// A type parameter is what an argument decides.
pub(super) fn check_bound(names: &[Ident], params: &[Param], sink: &Sink) {
    for name in names {
        let mut found = false;
        for param in params {
            param.word.visit_params(&mut |known| found |= name == known);
        }
        if !found {
            sink.error(name.span(), messages::unbound(&name_of(name)));
        }
    }
}

/// The last names of the bounds of a type parameter, those of the `where` clause too.
fn bounds(item: &ItemFn, param: &TypeParam) -> Vec<String> {
    let clause = item.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_clause = clause.filter_map(|predicate| match predicate {
        WherePredicate::Type(predicate) => match &predicate.bounded_ty {
            Type::Path(path) if path.path.is_ident(&param.ident) => Some(&predicate.bounds),
            _ => None,
        },
        _ => None,
    });
    let all = of_clause.chain([&param.bounds]).flatten();
    all.map(|bound| match bound {
        TypeParamBound::Trait(bound) => match bound.path.segments.last() {
            Some(last) if last.arguments.is_none() => name_of(&last.ident),
            _ => "?".to_owned(),
        },
        _ => "?".to_owned(),
    })
    .collect()
}

/// Gives type parameters and the views that hold their values the lifetime of the batch.
pub(super) fn with_handles(item: &mut ItemFn) {
    let is_ours = |param: &&TypeParam| {
        bounds(item, param).iter().any(|bound| bound == VALUE || bound == SORT_VALUE)
    };
    let params = item.sig.generics.type_params().filter(is_ours);
    let names: Vec<Ident> = params.map(|param| param.ident.clone()).collect();
    if names.is_empty() {
        return;
    }
    let types = item.sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed.ty.as_mut()),
        FnArg::Receiver(_) => None,
    });
    let mut views = Views { names: &names, named: None, batch: None };
    let mut types: Vec<&mut Type> = types.collect();
    types.iter_mut().for_each(|ty| views.visit_type_mut(ty));
    let fresh = || Lifetime::new("'__batch", Span::call_site());
    let batch = views.named.clone().unwrap_or_else(fresh);
    views.batch = Some(batch.clone());
    types.iter_mut().for_each(|ty| views.visit_type_mut(ty));
    let generics = &mut item.sig.generics;
    if views.named.is_none() {
        generics.params.insert(0, parse_quote!(#batch));
    }
    names.iter().for_each(|name| add_bound(generics, name, &batch));
}

/// Adds the bound where the user has written those of the parameter, since clippy asks for one place.
fn add_bound(generics: &mut syn::Generics, name: &Ident, batch: &Lifetime) {
    let bound: TypeParamBound = parse_quote!(::belvedere::__private::Handle<#batch>);
    let inline = generics.type_params_mut().find(|param| param.ident == *name);
    if let Some(param) = inline.filter(|param| !param.bounds.is_empty()) {
        param.bounds.push(bound);
        return;
    }
    let predicates = &mut generics.make_where_clause().predicates;
    let of_name = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident(name));
    let written = predicates.iter_mut().find_map(|predicate| match predicate {
        WherePredicate::Type(predicate) if of_name(&predicate.bounded_ty) => Some(predicate),
        _ => None,
    });
    if let Some(predicate) = written {
        predicate.bounds.push(bound);
    }
}

/// The lifetimes of views that hold values of type parameters: first looked for, then written.
struct Views<'n> {
    names: &'n [Ident],
    /// The first that the user has named.
    named: Option<Lifetime>,
    batch: Option<Lifetime>,
}

impl VisitMut for Views<'_> {
    fn visit_path_segment_mut(&mut self, segment: &mut syn::PathSegment) {
        let view = segment.ident == "List" || segment.ident == "Map";
        if view
            && mentions(segment, self.names)
            && let PathArguments::AngleBracketed(arguments) = &mut segment.arguments
        {
            let lifetime = arguments.args.iter_mut().find_map(|argument| match argument {
                GenericArgument::Lifetime(lifetime) => Some(lifetime),
                _ => None,
            });
            match (lifetime, &self.batch) {
                (Some(lifetime), _) if lifetime.ident != "_" => {
                    self.named.get_or_insert_with(|| lifetime.clone());
                }
                (Some(lifetime), Some(batch)) => *lifetime = batch.clone(),
                (None, Some(batch)) => {
                    arguments.args.insert(0, GenericArgument::Lifetime(batch.clone()));
                }
                (_, None) => {}
            }
        }
        visit_mut::visit_path_segment_mut(self, segment);
    }
}

fn mentions(segment: &syn::PathSegment, names: &[Ident]) -> bool {
    fn search(tokens: proc_macro2::TokenStream, names: &[Ident]) -> bool {
        tokens.into_iter().any(|tree| match tree {
            proc_macro2::TokenTree::Ident(word) => names.contains(&word),
            proc_macro2::TokenTree::Group(group) => search(group.stream(), names),
            _ => false,
        })
    }
    search(quote!(#segment), names)
}

/// The type with positions of values in the places of type parameters.
pub(crate) fn erased(ty: &Type, params: &[signature::TypeParam]) -> Type {
    struct Erase<'p>(&'p [signature::TypeParam]);

    impl VisitMut for Erase<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            let number = match ty {
                Type::Path(path) if path.qself.is_none() => path
                    .path
                    .get_ident()
                    .and_then(|name| self.0.iter().position(|param| name_of(name) == param.name)),
                _ => None,
            };
            match number.map(|number| (number, self.0[number].set)) {
                Some((number, TypeSet::Ordered)) => {
                    *ty = parse_quote!(__b::Ordered<'_, #number>);
                }
                Some((number, _)) => *ty = parse_quote!(__b::Generic<'_, #number>),
                None => visit_mut::visit_type_mut(self, ty),
            }
        }
    }

    let mut ty = ty.clone();
    Erase(params).visit_type_mut(&mut ty);
    ty
}
