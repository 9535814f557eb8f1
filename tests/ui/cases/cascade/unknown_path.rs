//! Wherever a path breaks, the views that read what it should have led to are silent.

use belvedere::view;

mod inner {
    pub mod tables {
        belvedere::table! {
            pub t { id: i64 }
        }
    }
}

view! {
    pub a = from crate::inner::tables::s select { id }
}
view! {
    pub b = from inner::tables::u select { id }
}
view! {
    pub d = from self::inner::tables::w select { id }
}
view! {
    pub all = from a as a join b as b on a.id == b.id join d as d on d.id == b.id select { a.id }
}

fn main() {}
