//! A view stands in a module: a module inside of a function does not see what is beside it there.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

fn main() {
    view! {
        v = from ast_calls as c select { c.callee }
    }
}
