//! There is no such cast.

use belvedere::view;
use belvedere_ui::schema::call_spans;

view! {
    pub v = from call_spans as c select { n: cast(c.span as i64) }
}

fn main() {}
