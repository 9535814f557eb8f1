//! All errors of a function are shown at once, and the function is still there.

use std::collections::HashMap;

use belvedere::udf;

#[udf(tag = [spam])]
pub fn add<T>(a: usize, #[literl] b: &i64) -> HashMap<String, i64> {
    a + b
}

fn main() {
    // The function is still there, so this is no second error.
    let _ = add::<u8>;
}
