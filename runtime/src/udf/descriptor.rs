//! What is known of a function: constant data, written by `#[udf]`.
//!
//! Types come from the Rust types themselves; [`Function::signature`] comes from their words in the
//! source and is what views are checked against. The registry compares the two.

use std::fmt;

use super::args::{Args, Out};
use super::asynchronous::Awaited;
use super::call::{Outcome, Parameter};
use super::columns::Resolve;
use super::error::CallError;
use super::planned::{FieldsOf, Planner};
use super::preimage::Preimage;
use super::prepared::{Parse, Prepare};
use super::properties::Properties;
use super::read::Slot;
use super::simplify::Simplify;
use super::types::{TypeParam, ValueType};
use crate::udaf::Aggregate;
use crate::udtf::Table;
use crate::udwf::Window;

/// The loop of a function: reads the arguments of a batch and writes the results.
pub type Shim = fn(&Args<'_>, &mut Out<'_>) -> Result<(), CallError>;

/// A function.
pub struct Function {
    /// The SQL name.
    pub name: &'static str,
    /// Other SQL names.
    pub aliases: &'static [&'static str],
    /// The path of the Rust function.
    pub path: &'static str,
    /// The signature in the text form of `belvedere_lang::view::signature::Signature`.
    pub signature: &'static str,
    /// What calls decide: the types that type parameters stand for.
    pub type_params: &'static [TypeParam],
    /// The parameters in order.
    pub params: &'static [Param],
    /// The result; nullable when the function itself may return NULL.
    pub returns: ValueType,
    /// Whether a call can fail for a row.
    pub fallible: bool,
    /// Whether equal arguments give equal results.
    pub volatility: Volatility,
    /// What a call costs.
    pub cost: Cost,
    /// The operator of SQL that calls it.
    pub operator: Option<&'static str>,
    /// Families that readers and rewrites find it by.
    pub tags: &'static [&'static str],
    /// Where the metadata of the result's field comes from.
    pub metadata: Metadata,
    /// What it does: the paragraphs of its doc comment.
    pub doc: &'static [&'static str],
    /// The examples of its doc comment.
    pub examples: &'static [Example],
    /// The release that brought it.
    pub since: Option<&'static str>,
    /// Why not to use it any longer, and what to use instead.
    pub deprecated: Option<&'static str>,
    /// Counts changes of what it computes: stored results of another version are not reused.
    pub version: u32,
    /// A hash of the tokens of its signature and body, without comments: stored results of another
    /// one are not reused. A function of DataFusion has none: the engine's release stands for it.
    pub source_hash: Option<u128>,
    /// The SQL name of the function that fails where this one gives NULL.
    pub twin_of: Option<&'static str>,
    /// What is asked when a call is planned.
    pub planned: Option<Planner>,
    /// What says the fields of a result that is a struct of any.
    pub fields: Option<FieldsOf>,
    /// What is made of the constants of a call, for all of its rows.
    pub prepare: Option<Prepare>,
    /// What it says of its results.
    pub properties: Properties,
    /// What gives the arguments of a result.
    pub preimage: Option<Preimage>,
    /// What gives something shorter in the place of a call.
    pub simplify: Option<Simplify>,
    /// What computes it.
    pub body: Body,
}

/// What computes a function.
#[derive(Clone, Copy)]
pub enum Body {
    /// A loop over the rows of a batch.
    Rows(Shim),
    /// Calls whose answers are waited for.
    Async(&'static Awaited),
    /// A function over whole columns, and what says the type of its result.
    Columns(Shim, Resolve),
    /// States that rows are gathered in.
    Aggregate(&'static Aggregate),
    /// A loop over the rows around each row.
    Window(&'static Window),
    /// A source of rows.
    Table(&'static Table),
    /// DataFusion, under the name of the function.
    Engine(Kind),
}

/// How many values a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One for each row.
    Scalar,
    /// One for a group of rows.
    Aggregate,
    /// One for each row, out of the rows around it.
    Window,
    /// A table.
    Table,
}

/// The kind as documents and commands name it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "scalar",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Table => "table",
        })
    }
}

impl Function {
    /// Everything that a signature alone says; an expansion overrides what else is known.
    #[must_use]
    pub const fn new<R: Outcome>(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        shim: Shim,
    ) -> Self {
        let function = Self::of(name, signature, params, R::RETURNS, Body::Rows(shim));
        Self { fallible: R::FALLIBLE, ..function }
    }

    /// The same for a function of any kind.
    pub(crate) const fn of(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        returns: ValueType,
        body: Body,
    ) -> Self {
        Self {
            name,
            aliases: &[],
            path: "",
            signature,
            type_params: &[],
            params,
            returns,
            fallible: false,
            volatility: Volatility::Immutable,
            cost: Cost::Unknown,
            operator: None,
            tags: &[],
            metadata: Metadata::None,
            doc: &[],
            examples: &[],
            since: None,
            deprecated: None,
            version: 1,
            source_hash: None,
            twin_of: None,
            planned: None,
            fields: None,
            prepare: None,
            properties: Properties::NONE,
            preimage: None,
            simplify: None,
            body,
        }
    }

    /// A function over whole columns.
    #[must_use]
    pub const fn over_columns(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        returns: ValueType,
        resolve: Resolve,
        shim: Shim,
    ) -> Self {
        Self::of(name, signature, params, returns, Body::Columns(shim, resolve))
    }

    /// A function whose answers are waited for. What it asks may answer otherwise the next time.
    #[must_use]
    pub const fn awaited<R: Outcome>(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        awaited: &'static Awaited,
    ) -> Self {
        let function = Self::of(name, signature, params, R::RETURNS, Body::Async(awaited));
        Self { fallible: R::FALLIBLE, volatility: Volatility::Volatile, ..function }
    }

    /// A function of DataFusion.
    #[must_use]
    pub const fn engine(
        name: &'static str,
        signature: &'static str,
        params: &'static [Param],
        returns: ValueType,
        kind: Kind,
    ) -> Self {
        Self::of(name, signature, params, returns, Body::Engine(kind))
    }

    /// How many values it gives.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.body {
            Body::Rows(_) | Body::Columns(..) | Body::Async(_) => Kind::Scalar,
            Body::Aggregate(_) => Kind::Aggregate,
            Body::Window(_) => Kind::Window,
            Body::Table(_) => Kind::Table,
            Body::Engine(kind) => kind,
        }
    }

    /// Whether it is DataFusion's own, which the program re-exports.
    #[must_use]
    pub const fn is_engine(&self) -> bool {
        matches!(self.body, Body::Engine(_))
    }

    /// What says the type of the result, if it is a function over whole columns.
    #[must_use]
    pub const fn resolve(&self) -> Option<Resolve> {
        match self.body {
            Body::Columns(_, resolve) => Some(resolve),
            _ => None,
        }
    }

    /// How its answers are waited for, if it is an async function.
    #[must_use]
    pub const fn as_async(&self) -> Option<&'static Awaited> {
        match self.body {
            Body::Async(awaited) => Some(awaited),
            _ => None,
        }
    }

    /// Whether NULL in any argument makes the result NULL without a call; an aggregate skips the row.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        !self.params.is_empty() && self.params.iter().all(|param| !param.value.nullable)
    }

    /// Whether the last parameter takes all the remaining arguments.
    #[must_use]
    pub fn is_variadic(&self) -> bool {
        self.params.last().is_some_and(|param| param.variadic)
    }

    /// The parameter that an argument belongs to.
    #[must_use]
    pub fn param_of(&self, argument: usize) -> Option<&Param> {
        match self.params.last() {
            Some(last) if last.variadic => Some(self.params.get(argument).unwrap_or(last)),
            _ => self.params.get(argument),
        }
    }

    /// The number of arguments that a call must give at least.
    #[must_use]
    pub fn required_args(&self) -> usize {
        self.params.iter().take_while(|param| param.default.is_none() && !param.variadic).count()
    }

    /// The signature as the types of the parameters spell it, under the Rust function's name.
    #[must_use]
    pub fn typed_signature(&self) -> String {
        let name = self.signature.split_once('(').map_or(self.signature, |(name, _)| name);
        let names = self.type_params;
        let params: Vec<String> = self.params.iter().map(|param| param.text(names)).collect();
        // The words of an aggregate's signature and of a window function's begin with its kind, which
        // this name has then too.
        format!("{name}({}) -> {}", params.join(", "), self.returns.named(names))
    }
}

/// Two descriptors are equal when they are the same one.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Function {}

impl std::hash::Hash for Function {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.signature.hash(state);
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// What a call costs, which decides for which rows a batch calls the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// The function is called for the rows that have values.
    Unknown,
    /// A few instructions, whatever the arguments are: the function is called for NULL rows too,
    /// in which they are arbitrary, and the loop has no branches.
    Cheap,
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The name, without `r#`.
    pub name: &'static str,
    /// What it takes; for a variadic, what each of its arguments is. Nullable when the function
    /// itself sees NULL.
    pub value: ValueType,
    /// Whether it takes all the remaining arguments.
    pub variadic: bool,
    /// Whether every type is accepted and given as text.
    pub any: bool,
    /// Whether it must be a constant.
    pub literal: bool,
    /// Whether it takes the array of a batch.
    pub whole: bool,
    /// The value of an omitted argument.
    pub default: Option<Constant>,
    /// The setting of a session that changes the default.
    pub setting: Option<&'static str>,
    /// Makes a value of a constant text, or says what is wrong with it.
    pub parse: Option<Parse>,
    /// The texts that a constant may be, where they are listed.
    pub values: &'static [&'static str],
}

impl Param {
    /// An ordinary parameter, or a constant one, as its type says.
    #[must_use]
    pub const fn new<P: Parameter>(name: &'static str) -> Self {
        Self {
            name,
            value: P::VALUE,
            variadic: false,
            any: false,
            literal: P::LITERAL,
            whole: false,
            default: None,
            setting: None,
            parse: P::PARSE,
            values: &[],
        }
    }

    /// A parameter of this type.
    #[must_use]
    pub const fn of(name: &'static str, value: ValueType) -> Self {
        Self {
            name,
            value,
            variadic: false,
            any: false,
            literal: false,
            whole: false,
            default: None,
            setting: None,
            parse: None,
            values: &[],
        }
    }

    /// Takes the array of a batch.
    #[must_use]
    pub const fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// A parameter that takes all the remaining arguments.
    #[must_use]
    pub const fn variadic<T: Slot>(name: &'static str) -> Self {
        Self { name, variadic: true, ..Self::of(name, T::VALUE) }
    }

    /// Takes all the remaining arguments.
    #[must_use]
    pub const fn rest(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// Must be a constant.
    #[must_use]
    pub const fn constant(mut self) -> Self {
        self.literal = true;
        self
    }

    /// Accepts every type and gives it as text.
    #[must_use]
    pub const fn any(mut self) -> Self {
        self.any = true;
        self
    }

    /// Lists the texts that a constant may be.
    #[must_use]
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    /// The text form of the parameter, as in the signature of a function with these type parameters.
    #[must_use]
    pub fn text(&self, names: &[TypeParam]) -> String {
        let mut text = format!("{}: ", self.name);
        if self.variadic {
            text.push_str("...");
        }
        if self.literal {
            text.push_str("literal ");
        }
        match self.any {
            true => text.push_str("any"),
            false => text.push_str(&self.value.named(names).to_string()),
        }
        if let Some(default) = &self.default {
            text.push_str(&format!(" = {default}"));
        }
        text
    }

    /// Has a default that a setting of a session changes.
    #[must_use]
    pub const fn set_by(mut self, setting: &'static str) -> Self {
        self.setting = Some(setting);
        self
    }

    /// May be omitted.
    #[must_use]
    pub const fn or(mut self, default: Constant) -> Self {
        self.default = Some(default);
        self
    }
}

/// A constant: a default, or an argument of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    Text(&'static str),
}

/// The constant as a literal of the view language.
impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            // `{:?}` keeps the point of `1.0`.
            Self::Float(value) => fmt::Debug::fmt(value, f),
            Self::Text(value) => fmt::Debug::fmt(value, f),
        }
    }
}

/// Whether equal arguments give equal results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Volatility {
    /// Always.
    Immutable,
    /// Within one statement; the planner may compute calls on constants.
    Stable,
    /// Not even then: it is called for every row.
    Volatile,
}

/// Where the metadata of a result's field comes from, beyond what its type implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// There is none.
    None,
    /// From the argument at this position.
    Inherit(usize),
    /// These entries.
    Set(&'static [(&'static str, &'static str)]),
}

/// An example of a doc comment: a statement and the rows that it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// One SQL statement, without the semicolon.
    pub sql: &'static str,
    /// The rows, one a line, values separated by a space.
    pub expected: &'static str,
}

/// A linked function; what the registry collects.
#[derive(Debug)]
pub struct Registration(pub &'static Function);

inventory::collect!(Registration);

/// Every function that is linked into the program, sorted by name.
#[must_use]
pub fn registered() -> Vec<&'static Function> {
    let linked = inventory::iter::<Registration>().map(|registration| registration.0);
    let mut functions: Vec<&'static Function> = linked.collect();
    functions.sort_unstable_by_key(|function| (function.name, function.path));
    functions
}
