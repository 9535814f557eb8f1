//! A struct is no number.

use belvedere::view;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c where c.span > 3 select { c.call_id }
}

fn main() {}
