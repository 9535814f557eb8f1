//! What an aggregate and a window function have in common: an `impl` for a name, with type parameters,
//! whose functions take arguments of rows. `parse` reads that; each kind reads its own functions.

mod head;
mod parse;

use syn::Ident;

pub use self::head::{Head, Param, Returns, TypeParam};
pub(crate) use self::parse::{Parts, arguments, first_words, is_mutable, parse, read_param};
use crate::messages::Message;
use crate::sink::Diagnostic;
use crate::udf::attributes::Known;
use crate::view::signature::TypeSet;

/// The most parameters that loops are compiled for.
pub(crate) const MAX_PARAMS: usize = 8;

/// The most type parameters: loops are compiled for all forms of each.
const MAX_TYPE_PARAMS: usize = 2;

/// An item whose errors are in the way of a model.
#[derive(Debug)]
pub struct Broken {
    /// The name of its module, if it is an `impl` for a type.
    pub module: Option<Ident>,
    /// What is wrong, in the order of the source.
    pub errors: Vec<Diagnostic>,
}

/// A kind of `impl`.
pub(crate) struct Kind {
    /// The macro and its attributes.
    pub(crate) known: &'static Known,
    /// The word before the name in a signature.
    pub(crate) word: &'static str,
    /// What the `impl` is of: `Aggregate` of `impl Aggregate for ArgMax<V, K>`.
    pub(crate) implements: &'static str,
    /// The bounds of type parameters, and what they let these stand for.
    pub(crate) bounds: &'static [(&'static str, TypeSet)],
    /// What it is told of.
    pub(crate) messages: Messages,
}

/// The messages of a kind.
pub(crate) struct Messages {
    pub(crate) not_an_impl: fn() -> Message,
    pub(crate) syntax: fn(&str) -> Message,
    pub(crate) not_this_kind: fn() -> Message,
    pub(crate) self_type: fn() -> Message,
    pub(crate) bound: fn(&str) -> Message,
    pub(crate) no_such_param: fn() -> Message,
    pub(crate) too_many_type_params: fn() -> Message,
    pub(crate) unbound: fn(&str) -> Message,
    pub(crate) not_plain: fn(&str) -> Message,
    pub(crate) receiver: fn() -> Message,
    pub(crate) param_attribute: fn() -> Message,
    pub(crate) variadic: fn() -> Message,
}
