//! Neither a built-in nor in scope.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { n: call_length(c.bstart, c.bend) }
}

fn main() {}
