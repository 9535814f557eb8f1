//! One argument, not two.

use belvedere::view;
use belvedere_ui::functions::span_len;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c select { n: span_len(c.span.bstart, c.span.bend) }
}

fn main() {}
