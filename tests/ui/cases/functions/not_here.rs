//! What other languages have as functions is no unknown name to rustc.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { c.callee, n: row_number(), at: now() }
}

fn main() {}
