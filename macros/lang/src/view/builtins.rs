//! The engine's own functions that a view can call by a bare name: types, nulls, names.
//!
//! They are written in one text, [`catalogue.txt`](catalogue), a line each. Each says what
//! DataFusion does, so that lowering adds nothing and a test can hold the line against the engine:
//!
//! - parameter types are those that the engine takes; what a user passes is widened to them by an
//!   explicit cast;
//! - the result is what the engine gives; where that is unsigned, which no relation can store, the
//!   checker casts it, and where it is a time of another unit, lowering does;
//! - nulls are those that there can be in truth. The engine declares nearly all of its functions
//!   nullable whatever their arguments are.

mod catalogue;
mod example;
mod not_expressible;
mod other_names;

use std::fmt;

pub use self::catalogue::{
    Section, all, find, find_of_sessions, is_builtin, names, of_sessions, sections,
};
pub use self::example::Example;
pub use self::not_expressible::{NOT_EXPRESSIBLE, NotExpressible};
pub use self::other_names::{advice, meant};
use crate::view::signature::{FunctionKind, Param, Signature};

/// The major version of DataFusion that the catalogue describes.
pub const ENGINE: &str = "55";

/// A built-in function, in one of its forms.
#[derive(Clone, Debug)]
pub struct Builtin {
    /// Its name in views.
    pub name: &'static str,
    /// What else it can be called.
    pub aliases: Vec<&'static str>,
    /// Its name in DataFusion.
    pub engine: &'static str,
    /// What it computes, in a sentence.
    pub docs: &'static str,
    /// Calls of it, and what they give.
    pub examples: Vec<Example>,
    /// Its parameters and its result: `Option` where it can be NULL in spite of [`Nulls`].
    pub signature: Signature,
    /// What the type parameters of the signature can stand for, in their order.
    pub bounds: Vec<Bound>,
    /// The texts that a constant is one of, by the position of its parameter.
    pub words: Vec<(usize, Vec<&'static str>)>,
    /// The positions of parameters whose NULL is an item of the result.
    pub items: Vec<usize>,
    /// Whether it is a way to write a constant, which the engine has no function for.
    pub constant: bool,
    /// Whether the engine gives the unsigned type of that width, which is then cast.
    pub unsigned: bool,
    /// Whether a decimal result has ten digits more.
    pub total: bool,
    /// Whether equal values can be counted once: `count(distinct x)`.
    pub distinct: bool,
    /// When its value can be NULL.
    pub nulls: Nulls,
}

/// What a type parameter can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Everything.
    Any,
    /// What has an order: all but lists, maps and structs.
    Ordered,
    /// What has an order, but for floats and decimals.
    Exact,
    /// What is no list, map or struct and has a text.
    Plain,
    /// Integers, floats and decimals.
    Number,
    /// Integers.
    Integer,
    /// Floats; an integer is converted to `f64`.
    Float,
    /// Numbers, each converted to the widest of its kind: `i64`, `u64`, `f64`; decimals as they are.
    Widest,
    /// Text or bytes.
    Bytes,
    /// Dates and timestamps.
    Moment,
    /// Timestamps; a date is its midnight.
    Stamp,
}

/// When a value can be NULL, besides where the result is an `Option`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// When an argument can whose parameter is no `Option`.
    Strict,
    /// When all arguments can.
    All,
    /// Never.
    Never,
    /// Aggregates: when the argument can, or when there are no keys and thus perhaps no rows.
    Group,
    /// Aggregates: when there are no keys and thus perhaps no rows.
    NoRows,
    /// Values of other rows: when the value can, or when nothing stands for a row that is not there.
    Shifted,
}

impl Bound {
    const ALL: [(&'static str, Self); 10] = [
        ("Ordered", Self::Ordered),
        ("Exact", Self::Exact),
        ("Plain", Self::Plain),
        ("Number", Self::Number),
        ("Integer", Self::Integer),
        ("Float", Self::Float),
        ("Widest", Self::Widest),
        ("Bytes", Self::Bytes),
        ("Moment", Self::Moment),
        ("Stamp", Self::Stamp),
    ];

    /// How a message names a value within the bound.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Ordered => "a value that has an order",
            Self::Exact => "a value that is no list, map, struct, float or decimal",
            Self::Plain => "a value that has a text",
            Self::Number | Self::Widest => "a number",
            Self::Float => "an integer or a float",
            Self::Integer => "an integer",
            Self::Bytes => "`String` or `Bytes`",
            Self::Moment => "a date or a time",
            Self::Stamp => "a date or a timestamp",
        }
    }
}

impl Builtin {
    /// Whether it computes one value for a row or for a group, or out of the rows around.
    #[must_use]
    pub const fn kind(&self) -> FunctionKind {
        self.signature.kind
    }

    /// Its parameters in order.
    #[must_use]
    pub fn params(&self) -> &[Param] {
        &self.signature.params
    }

    /// How many arguments it needs.
    #[must_use]
    pub fn required(&self) -> usize {
        self.params().iter().filter(|param| param.default.is_none()).count()
    }

    /// Whether the last parameter takes all the remaining arguments.
    #[must_use]
    pub fn variadic(&self) -> bool {
        self.params().last().is_some_and(|param| param.variadic)
    }

    /// Whether it picks values of rows, of the first one or the last or another.
    #[must_use]
    pub fn picks(&self) -> bool {
        matches!(self.name, "first_value" | "last_value" | "nth_value")
    }

    /// Whether the order of the rows of a group makes a difference.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.picks() || matches!(self.name, "list_of" | "string_agg")
    }

    /// Whether it can pass over rows with a NULL argument, which count otherwise.
    #[must_use]
    pub fn passes_nulls(&self) -> bool {
        self.picks() || matches!(self.name, "any_value" | "lag" | "lead" | "list_of")
    }

    /// What a type parameter can stand for.
    #[must_use]
    pub fn bound(&self, type_param: &str) -> Bound {
        let mut params = self.signature.type_params.iter().zip(&self.bounds);
        params.find(|(param, _)| param.name == type_param).map_or(Bound::Any, |(_, bound)| *bound)
    }

    /// The texts that the constant at this position is one of; none where it can be any.
    #[must_use]
    pub fn words(&self, position: usize) -> &[&'static str] {
        self.words.iter().find(|(at, _)| *at == position).map_or(&[], |(_, words)| words)
    }
}

/// The form that messages show: `round<T>(x: T[, places: i32]) -> T`.
impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let names: Vec<&str> =
            self.signature.type_params.iter().map(|param| param.name.as_str()).collect();
        if !names.is_empty() {
            write!(f, "<{}>", names.join(", "))?;
        }
        f.write_str("(")?;
        for (i, param) in self.params().iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let optional = param.default.is_some();
            let (open, close) = if optional { ("[", "]") } else { ("", "") };
            let more = if param.variadic { ", …" } else { "" };
            write!(f, "{open}{comma}{}: ", param.name)?;
            match (self.words(i).is_empty(), param.literal) {
                (true, false) => write!(f, "{}", param.ty)?,
                (true, true) => write!(f, "literal {}", param.ty)?,
                (false, _) => f.write_str("literal")?,
            }
            write!(f, "{more}{close}")?;
        }
        write!(f, ") -> {}", self.signature.returns)
    }
}
