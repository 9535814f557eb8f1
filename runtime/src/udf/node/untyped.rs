//! A column as what its array is, where no function says the type.

use std::cell::OnceCell;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use super::super::types::Type;
use super::{ListNode, MapNode, Node, Offsets, StructNode, bytes_node, text_node};

impl<'a> Node<'a> {
    /// The array as the column that it is; structs have the fields that they have. What no type of the
    /// language holds is a column whose type nobody looks at.
    #[must_use]
    pub(crate) fn of_array(array: &'a ArrayRef) -> Self {
        Self::of_known(array).unwrap_or_else(|| Self::whole(array))
    }

    fn of_known(array: &'a ArrayRef) -> Option<Self> {
        let ty = match array.data_type() {
            DataType::List(_) => {
                let list = array.as_list_opt::<i32>()?;
                return Some(Self::List(Box::new(ListNode {
                    offsets: Offsets::Small(list.value_offsets()),
                    nulls: list.nulls(),
                    items: Self::of_array(list.values()),
                    n_items: list.values().len(),
                    rows: list.len(),
                })));
            }
            DataType::Map(..) => {
                let map = array.as_map_opt()?;
                return Some(Self::Map(Box::new(MapNode {
                    offsets: map.value_offsets(),
                    nulls: map.nulls(),
                    keys: Self::of_array(map.keys()),
                    values: Self::of_array(map.values()),
                    n_entries: map.keys().len(),
                })));
            }
            DataType::Struct(_) => {
                let array = array.as_struct_opt()?;
                let fields = array.columns().iter().map(Self::of_array).collect();
                return Some(Self::Struct(StructNode { nulls: array.nulls(), fields }));
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                return Some(Self::String(text_node(array.as_ref())?, OnceCell::new()));
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                return Some(Self::Bytes(bytes_node(array.as_ref())?));
            }
            DataType::FixedSizeBinary(width) => Type::FixedBytes(*width),
            DataType::Boolean => Type::Bool,
            DataType::Int8 => Type::I8,
            DataType::Int16 => Type::I16,
            DataType::Int32 => Type::I32,
            DataType::Int64 => Type::I64,
            DataType::UInt8 => Type::U8,
            DataType::UInt16 => Type::U16,
            DataType::UInt32 => Type::U32,
            DataType::UInt64 => Type::U64,
            DataType::Float32 => Type::F32,
            DataType::Float64 => Type::F64,
            DataType::Decimal128(precision, scale) => {
                Type::Decimal(*precision, u8::try_from(*scale).ok()?)
            }
            DataType::Date32 => Type::Date,
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => Type::Timestamp,
            DataType::Timestamp(TimeUnit::Microsecond, None) => Type::LocalTimestamp,
            DataType::Time64(TimeUnit::Microsecond) => Type::Time,
            DataType::Duration(TimeUnit::Microsecond) => Type::Duration,
            DataType::Interval(_) => Type::Interval,
            _ => return None,
        };
        Self::new(array, &ty)
    }
}
