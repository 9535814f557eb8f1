//! Templates that use each other, and one that uses itself.

use belvedere::view;

view! {
    pub a<R: Relation>(key) = from b<R>(key) as b select { b.key }
}
view! {
    pub b<R: Relation>(key) = from a<R>(key) as a select { a.key }
}
view! {
    pub c<R: Relation>(key) = from c<R>(key) as c select { c.key }
}

fn main() {}
