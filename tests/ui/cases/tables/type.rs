//! A type's name is misspelt.

belvedere::table! {
    pub t { id: Strng, tags: List }
}

fn main() {}
