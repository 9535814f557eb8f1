//! A wrong bound is one error: the body is still that of a function over values of any type.

use belvedere::{List, Value, udf};

#[udf]
pub fn first<T: Value + Default>(list: List<'_, T>) -> T {
    list.iter().next().unwrap_or_default()
}

#[udf]
pub fn last<T: Value, U: Value>(list: List<'_, T>) -> Option<U> {
    let _ = list;
    None
}

fn main() {}
