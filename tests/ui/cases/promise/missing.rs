//! Promised and not given, given and not promised.

use belvedere::view;
use belvedere_ui::schema::ast_calls;

view! {
    pub v =
        from ast_calls as c
        select { c.file_id, n: c.bend }
        contract { fileid: String }
}

fn main() {}
