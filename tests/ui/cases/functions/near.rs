//! rustc knows what is in scope.

use belvedere::view;
use belvedere_ui::functions::span_len;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c select { n: span_length(c.span), m: span_len(c.span) }
}

fn main() {}
