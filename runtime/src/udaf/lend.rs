//! Type parameters of aggregates: values of any type that has an order.
//!
//! Loops are not compiled for each type of SQL. Values are turned into one of two forms before
//! them, such that the order stays the same, and results are turned back after them: numbers,
//! booleans, dates and times become `u64`, text stays its bytes, everything else becomes the bytes
//! of Arrow's row format. Floats are in total order, text is ordered by its bytes.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{PrimitiveBuilder, UInt64Builder};
use arrow_array::types::UInt64Type;

use super::heap::HeapSize;
use crate::udf::error::CallError;
use crate::udf::generic::SortValue;
use crate::udf::node::Node;
use crate::udf::read::{Read, Slot};
use crate::udf::types::{Type, Typed};
use crate::udf::write::{Target, Write};

/// A value of a type parameter of an aggregate, beside [`SortValue`]: it is read as `&V` and kept as
/// `V::Owned`, like `&str` and `String`; [`super::Counts`] keep many in a [`Lend::Key`] each. `#[udaf]`
/// asks for it by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type parameter of an aggregate",
    note = "write `impl<V: SortValue> Aggregate for …` and take `&V`"
)]
pub trait Lend: SortValue + ToOwned<Owned: Kept> + 'static {
    /// A kept value, lent.
    fn lend(kept: &Self::Owned) -> &Self;

    /// A value as tables keep it: itself, or the place of its bytes among those of others.
    type Key: Copy + Debug + PartialEq + Send + Sync + 'static;

    /// The key of a value whose bytes, if it needs any, begin there.
    fn key(&self, place: usize) -> Self::Key;

    /// The bytes that its key has no room for.
    fn bytes(&self) -> &[u8];

    /// Whether a key is that of this value, whose own is `key`; `bytes` are those of all.
    fn is(&self, key: &Self::Key, other: &Self::Key, bytes: &[u8]) -> bool;

    /// The value of a key.
    fn of<'k>(key: &'k Self::Key, bytes: &'k [u8]) -> &'k Self;
}

/// A value of a type parameter that a state keeps.
pub trait Kept:
    Clone
    + Debug
    + Hash
    + HeapSize
    + Ord
    + Send
    + Sync
    + for<'a> Read<Item<'a> = Self>
    + for<'a> Write<Item<'a> = Self>
    + 'static
{
}

impl Kept for u64 {}
impl Kept for Vec<u8> {}

impl Lend for u64 {
    type Key = Self;

    #[inline]
    fn lend(kept: &Self) -> &Self {
        kept
    }

    #[inline]
    fn key(&self, _: usize) -> Self {
        *self
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        &[]
    }

    #[inline]
    fn is(&self, key: &Self, other: &Self, _: &[u8]) -> bool {
        key == other
    }

    #[inline]
    fn of<'k>(key: &'k Self, _: &'k [u8]) -> &'k Self {
        key
    }
}

/// So many bytes lie in their key: it has their number too.
const INLINE: usize = 12;

/// The number of bytes, then these, or the first four of them and where all of them begin.
impl Lend for [u8] {
    type Key = [u8; 16];

    #[inline]
    fn lend(kept: &Vec<u8>) -> &Self {
        kept
    }

    #[inline]
    fn key(&self, place: usize) -> Self::Key {
        let mut key = [0; 16];
        // A value of a column is no longer than its offsets count.
        key[..4].copy_from_slice(&(self.len() as u32).to_le_bytes());
        if self.len() <= INLINE {
            key[4..4 + self.len()].copy_from_slice(self);
        } else {
            key[4..8].copy_from_slice(&self[..4]);
            key[8..].copy_from_slice(&(place as u64).to_le_bytes());
        }
        key
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        if self.len() <= INLINE { &[] } else { self }
    }

    #[inline]
    fn is(&self, key: &Self::Key, other: &Self::Key, bytes: &[u8]) -> bool {
        if self.len() <= INLINE {
            key == other
        } else {
            key[..8] == other[..8] && Self::of(other, bytes) == self
        }
    }

    #[inline]
    fn of<'k>(key: &'k Self::Key, bytes: &'k [u8]) -> &'k Self {
        let [l0, l1, l2, l3, _, _, _, _, p0, p1, p2, p3, p4, p5, p6, p7] = *key;
        let len = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        if len <= INLINE {
            return &key[4..4 + len];
        }
        let place = u64::from_le_bytes([p0, p1, p2, p3, p4, p5, p6, p7]) as usize;
        &bytes[place..place + len]
    }
}

impl Typed for &u64 {
    const TYPE: Type = Type::U64;
}

impl Read for &u64 {
    type Item<'a> = &'a u64;
    type Column<'a> = &'a [u64];
    const VEC: Type = Type::List(&<Self as Slot>::VALUE);

    #[inline]
    fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
        <u64 as Read>::column(node)
    }

    #[inline]
    fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
        &column[row]
    }
}

impl Write for &u64 {
    type Item<'a> = &'a u64;
    type Builder = PrimitiveBuilder<UInt64Type>;

    fn builder(rows: usize, _: &Target<'_>) -> Self::Builder {
        UInt64Builder::with_capacity(rows)
    }

    #[inline]
    fn append(builder: &mut Self::Builder, item: Self::Item<'_>) {
        builder.append_value(*item);
    }

    fn append_null(builder: &mut Self::Builder) {
        builder.append_null();
    }

    fn finish(mut builder: Self::Builder) -> Result<ArrayRef, CallError> {
        Ok(Arc::new(builder.finish()))
    }
}
