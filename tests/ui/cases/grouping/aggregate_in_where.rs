//! Rows are filtered before they are grouped.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v =
        from ast_calls as c
        where max(c.bend) > 3
        group by { c.file_id }
        aggregate { n: count() }
}

fn main() {}
