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
/// `V::Owned`, like `&str` and `String`. `#[udaf]` asks for it by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type parameter of an aggregate",
    note = "write `impl<V: SortValue> Aggregate for …` and take `&V`"
)]
pub trait Lend: SortValue + ToOwned<Owned: Kept> + 'static {
    /// A kept value, lent.
    fn lend(kept: &Self::Owned) -> &Self;
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
    #[inline]
    fn lend(kept: &Self) -> &Self {
        kept
    }
}

impl Lend for [u8] {
    #[inline]
    fn lend(kept: &Vec<u8>) -> &Self {
        kept
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
