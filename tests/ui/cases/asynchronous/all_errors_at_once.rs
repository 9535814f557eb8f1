//! What an async function cannot have is told all at once.

use belvedere::{List, udf};

#[udf(volatility = stable, timeout = "2", batch = 8)]
async fn look_up(keys: List<'_, i64>) -> i64 {
    1
}

#[udf(retry = 2)]
fn waits_for_nothing(key: &str) -> i64 {
    1
}

fn main() {}
