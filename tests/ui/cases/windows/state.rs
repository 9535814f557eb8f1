//! The first row of a partition sees the default of the state.

use belvedere::udwf;

pub struct Seen {
    pub count: i64,
}

#[udwf]
impl Window for Numbered {
    type State = Seen;
    fn next(seen: &mut Self::State) -> i64 {
        seen.count += 1;
        seen.count
    }
}

fn main() {}
