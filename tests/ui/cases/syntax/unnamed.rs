//! A computed column has a name.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { c.bend + 1 }
}

fn main() {}
