//! A group has no relations.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v =
        from ast_calls as c
        group by { c.file_id }
        aggregate { n: count() }
        where c.bend > 3
}

fn main() {}
