//! Neither a key nor aggregated.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v =
        from ast_calls as c
        group by { c.file_id }
        aggregate { n: count(), longest: c.bend - max(c.bstart) }
}

fn main() {}
