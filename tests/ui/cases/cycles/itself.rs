//! A view that reads itself.

use belvedere::view;

view! {
    pub a = from a select { x }
}

fn main() {}
