//! Definitions: where they lie, what contains what, how they are called in the whole tree.

use belvedere::view;
use belvedere_udfs::{Span, qname_normalize, span_len};

use crate::schema::{ast_calls, ast_defs, source_files};
use crate::views::packages::file_packages;

view! {
    /// Where definitions lie, and how long they are.
    #[view(key = [def_id], tags = [definitions, spans])]
    pub def_spans =
        from ast_defs as d
        select {
            d.def_id,
            d.path,
            d.kind,
            d.qualname,
            d.span,
            length: span_len(d.span),
            line_count: d.end_line - d.start_line + 1,
        }
        audit { length > 0, line_count >= 1 }
        contract {
            def_id: String,
            path: String,
            kind: String,
            qualname: String,
            span: Span,
            /// Bytes of the definition.
            length: i64,
            /// Lines that it touches.
            line_count: i64,
        }
}

view! {
    /// What contains what: each definition with the innermost one around it, if there is one.
    #[view(key = [def_id], tags = [definitions])]
    pub def_tree =
        from ast_defs as d
        left join ast_defs as p on p.def_id == d.parent_id
        select {
            d.def_id,
            d.path,
            d.kind,
            d.name,
            d.parent_id,
            parent_kind: p.kind,
            parent_name: p.name,
        }
        audit { parent_is_known: parent_id is null or parent_kind is not null }
        contract {
            def_id: String,
            path: String,
            kind: String,
            name: String,
            parent_id: Option<String>,
            /// The kind of that definition.
            parent_kind: Option<String>,
            /// The name of that definition.
            parent_name: Option<String>,
        }
}

view! {
    /// The decorators (Python) and attributes (Rust) of definitions, one row each.
    #[view(tags = [definitions])]
    pub def_decorators =
        from ast_defs as d
        unnest d.decorators as decorator
        select { d.def_id, d.path, d.lang, d.kind, d.qualname, decorator }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            qualname: String,
            /// The name of a decorator or attribute.
            decorator: String,
        }
}

view! {
    /// The name of each definition in the whole tree: the module, what is around it, its own name,
    /// in one Unicode normal form. The module is the one that the manifest of a package makes of the
    /// file (`file_packages`), or that of `source_files` where there is none. Blank names (of broken
    /// sources) have no row.
    #[view(key = [def_id], tags = [definitions, names])]
    pub symbols =
        from ast_defs as d
        join source_files as f on f.file_id == d.file_id
        left join file_packages as k on k.path == d.path
        left join ast_defs as p on p.def_id == d.parent_id
        derive { of_file: coalesce(k.module, f.module) }
        derive {
            around: case
                when p.qualname is null then of_file
                when d.lang == "rust" then concat(of_file, "::", p.qualname)
                else concat(of_file, ".", p.qualname)
            end,
        }
        derive { symbol: qname_normalize(d.name, around, d.lang) }
        where symbol is not null
        select {
            d.def_id,
            d.path,
            d.lang,
            d.kind,
            d.name,
            symbol,
            d.is_public,
        }
        audit { symbol != "" }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            name: String,
            /// The name in the whole tree: `pkg.mod.Type.method`, `crate_name::mod::Type::method`.
            symbol: String,
            is_public: bool,
        }
}

view! {
    /// How many calls lie directly in each definition.
    #[view(materialize = view, tags = [internal])]
    pub calls_in_def =
        from ast_calls as c
        where c.def_id is not null and c.kind == "call"
        group by { c.def_id }
        aggregate { call_count: count() }
        contract {
            /// The definition.
            def_id: Option<String>,
            /// Call expressions in it, those in definitions inside of it aside.
            call_count: i64,
        }
}

view! {
    /// The size of functions and methods with a body.
    #[view(key = [def_id], tags = [definitions, metrics])]
    pub function_metrics =
        from ast_defs as d
        left join calls_in_def as n on n.def_id == d.def_id
        where d.body_tokens is not null
        select {
            d.def_id,
            d.path,
            d.lang,
            d.kind,
            d.qualname,
            line_count: d.end_line - d.start_line + 1,
            token_count: d.body_tokens,
            param_count: coalesce(d.param_count, 0),
            call_count: coalesce(n.call_count, 0),
        }
        audit { line_count >= 1, token_count >= 0, call_count >= 0 }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            qualname: String,
            /// Lines that the definition touches.
            line_count: i64,
            token_count: i64,
            /// Parameters, `self` included.
            param_count: i64,
            /// Call expressions in it, those in definitions inside of it aside.
            call_count: i64,
        }
}
