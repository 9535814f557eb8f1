//! `not in` of what can be NULL would keep no row.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v = from ast_calls as c where c.bend not in (from source_files select { size }) select { c.call_id }
}

fn main() {}
