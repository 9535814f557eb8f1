//! An argument is of a type that SQL has.

use belvedere::udaf;

pub struct Span {
    pub bstart: i64,
}

#[udaf]
impl Aggregate for First {
    type State = Option<i64>;
    fn update(first: &mut Self::State, span: Span) {
        *first = Some(span.bstart);
    }
    fn merge(first: &mut Self::State, other: Self::State) {
        *first = first.or(other);
    }
    fn finish(first: &Self::State) -> Option<i64> {
        *first
    }
}

fn main() {}
