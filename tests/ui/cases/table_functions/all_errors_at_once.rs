//! Everything that is wrong with a table function is shown at once, and a view that calls one is told
//! where tables come from.

use belvedere::{udtf, view};
use belvedere_ui::schema::call_spans;

pub struct Step {
    pub at: i64,
}

#[udtf(volatility = stable)]
fn words(text: &str, rest: &[i64]) -> i64 {
    rest.len() as i64
}

#[udtf]
fn steps(start: i64) -> Vec<Step> {
    vec![Step { at: start }]
}

#[udtf]
fn numbers(start: i64) -> Vec<i64> {
    vec![start]
}

view! {
    pub v = from call_spans as c select { a: numbers(1), b: words("x") }
}

fn main() {}
