//! Functions over whole columns: `#[udf(signature = "…", returns = path)]`.
//!
//! The escape hatch for what no Rust type of a value says, such as a map of any kind. The Rust
//! function takes the arrays of a batch and gives one. Its signature is a text, in the form of
//! [`Signature`] without the name, whose type parameters stand for any types; `returns` names a
//! function that says the Arrow type of the result, given those of the arguments.

use proc_macro2::Span;
use syn::{FnArg, GenericParam, ItemFn, Pat, Path, ReturnType, Type};

use super::attributes::Attributes;
use super::messages;
use super::model::{Param, ParamKind, Returns};
use super::words::{Word, WordKind, range};
use crate::sink::Sink;
use crate::tokens::name_of;
use crate::types::ValueType;
use crate::view::signature::{self, Signature};

/// What a function over whole columns has in place of Rust types.
#[derive(Clone, Debug)]
pub struct Columns {
    /// The signature.
    pub signature: Signature,
    /// The function that says the Arrow type of the result.
    pub returns: Path,
}

impl Columns {
    /// What the attributes say: nothing for a function over the values of a row, `None` after an
    /// error, which `sink` has.
    pub(super) fn read(
        attributes: &Attributes,
        item: &ItemFn,
        sink: &Sink,
    ) -> Option<Option<Self>> {
        match (&attributes.signature, &attributes.returns) {
            (None, _) => Some(None),
            (Some((text, span)), Some(returns)) => {
                match Signature::parse(&format!("{}{text}", name_of(&item.sig.ident))) {
                    Ok(signature) => Some(Some(Self { signature, returns: returns.clone() })),
                    Err(error) => {
                        sink.error(*span, messages::signature_text(&error.reason));
                        None
                    }
                }
            }
            (Some((_, span)), None) => {
                sink.error(*span, messages::signature_alone());
                None
            }
        }
    }

    /// Type parameters stand in the signature, lifetimes where they like.
    pub(super) fn check(&self, item: &ItemFn, sink: &Sink) {
        for param in &item.sig.generics.params {
            if !matches!(param, GenericParam::Lifetime(_)) {
                sink.error_range(range(param), messages::columns_type_params());
            }
        }
    }

    /// The parameters: arrays, named and typed by the signature.
    pub(super) fn params(&self, item: &ItemFn, sink: &Sink) -> Vec<Param> {
        let written = &self.signature.params;
        let params: Vec<Param> = item
            .sig
            .inputs
            .iter()
            .zip(written)
            .filter_map(|(input, param)| read_param(input, param, sink))
            .collect();
        let names = params.iter().map(|param| name_of(&param.ident));
        if written.is_empty() {
            sink.error(item.sig.ident.span(), messages::columns_none());
        }
        let agree = names.eq(written.iter().map(|param| param.name.clone()));
        if !agree || item.sig.inputs.len() != written.len() {
            let names: Vec<&str> = written.iter().map(|param| param.name.as_str()).collect();
            sink.error_range(range(&item.sig.inputs), messages::signature_params(&names));
        }
        params
    }

    /// The result: `Result` of an array, typed by the signature.
    pub(super) fn result(&self, item: &ItemFn, sink: &Sink) -> Option<Returns> {
        if let ReturnType::Type(_, ty) = &item.sig.output
            && let Type::Path(path) = ty.as_ref()
            && path.path.segments.last().is_some_and(|segment| segment.ident == "Result")
        {
            let word = plain_word(&self.signature.returns, range(ty));
            return Some(Returns { ty: ty.as_ref().clone(), word, fallible: false });
        }
        sink.error(item.sig.ident.span(), messages::columns_result());
        None
    }
}

fn read_param(input: &FnArg, param: &signature::Param, sink: &Sink) -> Option<Param> {
    let FnArg::Typed(typed) = input else { return None };
    let Pat::Ident(pat) = typed.pat.as_ref() else { return None };
    if param.variadic || param.literal || param.any || param.default.is_some() {
        sink.error_range(range(typed), messages::columns_plain(&param.name));
    }
    if !matches!(typed.ty.as_ref(), Type::Reference(_)) || !typed.attrs.is_empty() {
        sink.error_range(range(typed), messages::columns_argument());
    }
    Some(Param {
        ident: pat.ident.clone(),
        ty: typed.ty.as_ref().clone(),
        word: plain_word(&param.ty, range(&typed.ty)),
        kind: ParamKind::Column,
        constants: false,
        any: false,
        default: None,
        setting: None,
        values: Vec::new(),
        values_at: None,
    })
}

fn plain_word(value: &ValueType, span: (Span, Span)) -> Word {
    let word = Word { kind: WordKind::Plain(value.ty.clone()), span };
    if value.nullable { Word { kind: WordKind::Option(Box::new(word)), span } } else { word }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proc_macro2::TokenStream;

    use crate::udf::{Function, pieces_to_text};

    fn parse(attribute: &str, item: &str) -> Result<Function, Vec<String>> {
        let tokens = |text: &str| TokenStream::from_str(text).unwrap();
        Function::parse(tokens(attribute), tokens(item))
            .map_err(|broken| broken.errors.iter().map(|error| error.message.to_string()).collect())
    }

    fn check_errors(attribute: &str, item: &str, expected: &[&str]) {
        let errors = parse(attribute, item).unwrap_err();
        let heads: Vec<&str> = errors.iter().filter_map(|error| error.lines().next()).collect();
        assert_eq!(heads, expected);
    }

    #[test]
    fn the_signature_is_the_text_under_the_function_s_name() {
        let attribute = r#"signature = "<K, V>(map: Map<K, V>) -> Option<List<V>>", returns = t"#;
        let item = "fn values(map: &MapArray) -> Result<ListArray> { todo }";
        let function = parse(attribute, item).unwrap();
        let text = pieces_to_text(&function.signature(false));
        assert_eq!(text.unwrap(), "values<K, V>(map: Map<K, V>) -> Option<List<V>>");
        assert!(!function.returns.fallible, "no twin: an error is about the whole batch");
    }

    #[test]
    fn a_signature_needs_returns() {
        let item = "fn f(x: &MapArray) -> Result<ListArray> { todo }";
        check_errors(
            r#"signature = "<T>(x: T) -> T""#,
            item,
            &["`signature` needs `returns`, a function that says the Arrow type of the result \
                 [F0040]"],
        );
    }

    #[test]
    fn the_text_and_the_function_agree() {
        let item = "fn f(x: &MapArray) -> Result<ListArray> { todo }";
        let with = |text: &str| format!("signature = {text:?}, returns = t");
        check_errors(
            &with("(x: Map<K, i64>) -> i64"),
            item,
            &["cannot read the signature: unknown column type `K` [F0042]"],
        );
        for text in ["(y: i64) -> i64", "(x: i64, y: i64) -> i64"] {
            let names = if text.contains("x:") { "`x`, `y`" } else { "`y`" };
            let message = format!("the parameters are not those of the signature: {names} [F0043]");
            check_errors(&with(text), item, &[&message]);
        }
        check_errors(
            &with("(x: literal i64) -> i64"),
            item,
            &["`x` cannot be variadic, constant, cast or omitted in whole columns [F0045]"],
        );
        check_errors(
            &with("(x: i64) -> i64"),
            "fn f(x: MapArray) -> ListArray { todo }",
            &[
                "an argument of a function over whole columns is an array, `&MapArray`, without \
                 attributes [F0044]",
                "a function over whole columns returns `Result` of an array [F0046]",
            ],
        );
    }
}
