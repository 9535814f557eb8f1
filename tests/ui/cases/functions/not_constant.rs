//! A literal parameter takes constants only.

use belvedere::view;
use belvedere_ui::functions::repeated;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c select { n: repeated(c.call_id, c.span.bend) }
}

fn main() {}
