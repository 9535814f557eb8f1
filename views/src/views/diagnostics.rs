//! Everything that went wrong, in one place.

use belvedere::view;

use crate::schema::{ast_errors, extract_errors};

view! {
    /// Syntax errors (`sort` is `syntax`) and files that could not be read or parsed (`file`, with no
    /// line).
    #[view(tags = [diagnostics])]
    pub diagnostics =
        from ast_errors as e
        select {
            sort: "syntax",
            e.path,
            e.kind,
            e.message,
            line: nullif(e.start_line, 0),
        }
        union all (
            from extract_errors as e
            select { sort: "file", e.path, e.kind, e.message, line: cast(null as i64) }
        )
        audit { lines_of_syntax: (line is null) == (sort == "file") }
        contract {
            sort: String,
            path: String,
            kind: String,
            message: String,
            line: Option<i64>,
        }
}
