//! A map has entries.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c unnest c.attrs as kv select { kv.key }
}

fn main() {}
