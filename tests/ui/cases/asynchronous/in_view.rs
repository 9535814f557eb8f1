//! The rows of a view are computed from tables alone.

use belvedere::{table, udf, view};

#[udf]
pub async fn look_up(key: &str) -> String {
    key.to_owned()
}

table! {
    pub keys { key: String }
}

view! {
    pub answers = from keys as k select { answer: crate::look_up(k.key) }
}

fn main() {}
