//! The nearest column is offered.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c where c.bnd > 3 select { c.callee }
}

fn main() {}
