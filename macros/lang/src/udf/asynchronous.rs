//! Functions whose answers are waited for: `async fn`, and what its attributes say of calls.
//!
//! A call is made by a task that owns its arguments. Without `batch` it is about one row; with it,
//! arguments and answer are `Vec`s over many rows. Everything else of a signature is what it is for any
//! other function, and is read from the function of one row that this file makes of it.

use darling::ast::NestedMeta;
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{
    Expr, ExprLit, FnArg, GenericArgument, GenericParam, ItemFn, Lit, Meta, PatType, Path,
    PathArguments, ReturnType, Type,
};

use super::attributes::{Attributes, meta, text, value, value_span, wrong_form};
use super::inner;
use super::messages;
use super::model::{Inner, Returns};
use super::words::{range, text_of};
use crate::sink::Sink;
use crate::udaf::types::inside;

/// How answers are waited for.
#[derive(Clone, Debug)]
pub struct Awaits {
    /// How many rows a call is about, if it is not one.
    pub batch: Option<u32>,
    /// How many calls are made at once.
    pub concurrency: Option<u32>,
    /// After how many milliseconds an attempt is given up.
    pub timeout_ms: Option<u64>,
    /// How often a call is made again.
    pub retry: u32,
    /// Which errors it is made again for.
    pub retry_if: Option<Path>,
    /// Whether one call is made for equal arguments.
    pub dedupe: bool,
    /// The answer for a row, as the `Vec` of a batch has it.
    pub item: Type,
    /// Whether a call of a batch fails as a whole.
    pub whole: bool,
}

/// What the attributes say of calls that wait.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    batch: Option<u32>,
    concurrency: Option<u32>,
    timeout_ms: Option<u64>,
    retry: Option<u32>,
    retry_if: Option<Path>,
    dedupe: bool,
    places: Vec<(String, (Span, Span))>,
}

/// What an async function cannot have, and what to do instead.
const REFUSED: [(&str, &str); 14] = [
    (
        "volatility",
        "what it asks may answer otherwise the next time, so it is volatile; `dedupe` \
                    makes one call for equal arguments",
    ),
    ("cost", "remove it: rows that are NULL are not asked for"),
    ("prepare", "make it once in a `static`, as `LazyLock` does"),
    ("operator", "call it by its name, which tells readers that something is asked"),
    ("returns", "return a struct with `#[derive(ArrowType)]`"),
    ("simplify", "remove it: nothing is known of an answer when a query is planned"),
    ("monotone", NO_PROPERTY),
    ("injective", NO_PROPERTY),
    ("idempotent", NO_PROPERTY),
    ("commutative", NO_PROPERTY),
    ("inverse", NO_PROPERTY),
    ("bounds", NO_PROPERTY),
    ("preimage", NO_PROPERTY),
    ("planned", "say it in `metadata = set { … }`"),
];

const NO_PROPERTY: &str = "remove it: planners would believe it of what nobody here can test";

impl Asked {
    pub(super) const NAMES: [&str; 6] =
        ["batch", "concurrency", "timeout", "retry", "retry_if", "dedupe"];

    pub(super) fn take(&mut self, name: &str, item: &NestedMeta, sink: &Sink) {
        let place = match item {
            NestedMeta::Meta(meta) => range(meta.path()),
            _ => value_span(item),
        };
        self.places.push((name.to_owned(), place));
        match name {
            "batch" => self.batch = number(name, item, sink),
            "concurrency" => self.concurrency = number(name, item, sink),
            "retry" => self.retry = number(name, item, sink),
            "timeout" => {
                if let Some((text, span)) = text(name, item, sink) {
                    self.timeout_ms = milliseconds(&text);
                    if self.timeout_ms.is_none() {
                        sink.error(span, messages::awaited_time(&text));
                    }
                }
            }
            "retry_if" => match value(item) {
                Some(Expr::Path(path)) => self.retry_if = Some(path.path.clone()),
                _ => wrong_form(item, name, "retry_if = may_pass", sink),
            },
            _ => match meta(item) {
                Some(Meta::Path(_)) => self.dedupe = true,
                _ => wrong_form(item, "#[udf]", "#[udf(dedupe)]", sink),
            },
        }
    }

    fn place(&self, name: &str) -> Option<(Span, Span)> {
        self.places.iter().find(|(known, _)| known == name).map(|(_, place)| *place)
    }
}

fn number(name: &str, item: &NestedMeta, sink: &Sink) -> Option<u32> {
    let number = match value(item) {
        Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => number.base10_parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| 0 < *number);
    if number.is_none() {
        sink.error_range(value_span(item), messages::awaited_number(name));
    }
    number
}

/// `500ms`, `2s`, `1min`
fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        _ => return None,
    };
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(unit).filter(|milliseconds| 0 < *milliseconds)
}

/// What the attributes say of an async function, and that function for one row; nothing of any other.
pub(super) fn read(
    may_wait: bool,
    attributes: &Attributes,
    item: &ItemFn,
    sink: &Sink,
) -> Option<(Awaits, ItemFn)> {
    let asked = &attributes.asked;
    let Some(word) = &item.sig.asyncness else {
        for (name, place) in &asked.places {
            sink.error_range(*place, messages::awaited_alone(name, "an `async fn`", "async fn"));
        }
        return None;
    };
    if !may_wait {
        sink.error(word.span(), messages::asynchronous());
        return None;
    }
    for (name, place) in &attributes.places {
        if let Some((name, instead)) = REFUSED.iter().find(|(refused, _)| refused == name) {
            sink.error_range(*place, messages::async_with(&format!("`{name}`"), instead));
        }
    }
    for param in &item.sig.generics.params {
        if !matches!(param, GenericParam::Lifetime(_)) {
            let instead = "take one type, or write a function for each";
            sink.error_range(range(param), messages::async_with("type parameters", instead));
        }
    }
    let mut row = item.clone();
    row.sig.asyncness = None;
    row.sig.generics = syn::Generics::default();
    row.sig.inputs = item
        .sig
        .inputs
        .iter()
        .filter_map(|input| read_input(input, asked.batch.is_some(), sink))
        .collect();
    let (answer, of_row, whole) = read_answer(&item.sig.output, asked.batch.is_some(), sink);
    if let Some(of_row) = of_row {
        row.sig.output = syn::parse_quote!(-> #of_row);
    }
    let awaits = Awaits {
        batch: asked.batch,
        concurrency: asked.concurrency,
        timeout_ms: asked.timeout_ms,
        retry: asked.retry.unwrap_or(0),
        retry_if: asked.retry_if.clone(),
        dedupe: asked.dedupe,
        item: answer,
        whole,
    };
    Some((awaits, row))
}

/// A parameter as the function of one row has it; nothing of what is refused.
fn read_input(input: &FnArg, batch: bool, sink: &Sink) -> Option<FnArg> {
    let FnArg::Typed(typed) = input else { return Some(input.clone()) };
    if let Some((kind, span)) = inner::kind(typed) {
        let instead = match kind {
            Inner::Text => "return `String`",
            Inner::Prepared | Inner::State => "make it in the function, or once in a `static`",
        };
        sink.error(span, messages::async_with(&format!("`{}`", kind.shown()), instead));
        return None;
    }
    for attribute in &typed.attrs {
        let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        let instead = match name.as_str() {
            "setting" => "give it a `#[default = …]`",
            "cast" => "take the type that is asked about",
            _ => continue,
        };
        sink.error(attribute.path().span(), messages::async_with(&format!("`#[{name}]`"), instead));
        return None;
    }
    let literal = typed.attrs.iter().any(|attribute| attribute.path().is_ident("literal"));
    let ty = match batch && !literal {
        false => typed.ty.as_ref(),
        true => match inside(&typed.ty, "Vec").filter(|_| !is_bytes(&typed.ty)) {
            Some(item) => item,
            None => {
                let (name, found) = (text_of(&typed.pat), text_of(&typed.ty));
                let owned = lent(&typed.ty, true).unwrap_or_else(|| found.clone());
                let message = messages::batch_argument(&name, &found, &owned);
                sink.error_range(range(&typed.ty), message);
                return None;
            }
        },
    };
    if let Some(owned) = lent(ty, literal || batch) {
        sink.error_range(range(ty), messages::async_lent(&text_of(ty), &owned));
        return None;
    }
    Some(FnArg::Typed(PatType { ty: Box::new(ty.clone()), ..typed.clone() }))
}

/// `Vec<u8>` is bytes, of one row.
fn is_bytes(ty: &Type) -> bool {
    inside(ty, "Vec").is_some_and(|item| text_of(item) == "u8")
}

/// What to take in the place of a type that a task cannot keep; `whole` where nothing can be lent.
fn lent(ty: &Type, whole: bool) -> Option<String> {
    if let Some(inner) = inside(ty, "Option") {
        return Some(match lent(inner, whole)? {
            owned if owned.starts_with("a ") => owned,
            owned => format!("Option<{owned}>"),
        });
    }
    if let Type::Reference(reference) = ty {
        let of = reference.elem.as_ref();
        let plain = matches!(text_of(of).as_str(), "str" | "[u8]");
        return (whole || !plain).then(|| owned(of));
    }
    let text = text_of(ty);
    (text.contains('&') || text.contains('\'') || text.starts_with("List<")).then(|| owned(ty))
}

/// The type that owns what this one lends.
fn owned(ty: &Type) -> String {
    let text = match ty {
        Type::Slice(slice) => format!("Vec<{}>", text_of(&slice.elem)),
        _ => text_of(ty),
    };
    let text = match text.as_str() {
        "str" => "String".to_owned(),
        _ => text.replace("List<'_, ", "Vec<").replace("Map<'_, ", "BTreeMap<"),
    };
    match text.replace("&str", "String") {
        lent if lent.contains('&') || lent.contains('\'') => {
            "a type that owns its values".to_owned()
        }
        owned => owned,
    }
}

/// The answer for a row as a batch has it, as a function of one row has it, and whether a call of a
/// batch fails as a whole. The function of one row is left alone where it is as it is written.
fn read_answer(output: &ReturnType, batch: bool, sink: &Sink) -> (Type, Option<Type>, bool) {
    // What has no result is told of where results are read.
    let ReturnType::Type(_, written) = output else { return (syn::parse_quote!(()), None, false) };
    let written = written.as_ref();
    let text = text_of(written);
    let lends = ["&", "'", "List<", "impl "].iter().any(|sign| text.contains(sign));
    if lends {
        sink.error_range(range(written), messages::async_result_lent(&text));
        return (written.clone(), Some(syn::parse_quote!(Result<i64, String>)), true);
    }
    if !batch {
        return (written.clone(), None, false);
    }
    let inside_of_result = first_of(written, "Result");
    let Some(item) = inside(inside_of_result.unwrap_or(written), "Vec") else {
        sink.error_range(range(written), messages::batch_result(&text));
        return (written.clone(), Some(syn::parse_quote!(Result<i64, String>)), true);
    };
    let of_row = match inside_of_result {
        Some(_) if first_of(item, "Result").is_none() => with_first(written, item),
        _ => item.clone(),
    };
    (item.clone(), Some(of_row), inside_of_result.is_some())
}

/// The first argument of a type of this name.
fn first_of<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(first) => Some(first),
        _ => None,
    }
}

/// The type with another first argument: `Result<T, E>` of `Result<Vec<T>, E>`.
fn with_first(ty: &Type, first: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
        && let Some(argument) = arguments.args.first_mut()
    {
        *argument = GenericArgument::Type(first.clone());
    }
    ty
}

/// A call that is given up, or made again, has failed.
pub(super) fn check(awaits: &Awaits, asked: &Asked, returns: Option<&Returns>, sink: &Sink) {
    let Some(returns) = returns else { return };
    let (can_fail, form) = match awaits.batch {
        Some(_) => (awaits.whole, "Result<Vec<T>>"),
        None => (returns.fallible, "Result<T>"),
    };
    for name in ["timeout", "retry"] {
        if let Some(place) = asked.place(name).filter(|_| !can_fail) {
            sink.error_range(place, messages::awaited_fallible(name, form));
        }
    }
    if let (Some(place), None) = (asked.place("retry_if"), asked.place("retry")) {
        sink.error_range(
            place,
            messages::awaited_alone("retry_if", "a function with `retry`", "retry = 3"),
        );
    }
}
