//! rustc shows the whole circle.

use belvedere::view;

view! {
    pub a = from b select { x }
}
view! {
    pub b = from a select { x }
}

fn main() {}
