//! An inverse is a function of SQL too, with a descriptor of its own.

use belvedere::udf;

#[udf(inverse = halved)]
pub fn doubled(x: i32) -> i64 {
    2 * i64::from(x)
}

fn halved(x: i64) -> i32 {
    (x / 2) as i32
}

fn main() {}
