//! The model of an aggregate: what `#[udaf]` knows of it once every rule holds.

use syn::{Ident, ImplItemFn, Type};

use crate::udf::{Doc, Metadata, Piece, Word};
use crate::view::signature::{TypeParam, TypeSet, type_params_to_text};

/// An aggregate.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// The name of the type that the `impl` is for.
    pub ident: Ident,
    /// The name of the module beside it: `ArgMax` has `arg_max`.
    pub module: Ident,
    /// The SQL name.
    pub name: String,
    /// Other SQL names.
    pub aliases: Vec<String>,
    /// Families that readers and rewrites find it by, sorted.
    pub tags: Vec<String>,
    /// Where the metadata of the result's field comes from.
    pub metadata: Metadata,
    /// The release that brought it.
    pub since: Option<String>,
    /// Why not to use it any longer.
    pub deprecated: Option<String>,
    /// Counts changes of what it computes.
    pub version: u32,
    /// What it is computed by: a hash of the tokens of the `impl`.
    pub source_hash: u128,
    /// Whether it makes no difference how often equal rows occur.
    pub idempotent: bool,
    /// The attributes of the `impl` that are no doc comment.
    pub attributes: Vec<syn::Attribute>,
    /// The doc comment.
    pub doc: Doc,
    /// The type parameters.
    pub type_params: Vec<Ident>,
    /// Their bounds, as they are written.
    pub bounds: Vec<syn::TypeParamBound>,
    /// The type of the states, as it is written.
    pub state: Type,
    /// The parameters of `update` after the state.
    pub params: Vec<Param>,
    /// The result of `finish`.
    pub returns: Returns,
    /// Whether there is a `retract`.
    pub retracts: bool,
    /// The functions, as they are written.
    pub functions: Vec<ImplItemFn>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub ident: Ident,
    /// The Rust type as it is written.
    pub ty: Type,
    /// The type as a word.
    pub word: Word,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Returns {
    /// The Rust type as it is written.
    pub ty: Type,
    /// The type as a word.
    pub word: Word,
}

impl Aggregate {
    /// The signature's text in pieces, under the name of the module.
    #[must_use]
    pub fn signature(&self) -> Vec<Piece> {
        let mut out = vec![Piece::Text(format!("aggregate {}", self.module))];
        let push = |out: &mut Vec<Piece>, text: &str| out.push(Piece::Text(text.to_owned()));
        push(&mut out, &type_params_to_text(&self.declared()));
        push(&mut out, "(");
        for (i, param) in self.params.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            push(&mut out, &format!("{comma}{}: ", crate::tokens::name_of(&param.ident)));
            param.word.pieces(&mut out);
        }
        push(&mut out, ") -> ");
        self.returns.word.pieces(&mut out);
        out
    }

    /// The type parameters as the signature has them: each stands for types with an order.
    #[must_use]
    pub fn declared(&self) -> Vec<TypeParam> {
        let names = self.type_params.iter().map(ToString::to_string);
        names.map(|name| TypeParam { name, set: TypeSet::Ordered }).collect()
    }

    /// The user's types, each once, in the order in which the signature names them.
    #[must_use]
    pub fn named_types(&self) -> Vec<&syn::Path> {
        let mut names: Vec<&syn::Path> = Vec::new();
        let words = self.params.iter().map(|param| &param.word).chain([&self.returns.word]);
        for word in words {
            word.visit_names(&mut |path| {
                if !names.contains(&path) {
                    names.push(path);
                }
            });
        }
        names
    }
}
