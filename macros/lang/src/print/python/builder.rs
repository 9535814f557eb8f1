//! A function as Python sees it: what all files of a package are printed from.

use super::Unreadable;
use super::arguments::{Annotation, Takes};
use super::docstring;
use super::example::Examples;
use super::layout::{Code, escape, literal};
use super::module::HOST;
use crate::print::digest;
use crate::print::registry::{Function, FunctionKind, Param};
use crate::types::Type;
use crate::view::builtins::Bound;
use crate::view::signature::{Signature, TypeSet};

/// A builder of calls.
#[derive(Clone, Debug)]
pub(super) struct Builder {
    /// Its name in Python.
    pub(super) name: String,
    /// The name by which its function is found.
    pub(super) function: String,
    pub(super) kind: FunctionKind,
    pub(super) parameters: Vec<Parameter>,
    /// The form with fewer arguments, if there is one whose arguments are others from the first on.
    pub(super) short: Option<Short>,
    /// What a call can say besides its arguments, by keyword alone.
    pub(super) options: Vec<CallOption>,
    pub(super) deprecated: Option<String>,
    /// The lines of its documentation.
    pub(super) docs: Vec<String>,
    /// The signature as messages show it.
    pub(super) signature: String,
    /// The function's name in DataFusion, if it is from there.
    pub(super) engine: Option<String>,
    /// The kind of its values, as far as they are known; none of a table.
    pub(super) gives: Option<Code>,
    /// The digest that the extension has to give for it, if it is from there.
    pub(super) digest: Option<String>,
    /// Its other names, which are for SQL.
    pub(super) aliases: Vec<String>,
}

/// The form of a builder that takes fewer arguments.
#[derive(Clone, Debug)]
pub(super) struct Short {
    pub(super) parameters: Vec<Parameter>,
    /// How many arguments the other form needs.
    pub(super) required: usize,
}

/// A parameter of a builder.
#[derive(Clone, Debug)]
pub(super) struct Parameter {
    /// Its name in Python.
    pub(super) name: String,
    /// The name that messages show.
    pub(super) shown: String,
    /// The texts that it is one of, if the list is closed.
    pub(super) values: Vec<String>,
    /// What else may stand for it.
    pub(super) annotations: Vec<Annotation>,
    /// Whether `None` has to be said to be a value.
    pub(super) or_none: bool,
    pub(super) kind: Code,
    pub(super) constant: bool,
    pub(super) nullable: bool,
    pub(super) rest: bool,
    /// The default as a literal of Python.
    pub(super) default: Option<String>,
    /// Whether a call has no such argument where it is `None`.
    pub(super) absent: bool,
}

/// What a call can say besides its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallOption {
    Distinct,
    Filter,
    PartitionBy,
    OrderBy,
    Frame,
    IgnoreNulls,
}

impl CallOption {
    /// The keyword.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Distinct => "distinct",
            Self::Filter => "filter",
            Self::PartitionBy => "partition_by",
            Self::OrderBy => "order_by",
            Self::Frame => "frame",
            Self::IgnoreNulls => "ignore_nulls",
        }
    }

    pub(super) const fn all() -> [Self; 6] {
        use CallOption::{Distinct, Filter, Frame, IgnoreNulls, OrderBy, PartitionBy};
        [Distinct, Filter, PartitionBy, OrderBy, Frame, IgnoreNulls]
    }
}

impl Builder {
    /// The builder of a function of the registry.
    pub(super) fn of(function: &Function, examples: &Examples<'_>) -> Result<Self, Unreadable> {
        let unreadable = |what: &str, text: &str| Unreadable {
            function: function.name.clone(),
            what: what.to_owned(),
            text: text.to_owned(),
        };
        let signature = Signature::parse(&function.signature)
            .ok()
            .filter(|signature| signature.params.len() == function.params.len())
            .ok_or_else(|| unreadable("signature", &function.signature))?;
        // Functions of the language compute with whole numbers and floats, the engine's with decimals too.
        let takes = |ty: &Type| match ty {
            Type::Param(name) if !function.engine && is_number(&signature, name) => {
                Takes::computed()
            }
            ty => Takes::of(ty, |name| bound(&signature, name)),
        };
        let options = options(function);
        let mut parameters = Vec::new();
        let is_table = function.kind == FunctionKind::Table;
        for (param, declared) in function.params.iter().zip(&signature.params) {
            let takes = if param.any { Takes::anything() } else { takes(&declared.ty.ty) };
            // A table is made when a query is planned: its arguments are constants.
            let param = Param { literal: param.literal || is_table, ..param.clone() };
            let taken = is_table && param.name == HOST
                || options.iter().any(|option| option.name() == param.name);
            let parameter = Parameter::of(&param, takes, taken)
                .map_err(|default| unreadable(&format!("default of `{}`", param.name), &default))?;
            parameters.push(parameter);
        }
        let shown = Signature { name: function.name.clone(), ..signature.clone() };
        Ok(Self {
            name: escape(&function.name),
            function: function.name.clone(),
            kind: function.kind,
            parameters,
            short: None,
            options,
            deprecated: function.deprecated.clone(),
            docs: docstring::lines(function, examples),
            signature: shown.to_string(),
            engine: function.engine.then(|| function.name.clone()),
            gives: (!is_table).then(|| takes(&signature.returns.ty).kind),
            digest: Some(digest::function(function)),
            aliases: function.aliases.clone(),
        })
    }
}

impl Parameter {
    /// The parameter, or its default if that is no literal.
    ///
    /// `taken` says that something else of the builder is called so, to which it gives way.
    fn of(param: &Param, takes: Takes, taken: bool) -> Result<Self, String> {
        let default = match &param.default {
            Some(text) => Some(literal(text).ok_or_else(|| text.clone())?),
            None => None,
        };
        let nullable = param.nullable || default.as_deref() == Some("None");
        let annotations = if param.literal { takes.constant } else { takes.column };
        let constants = [Annotation::Alias("IntoExpr"), Annotation::Alias("Constant")];
        let includes_none = !param.literal || annotations.iter().any(|it| constants.contains(it));
        let underscore = if taken { "_" } else { "" };
        Ok(Self {
            name: format!("{}{underscore}", escape(&param.name)),
            shown: param.name.clone(),
            values: param.values.clone(),
            annotations,
            or_none: nullable && !includes_none,
            kind: takes.kind,
            constant: param.literal,
            nullable,
            rest: param.variadic,
            default,
            absent: false,
        })
    }
}

/// What the type parameters of a function of the registry stand for.
fn bound(signature: &Signature, name: &str) -> Bound {
    let param = signature.type_params.iter().find(|param| param.name == name);
    match param.map(|param| param.set) {
        Some(TypeSet::Number) => Bound::Number,
        Some(TypeSet::Any | TypeSet::Ordered) | None => Bound::Any,
    }
}

/// Whether a type parameter is a number that is computed with.
fn is_number(signature: &Signature, name: &str) -> bool {
    bound(signature, name) == Bound::Number
}

/// What a call of a function of the registry can say.
fn options(function: &Function) -> Vec<CallOption> {
    let sees_null = function.params.iter().any(|param| param.nullable);
    let says = |option: &CallOption| match (function.kind, option) {
        (FunctionKind::Aggregate, CallOption::Distinct | CallOption::Filter)
        | (
            FunctionKind::Window,
            CallOption::PartitionBy | CallOption::OrderBy | CallOption::Frame,
        ) => true,
        // Functions of the language see their rows in any order.
        (FunctionKind::Aggregate, CallOption::OrderBy) => function.engine,
        (FunctionKind::Aggregate | FunctionKind::Window, CallOption::IgnoreNulls) => sees_null,
        _ => false,
    };
    CallOption::all().into_iter().filter(says).collect()
}
