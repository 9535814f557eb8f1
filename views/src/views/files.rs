//! Files in numbers, and bodies that occur twice.

use belvedere::view;

use crate::schema::{ast_calls, ast_defs, ast_errors, ast_imports, source_files};

view! {
    /// Definitions of each file.
    #[view(materialize = view, tags = [internal])]
    pub defs_per_file =
        from ast_defs as d
        group by { d.file_id }
        aggregate {
            def_count: count(),
            public_count: sum(case when d.is_public then 1 else 0 end),
            function_count: sum(
                case when d.kind in ("function", "method", "fn") then 1 else 0 end
            ),
        }
        contract {
            file_id: String,
            /// Definitions in the file.
            def_count: i64,
            /// Public ones among them.
            public_count: i64,
            /// Functions and methods among them.
            function_count: i64,
        }
}

view! {
    /// Call expressions of each file.
    #[view(materialize = view, tags = [internal])]
    pub calls_per_file =
        from ast_calls as c
        where c.kind == "call"
        group by { c.file_id }
        aggregate { call_count: count() }
        contract {
            file_id: String,
            /// Call expressions in the file.
            call_count: i64,
        }
}

view! {
    /// Imported names of each file.
    #[view(materialize = view, tags = [internal])]
    pub imports_per_file =
        from ast_imports as i
        group by { i.file_id }
        aggregate { import_count: count() }
        contract {
            file_id: String,
            /// Imported names in the file.
            import_count: i64,
        }
}

view! {
    /// Syntax errors of each file.
    #[view(materialize = view, tags = [internal])]
    pub errors_per_file =
        from ast_errors as e
        group by { e.file_id }
        aggregate { error_count: count() }
        contract {
            file_id: String,
            /// Syntax errors in the file.
            error_count: i64,
        }
}

view! {
    /// Each file in numbers.
    #[view(key = [file_id], tags = [files, metrics])]
    pub file_metrics =
        from source_files as f
        left join defs_per_file as d on d.file_id == f.file_id
        left join calls_per_file as c on c.file_id == f.file_id
        left join imports_per_file as i on i.file_id == f.file_id
        left join errors_per_file as e on e.file_id == f.file_id
        select {
            f.file_id,
            f.path,
            f.lang,
            f.module,
            f.size,
            f.line_count,
            code_lines: f.line_count - f.blank_lines - f.comment_lines,
            f.comment_lines,
            f.blank_lines,
            def_count: coalesce(d.def_count, 0),
            public_count: coalesce(d.public_count, 0),
            function_count: coalesce(d.function_count, 0),
            call_count: coalesce(c.call_count, 0),
            import_count: coalesce(i.import_count, 0),
            error_count: coalesce(e.error_count, 0),
        }
        audit { code_lines >= 0, public_count <= def_count, function_count <= def_count }
        contract {
            file_id: String,
            path: String,
            lang: String,
            module: String,
            size: i64,
            line_count: i64,
            /// Lines that are neither blank nor comments.
            code_lines: i64,
            comment_lines: i64,
            blank_lines: i64,
            /// Definitions in the file.
            def_count: i64,
            /// Public ones among them.
            public_count: i64,
            /// Functions and methods among them.
            function_count: i64,
            /// Call expressions in the file.
            call_count: i64,
            /// Imported names in the file.
            import_count: i64,
            /// Syntax errors in the file.
            error_count: i64,
        }
}

view! {
    /// Fingerprints of bodies that more than one function has. Short bodies are alike by nature.
    #[view(materialize = view, tags = [internal])]
    pub body_copies =
        from ast_defs as d
        where d.body_hash is not null and d.body_tokens >= 30
        group by { d.lang, d.body_hash }
        aggregate { copy_count: count() }
        where copy_count > 1
        contract {
            lang: String,
            body_hash: Option<String>,
            /// How many functions and methods have this body.
            copy_count: i64,
        }
}

view! {
    /// Functions and methods whose body occurs elsewhere too, formatting and comments aside; those
    /// with one `body_hash` belong together.
    #[view(key = [def_id], tags = [definitions])]
    pub duplicate_bodies =
        from ast_defs as d
        join body_copies as c on c.lang == d.lang and c.body_hash == d.body_hash
        select {
            c.body_hash,
            c.copy_count,
            d.def_id,
            d.path,
            d.kind,
            d.qualname,
            d.start_line,
            token_count: coalesce(d.body_tokens, 0),
        }
        audit { copy_count > 1, token_count >= 30 }
        contract {
            body_hash: Option<String>,
            copy_count: i64,
            def_id: String,
            path: String,
            kind: String,
            qualname: String,
            start_line: i64,
            /// How many tokens the body has.
            token_count: i64,
        }
}
