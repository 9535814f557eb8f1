//! Behind a contract nothing of an unknown table is seen.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub a = from ast_cals as c select { c.callee, n: c.bend } contract { callee: String, n: i64 }
}
view! {
    pub b = from a where callee == 2 select { n }
}

fn main() {
    let _ = ast_calls::RELATION.name;
}
