//! The model of what an aggregate and a window function have in common.

use syn::{Ident, Type};

use crate::tokens::name_of;
use crate::udf::{Doc, Metadata, Piece, Word};
use crate::view::signature::{self, TypeSet, type_params_to_text};

/// What is known of an aggregate and of a window function alike.
#[derive(Clone, Debug)]
pub struct Head {
    /// The word before the name in a signature.
    pub word: &'static str,
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
    /// The attributes of the `impl` that are no doc comment.
    pub attributes: Vec<syn::Attribute>,
    /// The doc comment.
    pub doc: Doc,
    /// The type parameters.
    pub type_params: Vec<TypeParam>,
    /// The parameters, without the state.
    pub params: Vec<Param>,
    /// The result.
    pub returns: Returns,
}

/// A type parameter.
#[derive(Clone, Debug)]
pub struct TypeParam {
    /// Its name.
    pub ident: Ident,
    /// Its bound, as it is written.
    pub bound: syn::TypeParamBound,
    /// What it stands for.
    pub set: TypeSet,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub ident: Ident,
    /// The Rust type of a row's value as it is written: `T` of `Rows<'_, T>`.
    pub ty: Type,
    /// The type as a word.
    pub word: Word,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Returns {
    /// The Rust type of a result as it is written: `T` of `Vec<T>` for a partition, and of `Result<T>`.
    pub ty: Type,
    /// The type as a word.
    pub word: Word,
    /// Whether there may be an error in its place.
    pub fallible: bool,
}

impl Head {
    /// The signature's text in pieces, under the name of the module.
    #[must_use]
    pub fn signature(&self) -> Vec<Piece> {
        let mut out = vec![Piece::Text(format!("{} {}", self.word, self.module))];
        let push = |out: &mut Vec<Piece>, text: &str| out.push(Piece::Text(text.to_owned()));
        push(&mut out, &type_params_to_text(&self.declared()));
        push(&mut out, "(");
        for (i, param) in self.params.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            push(&mut out, &format!("{comma}{}: ", name_of(&param.ident)));
            param.word.pieces(&mut out);
        }
        push(&mut out, ") -> ");
        self.returns.word.pieces(&mut out);
        out
    }

    /// The names of the type parameters.
    #[must_use]
    pub fn type_names(&self) -> Vec<Ident> {
        self.type_params.iter().map(|param| param.ident.clone()).collect()
    }

    /// What the type parameters stand for.
    #[must_use]
    pub fn sets(&self) -> Vec<TypeSet> {
        self.type_params.iter().map(|param| param.set).collect()
    }

    /// The type parameters as the signature has them.
    #[must_use]
    pub fn declared(&self) -> Vec<signature::TypeParam> {
        let declared = |param: &TypeParam| signature::TypeParam {
            name: param.ident.to_string(),
            set: param.set,
        };
        self.type_params.iter().map(declared).collect()
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
