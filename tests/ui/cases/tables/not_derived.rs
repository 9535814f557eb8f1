//! A struct without the derive.

pub struct Place {
    pub line: i64,
}

belvedere::table! {
    pub t { id: i64, place: Place }
}

fn main() {}
