//! An unknown table is one error, however many views come after it.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub a = from ast_cals as c join ast_calls as d on c.x == d.bend select { c.callee, d.bnd }
}
view! {
    pub b = from a where callee == 1 select { callee, n: bnd + 1 }
}
view! {
    pub d = from b group by { callee } aggregate { n: sum(n) } contract { callee: String, n: i64 }
}

fn main() {}
