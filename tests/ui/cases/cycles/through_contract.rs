//! A promise lets both be checked, the circle is still reported.

use belvedere::view;

view! {
    pub a = from b where n > 1 select { n } contract { n: i64 }
}
view! {
    pub b = from a select { n: n + 1 }
}

fn main() {}
