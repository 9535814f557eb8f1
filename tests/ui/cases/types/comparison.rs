//! Text and number.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c where c.callee == 3 select { c.callee }
}

fn main() {}
