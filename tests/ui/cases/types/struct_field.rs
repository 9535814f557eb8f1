//! The nearest field is offered.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { line: c.pos.lin }
}

fn main() {}
