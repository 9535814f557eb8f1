//! Windows in views: what needs one, what has one already, and a function with errors is no second
//! error in a view.

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
    pub numbered_calls = from call_spans as c
        window { w: order by c.call_id }
        derive { n: numbered() over w, m: row_number() over w }
        select { c.call_id, n, m }
        contract { call_id: String, n: i64, m: i64 }
}

view! {
    pub v = from call_spans as c
        window { w: order by c.call_id }
        derive { a: numbered(), b: broken(c.call_id), d: rank() over v, e: count() over (w rows "x" preceding) }
        where row_number() over w == 1
}

fn main() {}
