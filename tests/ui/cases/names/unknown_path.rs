//! The path leads nowhere.

use belvedere::view;

view! {
    pub v = from belvedere_ui::schema::ast_call as c select { c.callee }
}

fn main() {}
