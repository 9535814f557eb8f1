//! What a view is checked against: its sources and functions, by position.
//!
//! The same texts come from two places: from the carriers that rustc's name resolution found, when
//! a macro is expanded, and from the linked descriptors, when the program runs.

use crate::types::{Column, ValueType};

/// The surroundings of one view.
#[derive(Clone, Debug, Default)]
pub struct Env {
    /// Relations, in the order in which [`super::syntax::View::sources`] names them.
    pub relations: Vec<Relation>,
    /// Functions, in the order in which [`super::syntax::View::functions`] names them.
    pub functions: Vec<Signature>,
    /// The row type that `<Row>` names, if the view has one.
    pub row: Option<Vec<Column>>,
}

/// A relation that a view reads.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its name, for messages.
    pub name: String,
    /// Its columns, or `None` when its own errors hide them: then it has any column.
    pub columns: Option<Vec<Column>>,
}

/// A scalar function that a view calls.
///
/// Text form (what a carrier holds):
/// ```text
/// signature = ident "(" [ param { "," param } ] ")" "->" value
/// param     = ident ":" [ "..." ] [ "literal" ] value [ "=" literal ]
/// ```
/// `...` marks a trailing variadic; `any` in place of a value accepts every type as text.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The Rust name.
    pub name: String,
    /// The parameters in order.
    pub params: Vec<Param>,
    /// The result; `Option` for what the function itself may return as NULL.
    pub returns: ValueType,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The Rust name.
    pub name: String,
    /// What it takes. `Option<T>` sees NULL; `T` makes the result NULL where the argument is.
    pub ty: ValueType,
    /// Whether any type is accepted and given as text.
    pub any: bool,
    /// Whether it must be a constant.
    pub literal: bool,
    /// Whether it takes all the remaining arguments.
    pub variadic: bool,
    /// The default of a trailing parameter, as a literal in the view language.
    pub default: Option<String>,
}
