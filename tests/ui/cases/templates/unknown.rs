//! No template of this name, a table in its place, and a template in the place of a table.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, longest};

view! {
    pub v = from longst<ast_calls>(callee, bstart, bend) as l select { l.callee }
}
view! {
    pub w = from longest as l select { l.callee }
}

fn main() {}
