//! A module is no relation.

use belvedere::view;

mod numbers {}

view! {
    pub v = from numbers as n select { n.id }
}

fn main() {}
