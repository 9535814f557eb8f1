//! An unknown type is one error, whoever reads the table or the view that mentions it.

use belvedere::view;

pub struct Plain {
    pub line: i64,
}

belvedere::table! {
    pub t { id: i64, at: Place, plain: Plain }
}
view! {
    <Nothing>
    pub a = from t select { id, at, plain }
}
view! {
    pub b = from a where id > 3 select { id, line: plain.line }
}

#[belvedere::udf]
pub fn line_of(plain: Plain, other: Other) -> i64 {
    plain.line
}
view! {
    pub d = from b select { n: line_of(b.line), m: cast(null as Missing) }
}
view! {
    pub e = from d where n > m select { n }
}

fn main() {}
