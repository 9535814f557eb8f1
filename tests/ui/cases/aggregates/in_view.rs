//! An aggregate in a view is checked like any function, and stands in `aggregate` alone.

use belvedere::{udaf, view};
use belvedere_ui::schema::call_spans;

#[udaf]
impl Aggregate for CountIf {
    type State = i64;
    fn update(count: &mut i64, condition: bool) {
        *count += i64::from(condition);
    }
    fn merge(count: &mut i64, other: i64) {
        *count += other;
    }
    fn finish(count: &i64) -> i64 {
        *count
    }
}

view! {
    pub wrong_type = from call_spans as c aggregate { n: count_if(c.call_id) }
}

view! {
    pub wrong_step = from call_spans as c where count_if(true) > 1 select { c.call_id }
}

fn main() {}
