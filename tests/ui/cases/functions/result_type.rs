//! The result is a number.

use belvedere::view;
use belvedere_ui::functions::span_len;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c where span_len(c.span) == "3" select { c.call_id }
}

fn main() {}
