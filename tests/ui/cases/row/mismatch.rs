//! The struct and the view differ.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

#[derive(belvedere::Row)]
pub struct CallRow {
    pub call_id: String,
    pub len: Option<String>,
    pub gone: i64,
}

view! {
    <CallRow>
    pub v = from ast_calls as c select { c.call_id, len: c.bend - c.bstart, extra: 1 }
}

fn main() {}
