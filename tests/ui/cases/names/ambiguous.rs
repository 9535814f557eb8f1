//! Both sides of a join have it.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v =
        from ast_calls as c
        join source_files as f on f.file_id == c.file_id
        select { file_id }
}

fn main() {}
