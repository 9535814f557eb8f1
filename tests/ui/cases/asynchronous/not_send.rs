//! A call may be moved to another thread while it waits.

use std::rc::Rc;

use belvedere::udf;

#[udf]
async fn look_up(key: &str) -> String {
    let key = Rc::new(key.to_owned());
    std::future::ready(()).await;
    key.to_string()
}

fn main() {}
