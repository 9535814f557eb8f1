//! Rows are computed on whatever thread a query runs.

use std::rc::Rc;

use belvedere::udtf;

#[udtf]
fn lengths(text: String) -> impl Iterator<Item = i64> {
    let text = Rc::new(text);
    (0..3).map(move |_| text.len() as i64)
}

fn main() {}
