//! Tokens to the model: one function reads a part, and reports what is wrong with it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{
    FnArg, GenericParam, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, PatType, ReturnType,
    Type, TypeParamBound,
};

use super::messages;
use super::model::{Over, Param, Returns, TypeParam, Window};
use super::types;
use crate::sink::{Diagnostic, Sink};
use crate::source_hash::source_hash;
use crate::tokens::name_of;
use crate::udaf::types::mentions;
use crate::udaf::{first_words, is_mutable, module_of};
use crate::udf::attributes::{Attributes, UDWF};
use crate::udf::{Doc, Metadata, Word, WordKind, check_name, keyword, range, text_of};
use crate::view::signature::{NUMBER, SORT_VALUE, TypeSet};

/// The functions of which a window function has one.
const FUNCTIONS: [&str; 3] = ["next", "frame", "partition"];

/// The most parameters that the loops are compiled for.
const MAX_PARAMS: usize = 8;

/// The most type parameters: the loops are compiled for all forms of each.
const MAX_TYPE_PARAMS: usize = 2;

/// A window function whose errors are in the way of a model.
#[derive(Debug)]
pub struct Broken {
    /// The name of its module, if it is an `impl` for a type.
    pub module: Option<Ident>,
    /// What is wrong, in the order of the source.
    pub errors: Vec<Diagnostic>,
}

impl Window {
    /// Reads the tokens between the parentheses of `#[udwf(…)]` and the item below it.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(attribute: TokenStream, item: TokenStream) -> Result<Self, Box<Broken>> {
        let sink = Sink::new();
        let item = match syn::parse2::<Item>(item) {
            Ok(Item::Impl(item)) => item,
            Ok(other) => {
                sink.error_range(range(&keyword(&other)), messages::not_an_impl());
                return Err(Box::new(Broken { module: None, errors: sink.into_diagnostics() }));
            }
            Err(error) => {
                sink.error(error.span(), messages::syntax(&error.to_string()));
                return Err(Box::new(Broken { module: None, errors: sink.into_diagnostics() }));
            }
        };
        let ident = read_head(&item, &sink);
        let module = ident.as_ref().map(module_of);
        let window = ident.and_then(|ident| read(attribute, &item, ident, &sink));
        match (window, sink.finish()) {
            (Some(window), Ok(())) => Ok(window),
            (_, Err(errors)) => Err(Box::new(Broken { module, errors })),
            (None, Ok(())) => unreachable!("what hides a window function is reported"),
        }
    }
}

/// The name of the type, of `impl Window for Name<V>`.
fn read_head(item: &ItemImpl, sink: &Sink) -> Option<Ident> {
    let is_window = item.trait_.as_ref().is_some_and(|(path, _)| {
        path.segments.last().is_some_and(|segment| segment.ident == "Window")
    });
    if !is_window {
        sink.error(item.impl_token.span(), messages::not_a_window());
        return None;
    }
    let name = match item.self_ty.as_ref() {
        Type::Path(path) if path.path.segments.len() == 1 => path.path.segments.last(),
        _ => None,
    };
    let Some(segment) = name else {
        sink.error_range(range(&item.self_ty), messages::self_type());
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
        sink.error_range(range(&item.self_ty), messages::self_type());
    }
    Some(segment.ident.clone())
}

fn read(attribute: TokenStream, item: &ItemImpl, ident: Ident, sink: &Sink) -> Option<Window> {
    let attributes = Attributes::read(attribute, &UDWF, sink);
    let type_params = read_type_params(item, sink);
    let (state, functions) = read_items(item, sink);
    let [function] = functions.as_slice() else {
        // A function under another name is told of already.
        let unknown = |part: &ImplItem| matches!(part, ImplItem::Fn(f) if !FUNCTIONS.contains(&f.sig.ident.to_string().as_str()));
        if !item.items.iter().any(unknown) {
            sink.error_range(range(&item.self_ty), messages::one_function());
        }
        return None;
    };
    let kind = function.sig.ident.to_string();
    let over = read_over(&kind, state, function, sink);
    let params = read_params(function, &kind, &type_params, sink);
    let returns = read_returns(function, &kind, &type_params, sink);
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
    if let (Metadata::Inherit(position), Some(span)) = &attributes.metadata
        && params.len() <= *position
    {
        let message = crate::udf::messages::inherit_position(*position, params.len());
        sink.error_range(*span, message);
    }
    if attributes.ascending && kind != "next" {
        sink.error_range(range(&item.self_ty), messages::ascending(&kind));
    }
    check_bindings(&type_params, &params, sink);
    let head: [&dyn ToTokens; 2] = [&item.generics, &item.self_ty];
    let parts = head.into_iter().chain(item.items.iter().map(|item| item as &dyn ToTokens));
    Some(Window {
        module,
        ident,
        name,
        aliases: attributes.aliases.into_iter().map(|(name, _)| name).collect(),
        tags: attributes.tags,
        metadata: attributes.metadata.0,
        since: attributes.since,
        deprecated: attributes.deprecated,
        version: attributes.version.unwrap_or(1),
        source_hash: source_hash(parts),
        ascending: attributes.ascending,
        attributes: item.attrs.iter().filter(|a| !a.path().is_ident("doc")).cloned().collect(),
        doc: Doc::read(&item.attrs, sink),
        type_params,
        over: over?,
        params,
        returns: returns?,
        function: function.clone(),
    })
}

/// The type parameters and their bounds.
fn read_type_params(item: &ItemImpl, sink: &Sink) -> Vec<TypeParam> {
    let mut params = Vec::new();
    for param in &item.generics.params {
        let GenericParam::Type(param) = param else {
            sink.error_range(range(param), messages::no_such_param());
            continue;
        };
        let only = param.bounds.first().filter(|_| param.bounds.len() == 1);
        let set = only.and_then(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                let last = bound.path.segments.last()?;
                let sets = [(SORT_VALUE, TypeSet::Ordered), (NUMBER, TypeSet::Number)];
                sets.into_iter().find(|(name, _)| last.ident == name).map(|(_, set)| set)
            }
            _ => None,
        });
        if set.is_none() {
            sink.error_range(range(param), messages::bound(&name_of(&param.ident)));
        }
        // A wrong bound is one error, so the arguments are read as if it were right.
        let bound = only.cloned().unwrap_or_else(|| syn::parse_quote!(SortValue));
        let (ident, set) = (param.ident.clone(), set.unwrap_or(TypeSet::Ordered));
        params.push(TypeParam { ident, bound, set });
    }
    if let Some(clause) = &item.generics.where_clause {
        sink.error_range(range(clause), messages::no_such_param());
    }
    if let Some(third) = params.get(MAX_TYPE_PARAMS) {
        sink.error(third.ident.span(), messages::too_many_type_params());
    }
    params
}

/// A type parameter is what an argument decides.
fn check_bindings(type_params: &[TypeParam], params: &[Param], sink: &Sink) {
    for TypeParam { ident, .. } in type_params {
        let alone = std::slice::from_ref(ident);
        if !params.iter().any(|param| mentions(&param.ty, alone)) {
            sink.error(ident.span(), messages::unbound(&ident.to_string()));
        }
    }
}

/// The state and the functions.
fn read_items(item: &ItemImpl, sink: &Sink) -> (Option<Type>, Vec<ImplItemFn>) {
    let mut state = None;
    let mut functions = Vec::new();
    for part in &item.items {
        match part {
            ImplItem::Type(ty) if ty.ident == "State" => state = Some(ty.ty.clone()),
            ImplItem::Fn(function) => {
                let name = function.sig.ident.to_string();
                if FUNCTIONS.contains(&name.as_str()) {
                    functions.push(function.clone());
                } else {
                    sink.error(function.sig.ident.span(), messages::unknown_item(&name));
                }
            }
            other => sink.error_range(range(other), messages::unknown_item(&first_words(other))),
        }
    }
    (state, functions)
}

fn read_over(kind: &str, state: Option<Type>, function: &ImplItemFn, sink: &Sink) -> Option<Over> {
    match (kind, state) {
        ("next", Some(state)) => Some(Over::Next(Box::new(state))),
        ("frame", None) => Some(Over::Frame),
        ("partition", None) => Some(Over::Partition),
        _ => {
            sink.error(function.sig.ident.span(), messages::state(kind));
            None
        }
    }
}

/// The arguments of the function, after what it cannot be.
fn arguments<'f>(function: &'f ImplItemFn, sink: &Sink) -> Vec<&'f PatType> {
    let sig = &function.sig;
    let not_plain = sig.asyncness.is_some()
        || matches!(sig.safety, syn::Safety::Unsafe(_))
        || sig.abi.is_some()
        || sig.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
    if not_plain {
        sink.error(sig.ident.span(), messages::not_plain(&sig.ident.to_string()));
    }
    let typed = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Receiver(receiver) => {
            sink.error_range(range(receiver), messages::receiver());
            None
        }
        FnArg::Typed(typed) => Some(typed),
    });
    typed.collect()
}

fn read_params(
    function: &ImplItemFn,
    kind: &str,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Vec<Param> {
    let arguments = arguments(function, sink);
    let span = function.sig.ident.span();
    let params = match arguments.split_first() {
        _ if kind != "next" => arguments.as_slice(),
        Some((state, params)) if is_mutable(&state.ty) => params,
        _ => {
            sink.error(span, messages::next_form());
            return Vec::new();
        }
    };
    if params.is_empty() && kind != "next" {
        sink.error(span, messages::no_params(kind));
    } else if MAX_PARAMS < params.len() {
        sink.error(span, messages::too_many_params(params.len()));
    }
    params.iter().filter_map(|param| read_param(param, kind, type_params, sink)).collect()
}

fn read_param(
    typed: &PatType,
    kind: &str,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Option<Param> {
    for attribute in &typed.attrs {
        sink.error_range(range(attribute), messages::param_attribute());
    }
    let ty = match types::rows(&typed.ty) {
        _ if kind == "next" => typed.ty.as_ref(),
        Some(ty) => ty,
        None => {
            sink.error_range(range(&typed.ty), messages::not_rows(kind, &text_of(&typed.ty)));
            return None;
        }
    };
    let word = types::argument(ty, type_params, sink);
    if matches!(word.kind, WordKind::Variadic(_)) {
        sink.error_range(word.span, messages::variadic());
    }
    match typed.pat.as_ref() {
        Pat::Ident(pat) => Some(Param { ident: pat.ident.clone(), ty: ty.clone(), word }),
        other => {
            sink.error_range(range(other), crate::udf::messages::no_name());
            None
        }
    }
}

fn read_returns(
    function: &ImplItemFn,
    kind: &str,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Option<Returns> {
    let ReturnType::Type(_, written) = &function.sig.output else {
        sink.error(function.sig.ident.span(), messages::no_result(kind));
        return None;
    };
    let ty = match types::results(written) {
        _ if kind != "partition" => written,
        Some(ty) => ty,
        None => {
            sink.error_range(range(written), messages::not_results(&text_of(written)));
            return None;
        }
    };
    let word: Word = types::result(ty, type_params, sink);
    Some(Returns { ty: ty.clone(), word })
}
