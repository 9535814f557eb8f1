//! Views have no windows, and a window function with errors is no second error in one.

use belvedere::{udwf, view};
use belvedere_ui::schema::call_spans;

#[udwf]
impl Window for Numbered {
    type State = i64;
    fn next(count: &mut i64) -> i64 {
        *count += 1;
        *count
    }
}

#[udwf(tag = [window])]
impl Window for Broken {
    type State = i64;
    fn frame(value: i64) -> Result<i64, String> {
        Ok(value)
    }
}

view! {
    pub v = from call_spans as c select { a: numbered(), b: broken(c.call_id) }
}

fn main() {}
