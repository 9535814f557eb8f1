//! A word that begins no step.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c wher c.bend > 3 select { c.callee }
}

fn main() {}
