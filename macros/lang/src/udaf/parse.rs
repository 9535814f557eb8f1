//! Tokens to the model: the functions of an aggregate are read here, all else by [`impls`].

use proc_macro2::TokenStream;
use syn::{FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, PatType, ReturnType, Type};

use super::messages;
use super::model::Aggregate;
use super::types;
use crate::impls::{
    self, Broken, Kind, MAX_PARAMS, Messages, Param, Parts, Returns, TypeParam, arguments,
    first_words, is_mutable,
};
use crate::sink::Sink;
use crate::udf::attributes::{Attributes, UDAF};
use crate::udf::{Word, range};
use crate::view::signature::{SORT_VALUE, TypeSet};

/// The functions that an aggregate has.
const FUNCTIONS: [&str; 4] = ["update", "merge", "finish", "retract"];

/// `impl Aggregate for Name<V>`
const KIND: Kind = Kind {
    known: &UDAF,
    word: "aggregate",
    implements: "Aggregate",
    bounds: &[(SORT_VALUE, TypeSet::Ordered)],
    messages: Messages {
        not_an_impl: messages::not_an_impl,
        syntax: messages::syntax,
        not_this_kind: messages::not_an_aggregate,
        self_type: messages::self_type,
        bound: messages::bound,
        no_such_param: messages::no_such_param,
        too_many_type_params: messages::too_many_type_params,
        unbound: messages::unbound,
        not_plain: messages::not_plain,
        receiver: messages::receiver,
        param_attribute: messages::param_attribute,
        variadic: messages::variadic,
    },
};

/// What is an aggregate's alone.
struct Own {
    idempotent: bool,
    state: Type,
    functions: Vec<ImplItemFn>,
}

impl Aggregate {
    /// Reads the tokens between the parentheses of `#[udaf(…)]` and the item below it.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(attribute: TokenStream, item: TokenStream) -> Result<Self, Box<Broken>> {
        let (head, own) = impls::parse(&KIND, attribute, item, read)?;
        let Own { idempotent, state, functions } = own;
        let retracts = functions.iter().any(|function| function.sig.ident == "retract");
        Ok(Self { head, idempotent, state, retracts, functions })
    }
}

fn read(
    item: &ItemImpl,
    attributes: &Attributes,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Parts<Own> {
    let names: Vec<Ident> = type_params.iter().map(|param| param.ident.clone()).collect();
    let (state, functions) = read_items(item, &names, sink);
    let find = |name: &str| functions.iter().find(|function| function.sig.ident == name);
    let params = find("update").map(|update| read_update(update, &names, sink));
    if let (Some(retract), Some(update)) = (find("retract"), find("update")) {
        check_retract(retract, update, sink);
    }
    if let Some(merge) = find("merge") {
        check_merge(merge, sink);
    }
    let returns = find("finish").and_then(|finish| read_finish(finish, &names, sink));
    let idempotent = attributes.idempotent;
    Parts { params, returns, own: state.map(|state| Own { idempotent, state, functions }) }
}

/// The state and the functions.
fn read_items(
    item: &ItemImpl,
    type_params: &[Ident],
    sink: &Sink,
) -> (Option<Type>, Vec<ImplItemFn>) {
    let mut state = None;
    let mut functions = Vec::new();
    for part in &item.items {
        match part {
            ImplItem::Type(ty) if ty.ident == "State" => {
                types::check_state(&ty.ty, type_params, sink);
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

fn returns_nothing(function: &ImplItemFn, sink: &Sink) {
    if let ReturnType::Type(_, ty) = &function.sig.output {
        sink.error_range(range(ty), messages::gives_nothing(&function.sig.ident.to_string()));
    }
}

fn read_update(function: &ImplItemFn, type_params: &[Ident], sink: &Sink) -> Vec<Param> {
    let arguments = arguments(&KIND, function, sink);
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
    let word = types::argument(&typed.ty, type_params, sink);
    impls::read_param(&KIND, typed, (&typed.ty, word), sink)
}

/// What leaves is what came.
fn check_retract(retract: &ImplItemFn, update: &ImplItemFn, sink: &Sink) {
    let leaving = arguments(&KIND, retract, sink);
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
    let arguments = arguments(&KIND, merge, sink);
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
    let arguments = arguments(&KIND, finish, sink);
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
    Some(Returns { ty: ty.as_ref().clone(), word, fallible: false })
}
