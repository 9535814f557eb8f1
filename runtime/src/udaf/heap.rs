//! What a state owns on the heap, for the memory that a query may use.

use std::collections::BTreeMap;
use std::mem::size_of;

use crate::udf::values::{Date, Duration, Interval, LocalTimestamp, Time, Timestamp};

/// A type that knows how many bytes it owns besides itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be in the state of an aggregate",
    label = "not in a state",
    note = "states are `bool`, integers, floats, `String`, `Vec<T>`, `BTreeMap<K, V>`, `Counts<V>`, \
            tuples, structs with `#[derive(ArrowType, Clone, Default)]`, and `Option` of each"
)]
pub trait HeapSize {
    /// Whether a value can own anything.
    const OWNS: bool;

    /// How many bytes the value owns besides itself.
    fn heap_size(&self) -> usize;
}

macro_rules! plain {
    ($($ty:ty)*) => {
        $(
            impl HeapSize for $ty {
                const OWNS: bool = false;

                fn heap_size(&self) -> usize {
                    0
                }
            }
        )*
    };
}

plain! {
    bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64
    Date Timestamp LocalTimestamp Time Duration Interval
}

impl<T: ?Sized> HeapSize for &T {
    const OWNS: bool = false;

    fn heap_size(&self) -> usize {
        0
    }
}

impl HeapSize for String {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        self.capacity()
    }
}

impl<T: HeapSize> HeapSize for Option<T> {
    const OWNS: bool = T::OWNS;

    fn heap_size(&self) -> usize {
        self.as_ref().map_or(0, T::heap_size)
    }
}

impl<T: HeapSize> HeapSize for Vec<T> {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        let items = if T::OWNS { self.iter().map(T::heap_size).sum() } else { 0 };
        self.capacity() * size_of::<T>() + items
    }
}

impl<K: HeapSize, V: HeapSize> HeapSize for BTreeMap<K, V> {
    const OWNS: bool = true;

    fn heap_size(&self) -> usize {
        let inside: usize = if K::OWNS || V::OWNS {
            self.iter().map(|(key, value)| key.heap_size() + value.heap_size()).sum()
        } else {
            0
        };
        // Nodes of a tree are three quarters full on average.
        self.len() * size_of::<(K, V)>() * 4 / 3 + inside
    }
}

impl<A: HeapSize, B: HeapSize> HeapSize for (A, B) {
    const OWNS: bool = A::OWNS || B::OWNS;

    fn heap_size(&self) -> usize {
        self.0.heap_size() + self.1.heap_size()
    }
}

impl<A: HeapSize, B: HeapSize, C: HeapSize> HeapSize for (A, B, C) {
    const OWNS: bool = A::OWNS || B::OWNS || C::OWNS;

    fn heap_size(&self) -> usize {
        self.0.heap_size() + self.1.heap_size() + self.2.heap_size()
    }
}
