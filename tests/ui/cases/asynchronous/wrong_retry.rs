//! Which errors are asked again for is decided by their type.

use belvedere::udf;
use belvedere::udf::Result;

#[udf(retry = 2, retry_if = is_busy)]
async fn look_up(key: &str) -> Result<String> {
    Ok(key.to_owned())
}

fn is_busy(error: &str) -> bool {
    error == "busy"
}

fn main() {}
