//! Nearly a built-in's name, or what another language calls it.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v = from ast_calls as c select { a: uper(c.callee), b: lenght(c.callee), d: len(c.nothing) }
}
view! {
    pub w = from v group by { a } aggregate { longest: average(b), n: uper(a) } where longest > 3
}

fn main() {}
