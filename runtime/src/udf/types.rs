//! What a value can be, as constant data: the mirror of the language's type matrix.
//!
//! Rust types say what they are through [`Typed::TYPE`], so a descriptor is never a second opinion
//! about a signature. [`Type`] has two faces: its text, which equals that of `belvedere_lang`, and
//! its Arrow type.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, IntervalUnit, TimeUnit, UnionMode};

use super::args::TextEncoding;

/// A Rust type whose values SQL can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type that SQL has",
    label = "no SQL type",
    note = "SQL has `bool`, `i8` to `u64`, `f32`, `f64`, `Decimal<P, S>`, `&str`, `String`, `&[u8]`, `Vec<u8>`, \
            `[u8; N]`, `Uuid`, `Json<'_>`, `Date`, `Timestamp`, `LocalTimestamp`, `Time`, `Duration`, `Interval`, `List<'_, T>`, \
            `Vec<T>`, `Map<'_, K, V>` and `BTreeMap<K, V>`",
    note = "a struct of such types has one with `#[derive(belvedere::ArrowType)]`"
)]
pub trait Typed {
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
    /// A number of so many digits, so many of them behind the point.
    Decimal(u8, u8),
    /// Text; its Arrow encoding is no part of the type.
    String,
    /// Bytes; their Arrow encoding is no part of the type.
    Bytes,
    /// Bytes, so many of them.
    FixedBytes(i32),
    /// 16 bytes that are a UUID.
    Uuid,
    /// Text that is JSON.
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
    /// Months, days and nanoseconds.
    Interval,
    /// A list of values.
    List(&'static ValueType),
    /// A map; keys are never null.
    Map(&'static Type, &'static ValueType),
    /// A struct, which `#[derive(ArrowType)]` names.
    Struct(&'static StructType),
    /// A struct of any fields.
    AnyStruct,
    /// A union of any fields.
    AnyUnion,
    /// A type parameter of a function, by its number: each call decides what it stands for.
    Param(usize),
}

/// A type parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeParam {
    /// Its name in the source.
    pub name: &'static str,
    /// The types that it stands for.
    pub set: TypeSet,
}

/// The types that a type parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeSet {
    /// Every type.
    Any,
    /// Types that have an order.
    Ordered,
    /// Integers and floats, each as the widest of its kind: `i64`, `u64`, `f64`.
    Number,
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
    /// The Rust name, which is also the `semantic_type` in the metadata of a field of this type;
    /// empty for a struct that is known by its fields alone.
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
    /// The Arrow type, text and bytes in their plain encodings; `Null` in the place of a type
    /// parameter, which stands for one in each call only.
    #[must_use]
    pub fn to_arrow(self) -> DataType {
        self.to_arrow_with(&|_| None)
    }

    /// The Arrow type, type parameters replaced by what they stand for: the type of a field together
    /// with its NULLs and its metadata.
    pub(crate) fn to_arrow_with(self, bound: &dyn Fn(usize) -> Option<FieldRef>) -> DataType {
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
            Self::Decimal(precision, scale) => DataType::Decimal128(precision, scale.cast_signed()),
            Self::String => DataType::Utf8,
            Self::Bytes => DataType::Binary,
            Self::FixedBytes(width) => DataType::FixedSizeBinary(width),
            Self::Uuid => DataType::FixedSizeBinary(16),
            Self::Json => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::LocalTimestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Time => DataType::Time64(TimeUnit::Microsecond),
            Self::Duration => DataType::Duration(TimeUnit::Microsecond),
            Self::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
            Self::List(item) => DataType::List(item.to_field_with(LIST_ITEM, bound)),
            Self::Map(key, value) => {
                let key = ValueType::required(*key).to_field_with("key", bound);
                DataType::Map(entries(key, value.to_field_with("value", bound)), false)
            }
            Self::Struct(ty) => {
                let field = |field: &FieldType| field.value.to_field_with(field.name, bound);
                DataType::Struct(ty.fields.iter().map(field).collect())
            }
            Self::AnyStruct => DataType::Struct(Fields::empty()),
            Self::AnyUnion => {
                // Arrow makes NULLs of the first field that there is.
                let nothing = Arc::new(Field::new("nothing", DataType::Null, true));
                DataType::Union([(0, nothing)].into_iter().collect(), UnionMode::Sparse)
            }
            Self::Param(param) => match bound(param) {
                Some(field) => field.data_type().clone(),
                None => DataType::Null,
            },
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
    entries(ValueType::required(key).to_field("key"), value.to_field("value"))
}

/// Keys are never NULL, whatever the field says that they come from.
fn entries(key: FieldRef, value: FieldRef) -> FieldRef {
    let key = Arc::new(key.as_ref().clone().with_nullable(false));
    let fields = Fields::from(vec![key, value]);
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
        self.to_field_with(name, &|_| None)
    }

    /// An Arrow field of this type, type parameters replaced by what they stand for.
    fn to_field_with(self, name: &str, bound: &dyn Fn(usize) -> Option<FieldRef>) -> FieldRef {
        if let Type::Param(param) = self.ty
            && let Some(field) = bound(param)
        {
            let nullable = self.nullable || field.is_nullable();
            return Arc::new(field.as_ref().clone().with_name(name).with_nullable(nullable));
        }
        Arc::new(Field::new(name, self.ty.to_arrow_with(bound), self.nullable))
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

/// The text of a type with the fields of its structs, as carriers and descriptors hold it; type
/// parameters by their numbers, which [`Named`] gives their names.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.named(&[]).fmt(f)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.named(&[]).fmt(f)
    }
}

/// A type as text, its type parameters under the names that a function gives them.
#[derive(Clone, Copy, Debug)]
pub struct Named<'n, T> {
    what: T,
    names: &'n [TypeParam],
}

impl Type {
    /// The type as text.
    #[must_use]
    pub const fn named(self, names: &[TypeParam]) -> Named<'_, Self> {
        Named { what: self, names }
    }
}

impl ValueType {
    /// The type as text.
    #[must_use]
    pub const fn named(self, names: &[TypeParam]) -> Named<'_, Self> {
        Named { what: self, names }
    }
}

impl fmt::Display for Named<'_, ValueType> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = self.what.ty.named(self.names);
        if self.what.nullable { write!(f, "Option<{ty}>") } else { ty.fmt(f) }
    }
}

impl fmt::Display for Named<'_, Type> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names;
        let name = match self.what {
            Type::Bool => "bool",
            Type::I8 => "i8",
            Type::I16 => "i16",
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::U8 => "u8",
            Type::U16 => "u16",
            Type::U32 => "u32",
            Type::U64 => "u64",
            Type::F32 => "f32",
            Type::F64 => "f64",
            Type::Decimal(precision, scale) => return write!(f, "Decimal<{precision}, {scale}>"),
            Type::String => "String",
            Type::Bytes => "Bytes",
            Type::FixedBytes(width) => return write!(f, "[u8; {width}]"),
            Type::Uuid => "Uuid",
            Type::Json => "Json",
            Type::Date => "Date",
            Type::Timestamp => "Timestamp",
            Type::LocalTimestamp => "LocalTimestamp",
            Type::Time => "Time",
            Type::Duration => "Duration",
            Type::Interval => "Interval",
            Type::AnyStruct => "AnyStruct",
            Type::AnyUnion => "AnyUnion",
            Type::List(item) => return write!(f, "List<{}>", item.named(names)),
            Type::Map(key, value) => {
                return write!(f, "Map<{}, {}>", key.named(names), value.named(names));
            }
            Type::Struct(ty) => return Named { what: ty, names }.fmt(f),
            Type::Param(number) => match names.get(number) {
                Some(param) => param.name,
                None => return write!(f, "T{number}"),
            },
        };
        f.write_str(name)
    }
}

impl fmt::Display for Named<'_, &StructType> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StructType { name, fields } = self.what;
        let space = if name.is_empty() { "" } else { " " };
        write!(f, "{name}{space}{{ ")?;
        for (i, field) in fields.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", field.name, field.value.named(self.names))?;
        }
        f.write_str(if fields.is_empty() { "}" } else { " }" })
    }
}
