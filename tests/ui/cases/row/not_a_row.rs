//! The struct does not derive it.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

pub struct CallRow {
    pub call_id: String,
}

view! {
    <CallRow>
    pub v = from ast_calls as c select { c.call_id }
}

fn main() {}
