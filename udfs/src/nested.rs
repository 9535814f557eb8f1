//! Maps and lists as a whole: what rearranges them without a look at the values.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray, MapArray, StructArray};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};

#[cfg(test)]
mod tests;

/// The entries of a map as a list of structs with the fields `key` and `value`.
/// ```sql
/// SELECT map_entries(MAP {'a': 1, 'b': 2});
/// ----
/// [{key: a, value: 1}, {key: b, value: 2}]
/// ```
pub fn map_entries(map: &MapArray) -> Result<ListArray, ArrowError> {
    let fields = entry_fields(map.entries().fields());
    let columns: Vec<ArrayRef> = vec![Arc::clone(map.keys()), Arc::clone(map.values())];
    let entries = StructArray::try_new(fields.clone(), columns, None)?;
    let item = item_field(fields);
    ListArray::try_new(item, map.offsets().clone(), Arc::new(entries), map.nulls().cloned())
}

/// The fields of an entry. Writers call those of a map what they like, its entries have one name.
fn entry_fields(fields: &Fields) -> Fields {
    let names = ["key", "value"];
    names.iter().zip(fields).map(|(name, field)| field.as_ref().clone().with_name(*name)).collect()
}

fn item_field(entry: Fields) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(entry), false))
}
