//! What is wrong whatever the relation is told where the template is defined, and not at its uses.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! {
    pub sized<R: Relation>(file) =
        from R as r join source_files as f on f.file_id == r.file where f.sze > 3 select { r.file, f.path }
}
view! {
    pub v = from sized<ast_calls>(file_id) as s select { s.path, s.anything }
}

fn main() {}
