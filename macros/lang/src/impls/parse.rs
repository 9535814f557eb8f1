//! Tokens to the model: what both kinds have is read here, and what is wrong with it reported in the
//! words of the kind.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{
    FnArg, GenericParam, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, PatType, Type,
    TypeParamBound,
};

use super::head::{Head, Param, Returns, TypeParam};
use super::{Broken, Kind, MAX_TYPE_PARAMS};
use crate::sink::Sink;
use crate::source_hash::source_hash;
use crate::tokens::name_of;
use crate::udaf::types::mentions;
use crate::udf::attributes::Attributes;
use crate::udf::{Doc, Metadata, Word, WordKind, check_name, keyword, range, text_of};
use crate::view::signature::TypeSet;

/// What a kind reads of its functions; `None` for what errors hide.
pub(crate) struct Parts<T> {
    pub(crate) params: Option<Vec<Param>>,
    pub(crate) returns: Option<Returns>,
    pub(crate) own: Option<T>,
}

/// Reads the tokens of the attribute and the item below it; `read` reads the functions.
///
/// # Errors
///
/// The errors of the item, all at once.
pub(crate) fn parse<T>(
    kind: &Kind,
    attribute: TokenStream,
    item: TokenStream,
    read: impl FnOnce(&ItemImpl, &Attributes, &[TypeParam], &Sink) -> Parts<T>,
) -> Result<(Head, T), Box<Broken>> {
    let sink = Sink::new();
    let item = match syn::parse2::<Item>(item) {
        Ok(Item::Impl(item)) => item,
        Ok(other) => {
            sink.error_range(range(&keyword(&other)), (kind.messages.not_an_impl)());
            return Err(Box::new(Broken { module: None, errors: sink.into_diagnostics() }));
        }
        Err(error) => {
            sink.error(error.span(), (kind.messages.syntax)(&error.to_string()));
            return Err(Box::new(Broken { module: None, errors: sink.into_diagnostics() }));
        }
    };
    let ident = read_name(kind, &item, &sink);
    let module = ident.as_ref().map(module_of);
    let model = ident.and_then(|ident| {
        let attributes = Attributes::read(attribute, kind.known, &sink);
        let type_params = read_type_params(kind, &item, &sink);
        let parts = read(&item, &attributes, &type_params, &sink);
        head(kind, &item, ident, attributes, type_params, parts, &sink)
    });
    match (model, sink.finish()) {
        (Some(model), Ok(())) => Ok(model),
        (_, Err(errors)) => Err(Box::new(Broken { module, errors })),
        (None, Ok(())) => unreachable!("what hides an item is reported"),
    }
}

/// The name of the type, of `impl Aggregate for Name<V, K>`.
fn read_name(kind: &Kind, item: &ItemImpl, sink: &Sink) -> Option<Ident> {
    let is_it = item.trait_.as_ref().is_some_and(|(path, _)| {
        path.segments.last().is_some_and(|segment| segment.ident == kind.implements)
    });
    if !is_it {
        sink.error(item.impl_token.span(), (kind.messages.not_this_kind)());
        return None;
    }
    let name = match item.self_ty.as_ref() {
        Type::Path(path) if path.path.segments.len() == 1 => path.path.segments.last(),
        _ => None,
    };
    let Some(segment) = name else {
        sink.error_range(range(&item.self_ty), (kind.messages.self_type)());
        return None;
    };
    let params: Vec<String> =
        item.generics.type_params().map(|param| param.ident.to_string()).collect();
    let written = match &segment.arguments {
        syn::PathArguments::None => Vec::new(),
        syn::PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().map(text_of).collect()
        }
        syn::PathArguments::Parenthesized(_) => vec![String::new()],
    };
    if params != written {
        sink.error_range(range(&item.self_ty), (kind.messages.self_type)());
    }
    Some(segment.ident.clone())
}

fn head<T>(
    kind: &Kind,
    item: &ItemImpl,
    ident: Ident,
    attributes: Attributes,
    type_params: Vec<TypeParam>,
    parts: Parts<T>,
    sink: &Sink,
) -> Option<(Head, T)> {
    let module = module_of(&ident);
    let (name, name_span) =
        attributes.name.clone().unwrap_or_else(|| (module.to_string(), ident.span()));
    check_name(&name, name_span, sink);
    for (alias, span) in &attributes.aliases {
        check_name(alias, *span, sink);
        if *alias == name {
            sink.error(*span, crate::udf::messages::alias_of_itself(alias));
        }
    }
    let params = parts.params?;
    if let (Metadata::Inherit(position), Some(span)) = &attributes.metadata
        && params.len() <= *position
    {
        let message = crate::udf::messages::inherit_position(*position, params.len());
        sink.error_range(*span, message);
    }
    check_bindings(kind, &type_params, &params, sink);
    let types: [&dyn ToTokens; 2] = [&item.generics, &item.self_ty];
    let tokens = types.into_iter().chain(item.items.iter().map(|item| item as &dyn ToTokens));
    let head = Head {
        word: kind.word,
        module,
        ident,
        name,
        aliases: attributes.aliases.into_iter().map(|(name, _)| name).collect(),
        tags: attributes.tags,
        metadata: attributes.metadata.0,
        since: attributes.since,
        deprecated: attributes.deprecated,
        version: attributes.version.unwrap_or(1),
        source_hash: source_hash(tokens),
        attributes: item.attrs.iter().filter(|a| !a.path().is_ident("doc")).cloned().collect(),
        doc: Doc::read(&item.attrs, sink),
        type_params,
        params,
        returns: parts.returns?,
    };
    Some((head, parts.own?))
}

/// `ArgMax` is `arg_max`, `JSONRank` is `json_rank`.
fn module_of(ident: &Ident) -> Ident {
    let name = name_of(ident);
    let mut module = String::with_capacity(name.len() + 4);
    let mut before = '_';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let begins_word = !before.is_uppercase() || rest.peek().is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && before != '_' && begins_word {
            module.push('_');
        }
        module.extend(c.to_lowercase());
        before = c;
    }
    Ident::new(&module, ident.span())
}

/// The type parameters and their bounds.
fn read_type_params(kind: &Kind, item: &ItemImpl, sink: &Sink) -> Vec<TypeParam> {
    let mut params = Vec::new();
    for param in &item.generics.params {
        let GenericParam::Type(param) = param else {
            sink.error_range(range(param), (kind.messages.no_such_param)());
            continue;
        };
        let only = param.bounds.first().filter(|_| param.bounds.len() == 1);
        let set = only.and_then(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                let last = bound.path.segments.last()?;
                let known = kind.bounds.iter().find(|(name, _)| last.ident == name);
                known.map(|(_, set)| *set)
            }
            _ => None,
        });
        if set.is_none() {
            sink.error_range(range(param), (kind.messages.bound)(&name_of(&param.ident)));
        }
        // A wrong bound is one error, so the arguments are read as if it were right.
        let bound = only.cloned().unwrap_or_else(|| syn::parse_quote!(SortValue));
        let (ident, set) = (param.ident.clone(), set.unwrap_or(TypeSet::Ordered));
        params.push(TypeParam { ident, bound, set });
    }
    if let Some(clause) = &item.generics.where_clause {
        sink.error_range(range(clause), (kind.messages.no_such_param)());
    }
    if let Some(third) = params.get(MAX_TYPE_PARAMS) {
        sink.error(third.ident.span(), (kind.messages.too_many_type_params)());
    }
    params
}

/// A type parameter is what an argument decides.
fn check_bindings(kind: &Kind, type_params: &[TypeParam], params: &[Param], sink: &Sink) {
    for TypeParam { ident, .. } in type_params {
        let alone = std::slice::from_ref(ident);
        if !params.iter().any(|param| mentions(&param.ty, alone)) {
            sink.error(ident.span(), (kind.messages.unbound)(&ident.to_string()));
        }
    }
}

/// `const X` of `const X: i64 = 1;`
pub(crate) fn first_words(item: &ImplItem) -> String {
    let words = item.to_token_stream().into_iter().take(2).map(|tree| tree.to_string());
    words.collect::<Vec<_>>().join(" ")
}

/// The arguments of a function, after what it cannot be.
pub(crate) fn arguments<'f>(
    kind: &Kind,
    function: &'f ImplItemFn,
    sink: &Sink,
) -> Vec<&'f PatType> {
    let sig = &function.sig;
    let not_plain = sig.asyncness.is_some()
        || matches!(sig.safety, syn::Safety::Unsafe(_))
        || sig.abi.is_some()
        || sig.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
    if not_plain {
        sink.error(sig.ident.span(), (kind.messages.not_plain)(&sig.ident.to_string()));
    }
    let typed = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(receiver) => {
            sink.error_range(range(receiver), (kind.messages.receiver)());
            None
        }
        FnArg::Typed(typed) => Some(typed),
    });
    typed.collect()
}

pub(crate) fn is_mutable(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

/// A parameter of this type, which is `word`.
pub(crate) fn read_param(
    kind: &Kind,
    typed: &PatType,
    (ty, word): (&Type, Word),
    sink: &Sink,
) -> Option<Param> {
    for attribute in &typed.attrs {
        sink.error_range(range(attribute), (kind.messages.param_attribute)());
    }
    if matches!(word.kind, WordKind::Variadic(_)) {
        sink.error_range(word.span, (kind.messages.variadic)());
    }
    match typed.pat.as_ref() {
        Pat::Ident(pat) => Some(Param { ident: pat.ident.clone(), ty: ty.clone(), word }),
        other => {
            sink.error_range(range(other), crate::udf::messages::no_name());
            None
        }
    }
}
