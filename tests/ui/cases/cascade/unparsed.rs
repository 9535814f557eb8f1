//! A view that cannot be read has any column.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub a = from ast_calls as c select { c.callee, len: }
}
view! {
    pub b = from a where len > 3 select { callee }
}

fn main() {}
