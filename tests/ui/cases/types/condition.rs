//! A condition is a `bool`.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c where c.bend + 1 select { c.callee }
}

fn main() {}
