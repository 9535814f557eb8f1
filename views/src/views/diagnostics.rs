//! Everything that went wrong, in one place.

use belvedere::view;

use crate::schema::{ast_errors, extract_errors, source_files};

view! {
    /// The two sorts of diagnostics, one row each.
    pub diagnostic_sorts =
        from source_files as f
        aggregate { n_files: count() }
        unnest string_to_array("syntax,file", ",") as sort
        select { sort }
}

view! {
    /// Syntax errors as diagnostics.
    pub syntax_diagnostics =
        from ast_errors as e
        select { sort: "syntax", e.path, e.kind, e.message, e.start_line }
        contract { sort: String, path: String, kind: String, message: String, start_line: i64 }
}

view! {
    /// Files without rows as diagnostics.
    pub file_diagnostics =
        from extract_errors as e
        select { sort: "file", e.path, e.kind, e.message }
        contract { sort: String, path: String, kind: String, message: String }
}

view! {
    /// Syntax errors (`sort` is `syntax`) and files that could not be read or parsed (`file`, with no
    /// line).
    #[view(tags = [diagnostics])]
    pub diagnostics =
        from diagnostic_sorts as s
        left join syntax_diagnostics as e on e.sort == s.sort
        left join file_diagnostics as f on f.sort == s.sort
        where e.path is not null or f.path is not null
        select {
            s.sort,
            path: coalesce(e.path, f.path),
            kind: coalesce(e.kind, f.kind),
            message: coalesce(e.message, f.message),
            line: e.start_line,
        }
        contract {
            sort: Option<String>,
            path: Option<String>,
            kind: Option<String>,
            message: Option<String>,
            line: Option<i64>,
        }
}
