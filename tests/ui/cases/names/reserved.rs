//! A module of this name would hide a crate.

belvedere::table! {
    pub std { id: i64 }
}

fn main() {}
