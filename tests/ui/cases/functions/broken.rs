//! A function with errors is silent in views.

use belvedere::{udf, view};
use belvedere_ui::schema::call_spans;

#[udf]
pub fn twice(value: (i64, i64)) -> i64 {
    value.0
}

view! {
    pub v = from call_spans as c where twice(c.span) > 3 select { c.call_id }
}

fn main() {}
