//! What gives the arguments of a result takes one, and gives a range of them.

use std::ops::Range;

use belvedere::udf;

#[udf(preimage = days_of)]
pub fn week_of(day: i64) -> i32 {
    i32::try_from(day.div_euclid(7)).unwrap_or(i32::MAX)
}

fn days_of(week: i64) -> Option<Range<i64>> {
    Some(week * 7..week * 7 + 7)
}

fn main() {}
