//! What is wrong in one macro hides nothing of what is wrong in another.

use belvedere::{table, udf, view};
use belvedere_ui::schema::ast_calls;

view! {
    pub a = from ast_cals select { callee }
}
view! {
    pub b = from ast_calls select { callee } limit many
}
#[udf]
pub fn twice(value: usize) -> i64 {
    0
}
table! {
    pub t { a: Strng }
}
view! {
    pub d = from a join t on true select { callee, b: twice(t.a) }
}

fn main() {}
