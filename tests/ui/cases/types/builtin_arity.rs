//! A built-in's arguments are counted.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { x: replace(c.callee, "a") }
}

fn main() {}
