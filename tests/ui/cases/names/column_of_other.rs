//! Another relation of the view has the column.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v =
        from ast_calls as c
        join source_files as f on f.file_id == c.file_id
        select { c.callee, c.size }
}

fn main() {}
