//! How often each value occurs in a group: a part of states whose rows can be taken out again.

use std::fmt;
use std::hash::BuildHasher as _;
use std::mem::{size_of, take};

use arrow_array::ArrayRef;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::heap::HeapSize;
use super::lend::Lend;
use crate::udf::error::CallError;
use crate::udf::node::Node;
use crate::udf::read::{Read, Slot};
use crate::udf::types::{Type, Typed};
use crate::udf::write::{Target, Write};

/// The distinct values of a group, each with the number of rows that have it.
///
/// Most groups have few values: those are searched one after the other, which is faster than a hash
/// and takes a fraction of the memory. Numbers and short texts lie beside their counts, long texts
/// one behind the other in a buffer of the group.
pub struct Counts<V: Lend + ?Sized> {
    few: Vec<Entry<V>>,
    /// What most groups do not need.
    more: Option<Box<More<V>>>,
}

/// A value and the number of rows that have it.
type Entry<V> = (<V as Lend>::Key, i64);

/// Values beyond the few, and the bytes of long ones.
struct More<V: Lend + ?Sized> {
    many: HashTable<Entry<V>>,
    hasher: RandomState,
    bytes: Vec<u8>,
    /// How many of the bytes are of values that have gone.
    dead: usize,
}

/// So many values are searched one after the other.
const FEW: usize = 8;

impl<V: Lend + ?Sized> Counts<V> {
    /// Adds a row with this value.
    #[inline]
    pub fn add(&mut self, value: &V) {
        self.add_rows(value, 1);
    }

    fn add_rows(&mut self, value: &V, rows: i64) {
        match self.count_of(value) {
            Some(count) => *count += rows,
            None => self.insert(value, rows),
        }
    }

    /// Takes out a row with this value; one that is not there is left alone.
    pub fn remove(&mut self, value: &V) {
        let Some(count) = self.count_of(value) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        let key = value.key(0);
        let bytes = self.bytes();
        let gone = self.few.iter().position(|(known, _)| value.is(&key, known, bytes));
        if let Some(at) = gone {
            self.few.swap_remove(at);
        }
        let Some(more) = &mut self.more else { return };
        if gone.is_none() {
            more.remove(value);
        }
        more.dead += value.bytes().len();
        if more.dead * 2 > more.bytes.len() {
            let left = take(self);
            self.merge(left);
        }
    }

    /// Adds the rows of another group.
    pub fn merge(&mut self, other: Self) {
        if self.is_empty() && other.dead() == 0 {
            *self = other;
            return;
        }
        other.iter().for_each(|(value, rows)| self.add_rows(value, rows));
    }

    /// The number of distinct values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.few.len() + self.more.as_ref().map_or(0, |more| more.many.len())
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The distinct values, the smallest first.
    #[must_use]
    pub fn sorted(&self) -> Vec<&V> {
        let mut values: Vec<&V> = self.iter().map(|(value, _)| value).collect();
        values.sort_unstable();
        values
    }

    /// The distinct values in no order, each with the number of rows that have it.
    pub fn iter(&self) -> impl Iterator<Item = (&V, i64)> {
        let many = self.more.iter().flat_map(|more| more.many.iter());
        let bytes = self.bytes();
        self.few.iter().chain(many).map(move |(key, rows)| (V::of(key, bytes), *rows))
    }

    /// The bytes of long values.
    fn bytes(&self) -> &[u8] {
        self.more.as_ref().map_or(&[], |more| &more.bytes)
    }

    fn dead(&self) -> usize {
        self.more.as_ref().map_or(0, |more| more.dead)
    }

    #[inline]
    fn count_of(&mut self, value: &V) -> Option<&mut i64> {
        let Self { few, more } = self;
        let Some(more) = more else {
            let key = value.key(0);
            return few.iter_mut().find(|(known, _)| value.is(&key, known, &[])).map(|(_, n)| n);
        };
        if !more.many.is_empty() {
            return more.count_of(value);
        }
        let key = value.key(0);
        few.iter_mut().find(|(known, _)| value.is(&key, known, &more.bytes)).map(|(_, n)| n)
    }

    fn insert(&mut self, value: &V, rows: i64) {
        let is_few = self.few.len() < FEW && self.more.as_ref().is_none_or(|m| m.many.is_empty());
        let long = value.bytes();
        if is_few && long.is_empty() {
            self.push(value.key(0), rows);
            return;
        }
        let more = self.more.get_or_insert_default();
        let key = value.key(more.bytes.len());
        more.bytes.extend_from_slice(long);
        if is_few {
            self.push(key, rows);
            return;
        }
        for entry in take(&mut self.few).into_iter().chain([(key, rows)]) {
            more.insert(entry);
        }
    }

    /// Room for four, which a vector begins with, is more than most groups need.
    fn push(&mut self, key: V::Key, rows: i64) {
        if self.few.len() == self.few.capacity() {
            self.few.reserve_exact(self.few.len().max(1));
        }
        self.few.push((key, rows));
    }
}

impl<V: Lend + ?Sized> More<V> {
    fn count_of(&mut self, value: &V) -> Option<&mut i64> {
        let (key, hash) = (value.key(0), self.hasher.hash_one(value));
        let bytes = &self.bytes;
        let found = self.many.find_mut(hash, |(known, _)| value.is(&key, known, bytes));
        found.map(|(_, rows)| rows)
    }

    /// Adds a value that is not there.
    fn insert(&mut self, entry: Entry<V>) {
        let Self { many, hasher, bytes, .. } = self;
        let hash = |(key, _): &Entry<V>| hasher.hash_one(V::of(key, bytes));
        many.insert_unique(hash(&entry), entry, hash);
    }

    fn remove(&mut self, value: &V) {
        let (key, hash) = (value.key(0), self.hasher.hash_one(value));
        let bytes = &self.bytes;
        let found = self.many.find_entry(hash, |(known, _)| value.is(&key, known, bytes));
        if let Ok(entry) = found {
            entry.remove();
        }
    }
}

impl<V: Lend + ?Sized> Default for Counts<V> {
    fn default() -> Self {
        Self { few: Vec::new(), more: None }
    }
}

impl<V: Lend + ?Sized> Default for More<V> {
    fn default() -> Self {
        let (many, hasher) = (HashTable::new(), RandomState::default());
        Self { many, hasher, bytes: Vec::new(), dead: 0 }
    }
}

impl<V: Lend + ?Sized> Clone for Counts<V> {
    fn clone(&self) -> Self {
        Self { few: self.few.clone(), more: self.more.clone() }
    }
}

impl<V: Lend + ?Sized> Clone for More<V> {
    fn clone(&self) -> Self {
        let Self { many, hasher, bytes, dead } = self;
        Self { many: many.clone(), hasher: hasher.clone(), bytes: bytes.clone(), dead: *dead }
    }
}

impl<V: Lend + ?Sized> fmt::Debug for Counts<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<V: Lend + ?Sized> HeapSize for Counts<V> {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        let entry = size_of::<Entry<V>>();
        let more = self.more.as_ref().map_or(0, |more| {
            // A table has a byte for each place, and eight places for seven values at most.
            let places = more.many.capacity() * 8 / 7;
            size_of::<More<V>>() + places * (entry + 1) + more.bytes.capacity()
        });
        self.few.capacity() * entry + more
    }
}

/// The values and their counts, as a column has them.
type Entries<V> = Vec<(<V as ToOwned>::Owned, i64)>;

impl<V: Lend + ?Sized> Typed for Counts<V> {
    const TYPE: Type = <Entries<V> as Typed>::TYPE;
}

impl<V: Lend + ?Sized> Read for Counts<V> {
    type Item<'a> = Self;
    type Column<'a> = <Entries<V> as Read>::Column<'a>;
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        <Entries<V> as Read>::column(node)
    }

    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        let mut counts = Self::default();
        let entries: Entries<V> = <Entries<V> as Read>::get(column, row);
        entries.iter().for_each(|(value, rows)| counts.insert(V::lend(value), *rows));
        counts
    }
}

impl<V: Lend + ?Sized> Write for Counts<V> {
    type Item<'a> = Self;
    type Builder = <Entries<V> as Write>::Builder;

    fn builder(rows: usize, target: &Target<'_>) -> Self::Builder {
        <Entries<V> as Write>::builder(rows, target)
    }

    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        let entries = item.iter().map(|(value, rows)| (value.to_owned(), rows));
        <Entries<V> as Write>::append(builder, entries.collect());
    }

    fn append_null(builder: &mut Self::Builder) {
        <Entries<V> as Write>::append_null(builder);
    }

    fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
        <Entries<V> as Write>::finish(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, FEW};
    use crate::udaf::heap::HeapSize as _;

    fn counts(values: impl IntoIterator<Item = u64>) -> Counts<u64> {
        let mut counts = Counts::default();
        values.into_iter().for_each(|value| counts.add(&value));
        counts
    }

    #[test]
    fn values_stay_until_their_last_row_goes() {
        for distinct in [2, FEW as u64, FEW as u64 + 1, 100] {
            let mut group = counts((0..distinct).chain(0..distinct));
            assert_eq!(group.len(), distinct as usize);
            group.remove(&1);
            assert_eq!(group.len(), distinct as usize);
            group.remove(&1);
            group.remove(&1);
            let left: Vec<u64> = group.sorted().into_iter().copied().collect();
            assert_eq!(left, (0..distinct).filter(|value| *value != 1).collect::<Vec<_>>());
        }
    }

    #[test]
    fn groups_of_any_size_merge() {
        for (left, right) in [(3, 4), (3, 20), (20, 3), (20, 30), (0, 0)] {
            let mut group = counts(0..left);
            group.merge(counts(0..right));
            assert_eq!(group.len(), left.max(right) as usize);
            for value in 0..left.max(right) {
                group.remove(&value);
            }
            assert_eq!(group.len(), left.min(right) as usize, "those in both are there twice");
        }
    }

    #[test]
    fn texts_of_any_length_are_told_apart() {
        let text = |at: usize| "a text ".repeat(at % 5) + &at.to_string();
        for distinct in [1, FEW, FEW + 1, 200] {
            let mut group = Counts::<[u8]>::default();
            for at in (0..distinct).chain(0..distinct) {
                group.add(text(at).as_bytes());
            }
            let mut expected: Vec<String> = (0..distinct).map(text).collect();
            expected.sort_unstable();
            let found: Vec<&[u8]> = group.sorted();
            assert!(
                found.iter().eq(expected
                    .iter()
                    .map(|text| text.as_bytes())
                    .collect::<Vec<_>>()
                    .iter())
            );
        }
    }

    #[test]
    fn long_texts_that_go_leave_their_place() {
        let mut group = Counts::<[u8]>::default();
        for at in 0..10_000 {
            let text = |at: i32| format!("a text that is too long for its key: {at:05}");
            group.add(text(at).as_bytes());
            if at >= 20 {
                group.remove(text(at - 20).as_bytes());
                assert_eq!(group.len(), 20);
            }
        }
        assert!(group.heap_size() < 20_000, "{}", group.heap_size());
        assert_eq!(group.sorted()[0], b"a text that is too long for its key: 09980");
    }
}
