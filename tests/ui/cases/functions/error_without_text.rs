//! An error that has no text.

use belvedere::udf;

pub struct Odd;

#[udf]
pub fn half(value: i64) -> Result<i64, Odd> {
    if value % 2 == 0 { Ok(value / 2) } else { Err(Odd) }
}

fn main() {}
