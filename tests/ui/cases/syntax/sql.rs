//! SQL: the order of the clauses, `=`, `<>`, words in upper case, columns without braces.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = SELECT callee, COUNT(*) FROM ast_calls c WHERE c.bend = 3 AND c.bstart <> 1 GROUP BY c.callee
}

fn main() {}
