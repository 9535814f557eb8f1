//! The nearest row and the first row of each: what has to be said of them.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, call_spans};

view! {
    pub nearest = from ast_calls as c
        asof join call_spans as s on s.call_id == c.call_id
        select { c.call_id }
}

view! {
    pub first = from ast_calls as c
        distinct on { c.call_id }
        select { c.call_id }
}

fn main() {}
