//! A named type that is nowhere.

belvedere::table! {
    pub t { id: i64, span: Spam }
}

fn main() {}
