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
            /// `syntax`; `file` for one that could not be read or parsed.
            sort: String,
            /// The path of the file.
            path: String,
            /// The `kind` of `ast_errors` or of `extract_errors`.
            kind: String,
            message: String,
            /// The first line; NULL where the whole file is meant.
            line: Option<i64>,
        }
}
