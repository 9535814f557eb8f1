//! Keys have one type.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v =
        from ast_calls as c
        join source_files as f on f.size == c.file_id
        select { c.callee }
}

fn main() {}
