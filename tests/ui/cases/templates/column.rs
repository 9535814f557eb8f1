//! The user's column is not there; the template is another crate's and reads what is private there.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, longest};

view! {
    pub v = from longest<ast_calls>(callee, bstrt, bend) as l where l.span > 3 select { l.callee }
}
view! {
    pub w = from longest<ast_calls>(callee, bstart, bend) as l where l.spn > 3 select { l.callee }
}

fn main() {}
