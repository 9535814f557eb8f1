//! Tokens to the model: one function reads a part, and reports what is wrong with it.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::{
    FnArg, GenericParam, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, PatType, ReturnType,
    Type, TypeParamBound,
};

use super::messages;
use super::model::{Aggregate, Param, Returns};
use super::types;
use crate::sink::{Diagnostic, Sink};
use crate::source_hash::source_hash;
use crate::tokens::name_of;
use crate::udf::attributes::{Attributes, UDAF};
use crate::udf::{Doc, Metadata, Word, check_name, keyword, range, text_of};

/// The functions that an aggregate has.
const FUNCTIONS: [&str; 4] = ["update", "merge", "finish", "retract"];

/// The most parameters that the loops are compiled for.
const MAX_PARAMS: usize = 8;

/// The most type parameters: the loops are compiled for both forms of each.
const MAX_TYPE_PARAMS: usize = 2;

/// An aggregate whose errors are in the way of a model.
#[derive(Debug)]
pub struct Broken {
    /// The name of its module, if it is an `impl` for a type.
    pub module: Option<Ident>,
    /// What is wrong, in the order of the source.
    pub errors: Vec<Diagnostic>,
}

impl Aggregate {
    /// Reads the tokens between the parentheses of `#[udaf(…)]` and the item below it.
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
        let aggregate = ident.and_then(|ident| read(attribute, &item, ident, &sink));
        match (aggregate, sink.finish()) {
            (Some(aggregate), Ok(())) => Ok(aggregate),
            (_, Err(errors)) => Err(Box::new(Broken { module, errors })),
            (None, Ok(())) => unreachable!("what hides an aggregate is reported"),
        }
    }
}

/// The name of the type, of `impl Aggregate for Name<V, K>`.
fn read_head(item: &ItemImpl, sink: &Sink) -> Option<Ident> {
    let is_aggregate = item.trait_.as_ref().is_some_and(|(path, _)| {
        path.segments.last().is_some_and(|segment| segment.ident == "Aggregate")
    });
    if !is_aggregate {
        sink.error(item.impl_token.span(), messages::not_an_aggregate());
        return None;
    }
    let Type::Path(path) = item.self_ty.as_ref() else {
        sink.error_range(range(&item.self_ty), messages::self_type());
        return None;
    };
    let ident = path.path.segments.last().filter(|_| path.path.segments.len() == 1);
    let Some(segment) = ident else {
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

fn read(attribute: TokenStream, item: &ItemImpl, ident: Ident, sink: &Sink) -> Option<Aggregate> {
    let attributes = Attributes::read(attribute, &UDAF, sink);
    let (type_params, bounds) = read_type_params(item, sink);
    let (state, functions) = read_items(item, sink);
    let find = |name: &str| functions.iter().find(|function| function.sig.ident == name);
    let params = find("update").map(|update| read_update(update, &type_params, sink));
    if let (Some(retract), Some(update)) = (find("retract"), find("update")) {
        check_retract(retract, update, sink);
    }
    if let Some(merge) = find("merge") {
        check_merge(merge, sink);
    }
    let returns = find("finish").and_then(|finish| read_finish(finish, &type_params, sink));
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
    let params = params?;
    if let (Metadata::Inherit(position), Some(span)) = &attributes.metadata
        && params.len() <= *position
    {
        let message = crate::udf::messages::inherit_position(*position, params.len());
        sink.error_range(*span, message);
    }
    check_bindings(&type_params, &params, sink);
    let aliases: Vec<String> = attributes.aliases.into_iter().map(|(name, _)| name).collect();
    let head: [&dyn ToTokens; 2] = [&item.generics, &item.self_ty];
    let parts = head.into_iter().chain(item.items.iter().map(|item| item as &dyn ToTokens));
    Some(Aggregate {
        module,
        ident,
        name,
        aliases,
        tags: attributes.tags,
        metadata: attributes.metadata.0,
        since: attributes.since,
        deprecated: attributes.deprecated,
        version: attributes.version.unwrap_or(1),
        source_hash: source_hash(parts),
        idempotent: attributes.idempotent,
        attributes: item.attrs.iter().filter(|a| !a.path().is_ident("doc")).cloned().collect(),
        doc: Doc::read(&item.attrs, sink),
        type_params,
        bounds,
        state: state?,
        params,
        returns: returns?,
        retracts: find("retract").is_some(),
        functions,
    })
}

/// `ArgMax` is `arg_max`.
pub(crate) fn module_of(ident: &Ident) -> Ident {
    let name = name_of(ident);
    let mut module = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && before != '_' && !before.is_uppercase() {
            module.push('_');
        }
        module.extend(c.to_lowercase());
        before = c;
    }
    Ident::new(&module, ident.span())
}

/// The type parameters and their bounds.
fn read_type_params(item: &ItemImpl, sink: &Sink) -> (Vec<Ident>, Vec<TypeParamBound>) {
    let (mut names, mut bounds) = (Vec::new(), Vec::new());
    for param in &item.generics.params {
        match param {
            GenericParam::Type(param) => {
                let only = param.bounds.len() == 1;
                let sorts = param.bounds.iter().all(|bound| match bound {
                    TypeParamBound::Trait(bound) => {
                        bound.path.segments.last().is_some_and(|last| last.ident == "SortValue")
                    }
                    _ => false,
                });
                if !only || !sorts {
                    sink.error_range(range(param), messages::bound(&name_of(&param.ident)));
                }
                names.push(param.ident.clone());
                bounds.extend(param.bounds.first().cloned());
            }
            other => sink.error_range(range(other), messages::no_such_param()),
        }
    }
    if let Some(clause) = &item.generics.where_clause {
        sink.error_range(range(clause), messages::no_such_param());
    }
    if let Some(third) = names.get(MAX_TYPE_PARAMS) {
        sink.error(third.span(), messages::too_many_type_params());
    }
    (names, bounds)
}

/// A type parameter is what an argument decides.
fn check_bindings(type_params: &[Ident], params: &[Param], sink: &Sink) {
    for name in type_params {
        let alone = std::slice::from_ref(name);
        if !params.iter().any(|param| types::mentions(&param.ty, alone)) {
            sink.error(name.span(), messages::unbound(&name.to_string()));
        }
    }
}

/// The state and the functions.
fn read_items(item: &ItemImpl, sink: &Sink) -> (Option<Type>, Vec<ImplItemFn>) {
    let mut state = None;
    let mut functions = Vec::new();
    for part in &item.items {
        match part {
            ImplItem::Type(ty) if ty.ident == "State" => {
                types::check_state(&ty.ty, sink);
                state = Some(ty.ty.clone());
            }
            ImplItem::Fn(function) => {
                let name = function.sig.ident.to_string();
                if !FUNCTIONS.contains(&name.as_str()) {
                    sink.error(function.sig.ident.span(), messages::unknown_item(&name));
                }
                functions.push(function.clone());
            }
            other => sink.error_range(range(other), messages::unknown_item(&first_words(other))),
        }
    }
    let has = |name: &str| functions.iter().any(|function| function.sig.ident == name);
    let mut missing: Vec<&str> = Vec::new();
    if state.is_none() {
        missing.push("type State");
    }
    missing.extend(["update", "merge", "finish"].into_iter().filter(|name| !has(name)));
    if !missing.is_empty() {
        sink.error_range(range(&item.self_ty), messages::missing(&missing));
    }
    (state, functions)
}

/// `const X` of `const X: i64 = 1;`
pub(crate) fn first_words(item: &ImplItem) -> String {
    let words = item.to_token_stream().into_iter().take(2).map(|tree| tree.to_string());
    words.collect::<Vec<_>>().join(" ")
}

/// The arguments of a function of the aggregate, after what all of them cannot be.
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

fn returns_nothing(function: &ImplItemFn, sink: &Sink) {
    if let ReturnType::Type(_, ty) = &function.sig.output {
        sink.error_range(range(ty), messages::gives_nothing(&function.sig.ident.to_string()));
    }
}

pub(crate) fn is_mutable(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some())
}

fn read_update(function: &ImplItemFn, type_params: &[Ident], sink: &Sink) -> Vec<Param> {
    let arguments = arguments(function, sink);
    returns_nothing(function, sink);
    let Some((_, params)) = arguments.split_first().filter(|(state, _)| is_mutable(&state.ty))
    else {
        sink.error(function.sig.ident.span(), messages::update_form("update"));
        return Vec::new();
    };
    if params.is_empty() {
        sink.error(function.sig.ident.span(), messages::no_params());
    } else if MAX_PARAMS < params.len() {
        sink.error(function.sig.ident.span(), messages::too_many_params(params.len()));
    }
    params.iter().filter_map(|param| read_param(param, type_params, sink)).collect()
}

fn read_param(typed: &PatType, type_params: &[Ident], sink: &Sink) -> Option<Param> {
    for attribute in &typed.attrs {
        sink.error_range(range(attribute), messages::param_attribute());
    }
    let word = types::argument(&typed.ty, type_params, sink);
    if matches!(word.kind, crate::udf::WordKind::Variadic(_)) {
        sink.error_range(word.span, messages::variadic());
    }
    match typed.pat.as_ref() {
        Pat::Ident(pat) => {
            Some(Param { ident: pat.ident.clone(), ty: typed.ty.as_ref().clone(), word })
        }
        other => {
            sink.error_range(range(other), crate::udf::messages::no_name());
            None
        }
    }
}

/// What leaves is what came.
fn check_retract(retract: &ImplItemFn, update: &ImplItemFn, sink: &Sink) {
    let leaving = arguments(retract, sink);
    returns_nothing(retract, sink);
    let same = retract.sig.inputs.len() == update.sig.inputs.len()
        && leaving.iter().zip(&update.sig.inputs).all(|(leaving, coming)| match coming {
            FnArg::Typed(coming) => leaving.ty == coming.ty,
            FnArg::Receiver(_) => true,
        });
    if !same {
        sink.error(retract.sig.ident.span(), messages::retract_form());
    }
}

fn check_merge(merge: &ImplItemFn, sink: &Sink) {
    let arguments = arguments(merge, sink);
    returns_nothing(merge, sink);
    let fits = match arguments.as_slice() {
        [state, other] => is_mutable(&state.ty) && !matches!(*other.ty, Type::Reference(_)),
        _ => false,
    };
    if !fits {
        sink.error(merge.sig.ident.span(), messages::merge_form());
    }
}

fn read_finish(finish: &ImplItemFn, type_params: &[Ident], sink: &Sink) -> Option<Returns> {
    let arguments = arguments(finish, sink);
    let lent =
        |ty: &Type| matches!(ty, Type::Reference(reference) if reference.mutability.is_none());
    if !matches!(arguments.as_slice(), [state] if lent(&state.ty)) {
        sink.error(finish.sig.ident.span(), messages::finish_form());
    }
    let ReturnType::Type(_, ty) = &finish.sig.output else {
        sink.error(finish.sig.ident.span(), messages::finish_form());
        return None;
    };
    let word: Word = types::result(ty, type_params, sink);
    Some(Returns { ty: ty.as_ref().clone(), word })
}
