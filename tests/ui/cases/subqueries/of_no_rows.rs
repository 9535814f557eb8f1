//! What is computed around an aggregate may be anything where there are no rows.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v = from source_files as f
        select { n: (from ast_calls as c where c.file_id == f.file_id aggregate { count() + 1 }) }
}

fn main() {}
