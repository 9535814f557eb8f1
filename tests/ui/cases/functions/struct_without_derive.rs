//! A struct that SQL does not know.

use belvedere::udf;

pub struct Span {
    pub bstart: i64,
}

#[udf]
pub fn span_start(span: Span) -> i64 {
    span.bstart
}

fn main() {}
