//! Lists and maps: views over offsets and children, for arguments; `Vec` and `BTreeMap`, which own
//! what they read, for fields of structs.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use super::node::{ListNode, MapNode, Node};
use super::read::{At, Read, Slot};
use super::types::{Type, Typed};

/// A list argument: a range of the items of its column. Nothing is copied.
pub struct List<'a, T> {
    items: &'a Node<'a>,
    range: (usize, usize),
    // Covariant, so that `List<'a, &'static str>` is a `List<'a, &'a str>`.
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<'a, T: Slot> List<'a, T> {
    /// The number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.range.1 - self.range.0
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a position.
    #[inline]
    #[must_use]
    pub fn get(&self, position: usize) -> Option<T::Item<'a>> {
        (position < self.len()).then(|| T::get(&T::column(self.items), self.range.0 + position))
    }

    /// The items in order.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Items<'a, T> {
        let (start, len) = (At::new(self.range.0, usize::MAX), self.len());
        let (column, at) = T::block(T::column(self.items), start, len);
        Items { column, at, rows: 0..len }
    }
}

impl<'a, T: Slot> IntoIterator for List<'a, T> {
    type Item = T::Item<'a>;
    type IntoIter = Items<'a, T>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Slot> IntoIterator for &List<'a, T> {
    type Item = T::Item<'a>;
    type IntoIter = Items<'a, T>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Slot<Item<'a>: fmt::Debug>> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The items of a [`List`].
pub struct Items<'a, T: Slot> {
    column: T::Column<'a>,
    at: At,
    rows: Range<usize>,
}

impl<'a, T: Slot> Iterator for Items<'a, T> {
    type Item = T::Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next().map(|row| T::get(&self.column, self.at.row(row)))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<T: Slot> DoubleEndedIterator for Items<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.rows.next_back().map(|row| T::get(&self.column, self.at.row(row)))
    }
}

impl<T: Slot> ExactSizeIterator for Items<'_, T> {}

impl<T: Slot> Typed for List<'_, T> {
    const TYPE: Type = Type::List(&T::VALUE);
}

impl<T: Slot> Read for List<'_, T> {
    type Item<'a> = List<'a, T>;
    type Column<'a> = &'a ListNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.list()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        List { items: column.items(), range: column.range(row), item: PhantomData }
    }
}

/// A map argument: a range of the entries of its column. Nothing is copied.
pub struct Map<'a, K, V> {
    node: &'a MapNode<'a>,
    range: (usize, usize),
    entry: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Clone for Map<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Map<'_, K, V> {}

impl<'a, K: Read, V: Slot> Map<'a, K, V> {
    /// The number of entries.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.range.1 - self.range.0
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in their order, which is no particular one.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Entries<'a, K, V> {
        Entries {
            keys: <K as Read>::column(self.node.keys()),
            values: V::column(self.node.values()),
            rows: self.range.0..self.range.1,
        }
    }

    /// The value of a key; the last one, should there be several.
    pub fn get<'q>(&self, key: &K::Item<'q>) -> Option<V::Item<'a>>
    where
        K::Item<'a>: PartialEq<K::Item<'q>>,
    {
        let Entries { keys, values, mut rows } = self.iter();
        let found = rows.rfind(|row| <K as Read>::get(&keys, *row) == *key)?;
        Some(V::get(&values, found))
    }
}

impl<'a, K: Read, V: Slot> IntoIterator for Map<'a, K, V> {
    type Item = (K::Item<'a>, V::Item<'a>);
    type IntoIter = Entries<'a, K, V>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K: Read, V: Slot> IntoIterator for &Map<'a, K, V> {
    type Item = (K::Item<'a>, V::Item<'a>);
    type IntoIter = Entries<'a, K, V>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The entries of a [`Map`].
pub struct Entries<'a, K: Read, V: Slot> {
    keys: <K as Read>::Column<'a>,
    values: V::Column<'a>,
    rows: Range<usize>,
}

impl<'a, K: Read, V: Slot> Entries<'a, K, V> {
    fn entry(&self, row: usize) -> (<K as Read>::Item<'a>, V::Item<'a>) {
        (<K as Read>::get(&self.keys, row), V::get(&self.values, row))
    }
}

impl<'a, K: Read, V: Slot> Iterator for Entries<'a, K, V> {
    type Item = (<K as Read>::Item<'a>, V::Item<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next().map(|row| self.entry(row))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<K: Read, V: Slot> DoubleEndedIterator for Entries<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.rows.next_back().map(|row| self.entry(row))
    }
}

impl<K: Read, V: Slot> ExactSizeIterator for Entries<'_, K, V> {}

impl<K: Read, V: Slot> Typed for Map<'_, K, V> {
    const TYPE: Type = Type::Map(&K::TYPE, &V::VALUE);
}

impl<K: Read, V: Slot> Read for Map<'_, K, V> {
    type Item<'a> = Map<'a, K, V>;
    type Column<'a> = &'a MapNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.map()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        Map { node: column, range: column.range(row), entry: PhantomData }
    }
}

impl<T: Slot> Typed for Vec<T> {
    const TYPE: Type = T::VEC;
}

impl<T: Slot> Read for Vec<T> {
    type Item<'a> = Vec<T::Item<'a>>;
    type Column<'a> = &'a Node<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        T::get_vec(column, row)
    }
}

impl<K: Read, V: Slot> Typed for BTreeMap<K, V> {
    const TYPE: Type = Type::Map(&K::TYPE, &V::VALUE);
}

impl<K, V> Read for BTreeMap<K, V>
where
    K: for<'a> Read<Item<'a>: Ord>,
    V: Slot,
{
    type Item<'a> = BTreeMap<<K as Read>::Item<'a>, V::Item<'a>>;
    type Column<'a> = &'a MapNode<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        node.map()
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        <Map<'a, K, V> as Read>::get(column, row).iter().collect()
    }
}
