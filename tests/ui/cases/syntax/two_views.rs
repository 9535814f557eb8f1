//! Each view has a macro of its own.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { c.callee }

    pub w = from ast_calls as c select { c.callee }
}

fn main() {}
