//! All errors of a view at once.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c where c. > 3 select { c.callee, c. }
}

fn main() {}
