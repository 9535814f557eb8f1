//! Everything that is wrong with an aggregate is shown at once; a view over it is no second error.

use belvedere::{udaf, view};
use belvedere_ui::schema::call_spans;

#[udaf(tag = [aggregate])]
impl Aggregate for Total {
    type State = i64;
    fn update(total: &mut i64, #[literal] x: usize) {
        *total += x as i64;
    }
    fn merge(total: &mut i64, other: &i64) {
        *total += *other;
    }
    fn finish(total: &i64) -> Result<i64, String> {
        Ok(*total)
    }
    fn helper() {}
}

view! {
    pub v = from call_spans as c aggregate { total: total(c.call_id) }
}

fn main() {}
