//! A wrong type is reported once, not by every function that takes it.

use belvedere::{ArrowType, udf};

#[derive(ArrowType)]
pub struct Place {
    pub path: &String,
    pub line: usize,
}

// The type is known to be wrong, so its users are silent.
#[udf]
pub fn line(place: Place) -> i64 {
    1
}

fn main() {}
