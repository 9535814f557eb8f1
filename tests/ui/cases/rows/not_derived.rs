//! The row of a view is what its author has it derive.

use belvedere::{table, view};

table! { pub calls { call_id: String } }

view! { pub plain = from calls as c select { c.call_id } }

view! { #[derive(Debug)] pub shown = from calls as c select { c.call_id } }

fn show(row: &plain::Row, other: &shown::Row) -> String {
    format!("{other:?} {row:?}")
}

fn main() {}
