//! Lists, maps and structs of any kind: what rearranges them, whatever their values are.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use belvedere::udf::{DataType, Fields, Given, Planned};
use belvedere::{AnyStruct, ArrowType, IndexMap, List, Map, Operand, SortValue, Value, udf};

#[cfg(test)]
mod tests;

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

/// A list of one item: the value of a key, or NULL where the map has none and where it is NULL.
///
/// DataFusion's function of this name finds keys in what lies beneath a NULL map. `map_get_default` gives
/// the value itself.
///
/// ```sql
/// SELECT map_extract(MAP {'a': 1}, 'a'), map_extract(MAP {'a': 1}, 'b'), map_extract(NULL, 'a');
/// ----
/// [1] [NULL] [NULL]
/// ```
#[udf(tags = [nested, map])]
pub fn map_extract<K: SortValue, V: Value>(
    map: Option<Map<'_, K, Option<V>>>,
    key: Option<K>,
) -> Vec<Option<V>> {
    let found = map.zip(key).and_then(|(map, key)| map.get(&key));
    vec![found.flatten()]
}

/// A map with keys in one case, sorted by their bytes or in their order; of equal keys, the last one's
/// value stays.
///
/// `key_case` is `lower`, `upper` or `none`.
///
/// ```sql
/// SELECT map_normalize(MAP {'b': 1, 'A': 2, 'a': 3}), map_normalize(MAP {'b': 1, 'A': 2}, 'none', false);
/// ----
/// {a: 3, b: 1} {b: 1, A: 2}
/// ```
#[udf(tags = [nested, map], metadata = inherit(0), idempotent)]
pub fn map_normalize<'a, V: Value>(
    map: Map<'a, &'a str, V>,
    #[setting("belvedere.map_normalize.key_case")]
    #[literal(default = "lower", values = ["lower", "upper", "none"])]
    key_case: KeyCase,
    #[setting("belvedere.map_normalize.sort_keys")]
    #[literal(default = true)]
    sort_keys: bool,
) -> IndexMap<Cow<'a, str>, V> {
    let mut normal: IndexMap<_, _> =
        map.iter().map(|(key, value)| (key_case.apply(key), value)).collect();
    if sort_keys {
        normal.sort_unstable_keys();
    }
    normal
}

/// Some fields of a struct, in the order in which they are named.
///
/// Each name is a constant; what the struct does not have and what is named twice is an error when the
/// query is planned. Fields may be NULL where the struct may.
///
/// ```sql
/// SELECT struct_pick(named_struct('a', 1, 'b', 'x', 'c', true), 'c', 'a');
/// ----
/// {c: true, a: 1}
/// ```
#[udf(
    tags = [nested, "struct"],
    aliases = [struct_select],
    metadata = inherit(0),
    returns = picked
)]
pub fn struct_pick<'a>(value: AnyStruct<'a>, #[literal] fields: &[&str]) -> AnyStruct<'a> {
    // What the result has of it is decided by `picked`.
    let _ = fields;
    value
}

/// The fields that a call names.
fn picked(call: &Planned<'_>) -> udf::Result<Fields> {
    let value = call.argument("value")?;
    let all = value.fields()?;
    let mut names: Vec<&str> = Vec::new();
    let mut fields = Vec::new();
    for name in call.arguments("fields") {
        let name = name.constant().map(str::trim).filter(|name| !name.is_empty());
        let Some(name) = name else {
            return Err(
                "a field is named by a constant text, which is no column, not NULL and not \
                        blank: write `struct_pick(value, 'field')`"
                    .into(),
            );
        };
        if names.contains(&name) {
            return Err(format!("the field `{name}` is named twice: name it once").into());
        }
        let Some((_, field)) = all.find(name) else {
            let known: Vec<String> =
                all.iter().map(|field| format!("`{}`", field.name())).collect();
            let known = known.join(", ");
            return Err(format!("the struct has no field `{name}`: it has {known}").into());
        };
        let nullable = field.is_nullable() || value.is_nullable();
        names.push(name);
        fields.push(field.as_ref().clone().with_nullable(nullable));
    }
    if fields.is_empty() {
        return Err("name the fields to pick: `struct_pick(value, 'field', …)`".into());
    }
    Ok(fields.into())
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
#[udf(
    tags = [nested, list],
    aliases = [array_compact],
    metadata = inherit(0),
    simplify = without_null_items
)]
pub fn list_compact<T: Value>(list: List<'_, Option<T>>) -> Vec<T> {
    let mut items = Vec::with_capacity(list.len());
    items.extend(list.iter().flatten());
    items
}

fn without_null_items(list: Given) -> Option<Operand> {
    match list.data_type() {
        DataType::List(item) if !item.is_nullable() => Some(list.into()),
        _ => None,
    }
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
    let mut items = Vec::with_capacity(list.len());
    items.extend(list.iter().flatten());
    items.sort_unstable();
    items.dedup();
    items
}

/// What becomes of the case of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCase {
    /// Unicode's lower case, which depends on no language.
    Lower,
    /// The same for upper case.
    Upper,
    /// They stay as they are.
    Keep,
}

impl KeyCase {
    fn apply(self, key: &str) -> Cow<'_, str> {
        let is_lower = |c: char| c.to_lowercase().eq([c]);
        let is_upper = |c: char| c.to_uppercase().eq([c]);
        match self {
            Self::Lower if !key.chars().all(is_lower) => Cow::Owned(key.to_lowercase()),
            Self::Upper if !key.chars().all(is_upper) => Cow::Owned(key.to_uppercase()),
            _ => Cow::Borrowed(key),
        }
    }
}

impl FromStr for KeyCase {
    type Err = UnknownCase;

    fn from_str(text: &str) -> Result<Self, UnknownCase> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "lower" => Self::Lower,
            "upper" => Self::Upper,
            "none" => Self::Keep,
            _ => return Err(UnknownCase(text.to_owned())),
        })
    }
}

/// A text that names no [`KeyCase`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCase(String);

impl fmt::Display for UnknownCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        write!(f, "unknown case of keys `{text}`: use `lower`, `upper` or `none`")
    }
}

impl std::error::Error for UnknownCase {}
