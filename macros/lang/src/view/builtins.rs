//! The engine's own functions that a view can call by a bare name: types, nulls, names.
//!
//! Each row says what DataFusion does, so that lowering adds nothing and a test can hold the row
//! against the engine:
//!
//! - parameter types are those that the engine takes without a coercion of its own; what a user
//!   passes is widened to them by an explicit cast;
//! - [`Builtin::returns`] is the engine's return type. Where that is unsigned, which no relation
//!   can store, [`Builtin::unsigned`] says so and the checker casts the result;
//! - [`Builtin::nulls`] is when a value can be NULL in truth. The engine declares nearly all of its
//!   functions nullable whatever their arguments are; these are the cases in which it is laxer:
//!
//! | nulls | can be NULL when | the engine declares |
//! |---|---|---|
//! | `Strict` | an argument can | nullable always, but for `strpos`, `round`, `map_values` |
//! | `All` | all arguments can | so for `coalesce`; nullable always for `greatest`, `least` |
//! | `Never` | never | nullable for `concat`; so for `count` |
//! | `Always` | always | nullable |
//! | `Group` | the argument can, or there are no group keys | nullable always |
//! | `NoRows` | there are no group keys | nullable always |

mod other_names;

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

pub use self::other_names::{advice, meant};
use crate::types::IntType;

/// A built-in function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name in views.
    pub name: &'static str,
    /// Its name in DataFusion.
    pub engine: &'static str,
    /// Whether it computes one value for a row or for a group.
    pub kind: Kind,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// How many of the last parameters may be left out.
    pub optional: usize,
    /// Whether the last parameter takes all the remaining arguments.
    pub variadic: bool,
    /// The type of its value.
    pub returns: Shape,
    /// Whether the engine gives the unsigned type of that width, which is then cast.
    pub unsigned: bool,
    /// When its value can be NULL.
    pub nulls: Nulls,
}

/// What a function computes a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A row.
    Scalar,
    /// A group of rows.
    Aggregate,
}

/// A parameter of a built-in.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The name, for messages and named arguments.
    pub name: &'static str,
    /// What it takes.
    pub shape: Shape,
}

/// A type with variables.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `bool`
    Bool,
    /// An integer of this width.
    Int(IntType),
    /// `f64`
    F64,
    /// `String`
    Text,
    /// Any type within the bound; all mentions in one call are the same type.
    Var(&'static str, Bound),
    /// What values of the variable add up to: decimals have ten digits more.
    Total(&'static str),
    /// A list whose items are the variable, nullable or not.
    ListOf(&'static str, Bound),
    /// A list whose items are the variable and can be NULL.
    ListOfNullable(&'static str),
    /// A list of texts.
    Texts(
        /// Whether its items can be NULL: in a parameter, whether they may.
        bool,
    ),
    /// A map of two variables.
    Map(&'static str, &'static str),
}

/// What a type variable can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Everything.
    Any,
    /// What has an order: all but lists, maps and structs.
    Ordered,
    /// Integers and floats.
    Number,
    /// Integers.
    Integer,
    /// Floats; an integer is converted to `f64`.
    Float,
    /// Numbers, each converted to the widest of its kind: `i64`, `u64`, `f64`; decimals as they are.
    Widest,
}

/// When a value can be NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// When an argument can.
    Strict,
    /// When all arguments can.
    All,
    /// Never.
    Never,
    /// Always.
    Always,
    /// Aggregates: when the argument can, or when there are no keys and thus perhaps no rows.
    Group,
    /// Aggregates: when there are no keys and thus perhaps no rows.
    NoRows,
}

impl Bound {
    /// How a message names the bound.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Ordered => "a value that has an order",
            Self::Number | Self::Float | Self::Widest => "a number",
            Self::Integer => "an integer",
        }
    }
}

impl Builtin {
    /// Whether it can count equal values once: `count(distinct x)`.
    #[must_use]
    pub fn distinct(&self) -> bool {
        matches!(self.name, "avg" | "count" | "list_of" | "max" | "median" | "min" | "sum")
    }

    /// The names of the type variables.
    fn variables(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut add = |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        for param in self.params {
            match param.shape {
                Shape::Var(name, _) | Shape::ListOf(name, _) | Shape::ListOfNullable(name) => {
                    add(name);
                }
                Shape::Map(key, value) => {
                    add(key);
                    add(value);
                }
                Shape::Bool | Shape::Int(_) | Shape::F64 | Shape::Text => {}
                Shape::Texts(_) | Shape::Total(_) => {}
            }
        }
        names
    }
}

/// The form that messages show: `round<T>(x: T[, places: i32]) -> T`.
impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let variables = self.variables();
        if !variables.is_empty() {
            write!(f, "<{}>", variables.join(", "))?;
        }
        f.write_str("(")?;
        let required = self.params.len() - self.optional;
        for (i, param) in self.params.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let open = if i >= required { "[" } else { "" };
            let close = if i >= required { "]" } else { "" };
            write!(f, "{open}{comma}{}: {}{close}", param.name, param.shape)?;
        }
        if self.variadic {
            f.write_str(", …")?;
        }
        write!(f, ") -> {}", NullableShape(self.returns, self.nulls == Nulls::Always))
    }
}

struct NullableShape(Shape, bool);

impl fmt::Display for NullableShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1 { write!(f, "Option<{}>", self.0) } else { self.0.fmt(f) }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int(int) => f.write_str(int.name()),
            Self::F64 => f.write_str("f64"),
            Self::Text => f.write_str("String"),
            Self::Var(name, _) | Self::Total(name) => f.write_str(name),
            Self::ListOf(name, _) => write!(f, "List<{name}>"),
            Self::ListOfNullable(name) => write!(f, "List<Option<{name}>>"),
            Self::Texts(_) => f.write_str("List<String>"),
            Self::Map(key, value) => write!(f, "Map<{key}, {value}>"),
        }
    }
}

/// The built-in of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Builtin> {
    BY_NAME.get(name).copied()
}

/// Whether a bare name is a built-in's.
#[must_use]
pub fn is_builtin(name: &str) -> bool {
    BY_NAME.contains_key(name)
}

/// All of them, scalar functions first.
pub fn all() -> impl Iterator<Item = &'static Builtin> {
    SCALARS.iter().chain(AGGREGATES)
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static Builtin>> =
    LazyLock::new(|| all().map(|builtin| (builtin.name, builtin)).collect());

const BOOL: Shape = Shape::Bool;
const I32: Shape = Shape::Int(IntType::I32);
const I64: Shape = Shape::Int(IntType::I64);
const F64: Shape = Shape::F64;
const TEXT: Shape = Shape::Text;
const T: Shape = Shape::Var("T", Bound::Any);
const LIST: Shape = Shape::ListOf("T", Bound::Any);
const ORDERED: Shape = Shape::Var("T", Bound::Ordered);
const FLOAT: Shape = Shape::Var("T", Bound::Float);

const fn p(name: &'static str, shape: Shape) -> Param {
    Param { name, shape }
}

const fn scalar(name: &'static str, params: &'static [Param], returns: Shape) -> Builtin {
    Builtin {
        name,
        engine: name,
        kind: Kind::Scalar,
        params,
        optional: 0,
        variadic: false,
        returns,
        unsigned: false,
        nulls: Nulls::Strict,
    }
}

const fn aggregate(
    name: &'static str,
    params: &'static [Param],
    returns: Shape,
    nulls: Nulls,
) -> Builtin {
    let row = scalar(name, params, returns);
    Builtin { kind: Kind::Aggregate, nulls, ..row }
}

const SCALARS: &[Builtin] = &[
    // Text. Positions and lengths are counted in characters, from 1.
    scalar("ascii", &[p("text", TEXT)], I32),
    scalar("bit_length", &[p("text", TEXT)], I32),
    scalar("character_length", &[p("text", TEXT)], I32),
    Builtin { engine: "character_length", ..scalar("length", &[p("text", TEXT)], I32) },
    scalar("chr", &[p("code", I64)], TEXT),
    Builtin { variadic: true, nulls: Nulls::Never, ..scalar("concat", &[p("text", TEXT)], TEXT) },
    scalar("contains", &[p("text", TEXT), p("part", TEXT)], BOOL),
    scalar("ends_with", &[p("text", TEXT), p("end", TEXT)], BOOL),
    scalar("initcap", &[p("text", TEXT)], TEXT),
    scalar("left", &[p("text", TEXT), p("n", I64)], TEXT),
    scalar("levenshtein", &[p("a", TEXT), p("b", TEXT)], I32),
    scalar("lower", &[p("text", TEXT)], TEXT),
    Builtin {
        optional: 1,
        ..scalar("lpad", &[p("text", TEXT), p("n", I64), p("fill", TEXT)], TEXT)
    },
    Builtin { optional: 1, ..scalar("ltrim", &[p("text", TEXT), p("chars", TEXT)], TEXT) },
    scalar("octet_length", &[p("text", TEXT)], I32),
    Builtin {
        optional: 1,
        ..scalar("regexp_like", &[p("text", TEXT), p("pattern", TEXT), p("flags", TEXT)], BOOL)
    },
    Builtin {
        optional: 1,
        ..scalar(
            "regexp_replace",
            &[p("text", TEXT), p("pattern", TEXT), p("by", TEXT), p("flags", TEXT)],
            TEXT,
        )
    },
    scalar("repeat", &[p("text", TEXT), p("n", I64)], TEXT),
    scalar("replace", &[p("text", TEXT), p("part", TEXT), p("by", TEXT)], TEXT),
    scalar("reverse", &[p("text", TEXT)], TEXT),
    scalar("right", &[p("text", TEXT), p("n", I64)], TEXT),
    Builtin {
        optional: 1,
        ..scalar("rpad", &[p("text", TEXT), p("n", I64), p("fill", TEXT)], TEXT)
    },
    Builtin { optional: 1, ..scalar("rtrim", &[p("text", TEXT), p("chars", TEXT)], TEXT) },
    scalar("split_part", &[p("text", TEXT), p("separator", TEXT), p("n", I64)], TEXT),
    scalar("starts_with", &[p("text", TEXT), p("start", TEXT)], BOOL),
    scalar("strpos", &[p("text", TEXT), p("part", TEXT)], I32),
    Builtin {
        optional: 1,
        ..scalar("substr", &[p("text", TEXT), p("start", I64), p("n", I64)], TEXT)
    },
    Builtin {
        engine: "substr",
        optional: 1,
        ..scalar("substring", &[p("text", TEXT), p("start", I64), p("n", I64)], TEXT)
    },
    scalar("to_hex", &[p("x", Shape::Var("T", Bound::Integer))], TEXT),
    scalar("translate", &[p("text", TEXT), p("from", TEXT), p("to", TEXT)], TEXT),
    Builtin {
        engine: "btrim",
        optional: 1,
        ..scalar("trim", &[p("text", TEXT), p("chars", TEXT)], TEXT)
    },
    scalar("upper", &[p("text", TEXT)], TEXT),
    // Numbers.
    scalar("abs", &[p("x", Shape::Var("T", Bound::Number))], Shape::Var("T", Bound::Number)),
    scalar("cbrt", &[p("x", FLOAT)], FLOAT),
    scalar("ceil", &[p("x", FLOAT)], FLOAT),
    scalar("exp", &[p("x", FLOAT)], FLOAT),
    scalar("floor", &[p("x", FLOAT)], FLOAT),
    scalar("isnan", &[p("x", FLOAT)], BOOL),
    scalar("ln", &[p("x", FLOAT)], FLOAT),
    scalar("log10", &[p("x", FLOAT)], FLOAT),
    scalar("log2", &[p("x", FLOAT)], FLOAT),
    scalar("power", &[p("base", F64), p("exponent", F64)], F64),
    Builtin { optional: 1, ..scalar("round", &[p("x", FLOAT), p("places", I32)], FLOAT) },
    scalar("signum", &[p("x", FLOAT)], FLOAT),
    scalar("sqrt", &[p("x", FLOAT)], FLOAT),
    scalar("trunc", &[p("x", FLOAT)], FLOAT),
    // Choices.
    Builtin { variadic: true, nulls: Nulls::All, ..scalar("coalesce", &[p("value", T)], T) },
    Builtin {
        variadic: true,
        nulls: Nulls::All,
        ..scalar("greatest", &[p("value", ORDERED)], ORDERED)
    },
    Builtin {
        variadic: true,
        nulls: Nulls::All,
        ..scalar("least", &[p("value", ORDERED)], ORDERED)
    },
    Builtin {
        nulls: Nulls::Always,
        ..scalar("nullif", &[p("value", ORDERED), p("other", ORDERED)], ORDERED)
    },
    // Lists and maps.
    Builtin { nulls: Nulls::Always, ..scalar("array_element", &[p("list", LIST), p("n", I64)], T) },
    Builtin {
        nulls: Nulls::Always,
        ..scalar(
            "array_has",
            &[p("list", Shape::ListOf("T", Bound::Ordered)), p("value", ORDERED)],
            BOOL,
        )
    },
    Builtin { unsigned: true, ..scalar("array_length", &[p("list", LIST)], I64) },
    scalar("array_to_string", &[p("list", Shape::Texts(true)), p("separator", TEXT)], TEXT),
    Builtin { unsigned: true, ..scalar("cardinality", &[p("map", Shape::Map("K", "V"))], I64) },
    scalar("map_keys", &[p("map", Shape::Map("K", "V"))], Shape::ListOfNullable("K")),
    scalar("map_values", &[p("map", Shape::Map("K", "V"))], Shape::ListOf("V", Bound::Any)),
    Builtin {
        nulls: Nulls::Always,
        ..scalar("string_to_array", &[p("text", TEXT), p("separator", TEXT)], Shape::Texts(true))
    },
];

const AGGREGATES: &[Builtin] = &[
    Builtin { engine: "first_value", ..aggregate("any_value", &[p("value", T)], T, Nulls::Group) },
    aggregate("avg", &[p("x", F64)], F64, Nulls::Group),
    aggregate("bool_and", &[p("value", BOOL)], BOOL, Nulls::Group),
    aggregate("bool_or", &[p("value", BOOL)], BOOL, Nulls::Group),
    Builtin { optional: 1, ..aggregate("count", &[p("value", T)], I64, Nulls::Never) },
    Builtin {
        engine: "array_agg",
        ..aggregate("list_of", &[p("value", T)], Shape::ListOfNullable("T"), Nulls::NoRows)
    },
    aggregate("max", &[p("value", ORDERED)], ORDERED, Nulls::Group),
    aggregate("median", &[p("x", FLOAT)], FLOAT, Nulls::Group),
    aggregate("min", &[p("value", ORDERED)], ORDERED, Nulls::Group),
    aggregate("stddev", &[p("x", F64)], F64, Nulls::Always),
    aggregate("stddev_pop", &[p("x", F64)], F64, Nulls::Group),
    aggregate("sum", &[p("x", Shape::Var("T", Bound::Widest))], Shape::Total("T"), Nulls::Group),
    Builtin { engine: "var", ..aggregate("variance", &[p("x", F64)], F64, Nulls::Always) },
];
