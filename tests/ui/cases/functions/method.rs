//! A function with a `self` is one error: nothing is put beside it that an `impl` cannot hold.

use belvedere::udf;

pub struct Counter(i64);

impl Counter {
    #[udf]
    pub fn next(&self) -> i64 {
        self.0 + 1
    }
}

fn main() {}
