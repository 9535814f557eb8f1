//! A named struct's fields are known downstream.

use belvedere::view;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c select { c.span.bstrt }
}

fn main() {}
