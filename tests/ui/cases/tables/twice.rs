//! A column is declared once.

belvedere::table! {
    pub t { id: i64, id: String }
}

fn main() {}
