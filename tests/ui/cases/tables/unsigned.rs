//! Delta Lake has no unsigned numbers.

belvedere::table! {
    pub t { id: u64 }
}

fn main() {}
