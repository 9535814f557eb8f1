//! A type that no column has.

#[derive(belvedere::Row)]
pub struct CallRow {
    pub call_id: &'static str,
    pub pair: (i64, i64),
}

fn main() {}
