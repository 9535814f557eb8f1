//! Lists and maps of any kind: what rearranges them, whatever their values are.

use std::collections::BTreeSet;

use belvedere::{ArrowType, List, Map, SortValue, Value, udf};

/// An entry of a map.
#[derive(ArrowType, Clone, Copy, Debug)]
pub struct Entry<K, V> {
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
}

/// The entries of a map as a list of structs with the fields `key` and `value`.
///
/// DataFusion's function of this name fails on maps whose values are not nullable.
///
/// ```sql
/// SELECT map_entries(MAP {'a': 1, 'b': 2});
/// ----
/// [{key: a, value: 1}, {key: b, value: 2}]
/// ```
#[udf(tags = [nested, map])]
pub fn map_entries<K: Value, V: Value>(map: Map<'_, K, V>) -> Vec<Entry<K, V>> {
    map.iter().map(|(key, value)| Entry { key, value }).collect()
}

/// The value of a key, or a default where the map has none or NULL, and where the map is NULL.
///
/// ```sql
/// SELECT map_get_default(MAP {'a': 1}, 'a', 0), map_get_default(MAP {'a': 1}, 'b', 0);
/// ----
/// 1 0
/// ```
#[udf(tags = [nested, map])]
pub fn map_get_default<K: SortValue, V: Value>(
    map: Option<Map<'_, K, Option<V>>>,
    key: K,
    default_value: Option<V>,
) -> Option<V> {
    map.and_then(|map| map.get(&key)).flatten().or(default_value)
}

/// The items of a list that are not NULL, in their order.
///
/// It replaces DataFusion's function of this name, which loses the metadata of the list.
///
/// ```sql
/// SELECT list_compact(['b', 'a', NULL, 'b']);
/// ----
/// [b, a, b]
/// ```
#[udf(tags = [nested, list], aliases = [array_compact], metadata = inherit(0))]
pub fn list_compact<T: Value>(list: List<'_, Option<T>>) -> Vec<T> {
    list.iter().flatten().collect()
}

/// The distinct items of a list that are not NULL, the smallest first: numbers as numbers, text by
/// its bytes.
///
/// ```sql
/// SELECT list_unique_sorted([10, 9, NULL, 10]), list_unique_sorted(['b', 'a', 'B']);
/// ----
/// [9, 10] [B, a, b]
/// ```
#[udf(tags = [nested, list], aliases = [array_unique_sorted], metadata = inherit(0))]
pub fn list_unique_sorted<T: SortValue>(list: List<'_, Option<T>>) -> Vec<T> {
    list.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect()
}
