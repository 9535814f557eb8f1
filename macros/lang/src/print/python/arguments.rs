//! What a parameter takes: annotations, which checkers read, and kinds, which calls are checked
//! against.

use super::layout::Code;
use crate::types::{IntType, Type};
use crate::view::builtins::Bound;

/// What stands for values of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Takes {
    /// The annotations of a column, any of which it may have.
    pub(super) column: Vec<Annotation>,
    /// Those of a constant.
    pub(super) constant: Vec<Annotation>,
    /// The kind, as generated code builds it.
    pub(super) kind: Code,
}

/// A name that stands in an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Annotation {
    /// A type that every module knows.
    Builtin(&'static str),
    /// An alias of `belvedere.arguments`.
    Alias(&'static str),
}

use Annotation::{Alias, Builtin};

impl Takes {
    /// What a type takes; `bound` says what its type parameters stand for.
    pub(super) fn of(ty: &Type, bound: impl Fn(&str) -> Bound + Copy) -> Self {
        let new = |column, constant, kind: Code| Self {
            column: vec![Alias(column)],
            constant: vec![constant],
            kind,
        };
        let inner = |ty: &Type| Self::of(ty, bound).kind;
        match ty {
            Type::Bool => new("IntoBool", Builtin("bool"), kind("BOOL")),
            Type::Int(int) => new("IntoInt", Builtin("int"), kind(integer(*int))),
            Type::F32 => new("IntoFloat", Builtin("float"), kind("FLOAT32")),
            Type::F64 => new("IntoFloat", Builtin("float"), kind("FLOAT64")),
            Type::Decimal(ty) => {
                let digits = [ty.precision().to_string(), ty.scale().to_string()];
                let kind = Code::call(path("decimal_of"), digits.map(Code::Atom));
                new("IntoDecimal", Alias("Decimal"), kind)
            }
            Type::String => new("IntoText", Builtin("str"), kind("TEXT")),
            Type::Json => new("IntoText", Builtin("str"), kind("JSON")),
            Type::Bytes => new("IntoBytes", Builtin("bytes"), kind("BYTES")),
            Type::FixedBytes(width) => {
                let kind = Code::call(path("bytes_of"), [Code::atom(width.to_string())]);
                new("IntoBytes", Builtin("bytes"), kind)
            }
            Type::Uuid => new("IntoUuid", Alias("Uuid"), kind("UUID")),
            Type::Date => new("IntoDate", Alias("Date"), kind("DATE")),
            Type::Timestamp => new("IntoTimestamp", Alias("Timestamp"), kind("TIMESTAMP")),
            Type::LocalTimestamp => {
                new("IntoTimestamp", Alias("Timestamp"), kind("LOCAL_TIMESTAMP"))
            }
            Type::Time => new("IntoTime", Alias("Time"), kind("TIME")),
            Type::Duration => new("IntoDuration", Alias("Duration"), kind("DURATION")),
            Type::Interval => new("IntoInterval", Alias("Interval"), kind("INTERVAL")),
            Type::List(item) => {
                new("IntoList", Alias("List"), Code::call(path("ListOf"), [inner(&item.ty)]))
            }
            Type::Map(key, value) => {
                let kind = Code::call(path("MapOf"), [inner(key), inner(&value.ty)]);
                new("IntoMap", Alias("Map"), kind)
            }
            Type::Struct(ty) => {
                let name = ty.name.as_deref().unwrap_or_default();
                let fields = ty
                    .fields
                    .iter()
                    .map(|field| Code::Tuple(vec![Code::string(&field.name), inner(&field.ty.ty)]));
                let arguments = std::iter::once(Code::string(name)).chain(fields);
                new("IntoStruct", Alias("Struct"), Code::call(path("StructOf"), arguments))
            }
            Type::AnyStruct => new("IntoStruct", Alias("Struct"), kind("ANY_STRUCT")),
            Type::Param(name) => Self::within(bound(name)),
            Type::AnyUnion | Type::Null | Type::Unknown => Self::anything(),
        }
    }

    /// What a parameter of any type takes.
    pub(super) fn anything() -> Self {
        Self {
            column: vec![Alias("IntoExpr")],
            constant: vec![Alias("IntoExpr")],
            kind: kind("ANY"),
        }
    }

    /// What a number takes that a function of the language computes with.
    pub(super) fn computed() -> Self {
        let kinds = [kind("INT64"), kind("FLOAT64")];
        Self {
            column: vec![Alias("IntoFloat")],
            constant: vec![Builtin("float")],
            kind: Code::call(path("Either"), kinds),
        }
    }

    /// What a type parameter takes.
    pub(super) fn within(bound: Bound) -> Self {
        let either = |kinds: &[&str]| {
            Code::call(path("Either"), kinds.iter().map(|name| kind(name)).collect::<Vec<_>>())
        };
        match bound {
            Bound::Any | Bound::Ordered | Bound::Exact | Bound::Plain => Self::anything(),
            Bound::Integer => Self::of(&Type::Int(IntType::I64), |_| Bound::Any),
            Bound::Float => Self::of(&Type::F64, |_| Bound::Any),
            Bound::Number | Bound::Widest => Self {
                column: vec![Alias("IntoDecimal"), Alias("IntoFloat")],
                constant: vec![Alias("Decimal"), Builtin("float")],
                kind: either(&["INT64", "FLOAT64", "DECIMAL"]),
            },
            Bound::Bytes => Self {
                column: vec![Alias("IntoBytes"), Alias("IntoText")],
                constant: vec![Builtin("bytes"), Builtin("str")],
                kind: either(&["TEXT", "BYTES"]),
            },
            Bound::Moment | Bound::Stamp => Self {
                column: vec![Alias("IntoDate"), Alias("IntoTimestamp")],
                constant: vec![Alias("Date"), Alias("Timestamp")],
                kind: either(&["DATE", "TIMESTAMP", "LOCAL_TIMESTAMP"]),
            },
        }
    }
}

fn kind(name: &str) -> Code {
    Code::atom(path(name))
}

/// A name of the module that generated code calls.
pub(super) fn path(name: &str) -> String {
    format!("_x.{name}")
}

const fn integer(int: IntType) -> &'static str {
    match int {
        IntType::I8 => "INT8",
        IntType::I16 => "INT16",
        IntType::I32 => "INT32",
        IntType::I64 => "INT64",
        IntType::U8 => "UINT8",
        IntType::U16 => "UINT16",
        IntType::U32 => "UINT32",
        IntType::U64 => "UINT64",
    }
}
