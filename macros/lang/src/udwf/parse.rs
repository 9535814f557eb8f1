//! Tokens to the model: the function of a window function is read here, all else by [`impls`].

use proc_macro2::TokenStream;
use syn::{ImplItem, ImplItemFn, ItemImpl, PatType, ReturnType, Type};

use super::messages;
use super::model::{Fails, Over, Window};
use super::types;
use crate::impls::{
    self, Broken, Kind, MAX_PARAMS, Messages, Param, Parts, Returns, TypeParam, arguments,
    first_words, is_mutable,
};
use crate::sink::Sink;
use crate::udf::attributes::{Attributes, UDWF};
use crate::udf::{Word, range, text_of};
use crate::view::signature::{NUMBER, SORT_VALUE, TypeSet};

/// The functions of which a window function has one.
const FUNCTIONS: [&str; 3] = ["next", "frame", "partition"];

/// `impl Window for Name<V>`
const KIND: Kind = Kind {
    known: &UDWF,
    word: "window",
    implements: "Window",
    bounds: &[(SORT_VALUE, TypeSet::Ordered), (NUMBER, TypeSet::Number)],
    messages: Messages {
        not_an_impl: messages::not_an_impl,
        syntax: messages::syntax,
        not_this_kind: messages::not_a_window,
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

/// What is a window function's alone.
struct Own {
    ascending: bool,
    over: Over,
    function: ImplItemFn,
    fails: Fails,
}

impl Window {
    /// Reads the tokens between the parentheses of `#[udwf(…)]` and the item below it.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(attribute: TokenStream, item: TokenStream) -> Result<Self, Box<Broken>> {
        let (head, own) = impls::parse(&KIND, attribute, item, read)?;
        let Own { ascending, over, function, fails } = own;
        Ok(Self { head, ascending, over, function, fails })
    }
}

fn read(
    item: &ItemImpl,
    attributes: &Attributes,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Parts<Own> {
    let (state, functions) = read_items(item, sink);
    let [function] = functions.as_slice() else {
        // A function under another name is told of already.
        let unknown = |part: &ImplItem| match part {
            ImplItem::Fn(function) => {
                let name = function.sig.ident.to_string();
                !FUNCTIONS.contains(&name.as_str())
            }
            _ => false,
        };
        if !item.items.iter().any(unknown) {
            sink.error_range(range(&item.self_ty), messages::one_function());
        }
        return Parts { params: None, returns: None, own: None };
    };
    let kind = function.sig.ident.to_string();
    let over = read_over(&kind, state, function, sink);
    let params = Some(read_params(function, &kind, type_params, sink));
    let (returns, fails) = match read_returns(function, &kind, type_params, sink) {
        Some((returns, fails)) => (Some(returns), fails),
        None => (None, Fails::default()),
    };
    let ascending = attributes.ascending;
    if ascending && kind != "next" {
        sink.error_range(range(&item.self_ty), messages::ascending(&kind));
    }
    let own = over.map(|over| Own { ascending, over, function: function.clone(), fails });
    Parts { params, returns, own }
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

fn read_params(
    function: &ImplItemFn,
    kind: &str,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Vec<Param> {
    let arguments = arguments(&KIND, function, sink);
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
    let ty = match types::rows(&typed.ty) {
        _ if kind == "next" => typed.ty.as_ref(),
        Some(ty) => ty,
        None => {
            sink.error_range(range(&typed.ty), messages::not_rows(kind, &text_of(&typed.ty)));
            return None;
        }
    };
    let word = types::argument(ty, type_params, sink);
    impls::read_param(&KIND, typed, (ty, word), sink)
}

fn read_returns(
    function: &ImplItemFn,
    kind: &str,
    type_params: &[TypeParam],
    sink: &Sink,
) -> Option<(Returns, Fails)> {
    let ReturnType::Type(_, written) = &function.sig.output else {
        sink.error(function.sig.ident.span(), messages::no_result(kind));
        return None;
    };
    let is_partition = kind == "partition";
    let whole = types::fallible(written).filter(|_| is_partition);
    let ty = match types::results(whole.unwrap_or(written)) {
        _ if !is_partition => written,
        Some(ty) => ty,
        None => {
            sink.error_range(range(written), messages::not_results(&text_of(written)));
            return None;
        }
    };
    let each = types::fallible(ty);
    let ty = each.unwrap_or(ty);
    let word: Word = types::result(ty, type_params, sink);
    let fails = Fails { whole: whole.is_some(), each: each.is_some() };
    Some((Returns { ty: ty.clone(), word, fallible: fails.whole || fails.each }, fails))
}
