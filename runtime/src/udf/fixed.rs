//! Bytes of one width: `[u8; N]`, and `Uuid`, which is 16 of them that a field says to be one.

use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeBinaryArray};
use arrow_buffer::{Buffer, NullBufferBuilder};
use uuid::Uuid;

use super::error::CallError;
use super::node::Node;
use super::read::{Read, Slot};
use super::types::{Type, Typed};
use super::write::{Target, Write};
use crate::udaf::heap::HeapSize;

/// Builds bytes of `N` in a row.
#[derive(Debug)]
pub struct FixedBuilder<const N: usize> {
    bytes: Vec<u8>,
    nulls: NullBufferBuilder,
}

impl<const N: usize> FixedBuilder<N> {
    fn new(rows: usize) -> Self {
        Self { bytes: Vec::with_capacity(rows * N), nulls: NullBufferBuilder::new(rows) }
    }

    #[inline]
    fn append(&mut self, value: &[u8; N]) {
        self.bytes.extend_from_slice(value);
        self.nulls.append_non_null();
    }

    fn append_null(&mut self) {
        self.bytes.extend_from_slice(&[0; N]);
        self.nulls.append_null();
    }

    fn finish(mut self) -> Result<ArrayRef, CallError> {
        let bytes = Buffer::from_vec(self.bytes);
        let array = FixedSizeBinaryArray::try_new(width::<N>(), bytes, self.nulls.finish());
        Ok(Arc::new(array.map_err(CallError::whole)?))
    }
}

/// The width as Arrow counts it.
const fn width<const N: usize>() -> i32 {
    assert!(N >= 1 && N <= i32::MAX as usize, "bytes of a fixed width are at least one");
    N as i32
}

/// The bytes of a row of a column, whose width was looked at when it became a node.
#[inline]
fn bytes_at<const N: usize>(column: &FixedSizeBinaryArray, row: usize) -> [u8; N] {
    column.value(row).try_into().unwrap_or([0; N])
}

fn fixed<'a>(node: &'a Node<'a>) -> &'a FixedSizeBinaryArray {
    match node {
        Node::Fixed(array) => array,
        _ => node.mismatch(),
    }
}

impl<const N: usize> Typed for [u8; N] {
    const TYPE: Type = Type::FixedBytes(width::<N>());
}

impl Typed for Uuid {
    const TYPE: Type = Type::Uuid;
}

macro_rules! fixed {
    ([$($generics:tt)*] $rust:ty, $n:expr, |$bytes:ident| $of:expr, |$value:ident| $to:expr) => {
        impl<$($generics)*> Read for $rust {
            type Item<'a> = Self;
            type Column<'a> = &'a FixedSizeBinaryArray;
            const VEC: Type = Type::List(&<Self as Slot>::VALUE);

            #[inline]
            fn column<'a>(node: &'a Node<'a>) -> Self::Column<'a> {
                fixed(node)
            }

            #[inline]
            fn get<'a>(column: &Self::Column<'a>, row: usize) -> Self::Item<'a> {
                let $bytes = bytes_at(column, row);
                $of
            }
        }

        impl<$($generics)*> Write for $rust {
            type Item<'a> = Self;
            type Builder = FixedBuilder<{ $n }>;

            fn builder(rows: usize, _: &Target<'_>) -> Self::Builder {
                FixedBuilder::new(rows)
            }

            #[inline]
            fn append(builder: &mut Self::Builder, $value: Self::Item<'_>) {
                builder.append($to);
            }

            fn append_null(builder: &mut Self::Builder) {
                builder.append_null();
            }

            fn finish(builder: Self::Builder) -> Result<ArrayRef, CallError> {
                builder.finish()
            }
        }

        impl<$($generics)*> HeapSize for $rust {
            const OWNS: bool = false;

            fn heap_size(&self) -> usize {
                0
            }
        }
    };
}

fixed! { [const N: usize] [u8; N], N, |bytes| bytes, |value| &value }
fixed! { [] Uuid, 16, |bytes| Self::from_bytes(bytes), |value| value.as_bytes() }
