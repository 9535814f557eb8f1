//! What a value can be, as constant data: the mirror of the language's type matrix.
//!
//! Rust types say what they are through [`Value::TYPE`], so a descriptor is never a second opinion
//! about a signature. [`Type`] has two faces: its text, which equals that of `belvedere_lang`, and
//! its Arrow type.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, TimeUnit};

use super::args::TextEncoding;

/// A Rust type whose values SQL can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type that SQL has",
    label = "no SQL type",
    note = "SQL has `bool`, `i8` to `u64`, `f32`, `f64`, `&str`, `String`, `&[u8]`, `Vec<u8>`, \
            `Date`, `Timestamp`, `List<'_, T>`, `Vec<T>`, `Map<'_, K, V>` and `BTreeMap<K, V>`",
    note = "a struct of such types has one with `#[derive(belvedere::ArrowType)]`"
)]
pub trait Value {
    /// The type of a value that is there.
    const TYPE: Type;
}

/// The type of a value that is not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// Text; its Arrow encoding is no part of the type.
    String,
    /// Bytes; their Arrow encoding is no part of the type.
    Bytes,
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// A list of values.
    List(&'static ValueType),
    /// A map; keys are never null.
    Map(&'static Type, &'static ValueType),
    /// A struct that `#[derive(ArrowType)]` names.
    Struct(&'static StructType),
    /// A type with parameters, which each call decides: its text, such as `Map<K, V>`.
    Generic(&'static str),
}

/// A type together with whether its values can be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueType {
    /// The type of a value that is there.
    pub ty: Type,
    /// Whether a value can be null.
    pub nullable: bool,
}

/// A struct type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StructType {
    /// The Rust name, which is also the `semantic_type` in the metadata of a field of this type.
    pub name: &'static str,
    /// The fields in order.
    pub fields: &'static [FieldType],
}

/// A field of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// The name, without `r#`.
    pub name: &'static str,
    /// What it holds.
    pub value: ValueType,
}

/// The key of a field's metadata under which a named struct's name stands.
pub const SEMANTIC_TYPE: &str = "semantic_type";

impl Type {
    /// The Arrow type, text and bytes in their plain encodings; `Null` for a generic type, which
    /// has one in each call only.
    #[must_use]
    pub fn to_arrow(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::I8 => DataType::Int8,
            Self::I16 => DataType::Int16,
            Self::I32 => DataType::Int32,
            Self::I64 => DataType::Int64,
            Self::U8 => DataType::UInt8,
            Self::U16 => DataType::UInt16,
            Self::U32 => DataType::UInt32,
            Self::U64 => DataType::UInt64,
            Self::F32 => DataType::Float32,
            Self::F64 => DataType::Float64,
            Self::String => DataType::Utf8,
            Self::Bytes => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::List(item) => DataType::List(item.to_field(LIST_ITEM)),
            Self::Map(key, value) => DataType::Map(map_entries(*key, *value), false),
            Self::Struct(ty) => DataType::Struct(ty.to_fields()),
            Self::Generic(_) => DataType::Null,
        }
    }

    /// The Arrow type, text and bytes in this encoding; those inside of others stay plain.
    #[must_use]
    pub fn to_arrow_as(self, encoding: TextEncoding) -> DataType {
        match (self, encoding) {
            (Self::String, TextEncoding::Large) => DataType::LargeUtf8,
            (Self::String, TextEncoding::View) => DataType::Utf8View,
            (Self::Bytes, TextEncoding::Large) => DataType::LargeBinary,
            (Self::Bytes, TextEncoding::View) => DataType::BinaryView,
            _ => self.to_arrow(),
        }
    }

    /// Whether it is text or bytes, which have several encodings.
    #[must_use]
    pub const fn is_variable(self) -> bool {
        matches!(self, Self::String | Self::Bytes)
    }
}

/// What the items of a list are called in Delta Lake's tables.
pub(crate) const LIST_ITEM: &str = "element";

/// The field of a map's entries, with the names that Delta Lake's tables have.
pub(crate) fn map_entries(key: Type, value: ValueType) -> FieldRef {
    let key = ValueType { ty: key, nullable: false };
    let fields = Fields::from(vec![key.to_field("key"), value.to_field("value")]);
    Arc::new(Field::new("key_value", DataType::Struct(fields), false))
}

impl ValueType {
    /// A type whose values are never null.
    #[must_use]
    pub const fn required(ty: Type) -> Self {
        Self { ty, nullable: false }
    }

    /// An Arrow field of this type.
    #[must_use]
    pub fn to_field(self, name: &str) -> FieldRef {
        Arc::new(Field::new(name, self.ty.to_arrow(), self.nullable))
    }
}

impl StructType {
    /// The Arrow fields.
    #[must_use]
    pub fn to_fields(&self) -> Fields {
        self.fields.iter().map(|field| field.value.to_field(field.name)).collect()
    }
}

impl FieldType {
    /// A field of the type that a Rust type has.
    #[must_use]
    pub const fn of<T: super::read::Slot>(name: &'static str) -> Self {
        Self { name, value: T::VALUE }
    }
}

/// The text of a type with the fields of its structs, as carriers and descriptors hold it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::String => "String",
            Self::Bytes => "Bytes",
            Self::Date => "Date",
            Self::Timestamp => "Timestamp",
            Self::List(item) => return write!(f, "List<{item}>"),
            Self::Map(key, value) => return write!(f, "Map<{key}, {value}>"),
            Self::Struct(ty) => return ty.fmt(f),
            Self::Generic(text) => text,
        };
        f.write_str(name)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nullable { write!(f, "Option<{}>", self.ty) } else { self.ty.fmt(f) }
    }
}

impl fmt::Display for StructType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {{ ", self.name)?;
        for (i, field) in self.fields.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}: {}", field.name, field.value)?;
        }
        f.write_str(if self.fields.is_empty() { "}" } else { " }" })
    }
}
