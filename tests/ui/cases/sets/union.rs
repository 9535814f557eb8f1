//! Columns of a union meet by name; those of the other view are seen through its carrier.

use belvedere::view;
use belvedere_ui::schema::{ast_calls, source_files};

view! { pub called = from ast_calls as c select { path: c.callee, size: c.callee } }

view! { pub both = from source_files as f select { f.path, f.size } union all called }

view! {
    pub longer =
        from source_files as f select { f.path, f.size }
        except (from ast_calls as c select { path: c.callee, bytes: c.bend })
}

// What is known of the union is handed on: this view has nothing to report.
view! { pub after = from both select { path, more: size + 1 } contract { path: String, more: i64 } }

fn main() {}
