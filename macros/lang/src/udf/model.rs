//! The model of a function: what `#[udf]` knows of it once every rule holds.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Ident, ItemFn, Type};

use super::asynchronous::Awaits;
use super::columns::Columns;
use super::docs::Doc;
use super::properties::Properties;
use super::type_params::with_handles;
use super::words::{Piece, Word, WordKind, push};
use crate::view::signature::{TypeParam, type_params_to_text};

/// The tags that functions can have, which rewrites and readers find them by.
pub const TAGS: [&str; 22] = [
    "aggregate",
    "alignment",
    "cdf",
    "delta",
    "deterministic",
    "hash",
    "id",
    "incremental",
    "interval",
    "list",
    "map",
    "nested",
    "number",
    "position_encoding",
    "score",
    "span",
    "string",
    "string_norm",
    "struct",
    "symbol",
    "time",
    "window",
];

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The user's item, without the attributes of its parameters, with what its type parameters
    /// need to be read.
    pub item: ItemFn,
    /// The SQL name.
    pub name: String,
    /// Other SQL names.
    pub aliases: Vec<String>,
    /// Families that readers and rewrites find it by, sorted.
    pub tags: Vec<String>,
    /// Whether equal arguments give equal results.
    pub volatility: Volatility,
    /// Whether it is called for NULL rows too, which costs less than to leave them out.
    pub cheap: bool,
    /// The operator of SQL that calls it.
    pub operator: Option<String>,
    /// Where the metadata of the result's field comes from.
    pub metadata: Metadata,
    /// The release that brought it.
    pub since: Option<String>,
    /// Why not to use it any longer.
    pub deprecated: Option<String>,
    /// Counts changes of what it computes.
    pub version: u32,
    /// What it is computed by: a hash of the tokens of its signature and body.
    pub source_hash: u128,
    /// The doc comment.
    pub doc: Doc,
    /// The type parameters.
    pub type_params: Vec<TypeParam>,
    /// The parameters in order; a variadic one is last.
    pub params: Vec<Param>,
    /// The parameters behind these, which are no arguments.
    pub inner: Vec<InnerParam>,
    /// The result.
    pub returns: Returns,
    /// What makes the prepared parameter of the constants.
    pub prepare: Option<syn::Path>,
    /// What is asked when a call is planned.
    pub planned: Option<syn::Path>,
    /// What says the fields of a result that is a struct of any.
    pub fields: Option<syn::Path>,
    /// What it says of its results.
    pub properties: Properties,
    /// What it has in place of Rust types, if it is a function over whole columns.
    pub columns: Option<Columns>,
    /// How its answers are waited for, if it is an `async fn`.
    pub awaits: Option<Awaits>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub ident: Ident,
    /// The Rust type as it is written; the item's, for a variadic.
    pub ty: Type,
    /// The type as a word; the item's, for a variadic.
    pub word: Word,
    /// What it takes.
    pub kind: ParamKind,
    /// Whether all the remaining arguments must be constants.
    pub constants: bool,
    /// Whether every type is accepted and given as text.
    pub any: bool,
    /// The value of an omitted argument.
    pub default: Option<Constant>,
    /// The setting of a session that changes the default.
    pub setting: Option<String>,
    /// The texts that a constant may be, where they are listed.
    pub values: Vec<String>,
    /// The constant that lists them, where it has a name.
    pub values_at: Option<syn::Path>,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// A value of each row.
    Value,
    /// A constant of an SQL type.
    Literal,
    /// A constant that is parsed from text.
    Parsed,
    /// All the remaining arguments.
    Variadic,
    /// The array of a batch.
    Column,
}

/// What a parameter takes that is no argument of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inner {
    /// What is made of constants.
    Prepared,
    /// Scratch.
    State,
    /// Where the result is written.
    Text,
}

impl Inner {
    /// How messages call it.
    #[must_use]
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Prepared => "#[prepared]",
            Self::State => "#[state]",
            Self::Text => "&mut Text",
        }
    }
}

/// A parameter that is no argument of SQL.
#[derive(Clone, Debug)]
pub struct InnerParam {
    /// Its name.
    pub ident: Ident,
    /// What it takes.
    pub kind: Inner,
    /// The type that is lent to it.
    pub ty: Type,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Returns {
    /// The Rust type as it is written, with a `Vec` in the place of an iterator.
    pub ty: Type,
    /// The type as a word, without `Result`.
    pub word: Word,
    /// Whether a call can fail.
    pub fallible: bool,
}

/// Whether equal arguments give equal results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volatility {
    /// Always.
    #[default]
    Immutable,
    /// Within one statement.
    Stable,
    /// Not even then.
    Volatile,
}

/// Where the metadata of a result's field comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Metadata {
    /// There is none.
    #[default]
    None,
    /// From the argument at this position.
    Inherit(usize),
    /// These entries.
    Set(Vec<(String, String)>),
}

/// A constant: a default.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// NULL.
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point or an exponent.
    Float(f64),
    /// Text.
    Text(String),
}

/// The constant as a literal of the view language.
impl std::fmt::Display for Constant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            // `{:?}` keeps the point of `1.0`.
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "{value:?}"),
        }
    }
}

impl Function {
    /// The signature's text in pieces, under the name of the Rust function or of its twin.
    #[must_use]
    pub fn signature(&self, twin: bool) -> Vec<Piece> {
        let mut out = Vec::new();
        if self.awaits.is_some() {
            push(&mut out, "async ");
        }
        if twin {
            push(&mut out, "try_");
        }
        push(&mut out, &crate::tokens::name_of(&self.item.sig.ident));
        push(&mut out, &type_params_to_text(&self.type_params));
        push(&mut out, "(");
        for (i, param) in self.params.iter().enumerate() {
            if i > 0 {
                push(&mut out, ", ");
            }
            param.pieces(&mut out);
        }
        push(&mut out, ") -> ");
        let (value, nullable) = self.returns.word.without_option();
        if nullable || twin {
            push(&mut out, "Option<");
            value.pieces(&mut out);
            push(&mut out, ">");
        } else {
            value.pieces(&mut out);
        }
        out
    }

    /// Whether it writes its result.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.inner.iter().any(|param| param.kind == Inner::Text)
    }

    /// The user's types, each once, in the order in which the signature names them.
    #[must_use]
    pub fn named_types(&self) -> Vec<&syn::Path> {
        let mut names: Vec<&syn::Path> = Vec::new();
        let mut visit = |path| {
            if !names.contains(&path) {
                names.push(path);
            }
        };
        for param in self.params.iter().filter(|param| param.kind != ParamKind::Parsed) {
            param.word.visit_names(&mut visit);
        }
        self.returns.word.visit_names(&mut visit);
        names
    }
}

impl Param {
    /// The parameter's part of a signature.
    fn pieces(&self, out: &mut Vec<Piece>) {
        push(out, &crate::tokens::name_of(&self.ident));
        push(out, ": ");
        if self.kind == ParamKind::Variadic {
            push(out, "...");
        }
        if matches!(self.kind, ParamKind::Literal | ParamKind::Parsed) || self.constants {
            push(out, "literal ");
        }
        if self.any {
            push(out, "any");
        } else if self.kind == ParamKind::Parsed {
            let optional = matches!(self.word.kind, WordKind::Option(_));
            push(out, if optional { "Option<String>" } else { "String" });
        } else {
            self.word.pieces(out);
        }
        if let Some(default) = &self.default {
            push(out, &format!(" = {default}"));
        }
    }
}

/// The attributes that rustc knows on parameters. Any other is ours, or reported.
pub(super) const RUSTC_ATTRIBUTES: [&str; 7] =
    ["allow", "cfg", "cfg_attr", "deny", "doc", "expect", "warn"];

/// The user's item as it is emitted even when the function has errors: without the attributes of
/// its parameters, which rustc does not know, and with what its type parameters need.
#[must_use]
pub fn emitted_item(item: &ItemFn) -> TokenStream {
    let mut item = item.clone();
    for input in &mut item.sig.inputs {
        let attributes = match input {
            syn::FnArg::Receiver(receiver) => &mut receiver.attrs,
            syn::FnArg::Typed(typed) => &mut typed.attrs,
        };
        attributes.retain(|attribute| {
            RUSTC_ATTRIBUTES.iter().any(|name| attribute.path().is_ident(name))
        });
    }
    with_handles(&mut item);
    item.to_token_stream()
}
