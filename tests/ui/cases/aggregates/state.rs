//! A state has to travel between partitions.

use std::collections::HashSet;

use belvedere::udaf;

#[udaf]
impl Aggregate for CountDistinct {
    type State = HashSet<i64>;
    fn update(seen: &mut Self::State, x: i64) {
        seen.insert(x);
    }
    fn merge(seen: &mut Self::State, other: Self::State) {
        seen.extend(other);
    }
    fn finish(seen: &Self::State) -> i64 {
        seen.len() as i64
    }
}

fn main() {}
