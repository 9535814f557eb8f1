//! Text is no list.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c unnest c.callee as x select { x }
}

fn main() {}
