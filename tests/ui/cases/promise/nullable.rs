//! The view can give NULL.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v =
        from ast_calls as c
        left join source_files as f on f.file_id == c.file_id
        select { c.call_id, f.path }
        contract { call_id: String, path: String }
}

fn main() {}
