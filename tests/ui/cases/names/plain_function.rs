//! A Rust function without `#[udf]`.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

fn plain(x: i64) -> i64 {
    x
}

view! {
    pub v = from ast_calls as c select { n: plain(c.bend) }
}

fn main() {
    plain(1);
}
