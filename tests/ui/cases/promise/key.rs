//! A key is a column of the result.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    #[view(key = [callid])]
    pub v = from ast_calls as c select { c.call_id }
}

fn main() {}
