//! A built-in's argument has another type.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { x: lower(c.bend) }
}

fn main() {}
