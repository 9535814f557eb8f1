//! A column of a type that the template cannot use: the place in the template is told.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, longest};

view! {
    pub v = from longest<ast_calls>(callee, bstart, tags) as l select { l.callee }
}

fn main() {}
