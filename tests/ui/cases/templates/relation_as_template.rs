//! A table in the place of a template.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls<ast_calls>(callee) as l select { l.callee }
}

fn main() {}
