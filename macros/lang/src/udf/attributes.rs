//! The attributes of `#[udf(…)]`, read by darling.

use darling::FromMeta as _;
use darling::ast::NestedMeta;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::{Expr, ExprLit, Lit, Meta};

use super::asynchronous::Asked;
use super::messages;
use super::model::{Metadata, TAGS, Volatility};
use super::properties::Said;
use super::words::range;
use crate::sink::Sink;

/// A macro and the attributes that it knows.
pub(crate) struct Known {
    pub(super) name: &'static str,
    pub(super) attributes: &'static [&'static str],
}

/// `#[udf]`
pub(crate) const UDF: Known = Known {
    name: "udf",
    attributes: &[
        "name",
        "aliases",
        "tags",
        "volatility",
        "cost",
        "operator",
        "metadata",
        "since",
        "deprecated",
        "version",
        "signature",
        "returns",
        "planned",
        "prepare",
        "monotone",
        "injective",
        "idempotent",
        "commutative",
        "inverse",
        "bounds",
        "preimage",
        "simplify",
        "batch",
        "concurrency",
        "timeout",
        "retry",
        "retry_if",
        "dedupe",
    ],
};

/// `#[udaf]`
pub(crate) const UDAF: Known = Known {
    name: "udaf",
    attributes: &[
        "name",
        "aliases",
        "tags",
        "metadata",
        "since",
        "deprecated",
        "version",
        "idempotent",
    ],
};

/// `#[udwf]`
pub(crate) const UDWF: Known = Known {
    name: "udwf",
    attributes: &[
        "name",
        "aliases",
        "tags",
        "metadata",
        "since",
        "deprecated",
        "version",
        "ascending",
    ],
};

/// `#[udtf]`
pub(crate) const UDTF: Known = Known {
    name: "udtf",
    attributes: &["name", "aliases", "tags", "since", "deprecated", "version"],
};

/// `reexport!`
pub(crate) const REEXPORT: Known =
    Known { name: "reexport", attributes: &["aliases", "tags", "since", "deprecated"] };

/// The operators that DataFusion parses and leaves to others, but for lists: overlaps, contains.
const FREE_OPERATORS: [&str; 2] = ["&&", "@>"];

/// What can be said of results.
const PROPERTIES: [&str; 8] = [
    "monotone",
    "injective",
    "idempotent",
    "commutative",
    "inverse",
    "bounds",
    "preimage",
    "simplify",
];

/// What `#[udf(…)]`, `#[udaf(…)]` or `#[udwf(…)]` says.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) name: Option<(String, Span)>,
    pub(crate) aliases: Vec<(String, Span)>,
    pub(crate) tags: Vec<String>,
    pub(crate) volatility: Volatility,
    pub(crate) cheap: Option<(Span, Span)>,
    pub(crate) operator: Option<(String, Span)>,
    pub(crate) metadata: (Metadata, Option<(Span, Span)>),
    pub(crate) since: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) version: Option<u32>,
    pub(crate) signature: Option<(String, Span)>,
    pub(crate) returns: Option<syn::Path>,
    pub(crate) planned: Option<syn::Path>,
    pub(crate) prepare: Option<syn::Path>,
    pub(crate) idempotent: bool,
    pub(crate) said: Said,
    pub(crate) ascending: bool,
    /// What is said of calls that wait.
    pub(crate) asked: Asked,
    /// Where each attribute stands.
    pub(crate) places: Vec<(String, (Span, Span))>,
}

impl Attributes {
    pub(crate) fn read(tokens: TokenStream, known: &Known, sink: &Sink) -> Self {
        let (macro_form, form) =
            (format!("#[{}]", known.name), format!("#[{}(name = …)]", known.name));
        let mut read = Self::default();
        let list = match NestedMeta::parse_meta_list(with_sets_in_parentheses(tokens)) {
            Ok(list) => list,
            Err(error) => {
                sink.error(error.span(), messages::attribute_form(&macro_form, &form));
                return read;
            }
        };
        let mut seen: Vec<String> = Vec::new();
        for item in &list {
            let path = match item {
                NestedMeta::Meta(meta) => meta.path(),
                NestedMeta::NameValueInvalidExpr(pair) => &pair.path,
                NestedMeta::Lit(literal) => {
                    sink.error(literal.span(), messages::attribute_form(&macro_form, &form));
                    continue;
                }
            };
            let name = path.get_ident().map(ToString::to_string).unwrap_or_default();
            if seen.contains(&name) {
                sink.error_range(range(path), messages::twice(&name));
                continue;
            }
            seen.push(name.clone());
            if !known.attributes.contains(&name.as_str()) {
                let name = super::words::text_of(path);
                sink.error_range(
                    range(path),
                    messages::unknown_attribute(known.name, &name, known.attributes),
                );
                continue;
            }
            read.places.push((name.clone(), range(path)));
            read.take(&name, (known.name, item), sink);
        }
        read
    }

    fn take(&mut self, name: &str, (of, item): (&str, &NestedMeta), sink: &Sink) {
        if let Some(property) = PROPERTIES.iter().find(|property| **property == name) {
            return self.take_property(property, (of, item), sink);
        }
        if Asked::NAMES.contains(&name) {
            return self.asked.take(name, item, sink);
        }
        match name {
            "name" => self.name = text(name, item, sink),
            "signature" => self.signature = text(name, item, sink),
            "returns" => match value(item) {
                Some(Expr::Path(path)) => self.returns = Some(path.path.clone()),
                _ => wrong_form(item, "returns", "returns = type_of_result", sink),
            },
            "planned" => match value(item) {
                Some(Expr::Path(path)) => self.planned = Some(path.path.clone()),
                _ => wrong_form(item, "planned", "planned = what_a_plan_knows", sink),
            },
            "prepare" => match value(item) {
                Some(Expr::Path(path)) => self.prepare = Some(path.path.clone()),
                _ => wrong_form(item, "prepare", "prepare = made_of_constants", sink),
            },
            "since" => self.since = text(name, item, sink).map(|(text, _)| text),
            "deprecated" => self.deprecated = text(name, item, sink).map(|(text, _)| text),
            "ascending" => match meta(item) {
                Some(Meta::Path(_)) => self.ascending = true,
                _ => wrong_form(item, "#[udwf]", "#[udwf(ascending)]", sink),
            },
            "aliases" => self.take_aliases(item, sink),
            "tags" => self.take_tags(item, sink),
            "volatility" => self.take_volatility(item, sink),
            "cost" => self.take_cost(item, sink),
            "operator" => self.take_operator(item, sink),
            "metadata" => self.metadata = (metadata(item, sink), Some(value_span(item))),
            "version" => match meta(item).map(u32::from_meta) {
                Some(Ok(0)) => sink.error_range(value_span(item), messages::version_zero()),
                Some(Ok(version)) => self.version = Some(version),
                _ => wrong_form(item, "version", "version = 2", sink),
            },
            _ => {}
        }
    }

    /// `monotone`, `inverse = g`, `bounds = 0..=100`
    fn take_property(&mut self, name: &'static str, (of, item): (&str, &NestedMeta), sink: &Sink) {
        let properties = &mut self.said.properties;
        let flag = matches!(meta(item), Some(Meta::Path(_)));
        match (name, value(item)) {
            ("monotone", _) if flag => properties.monotone = true,
            ("injective", _) if flag => properties.injective = true,
            ("idempotent", _) if flag => {
                properties.idempotent = true;
                self.idempotent = true;
            }
            ("commutative", _) if flag => properties.commutative = true,
            ("inverse", Some(Expr::Path(path))) => properties.inverse = Some(path.path.clone()),
            ("preimage", Some(Expr::Path(path))) => properties.preimage = Some(path.path.clone()),
            ("simplify", Some(Expr::Path(path))) => properties.simplify = Some(path.path.clone()),
            ("bounds", Some(expr)) if self.said.take_bounds(expr).is_some() => {}
            ("preimage", _) => {
                return wrong_form(item, name, "preimage = arguments_of_a_result", sink);
            }
            ("simplify", _) => return wrong_form(item, name, "simplify = in_fewer_steps", sink),
            ("inverse", _) => return wrong_form(item, name, "inverse = another_function", sink),
            ("bounds", _) => return wrong_form(item, name, "bounds = 0..=100", sink),
            _ => return wrong_form(item, name, &format!("#[{of}({name})]"), sink),
        }
        let place = match item {
            NestedMeta::Meta(meta) => range(meta.path()),
            _ => span_of(item),
        };
        self.said.places.push((name, place));
    }

    fn take_aliases(&mut self, item: &NestedMeta, sink: &Sink) {
        for (alias, span) in words("aliases", item, sink) {
            match self.aliases.iter().any(|(known, _)| *known == alias) {
                true => sink.error(span, messages::twice(&alias)),
                false => self.aliases.push((alias, span)),
            }
        }
        self.aliases.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    }

    fn take_tags(&mut self, item: &NestedMeta, sink: &Sink) {
        for (tag, span) in words("tags", item, sink) {
            if !TAGS.contains(&tag.as_str()) {
                sink.error(span, messages::unknown_tag(&tag, &TAGS));
            } else if self.tags.contains(&tag) {
                sink.error(span, messages::twice(&tag));
            } else {
                self.tags.push(tag);
            }
        }
        self.tags.sort_unstable();
    }

    fn take_volatility(&mut self, item: &NestedMeta, sink: &Sink) {
        self.volatility = match word(item).as_deref() {
            Some("immutable") => Volatility::Immutable,
            Some("stable") => Volatility::Stable,
            Some("volatile") => Volatility::Volatile,
            Some(other) => {
                let known = ["immutable", "stable", "volatile"];
                let message = messages::one_of("volatility", other, &known);
                sink.error_range(value_span(item), message);
                return;
            }
            None => return wrong_form(item, "volatility", "volatility = stable", sink),
        };
    }

    fn take_operator(&mut self, item: &NestedMeta, sink: &Sink) {
        let Some((operator, span)) = text("operator", item, sink) else { return };
        match FREE_OPERATORS.contains(&operator.as_str()) {
            true => self.operator = Some((operator, span)),
            false => {
                sink.error(span, messages::one_of("operator", &operator, &FREE_OPERATORS));
            }
        }
    }

    fn take_cost(&mut self, item: &NestedMeta, sink: &Sink) {
        match word(item).as_deref() {
            Some("cheap") => self.cheap = Some(value_span(item)),
            Some(other) => {
                let message = messages::one_of("cost", other, &["cheap"]);
                sink.error_range(value_span(item), message);
            }
            None => wrong_form(item, "cost", "cost = cheap", sink),
        }
    }
}

/// `name = word`, which may be quoted.
fn word(item: &NestedMeta) -> Option<String> {
    match value(item) {
        Some(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Some(text.value()),
        _ => None,
    }
}

/// `name = "…"`
pub(super) fn text(name: &str, item: &NestedMeta, sink: &Sink) -> Option<(String, Span)> {
    if let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = value(item) {
        return Some((text.value(), text.span()));
    }
    wrong_form(item, name, &format!("{name} = \"…\""), sink);
    None
}

/// `name = [a, b]`; a single word needs no brackets, and words may be quoted.
fn words(name: &str, item: &NestedMeta, sink: &Sink) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    let exprs: Vec<&Expr> = match value(item) {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        Some(expr) => vec![expr],
        None => Vec::new(),
    };
    let all = exprs.iter().all(|expr| match expr {
        Expr::Path(path) => path.path.get_ident().is_some_and(|ident| {
            words.push((ident.to_string(), ident.span()));
            true
        }),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            words.push((text.value(), text.span()));
            true
        }
        _ => false,
    });
    if !all || value(item).is_none() {
        wrong_form(item, name, &format!("{name} = [one, another]"), sink);
    }
    words
}

/// `metadata = inherit(0)`, `metadata = set { key = "value" }`
fn metadata(item: &NestedMeta, sink: &Sink) -> Metadata {
    let inherited = match value(item) {
        Some(Expr::Call(call)) => match (call.func.as_ref(), call.args.first()) {
            (Expr::Path(path), Some(Expr::Lit(ExprLit { lit: Lit::Int(position), .. })))
                if path.path.is_ident("inherit") && call.args.len() == 1 =>
            {
                position.base10_parse().ok()
            }
            _ => None,
        },
        _ => None,
    };
    if let Some(position) = inherited {
        return Metadata::Inherit(position);
    }
    let entries = match item {
        NestedMeta::Meta(Meta::List(list)) => set_entries.parse2(list.tokens.clone()).ok(),
        _ => None,
    };
    match entries {
        Some(entries) => Metadata::Set(entries),
        None => {
            let form = "metadata = inherit(0)` or `metadata = set { key = \"value\" }";
            wrong_form(item, "metadata", form, sink);
            Metadata::None
        }
    }
}

/// `= set { … }` as `(set { … })`: the values of attributes are expressions for darling, which the
/// entries of a set are not.
fn with_sets_in_parentheses(tokens: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut rest = trees.as_slice();
    while let Some((first, after)) = rest.split_first() {
        match rest {
            [
                TokenTree::Punct(equals),
                TokenTree::Ident(set),
                entries @ TokenTree::Group(_),
                ..,
            ] if equals.as_char() == '=' && set == "set" => {
                let inside = TokenStream::from_iter([set.clone().into(), entries.clone()]);
                let mut list = Group::new(Delimiter::Parenthesis, inside);
                list.set_span(set.span());
                out.extend([TokenTree::Group(list)]);
                rest = &rest[3..];
            }
            _ => {
                out.extend([first.clone()]);
                rest = after;
            }
        }
    }
    out
}

/// `set { key = "value", "other key" = "value" }`
fn set_entries(input: syn::parse::ParseStream<'_>) -> syn::Result<Vec<(String, String)>> {
    let word: syn::Ident = input.parse()?;
    if word != "set" {
        return Err(input.error("expected `set`"));
    }
    let inside;
    syn::braced!(inside in input);
    let mut entries = Vec::new();
    while !inside.is_empty() {
        let key = if inside.peek(syn::LitStr) {
            inside.parse::<syn::LitStr>()?.value()
        } else {
            inside.parse::<syn::Ident>()?.to_string()
        };
        if inside.peek(syn::Token![:]) {
            inside.parse::<syn::Token![:]>()?;
        } else {
            inside.parse::<syn::Token![=]>()?;
        }
        entries.push((key, inside.parse::<syn::LitStr>()?.value()));
        if !inside.is_empty() {
            inside.parse::<syn::Token![,]>()?;
        }
    }
    entries.sort_unstable();
    Ok(entries)
}

pub(super) fn meta(item: &NestedMeta) -> Option<&Meta> {
    match item {
        NestedMeta::Meta(meta) => Some(meta),
        _ => None,
    }
}

pub(super) fn value(item: &NestedMeta) -> Option<&Expr> {
    match meta(item)? {
        Meta::NameValue(pair) => Some(&pair.value),
        _ => None,
    }
}

fn span_of(item: &NestedMeta) -> (Span, Span) {
    match item {
        NestedMeta::NameValueInvalidExpr(pair) => (range(&pair.path).0, range(&pair.value).1),
        NestedMeta::Meta(meta) => range(meta),
        NestedMeta::Lit(literal) => range(literal),
    }
}

/// The value of an attribute, or the whole of it where there is none.
pub(super) fn value_span(item: &NestedMeta) -> (Span, Span) {
    match item {
        NestedMeta::NameValueInvalidExpr(pair) => range(&pair.value),
        NestedMeta::Meta(Meta::NameValue(pair)) => range(&pair.value),
        _ => span_of(item),
    }
}

pub(super) fn wrong_form(item: &NestedMeta, name: &str, form: &str, sink: &Sink) {
    sink.error_range(value_span(item), messages::attribute_form(name, form));
}
