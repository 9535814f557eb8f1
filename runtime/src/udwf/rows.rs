//! The values that an argument has in the rows of a frame or a partition.

use std::fmt;
use std::marker::PhantomData;

use crate::udf::node::Node;
use crate::udf::read::Slot;

/// The values of an argument in several rows, in the order of the window. Nothing is copied.
pub struct Rows<'a, T> {
    node: &'a Node<'a>,
    /// The rows that count; `None` when all do.
    positions: Option<&'a [usize]>,
    len: usize,
    // Covariant, so that `Rows<'a, &'static str>` is a `Rows<'a, &'a str>`.
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Rows<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Rows<'_, T> {}

impl<'a, T: Slot> Rows<'a, T> {
    pub(super) fn new(node: &'a Node<'a>, rows: usize, positions: Option<&'a [usize]>) -> Self {
        let len = positions.map_or(rows, <[usize]>::len);
        Self { node, positions, len, value: PhantomData }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value in the row at a position.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<T::Item<'a>> {
        let row = match self.positions {
            Some(positions) => *positions.get(position)?,
            None => Some(position).filter(|position| *position < self.len)?,
        };
        Some(T::get(&T::column(self.node), row))
    }

    /// The value in the first row.
    #[must_use]
    pub fn first(&self) -> Option<T::Item<'a>> {
        self.get(0)
    }

    /// The value in the last row.
    #[must_use]
    pub fn last(&self) -> Option<T::Item<'a>> {
        self.get(self.len.checked_sub(1)?)
    }

    /// The values in order.
    #[must_use]
    pub fn iter(&self) -> RowValues<'a, T> {
        let column = T::column(self.node);
        RowValues { column, positions: self.positions, front: 0, back: self.len }
    }
}

impl<'a, T: Slot> IntoIterator for Rows<'a, T> {
    type Item = T::Item<'a>;
    type IntoIter = RowValues<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Slot> IntoIterator for &Rows<'a, T> {
    type Item = T::Item<'a>;
    type IntoIter = RowValues<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Slot<Item<'a>: fmt::Debug>> fmt::Debug for Rows<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The values of [`Rows`].
pub struct RowValues<'a, T: Slot> {
    column: T::Column<'a>,
    positions: Option<&'a [usize]>,
    front: usize,
    back: usize,
}

impl<'a, T: Slot> RowValues<'a, T> {
    fn at(&self, position: usize) -> T::Item<'a> {
        let row = self.positions.map_or(position, |positions| positions[position]);
        T::get(&self.column, row)
    }
}

impl<'a, T: Slot> Iterator for RowValues<'a, T> {
    type Item = T::Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.front == self.back {
            return None;
        }
        self.front += 1;
        Some(self.at(self.front - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.back - self.front;
        (left, Some(left))
    }
}

impl<T: Slot> DoubleEndedIterator for RowValues<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.at(self.back))
    }
}

impl<T: Slot> ExactSizeIterator for RowValues<'_, T> {}

impl<T: Slot> fmt::Debug for RowValues<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowValues").finish_non_exhaustive()
    }
}
