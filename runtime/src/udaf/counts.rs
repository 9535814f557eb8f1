//! How often each value occurs in a group: a part of states whose rows can be taken out again.

use std::collections::HashMap;
use std::fmt;
use std::mem::size_of;

use arrow_array::ArrayRef;
use foldhash::fast::RandomState;

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
/// and takes a fraction of the memory.
pub struct Counts<V: Lend + ?Sized> {
    few: Vec<(V::Owned, i64)>,
    many: HashMap<V::Owned, i64, RandomState>,
    /// What the values of `many` own.
    owned: usize,
}

/// So many values are searched one after the other.
const FEW: usize = 8;

impl<V: Lend + ?Sized> Counts<V> {
    /// Adds a row with this value.
    pub fn add(&mut self, value: &V) {
        match self.count_of(value) {
            Some(count) => *count += 1,
            None => self.insert(value.to_owned(), 1),
        }
    }

    /// Takes out a row with this value; one that is not there is left alone.
    pub fn remove(&mut self, value: &V) {
        let Some(count) = self.count_of(value) else { return };
        if *count > 1 {
            *count -= 1;
        } else if self.many.is_empty() {
            self.few.retain(|(known, _)| V::lend(known) != value);
        } else if let Some((kept, _)) = self.many.remove_entry(value) {
            self.owned = self.owned.saturating_sub(kept.heap_size());
        }
    }

    /// Adds the rows of another group.
    pub fn merge(&mut self, other: Self) {
        for (value, more) in other.few.into_iter().chain(other.many) {
            match self.count_of(V::lend(&value)) {
                Some(count) => *count += more,
                None => self.insert(value, more),
            }
        }
    }

    /// The number of distinct values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.few.len() + self.many.len()
    }

    /// Whether there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The distinct values, the smallest first.
    #[must_use]
    pub fn sorted(&self) -> Vec<&V> {
        let few = self.few.iter().map(|(value, _)| V::lend(value));
        let mut values: Vec<&V> = few.chain(self.many.keys().map(V::lend)).collect();
        values.sort_unstable();
        values
    }

    fn count_of(&mut self, value: &V) -> Option<&mut i64> {
        if self.many.is_empty() {
            let found = self.few.iter_mut().find(|(known, _)| V::lend(known) == value);
            return found.map(|(_, count)| count);
        }
        self.many.get_mut(value)
    }

    fn insert(&mut self, value: V::Owned, count: i64) {
        if self.many.is_empty() && self.few.len() < FEW {
            self.few.push((value, count));
            return;
        }
        for (value, count) in std::mem::take(&mut self.few).into_iter().chain([(value, count)]) {
            self.owned += value.heap_size();
            self.many.insert(value, count);
        }
    }
}

impl<V: Lend + ?Sized> Default for Counts<V> {
    fn default() -> Self {
        Self { few: Vec::new(), many: HashMap::default(), owned: 0 }
    }
}

impl<V: Lend + ?Sized> Clone for Counts<V> {
    fn clone(&self) -> Self {
        Self { few: self.few.clone(), many: self.many.clone(), owned: self.owned }
    }
}

impl<V: Lend + ?Sized> fmt::Debug for Counts<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.few.iter().map(|(v, n)| (v, n))).entries(&self.many).finish()
    }
}

impl<V: Lend + ?Sized> HeapSize for Counts<V> {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        // A table has a byte for each place, and eight places for seven values at most.
        let places = self.many.capacity() * 8 / 7;
        self.few.heap_size() + places * (size_of::<(V::Owned, i64)>() + 1) + self.owned
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
        if entries.len() <= FEW {
            counts.few = entries;
        } else {
            counts.owned = entries.iter().map(|(value, _)| value.heap_size()).sum();
            counts.many = entries.into_iter().collect();
        }
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
        <Entries<V> as Write>::append(builder, item.few.into_iter().chain(item.many).collect());
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
}
