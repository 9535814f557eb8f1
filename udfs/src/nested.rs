//! Maps and lists as a whole: what rearranges them without a look at the values.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray, MapArray, StructArray};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};
use belvedere::udf;

#[cfg(test)]
mod tests;

/// The entries of a map as a list of structs with the fields `key` and `value`.
/// ```sql
/// SELECT map_entries(MAP {'a': 1, 'b': 2});
/// ----
/// [{key: a, value: 1}, {key: b, value: 2}]
/// ```
#[udf(
    tags = [nested, map],
    signature = "<K, V>(map: Map<K, V>) -> List<{ key: K, value: V }>",
    returns = list_of_entries
)]
pub fn map_entries(map: &MapArray) -> Result<ListArray, ArrowError> {
    let fields = entry_fields(map.entries().fields());
    let columns: Vec<ArrayRef> = vec![Arc::clone(map.keys()), Arc::clone(map.values())];
    let entries = StructArray::try_new(fields.clone(), columns, None)?;
    let item = item_field(fields);
    ListArray::try_new(item, map.offsets().clone(), Arc::new(entries), map.nulls().cloned())
}

/// The type of the entries of a map.
fn list_of_entries(arguments: &[DataType]) -> udf::Result<DataType> {
    if let [DataType::Map(entry, _)] = arguments
        && let DataType::Struct(fields) = entry.data_type()
    {
        return Ok(DataType::List(item_field(entry_fields(fields))));
    }
    Err("takes a map".into())
}

/// The fields of an entry. Writers call those of a map what they like, and some declare keys that
/// can be NULL though a map has none.
fn entry_fields(fields: &Fields) -> Fields {
    let renamed = |(name, field): (&&str, &FieldRef)| field.as_ref().clone().with_name(*name);
    let mut fields: Vec<Field> = ["key", "value"].iter().zip(fields).map(renamed).collect();
    if let Some(key) = fields.first_mut() {
        key.set_nullable(false);
    }
    fields.into()
}

/// The items of a list are called as in the tables of Delta Lake.
fn item_field(entry: Fields) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(entry), false))
}
