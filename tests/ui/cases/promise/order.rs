//! A stored table has no order.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { c.call_id, c.bend } order by bend
}

fn main() {}
