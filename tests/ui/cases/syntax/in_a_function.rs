//! Names are looked up in the module: tables inside of a function are not seen.

use belvedere::{table, view};

fn main() {
    table! {
        pub t { id: i64 }
    }
    view! {
        v = from t select { id }
    }
}
