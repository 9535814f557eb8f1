//! Values of a type parameter are compared only where it asks for an order.

use belvedere::{List, Value, udf};

#[udf]
pub fn largest<T: Value>(list: List<'_, T>) -> Option<T> {
    list.iter().max()
}

fn main() {}
