//! What a column cannot hold is said of the table, and not of each view that hands it on.

use belvedere::{table, view};

table! {
    pub orders { id: i64, u: u64 }
}
view! {
    pub v1 = from orders
}
view! {
    pub v2 = from v1 as v select { v.id, v.u, next: v.u + 1 }
}
view! {
    pub w1 = from v2 as v select { h: cast(v.id as u64) }
}
view! {
    pub w2 = from w1 as w
}

fn main() {}
