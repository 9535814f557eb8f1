//! A column of the row around a query where it cannot be compared, and a column that is none.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v = from ast_calls as c
        where exists (from source_files as f join ast_calls as o on o.file_id == c.file_id)
            and not exists (from source_files as f where f.file_id == c.fil_id)
        select { c.call_id }
}

fn main() {}
