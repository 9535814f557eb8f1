//! A column as functions see it: a tree of borrowed arrays that [`super::read`] takes values from.
//!
//! One non-generic type for every shape keeps nested values cheap to compile: a list of structs is
//! a reference to a node and a range, whatever its fields are. Nodes have no dictionaries and no
//! run-ends; the adapter has resolved those.

mod missing;
#[cfg(feature = "delta")]
mod untyped;

use std::cell::OnceCell;

use arrow_array::types::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, Time64MicrosecondType,
    TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, FixedSizeBinaryArray,
    FixedSizeListArray, LargeBinaryArray, LargeListArray, LargeStringArray, ListArray, MapArray,
    PrimitiveArray, StringArray, StringViewArray, StructArray, UnionArray,
};
use arrow_buffer::{Buffer, NullBuffer};

use super::generic::AnyNode;
use super::types::{FieldType, Type, ValueType};

/// A column.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Node<'a> {
    Bool(&'a BooleanArray),
    I8(&'a PrimitiveArray<Int8Type>),
    I16(&'a PrimitiveArray<Int16Type>),
    I32(&'a PrimitiveArray<Int32Type>),
    I64(&'a PrimitiveArray<Int64Type>),
    U8(&'a PrimitiveArray<UInt8Type>),
    U16(&'a PrimitiveArray<UInt16Type>),
    U32(&'a PrimitiveArray<UInt32Type>),
    U64(&'a PrimitiveArray<UInt64Type>),
    F32(&'a PrimitiveArray<Float32Type>),
    F64(&'a PrimitiveArray<Float64Type>),
    Decimal(&'a PrimitiveArray<Decimal128Type>),
    Date(&'a PrimitiveArray<Date32Type>),
    Timestamp(&'a PrimitiveArray<TimestampMicrosecondType>),
    LocalTimestamp(&'a PrimitiveArray<TimestampMicrosecondType>),
    Time(&'a PrimitiveArray<Time64MicrosecondType>),
    Duration(&'a PrimitiveArray<DurationMicrosecondType>),
    Interval(&'a PrimitiveArray<IntervalMonthDayNanoType>),
    /// Text, and whether it is ASCII, once somebody has asked.
    String(TextNode<'a>, OnceCell<bool>),
    Bytes(BytesNode<'a>),
    Fixed(&'a FixedSizeBinaryArray),
    List(Box<ListNode<'a>>),
    Map(Box<MapNode<'a>>),
    Struct(StructNode<'a>),
    Any(Box<AnyNode<'a>>),
}

/// Text in one of its encodings.
#[derive(Clone, Copy, Debug)]
pub enum TextNode<'a> {
    /// Utf8
    Plain(&'a StringArray),
    /// LargeUtf8
    Large(&'a LargeStringArray),
    /// Utf8View
    View(&'a StringViewArray),
}

/// Bytes in one of their encodings.
#[derive(Clone, Copy, Debug)]
pub enum BytesNode<'a> {
    /// Binary
    Plain(&'a BinaryArray),
    /// LargeBinary
    Large(&'a LargeBinaryArray),
    /// BinaryView
    View(&'a BinaryViewArray),
}

/// Lists: which of the items belong to a row.
#[derive(Debug)]
pub struct ListNode<'a> {
    offsets: Offsets<'a>,
    nulls: Option<&'a NullBuffer>,
    items: Node<'a>,
    n_items: usize,
    rows: usize,
}

/// Maps: which of the entries belong to a row.
#[derive(Debug)]
pub struct MapNode<'a> {
    offsets: &'a [i32],
    nulls: Option<&'a NullBuffer>,
    keys: Node<'a>,
    values: Node<'a>,
    n_entries: usize,
}

/// Structs: a node for each field of the type, in the type's order.
#[derive(Debug)]
pub struct StructNode<'a> {
    nulls: Option<&'a NullBuffer>,
    fields: Vec<Node<'a>>,
}

/// Where the items of a row start and end.
#[derive(Clone, Copy, Debug)]
enum Offsets<'a> {
    Small(&'a [i32]),
    Large(&'a [i64]),
    Fixed(usize),
}

impl Offsets<'_> {
    #[inline]
    fn range(&self, row: usize) -> (usize, usize) {
        // Offsets of an array that arrow has accepted are never negative.
        match self {
            Self::Small(offsets) => (offsets[row] as usize, offsets[row + 1] as usize),
            Self::Large(offsets) => (offsets[row] as usize, offsets[row + 1] as usize),
            Self::Fixed(size) => (row * size, (row + 1) * size),
        }
    }
}

impl<'a> TextNode<'a> {
    /// The text of a row; some text where it is NULL.
    #[inline]
    #[must_use]
    pub fn value(&self, row: usize) -> &'a str {
        match self {
            Self::Plain(array) => array.value(row),
            _ => self.value_of_others(row),
        }
    }

    /// Compiled once, so that a function's loop holds the code of one encoding.
    #[inline(never)]
    fn value_of_others(&self, row: usize) -> &'a str {
        match self {
            Self::Plain(array) => array.value(row),
            Self::Large(array) => array.value(row),
            Self::View(array) => array.value(row),
        }
    }
}

impl<'a> BytesNode<'a> {
    /// The bytes of a row; some bytes where they are NULL.
    #[inline]
    #[must_use]
    pub fn value(&self, row: usize) -> &'a [u8] {
        match self {
            Self::Plain(array) => array.value(row),
            Self::Large(array) => array.value(row),
            Self::View(array) => array.value(row),
        }
    }
}

impl<'a> ListNode<'a> {
    /// The items of all rows.
    #[inline]
    #[must_use]
    pub fn items(&self) -> &Node<'a> {
        &self.items
    }

    /// The first item of a row and the one after its last.
    #[inline]
    #[must_use]
    pub fn range(&self, row: usize) -> (usize, usize) {
        self.offsets.range(row)
    }
}

impl<'a> MapNode<'a> {
    /// The keys of all rows.
    #[inline]
    #[must_use]
    pub fn keys(&self) -> &Node<'a> {
        &self.keys
    }

    /// The values of all rows.
    #[inline]
    #[must_use]
    pub fn values(&self) -> &Node<'a> {
        &self.values
    }

    /// The first entry of a row and the one after its last.
    #[inline]
    #[must_use]
    pub fn range(&self, row: usize) -> (usize, usize) {
        Offsets::Small(self.offsets).range(row)
    }
}

impl<'a> Node<'a> {
    /// The array as a column of this type; `None` when it has another.
    #[must_use]
    pub fn new(array: &'a ArrayRef, ty: &Type) -> Option<Self> {
        let any = array.as_any();
        Some(match ty {
            Type::Bool => Self::Bool(any.downcast_ref()?),
            Type::I8 => Self::I8(any.downcast_ref()?),
            Type::I16 => Self::I16(any.downcast_ref()?),
            Type::I32 => Self::I32(any.downcast_ref()?),
            Type::I64 => Self::I64(any.downcast_ref()?),
            Type::U8 => Self::U8(any.downcast_ref()?),
            Type::U16 => Self::U16(any.downcast_ref()?),
            Type::U32 => Self::U32(any.downcast_ref()?),
            Type::U64 => Self::U64(any.downcast_ref()?),
            Type::F32 => Self::F32(any.downcast_ref()?),
            Type::F64 => Self::F64(any.downcast_ref()?),
            Type::Decimal(..) => Self::Decimal(any.downcast_ref()?),
            Type::Date => Self::Date(any.downcast_ref()?),
            Type::Timestamp => Self::Timestamp(any.downcast_ref()?),
            Type::LocalTimestamp => Self::LocalTimestamp(any.downcast_ref()?),
            Type::Time => Self::Time(any.downcast_ref()?),
            Type::Duration => Self::Duration(any.downcast_ref()?),
            Type::Interval => Self::Interval(any.downcast_ref()?),
            Type::String | Type::Json => Self::String(text_node(array.as_ref())?, OnceCell::new()),
            Type::Bytes => Self::Bytes(bytes_node(array.as_ref())?),
            Type::FixedBytes(width) => Self::Fixed(fixed_node(array.as_ref(), *width)?),
            Type::Uuid => Self::Fixed(fixed_node(array.as_ref(), 16)?),
            Type::List(item) => Self::List(Box::new(list_node(array.as_ref(), item)?)),
            Type::Map(key, value) => {
                Self::Map(Box::new(map_node(any.downcast_ref()?, key, value)?))
            }
            Type::Struct(ty) => Self::Struct(struct_node(any.downcast_ref()?, ty.fields)?),
            Type::AnyStruct => {
                any.downcast_ref::<StructArray>()?;
                Self::whole(array)
            }
            Type::AnyUnion => {
                any.downcast_ref::<UnionArray>()?;
                Self::whole(array)
            }
            Type::Param(_) => Self::whole(array),
        })
    }

    /// The array as a column whose type nobody looks at.
    #[must_use]
    pub fn whole(array: &'a ArrayRef) -> Self {
        Self::Any(Box::new(AnyNode::new(array)))
    }

    /// Which rows are NULL.
    #[must_use]
    pub fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Self::Bool(array) => (*array).nulls(),
            Self::I8(array) => (*array).nulls(),
            Self::I16(array) => (*array).nulls(),
            Self::I32(array) => (*array).nulls(),
            Self::I64(array) => (*array).nulls(),
            Self::U8(array) => (*array).nulls(),
            Self::U16(array) => (*array).nulls(),
            Self::U32(array) => (*array).nulls(),
            Self::U64(array) => (*array).nulls(),
            Self::F32(array) => (*array).nulls(),
            Self::F64(array) => (*array).nulls(),
            Self::Decimal(array) => (*array).nulls(),
            Self::Date(array) => (*array).nulls(),
            Self::Timestamp(array) => (*array).nulls(),
            Self::LocalTimestamp(array) => (*array).nulls(),
            Self::Time(array) => (*array).nulls(),
            Self::Duration(array) => (*array).nulls(),
            Self::Interval(array) => (*array).nulls(),
            Self::String(TextNode::Plain(array), _) => (*array).nulls(),
            Self::String(TextNode::Large(array), _) => (*array).nulls(),
            Self::String(TextNode::View(array), _) => (*array).nulls(),
            Self::Bytes(BytesNode::Plain(array)) => (*array).nulls(),
            Self::Bytes(BytesNode::Large(array)) => (*array).nulls(),
            Self::Bytes(BytesNode::View(array)) => (*array).nulls(),
            Self::Fixed(array) => (*array).nulls(),
            Self::List(node) => node.nulls,
            Self::Map(node) => node.nulls,
            Self::Struct(node) => node.nulls,
            Self::Any(node) => node.nulls(),
        }
    }

    /// Text.
    #[inline]
    #[must_use]
    pub fn text(&self) -> TextNode<'a> {
        match self {
            Self::String(node, _) => *node,
            _ => self.mismatch(),
        }
    }

    /// Whether all of a column of text is ASCII.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        match self {
            Self::String(text, ascii) => *ascii.get_or_init(|| match text {
                TextNode::Plain(array) => array.is_ascii(),
                TextNode::Large(array) => array.is_ascii(),
                TextNode::View(array) => array.is_ascii(),
            }),
            _ => self.mismatch(),
        }
    }

    /// Bytes.
    #[inline]
    #[must_use]
    pub fn bytes(&self) -> BytesNode<'a> {
        match self {
            Self::Bytes(node) => *node,
            _ => self.mismatch(),
        }
    }

    /// Values of any type.
    #[inline]
    #[must_use]
    pub fn any(&self) -> &AnyNode<'a> {
        match self {
            Self::Any(node) => node,
            _ => self.mismatch(),
        }
    }

    /// Lists.
    #[inline]
    #[must_use]
    pub fn list(&self) -> &ListNode<'a> {
        match self {
            Self::List(node) => node,
            _ => self.mismatch(),
        }
    }

    /// Maps.
    #[inline]
    #[must_use]
    pub fn map(&self) -> &MapNode<'a> {
        match self {
            Self::Map(node) => node,
            _ => self.mismatch(),
        }
    }

    /// The field of a struct at a position of its type.
    #[inline]
    #[must_use]
    pub fn field(&self, position: usize) -> &Node<'a> {
        match self {
            Self::Struct(node) => &node.fields[position],
            _ => self.mismatch(),
        }
    }

    /// A reader asks for what its own type is, and nodes are made from that type.
    #[cold]
    pub(crate) fn mismatch(&self) -> ! {
        unreachable!("a node is read as the type that it was made from")
    }

    /// The buffers that views of text and bytes point into.
    pub(crate) fn view_buffers(&self) -> &'a [Buffer] {
        match self {
            Self::String(TextNode::View(array), _) => array.data_buffers(),
            Self::Bytes(BytesNode::View(array)) => array.data_buffers(),
            _ => &[],
        }
    }
}

pub(crate) fn text_node(array: &dyn Array) -> Option<TextNode<'_>> {
    let any = array.as_any();
    any.downcast_ref()
        .map(TextNode::Plain)
        .or_else(|| any.downcast_ref().map(TextNode::Large))
        .or_else(|| any.downcast_ref().map(TextNode::View))
}

pub(super) fn bytes_node(array: &dyn Array) -> Option<BytesNode<'_>> {
    let any = array.as_any();
    any.downcast_ref()
        .map(BytesNode::Plain)
        .or_else(|| any.downcast_ref().map(BytesNode::Large))
        .or_else(|| any.downcast_ref().map(BytesNode::View))
}

fn fixed_node(array: &dyn Array, width: i32) -> Option<&FixedSizeBinaryArray> {
    let array: &FixedSizeBinaryArray = array.as_any().downcast_ref()?;
    (array.value_length() == width).then_some(array)
}

fn list_node<'a>(array: &'a dyn Array, item: &ValueType) -> Option<ListNode<'a>> {
    let any = array.as_any();
    let (offsets, values) = if let Some(array) = any.downcast_ref::<ListArray>() {
        (Offsets::Small(array.value_offsets()), array.values())
    } else if let Some(array) = any.downcast_ref::<LargeListArray>() {
        (Offsets::Large(array.value_offsets()), array.values())
    } else {
        let array = any.downcast_ref::<FixedSizeListArray>()?;
        (Offsets::Fixed(usize::try_from(array.value_length()).ok()?), array.values())
    };
    let items = Node::new(values, &item.ty)?;
    Some(ListNode {
        offsets,
        nulls: array.nulls(),
        items,
        n_items: values.len(),
        rows: array.len(),
    })
}

fn map_node<'a>(array: &'a MapArray, key: &Type, value: &ValueType) -> Option<MapNode<'a>> {
    Some(MapNode {
        offsets: array.value_offsets(),
        nulls: array.nulls(),
        keys: Node::new(array.keys(), key)?,
        values: Node::new(array.values(), &value.ty)?,
        n_entries: array.entries().len(),
    })
}

fn struct_node<'a>(array: &'a StructArray, fields: &[FieldType]) -> Option<StructNode<'a>> {
    let fields = fields
        .iter()
        .map(|field| Node::new(array.column_by_name(field.name)?, &field.value.ty))
        .collect::<Option<Vec<_>>>()?;
    Some(StructNode { nulls: array.nulls(), fields })
}
