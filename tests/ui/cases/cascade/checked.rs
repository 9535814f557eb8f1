//! Errors stay where they are: what reads a broken view is silent.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub a = from ast_calls as c select { c.callee, len: c.bend - c.callee, y: c.bnd }
}
view! {
    pub b = from a where len > 3 and y > 2 select { callee, twice: len * 2 }
}
view! {
    pub d = from b group by { callee } aggregate { n: sum(twice) }
}

fn main() {}
