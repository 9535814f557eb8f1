//! Branches have one type.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { x: case when c.bend > 1 then "a" else c.bend end }
}

fn main() {}
