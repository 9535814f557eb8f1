//! Maps cannot be compared.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c group by { c.attrs } aggregate { n: count() }
}

fn main() {}
