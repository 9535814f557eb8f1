//! Types without encodings and with NULLs everywhere, in which results can be compared.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef};

/// The type of the same values in their plain encoding.
pub(super) fn open(ty: &DataType) -> DataType {
    match ty {
        DataType::Dictionary(_, values) => open(values),
        DataType::RunEndEncoded(_, values) => open(values.data_type()),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => DataType::List(field("item", item)),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|part| field(part.name(), part)).collect())
        }
        DataType::Map(entries, sorted) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                let key = field("key", &fields[0]).as_ref().clone().with_nullable(false);
                let parts = vec![Arc::new(key), field("value", &fields[1])];
                let entries = Field::new("entries", DataType::Struct(parts.into()), false);
                DataType::Map(Arc::new(entries), *sorted)
            }
            _ => ty.clone(),
        },
        other => other.clone(),
    }
}

fn field(name: &str, of: &FieldRef) -> FieldRef {
    Arc::new(Field::new(name, open(of.data_type()), true))
}
