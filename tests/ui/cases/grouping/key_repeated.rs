//! A computed key is spoken of by its name.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c
        group by { size: length(c.callee) }
        aggregate { n: count(), double: length(c.callee) * 2 }
}

fn main() {}
