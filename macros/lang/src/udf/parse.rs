//! Tokens to the model: one function reads a part, and reports what is wrong with it.

use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{FnArg, Item, ItemFn, Pat, PatType, ReturnType, Type};

use super::asynchronous::{self, Awaits};
use super::attributes::{Attributes, Known, UDF};
use super::collected;
use super::columns::Columns;
use super::constants::{check_default, check_values, read_constant};
use super::docs::Doc;
use super::inner;
use super::messages::{self, Place};
use super::model::{
    Constant, Function, Inner, InnerParam, Metadata, Param, ParamKind, Returns, Volatility,
};
use super::open;
use super::param_attributes::ParamAttributes;
use super::properties;
use super::type_params;
use super::words::{Word, WordKind, is_byte, range, text_of};
use crate::sink::{Diagnostic, Sink};
use crate::source_hash::source_hash;
use crate::tokens::name_of;
use crate::types::Type as LangType;
use crate::view::signature::TypeParam;

/// Names that a module beside the function would hide.
const CRATES: [&str; 3] = ["belvedere", "core", "std"];

/// Names under which plans that travel carry operators: a function of such a name would be taken
/// for one.
const OPERATORS: [&str; 32] = [
    "add",
    "and",
    "between",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "case",
    "cast",
    "concat_op",
    "divide",
    "equal",
    "gt",
    "gte",
    "ilike",
    "in",
    "is_distinct_from",
    "is_not_distinct_from",
    "is_not_null",
    "is_null",
    "like",
    "lt",
    "lte",
    "modulus",
    "mod",
    "multiply",
    "negate",
    "not",
    "not_equal",
    "or",
    "shift_left",
    "shift_right",
    "subtract",
];

/// The most parameters that the loop is compiled for.
const MAX_PARAMS: usize = 12;

/// A function whose errors are in the way of a model: the user's item, if there is one.
#[derive(Debug)]
pub struct Broken {
    /// The item below `#[udf]`, if it is a function.
    pub item: Option<ItemFn>,
    /// What is wrong, in the order of the source.
    pub errors: Vec<Diagnostic>,
}

impl Function {
    /// Reads the tokens between the parentheses of `#[udf(…)]` and the item below it.
    ///
    /// # Errors
    ///
    /// The errors of the item, all at once.
    pub fn parse(attribute: TokenStream, item: TokenStream) -> Result<Self, Box<Broken>> {
        Self::parse_as(&UDF, attribute, item)
    }

    /// The same below another macro, which has other attributes.
    pub(crate) fn parse_as(
        known: &Known,
        attribute: TokenStream,
        item: TokenStream,
    ) -> Result<Self, Box<Broken>> {
        let sink = Sink::new();
        let item = match syn::parse2::<Item>(item) {
            Ok(Item::Fn(item)) => item,
            Ok(other) => {
                let span = range(&keyword(&other));
                sink.error_range(span, messages::not_a_function(kind_of(&other)));
                return Err(Box::new(Broken { item: None, errors: sink.into_diagnostics() }));
            }
            Err(error) => {
                let found = "no item";
                sink.error(error.span(), messages::not_a_function(found));
                return Err(Box::new(Broken { item: None, errors: sink.into_diagnostics() }));
            }
        };
        let function = read(known, attribute, &item, &sink);
        match (function, sink.finish()) {
            (Some(function), Ok(())) => Ok(function),
            (_, Err(errors)) => Err(Box::new(Broken { item: Some(item), errors })),
            (None, Ok(())) => unreachable!("what hides a function is reported"),
        }
    }
}

/// The parameters, those that are no arguments, the result, and the type parameters.
type Parts = (Vec<Param>, Vec<InnerParam>, Option<Returns>, Vec<TypeParam>);

/// The parts of a function over the values of a row.
fn read_rows(attributes: &Attributes, item: &ItemFn, sink: &Sink) -> Parts {
    let (names, type_params) = type_params::read(item, sink);
    let params = read_params(item, &names, sink);
    check_params(item, &params, sink);
    type_params::check_bound(&names, &params, sink);
    let inner = inner::read(item, sink);
    inner::check(attributes.prepare.as_ref(), &inner, &params, sink);
    let returns = match inner.iter().any(|param| param.kind == Inner::Text) {
        true => inner::written_result(item, sink),
        false => read_result(item, &params, &names, sink),
    };
    open::check(attributes.returns.as_ref(), &params, returns.as_ref(), sink);
    let volatility = attributes.volatility;
    properties::check(&attributes.said, &params, returns.as_ref(), volatility, sink);
    (params, inner, returns, type_params)
}

/// Those of a function that is waited for, which are those of one that computes a row.
fn read_awaited(
    (awaits, row): (Awaits, ItemFn),
    attributes: &mut Attributes,
    sink: &Sink,
) -> (Awaits, Parts) {
    // What it cannot have is told of already.
    (attributes.prepare, attributes.cheap) = (None, None);
    attributes.said = properties::Said::default();
    attributes.volatility = Volatility::Volatile;
    let parts = read_rows(attributes, &row, sink);
    asynchronous::check(&awaits, &attributes.asked, parts.2.as_ref(), sink);
    (awaits, parts)
}

/// Those of a function over whole columns.
fn read_columns(columns: &Columns, attributes: &Attributes, item: &ItemFn, sink: &Sink) -> Parts {
    columns.check(item, sink);
    for (name, place) in &attributes.said.places {
        let wants = "is over the values of a row";
        sink.error_range(*place, messages::property(name, wants));
    }
    if let Some(path) = &attributes.prepare {
        sink.error_range(range(path), messages::nothing_to_prepare());
    }
    let type_params = columns.signature.type_params.clone();
    (columns.params(item, sink), Vec::new(), columns.result(item, sink), type_params)
}

fn read(known: &Known, attribute: TokenStream, item: &ItemFn, sink: &Sink) -> Option<Function> {
    let mut attributes = Attributes::read(attribute, known, sink);
    check_signature(item, sink);
    let columns = Columns::read(&attributes, item, sink)?;
    let may_wait = known.name == UDF.name && columns.is_none();
    let awaited = asynchronous::read(may_wait, &attributes, item, sink);
    let awaited = awaited.map(|awaited| read_awaited(awaited, &mut attributes, sink));
    let (awaits, (params, inner, returns, type_params)) = match (&columns, awaited) {
        (Some(columns), _) => (None, read_columns(columns, &attributes, item, sink)),
        (None, Some((awaits, parts))) => (Some(awaits), parts),
        (None, None) => (None, read_rows(&attributes, item, sink)),
    };
    let rust = name_of(&item.sig.ident);
    let (name, name_span) =
        attributes.name.clone().unwrap_or_else(|| (rust.clone(), item.sig.ident.span()));
    check_name(&name, name_span, sink);
    for (alias, span) in &attributes.aliases {
        check_name(alias, *span, sink);
        if *alias == name {
            sink.error(*span, messages::alias_of_itself(alias));
        }
    }
    if let (Metadata::Inherit(position), Some(span)) = &attributes.metadata
        && params.len() <= *position
    {
        sink.error_range(*span, messages::inherit_position(*position, params.len()));
    }
    if let (Some(span), Some(returns)) = (attributes.cheap, &returns) {
        check_cheap(span, returns, columns.is_some(), sink);
    }
    if let Some((_, span)) = &attributes.operator {
        check_operator(*span, &params, sink);
    }
    let doc = Doc::read(&item.attrs, sink);
    let aliases: Vec<String> = attributes.aliases.into_iter().map(|(name, _)| name).collect();
    let item: ItemFn = syn::parse2(super::model::emitted_item(item)).ok()?;
    Some(Function {
        source_hash: source_hash([&item.sig as _, &item.block as _]),
        item,
        name,
        aliases,
        tags: attributes.tags,
        volatility: attributes.volatility,
        cheap: attributes.cheap.is_some(),
        operator: attributes.operator.map(|(operator, _)| operator),
        metadata: attributes.metadata.0,
        since: attributes.since,
        deprecated: attributes.deprecated,
        version: attributes.version.unwrap_or(1),
        doc,
        type_params,
        params,
        inner,
        prepare: attributes.prepare,
        returns: returns?,
        planned: attributes.planned,
        properties: attributes.said.properties,
        fields: attributes.returns.filter(|_| columns.is_none()),
        columns,
        awaits,
    })
}

/// A function that is called for arbitrary values has a result for each.
fn check_cheap(span: (Span, Span), returns: &Returns, columns: bool, sink: &Sink) {
    let optional = matches!(returns.word.kind, WordKind::Option(_));
    if columns || returns.fallible || optional {
        sink.error_range(span, messages::cheap_result());
    }
}

/// An operator stands between two values.
fn check_operator(span: Span, params: &[Param], sink: &Sink) {
    let is_value = |param: &Param| param.kind == ParamKind::Value && param.default.is_none();
    if params.len() != 2 || !params.iter().all(is_value) {
        sink.error(span, messages::operator_arguments());
    }
}

fn read_params(item: &ItemFn, type_params: &[Ident], sink: &Sink) -> Vec<Param> {
    let read = |input: &FnArg| match input {
        FnArg::Receiver(receiver) => {
            sink.error_range(range(receiver), messages::method());
            None
        }
        FnArg::Typed(typed) if inner::kind(typed).is_some() => None,
        FnArg::Typed(typed) => read_param(typed, type_params, sink),
    };
    item.sig.inputs.iter().filter_map(read).collect()
}

/// What a signature says before its types.
fn check_signature(item: &ItemFn, sink: &Sink) {
    let sig = &item.sig;
    if let syn::Safety::Unsafe(word) = &sig.safety {
        sink.error(word.span(), messages::not_plain("unsafe"));
    }
    if let Some(abi) = &sig.abi {
        sink.error_range(range(abi), messages::not_plain("extern"));
    }
    if let Some(dots) = &sig.variadic {
        sink.error_range(range(dots), messages::not_plain("..."));
    }
    let name = name_of(&sig.ident);
    if CRATES.contains(&name.as_str()) {
        sink.error(sig.ident.span(), messages::module_name(&name));
    }
    if MAX_PARAMS < sig.inputs.len() {
        sink.error_range(range(&sig.inputs), messages::too_many(sig.inputs.len()));
    }
}

pub(crate) fn check_name(name: &str, span: Span, sink: &Sink) {
    let word = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !word || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        sink.error(span, messages::sql_name(name));
    } else if OPERATORS.contains(&name) {
        sink.error(span, messages::operator_name(name));
    }
}

fn read_param(typed: &PatType, type_params: &[Ident], sink: &Sink) -> Option<Param> {
    let attributes = ParamAttributes::read(&typed.attrs, sink);
    let constant = attributes.literal.is_some();
    let ident = match typed.pat.as_ref() {
        Pat::Ident(pat) => Some(pat.ident.clone()),
        other => {
            sink.error_range(range(other), messages::no_name());
            None
        }
    };
    let (word, kind) = if constant {
        read_constant(&typed.ty, type_params, sink)
    } else {
        let word = Word::read(&typed.ty, Place::Argument, sink);
        (word.with_params(type_params), ParamKind::Value)
    };
    let (word, ty, kind) = match word.kind {
        WordKind::Variadic(item) => {
            if constant && kind == ParamKind::Parsed {
                let message = messages::literal_variadic(&text_of(&typed.ty));
                sink.error_range(word.span, message);
            }
            if let Some((_, span)) = attributes.default {
                sink.error_range(span, messages::default_variadic());
            }
            (*item, slice_item(&typed.ty)?, ParamKind::Variadic)
        }
        _ => (word, typed.ty.as_ref().clone(), kind),
    };
    if attributes.cast.is_some() {
        let (inner, optional) = word.without_option();
        if !optional || !inner.is_text() {
            sink.error_range(range(&typed.ty), messages::cast_not_text(&text_of(&typed.ty)));
        }
    }
    check_values(&attributes, &typed.ty, kind, sink);
    if let (Some((_, span)), None) = (&attributes.setting, &attributes.default) {
        sink.error(*span, messages::setting_alone(&text_of(&typed.pat)));
    }
    let values = attributes.values.into_iter().map(|(value, _)| value).collect();
    let default = attributes.default.map(|(constant, span)| {
        check_default(&constant, span, (&typed.ty, &word), kind, sink);
        match (constant, word.without_option().0) {
            // `= 1` for a float is the number `1.0`.
            (
                Constant::Int(value),
                Word { kind: WordKind::Plain(LangType::F32 | LangType::F64), .. },
            ) => Constant::Float(value as f64),
            (constant, _) => constant,
        }
    });
    Some(Param {
        ident: ident?,
        ty,
        word,
        constants: constant && kind == ParamKind::Variadic,
        kind,
        any: attributes.cast.is_some(),
        default,
        setting: attributes.setting.map(|(name, _)| name),
        values,
        values_at: attributes.values_at,
    })
}

fn slice_item(ty: &Type) -> Option<Type> {
    match ty {
        Type::Reference(reference) => match reference.elem.as_ref() {
            Type::Slice(slice) => Some(slice.elem.as_ref().clone()),
            _ => None,
        },
        Type::Paren(inner) => slice_item(&inner.elem),
        Type::Group(inner) => slice_item(&inner.elem),
        _ => None,
    }
}

/// What parameters are to each other.
fn check_params(item: &ItemFn, params: &[Param], sink: &Sink) {
    let last = params.len().saturating_sub(1);
    for (i, input) in item.sig.inputs.iter().enumerate() {
        if let FnArg::Typed(typed) = input
            && let Some(item) = slice_item(&typed.ty).filter(|item| !is_byte(item))
            && i != last
        {
            let message = messages::variadic_not_last(&text_of(&typed.pat), &text_of(&item));
            sink.error_range(range(&typed.ty), message);
        }
    }
    let mut before: Option<&Param> = None;
    for param in params {
        match (&param.default, before) {
            (Some(_), _) => before = Some(param),
            (None, Some(before)) if param.kind != ParamKind::Variadic => {
                let (name, before) = (name_of(&param.ident), name_of(&before.ident));
                sink.error(param.ident.span(), messages::default_before(&name, &before));
            }
            _ => {}
        }
    }
}

fn read_result(
    item: &ItemFn,
    params: &[Param],
    type_params: &[Ident],
    sink: &Sink,
) -> Option<Returns> {
    let ReturnType::Type(_, ty) = &item.sig.output else {
        sink.error(item.sig.ident.span(), messages::no_result());
        return None;
    };
    if matches!(ty.as_ref(), Type::Tuple(tuple) if tuple.elems.is_empty()) {
        sink.error_range(range(ty), messages::no_result());
        return None;
    }
    let ty = collected::listed(ty).unwrap_or_else(|| ty.as_ref().clone());
    let word = Word::read(&ty, Place::Result, sink).with_params(type_params);
    check_borrow(item, params, &ty, sink);
    Some(match word.kind {
        WordKind::Result(inner) => Returns { ty, word: *inner, fallible: true },
        _ => Returns { ty, word, fallible: false },
    })
}

/// The slice of a variadic lives for one row, its items as long as the batch: a result that
/// borrows from the slice itself could not be kept.
fn check_borrow(item: &ItemFn, params: &[Param], result: &Type, sink: &Sink) {
    if params.last().is_none_or(|param| param.kind != ParamKind::Variadic) {
        return;
    }
    let Some(FnArg::Typed(typed)) = item.sig.inputs.iter().nth(params.len() - 1) else { return };
    let Type::Reference(reference) = typed.ty.as_ref() else { return };
    let Some(lifetime) = &reference.lifetime else { return };
    let borrowed = text_of(result).contains(&lifetime.to_string());
    if borrowed && lifetime.ident != "_" {
        sink.error_range(range(reference), messages::borrowed_slice());
    }
}

fn kind_of(item: &Item) -> &'static str {
    match item {
        Item::Struct(_) => "a struct",
        Item::Enum(_) => "an enum",
        Item::Impl(_) => "an `impl`",
        Item::Mod(_) => "a module",
        Item::Trait(_) => "a trait",
        Item::Const(_) => "a constant",
        Item::Static(_) => "a static",
        Item::Type(_) => "a type alias",
        _ => "something else",
    }
}

/// The word that says what an item is: the smallest part of it to point at.
pub(crate) fn keyword(item: &Item) -> TokenStream {
    let tokens = quote::ToTokens::to_token_stream(item);
    let words =
        ["struct", "enum", "impl", "mod", "trait", "fn", "const", "static", "type", "union", "use"];
    tokens
        .clone()
        .into_iter()
        .find(|tree| {
            matches!(tree, proc_macro2::TokenTree::Ident(word) if words.iter().any(|w| word == w))
        })
        .map_or(tokens, TokenStream::from)
}
