//! Each relation has a name of its own.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub v =
        from ast_calls as c
        join source_files as c on true
        select { c.callee }
}

fn main() {}
