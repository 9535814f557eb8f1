//! The attributes of a parameter: constants, defaults, settings, what is no argument of SQL.

use proc_macro2::Span;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, UnOp};

use super::messages;
use super::model::{Constant, Inner, RUSTC_ATTRIBUTES};
use super::words::range;
use crate::sink::Sink;

/// What the attributes of a parameter say.
#[derive(Debug, Default)]
pub(super) struct ParamAttributes {
    pub(super) literal: Option<Span>,
    pub(super) cast: Option<Span>,
    pub(super) inner: Option<(Inner, Span)>,
    pub(super) default: Option<(Constant, (Span, Span))>,
    pub(super) setting: Option<(String, Span)>,
    pub(super) values: Vec<(String, Span)>,
    pub(super) values_at: Option<syn::Path>,
}

impl ParamAttributes {
    pub(super) fn read(attributes: &[Attribute], sink: &Sink) -> Self {
        let mut read = Self::default();
        for attribute in attributes {
            let path = attribute.path();
            match path.get_ident().map(ToString::to_string).as_deref() {
                Some("literal") => read.take_literal(attribute, sink),
                Some("cast") => read.cast = Some(path.span()),
                Some("prepared") => read.inner = Some((Inner::Prepared, path.span())),
                Some("state") => read.inner = Some((Inner::State, path.span())),
                Some("default") => read.take_default(attribute, sink),
                Some("setting") => read.take_setting(attribute, sink),
                Some(name) if RUSTC_ATTRIBUTES.contains(&name) => {}
                _ => {
                    let name = super::words::text_of(path);
                    let message = messages::unknown_parameter_attribute(&name);
                    sink.error_range(range(path), message);
                }
            }
        }
        read
    }

    fn take_literal(&mut self, attribute: &Attribute, sink: &Sink) {
        self.literal = Some(attribute.path().span());
        let form = || {
            let form = "#[literal(default = …)]` or `#[literal(values = [\"one\", \"another\"])]";
            messages::attribute_form("literal", form)
        };
        let pairs = Punctuated::<syn::MetaNameValue, syn::Token![,]>::parse_terminated;
        match &attribute.meta {
            Meta::Path(_) => {}
            Meta::List(list) => match pairs.parse2(list.tokens.clone()) {
                Ok(pairs) => {
                    for pair in &pairs {
                        match pair.path.get_ident().map(ToString::to_string).as_deref() {
                            Some("default") => self.default = default(&pair.value, sink),
                            Some("values") => match (texts(&pair.value), &pair.value) {
                                (Some(values), _) => self.values = values,
                                (None, Expr::Path(at)) => self.values_at = Some(at.path.clone()),
                                _ => sink.error_range(range(&pair.value), form()),
                            },
                            _ => sink.error_range(range(&pair.path), form()),
                        }
                    }
                }
                Err(_) => sink.error_range(range(&list.tokens), form()),
            },
            Meta::NameValue(pair) => sink.error_range(range(&pair.value), form()),
        }
    }

    /// `#[setting("belvedere.family.name")]`
    fn take_setting(&mut self, attribute: &Attribute, sink: &Sink) {
        match attribute.parse_args::<syn::LitStr>() {
            Ok(name) if is_setting(&name.value()) => {
                self.setting = Some((name.value(), name.span()));
            }
            Ok(name) => sink.error(name.span(), messages::setting_name(&name.value())),
            Err(_) => {
                let form = "#[setting(\"belvedere.family.name\")]";
                let message = messages::attribute_form("setting", form);
                sink.error_range(range(&attribute.meta), message);
            }
        }
    }

    fn take_default(&mut self, attribute: &Attribute, sink: &Sink) {
        match &attribute.meta {
            Meta::NameValue(pair) if self.literal.is_none() => {
                self.default = default(&pair.value, sink);
            }
            Meta::NameValue(_) => {
                sink.error_range(range(&attribute.meta), messages::two_defaults());
            }
            other => {
                let message = messages::attribute_form("default", "#[default = …]");
                sink.error_range(range(other), message);
            }
        }
    }
}

/// `belvedere.`, then two words.
fn is_setting(name: &str) -> bool {
    let is_word = |word: &str| {
        let letters =
            word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        letters && word.starts_with(|c: char| c.is_ascii_lowercase())
    };
    let words = name.strip_prefix("belvedere.").and_then(|rest| rest.split_once('.'));
    words.is_some_and(|(family, name)| is_word(family) && is_word(name))
}

/// `["one", "another"]`
fn texts(expr: &Expr) -> Option<Vec<(String, Span)>> {
    let Expr::Array(array) = expr else { return None };
    let text = |expr: &Expr| match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some((text.value(), text.span())),
        _ => None,
    };
    let texts = array.elems.iter().map(text).collect::<Option<Vec<_>>>()?;
    (!texts.is_empty()).then_some(texts)
}

fn default(expr: &Expr, sink: &Sink) -> Option<(Constant, (Span, Span))> {
    let constant = constant(expr);
    if constant.is_none() {
        sink.error_range(range(expr), messages::default_not_literal());
    }
    constant.map(|constant| (constant, range(expr)))
}

/// A literal as a constant.
pub(super) fn constant(expr: &Expr) -> Option<Constant> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => Some(Constant::Text(text.value())),
            Lit::Bool(value) => Some(Constant::Bool(value.value)),
            Lit::Int(value) => value.base10_parse().ok().map(Constant::Int),
            Lit::Float(value) => value.base10_parse().ok().map(Constant::Float),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            // The smallest number has no positive counterpart.
            if let Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) = unary.expr.as_ref() {
                return format!("-{}", value.base10_digits()).parse().ok().map(Constant::Int);
            }
            match constant(&unary.expr)? {
                Constant::Float(value) => Some(Constant::Float(-value)),
                _ => None,
            }
        }
        Expr::Path(path) if path.path.is_ident("None") => Some(Constant::Null),
        Expr::Group(group) => constant(&group.expr),
        _ => None,
    }
}
