//! The type matrix: what a column, an argument or a result can be.
//!
//! [`TypeSyntax`] is a type as somebody wrote it, with spans and unresolved names; [`ValueType`] is
//! a resolved one. Both have one text form, the Rust-like one below, which is what carriers hold,
//! what descriptors store and what messages show:
//!
//! ```text
//! value  = "Option" "<" type ">" | type
//! type   = "bool" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64"
//!        | "String" | "Bytes" | "Date" | "Timestamp" | "LocalTimestamp"
//!        | "Time" | "Duration" | "Interval"
//!        | "Decimal" "<" precision "," scale ">"     two whole numbers
//!        | "[" "u8" ";" width "]" | "Uuid" | "Json"
//!        | "List" "<" value ">" | "Map" "<" type "," value ">"
//!        | "{" fields "}"                  a struct without a name
//!        | path                            a type that `#[derive(ArrowType)]` names (unresolved)
//!        | ident "{" fields "}"            the same, resolved
//!        | "AnyStruct"                     a struct of any fields, in signatures only
//!        | "AnyUnion"                      a union of any fields, in signatures only
//!        | "?"                             a type that an error hides
//! fields = [ ident ":" value { "," ident ":" value } [ "," ] ]
//! ```
//!
//! | here | Rust argument | Rust result | Arrow | Delta Lake |
//! |---|---|---|---|---|
//! | `bool` | `bool` | `bool` | Boolean | boolean |
//! | `i8` `i16` `i32` `i64` | the same | the same | Int8 … Int64 | byte, short, integer, long |
//! | `u8` `u16` `u32` `u64` | the same | the same | UInt8 … UInt64 | refused in relations |
//! | `f32` `f64` | the same | the same | Float32, Float64 | float, double |
//! | `Decimal<P, S>` | the same | the same | Decimal128 | decimal |
//! | `String` | `&str` | `String`, `&str` | Utf8, LargeUtf8, Utf8View | string |
//! | `Bytes` | `&[u8]` | `Vec<u8>`, `&[u8]` | Binary, LargeBinary, BinaryView | binary |
//! | `[u8; N]` | `[u8; N]` | `[u8; N]` | FixedSizeBinary(N) | refused in relations |
//! | `Uuid` | `Uuid` | `Uuid` | FixedSizeBinary(16), `arrow.uuid` | refused in relations |
//! | `Json` | `Json<'_>` | `Json<'_>` | Utf8, `arrow.json` | string |
//! | `Date` | `Date` | `Date` | Date32 | date |
//! | `Timestamp` | `Timestamp` | `Timestamp` | Timestamp(µs, UTC) | timestamp |
//! | `LocalTimestamp` | `LocalTimestamp` | `LocalTimestamp` | Timestamp(µs) | timestamp_ntz |
//! | `Time` | `Time` | `Time` | Time64(µs) | refused in relations |
//! | `Duration` | `Duration` | `Duration` | Duration(µs) | refused in relations |
//! | `Interval` | `Interval` | `Interval` | Interval(MonthDayNano) | refused in relations |
//! | `List<T>` | `List<'_, T>` | `Vec<T>` | List | array |
//! | `Map<K, V>` | `Map<'_, K, V>` | `BTreeMap<K, V>` | Map | map |
//! | `Span { … }` | the struct | the struct | Struct | struct |

mod decimal;
pub(crate) mod digits;
pub(crate) mod foreign;
mod syntax;
mod text;

pub use self::decimal::DecimalType;
pub use self::syntax::{DEPTH_MAX, FieldSyntax, TypeSyntax, TypeSyntaxKind, path_text};
pub(crate) use self::syntax::{doc_line, parse_doc, parse_field, parse_path, push_doc_line};
pub(crate) use self::text::{Bindings, full, read_text, substitute};
pub use self::text::{
    TextError, columns_to_text, instantiate, is_column_name, is_struct_name, parse_columns,
    parse_struct, parse_value_type,
};

use std::fmt;

/// A type together with whether its values can be null: `T` or `Option<T>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// The type of a value that is there.
    pub ty: Type,
    /// Whether a value can be null.
    pub nullable: bool,
}

/// The type of a value that is not null.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8` … `u64`
    Int(IntType),
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// A number with so many digits.
    Decimal(DecimalType),
    /// Text; its Arrow encoding (Utf8, LargeUtf8, Utf8View) is no part of the type.
    String,
    /// Bytes; their Arrow encoding is no part of the type.
    Bytes,
    /// Bytes, so many of them.
    FixedBytes(u32),
    /// 16 bytes that are a UUID.
    Uuid,
    /// Text that is JSON; its Arrow encoding is no part of the type.
    Json,
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// Microseconds since 1970-01-01T00:00:00 of a clock whose zone nobody tells.
    LocalTimestamp,
    /// Microseconds since midnight.
    Time,
    /// A length of time in microseconds.
    Duration,
    /// Months, days and nanoseconds, which no common unit joins.
    Interval,
    /// A list of values.
    List(Box<ValueType>),
    /// A map; keys are never null.
    Map(Box<Type>, Box<ValueType>),
    /// A struct, with a name when `#[derive(ArrowType)]` gave it one.
    Struct(StructType),
    /// A struct of any fields: what some functions take, and give with fields that a plan decides.
    AnyStruct,
    /// A union of any fields: what some functions take, and no relation stores.
    AnyUnion,
    /// The literal `null`, before a context has given it a type.
    Null,
    /// A type parameter of a function's signature, until a call says what it stands for.
    Param(String),
    /// A type that an error hides: it agrees with everything, so that nothing is reported twice.
    Unknown,
}

/// What a struct of any fields is called.
pub const ANY_STRUCT: &str = "AnyStruct";

/// What a union of any fields is called.
pub const ANY_UNION: &str = "AnyUnion";

/// The width and sign of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum IntType {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
}

/// A struct type. Two are equal when their names and their fields are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StructType {
    /// The Rust name of the type, if it has one.
    pub name: Option<String>,
    /// The fields in order.
    pub fields: Vec<Column>,
}

/// A named value: a column of a relation or a field of a struct.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The name, without `r#`.
    pub name: String,
    /// What it holds.
    pub ty: ValueType,
}

impl ValueType {
    /// A type whose values are never null.
    #[must_use]
    pub const fn required(ty: Type) -> Self {
        Self { ty, nullable: false }
    }

    /// A type whose values can be null.
    #[must_use]
    pub const fn optional(ty: Type) -> Self {
        Self { ty, nullable: true }
    }

    /// The same type, nullable if it is so already or `nullable` says so.
    #[must_use]
    pub fn or_null(mut self, nullable: bool) -> Self {
        self.nullable |= nullable;
        self
    }
}

impl Type {
    /// The names that the language itself knows, for suggestions.
    pub const NAMES: [&'static str; 25] = [
        "bool",
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "f32",
        "f64",
        "Decimal",
        "String",
        "Bytes",
        "Uuid",
        "Json",
        "Date",
        "Timestamp",
        "LocalTimestamp",
        "Time",
        "Duration",
        "Interval",
        "List",
        "Map",
        "Option",
    ];

    /// The type without parameters that `name` stands for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "i8" => Self::Int(IntType::I8),
            "i16" => Self::Int(IntType::I16),
            "i32" => Self::Int(IntType::I32),
            "i64" => Self::Int(IntType::I64),
            "u8" => Self::Int(IntType::U8),
            "u16" => Self::Int(IntType::U16),
            "u32" => Self::Int(IntType::U32),
            "u64" => Self::Int(IntType::U64),
            "f32" => Self::F32,
            "f64" => Self::F64,
            "String" => Self::String,
            "Bytes" => Self::Bytes,
            "Uuid" => Self::Uuid,
            "Json" => Self::Json,
            "Date" => Self::Date,
            "Timestamp" => Self::Timestamp,
            "LocalTimestamp" => Self::LocalTimestamp,
            "Time" => Self::Time,
            "Duration" => Self::Duration,
            "Interval" => Self::Interval,
            _ => return None,
        })
    }
}

impl IntType {
    /// The Rust name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
        }
    }
}

impl ValueType {
    /// The form that can be read back: a struct with a name is followed by its fields.
    #[must_use]
    pub fn to_full_text(&self) -> String {
        full(|f| self.write(f, Form::Full))
    }

    pub(crate) fn write(&self, f: &mut dyn fmt::Write, form: Form) -> fmt::Result {
        if !self.nullable {
            return self.ty.write(f, form);
        }
        f.write_str("Option<")?;
        self.ty.write(f, form)?;
        f.write_str(">")
    }
}

impl Type {
    /// The form that can be read back: a struct with a name is followed by its fields.
    #[must_use]
    pub fn to_full_text(&self) -> String {
        full(|f| self.write(f, Form::Full))
    }

    fn write(&self, f: &mut dyn fmt::Write, form: Form) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int(int) => f.write_str(int.name()),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::Decimal(decimal) => write!(f, "{decimal}"),
            Self::String => f.write_str("String"),
            Self::Bytes => f.write_str("Bytes"),
            Self::FixedBytes(width) => write!(f, "[u8; {width}]"),
            Self::Uuid => f.write_str("Uuid"),
            Self::Json => f.write_str("Json"),
            Self::Date => f.write_str("Date"),
            Self::Timestamp => f.write_str("Timestamp"),
            Self::LocalTimestamp => f.write_str("LocalTimestamp"),
            Self::Time => f.write_str("Time"),
            Self::Duration => f.write_str("Duration"),
            Self::Interval => f.write_str("Interval"),
            Self::List(item) => {
                f.write_str("List<")?;
                item.write(f, form)?;
                f.write_str(">")
            }
            Self::Map(key, value) => {
                f.write_str("Map<")?;
                key.write(f, form)?;
                f.write_str(", ")?;
                value.write(f, form)?;
                f.write_str(">")
            }
            Self::Struct(ty) => ty.write(f, form),
            Self::AnyStruct => f.write_str(ANY_STRUCT),
            Self::AnyUnion => f.write_str(ANY_UNION),
            Self::Null => f.write_str("null"),
            Self::Param(name) => f.write_str(name),
            Self::Unknown => f.write_str("?"),
        }
    }
}

impl StructType {
    /// The form that can be read back: the name, if there is one, and the fields.
    #[must_use]
    pub fn to_full_text(&self) -> String {
        full(|f| self.write(f, Form::Full))
    }

    fn write(&self, f: &mut dyn fmt::Write, form: Form) -> fmt::Result {
        if let Some(name) = &self.name {
            f.write_str(name)?;
            if form == Form::Short {
                return Ok(());
            }
            f.write_str(" ")?;
        }
        f.write_str("{ ")?;
        write_columns(f, &self.fields, form)?;
        f.write_str(if self.fields.is_empty() { "}" } else { " }" })
    }
}

/// Whether a struct with a name is written by its name alone or with its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Short,
    Full,
}

pub(crate) fn write_columns(f: &mut dyn fmt::Write, columns: &[Column], form: Form) -> fmt::Result {
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        f.write_str(&column.name)?;
        f.write_str(": ")?;
        column.ty.write(f, form)?;
    }
    Ok(())
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Form::Short)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Form::Short)
    }
}

/// Messages show a struct by its name alone where it has one; [`StructType::to_full_text`] is the
/// form that can be read back.
impl fmt::Display for StructType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Form::Short)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.ty)
    }
}
