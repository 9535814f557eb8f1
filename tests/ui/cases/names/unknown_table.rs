//! The table is misspelt: rustc knows a similar name.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_cals as c select { c.callee }
}

fn main() {}
