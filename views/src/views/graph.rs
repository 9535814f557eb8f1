//! The whole as a graph: cycles of modules, and nodes, edges and properties for tools that read such.

use belvedere::view;
use belvedere_udfs::{map_entries, stable_id, strong_components};

use crate::schema::{ast_defs, source_files};
use crate::views::edges::call_edges;
use crate::views::imports::import_edges;
use crate::views::references::references;
use crate::views::types::supertypes;

view! {
    /// Files that import each other, directly or through others. Those with one `cycle` (the first
    /// of them by name) belong together. That a module of Rust holds another (`mod a;`) is no import.
    #[view(key = [path], tags = [imports, graph])]
    pub module_cycles =
        from import_edges as e
        where e.kind != "mod" and e.target_path is not null and e.target_path != e.path
        aggregate { found: strong_components(e.path, e.target_path) }
        unnest found as c
        where c.size > 1
        select { cycle: c.component, path: c.node, file_count: c.size }
        audit { file_count > 1 }
        contract {
            /// The cycle, by the first of its paths.
            cycle: String,
            /// The path of the file.
            path: String,
            /// How many files the cycle has.
            file_count: i64,
        }
}

view! {
    /// The nodes of the code graph: files and definitions.
    #[view(key = [node_id], tags = [graph])]
    pub code_nodes =
        from source_files as f
        select { node_id: f.file_id, kind: "file", label: f.path, f.path, f.lang, start_line: 1 }
        union all (
            from ast_defs as d
            select {
                node_id: d.def_id,
                d.kind,
                label: d.qualname,
                d.path,
                d.lang,
                d.start_line,
            }
        )
        audit { start_line >= 1 }
        contract {
            /// The node: a `file_id` or a `def_id`.
            node_id: String,
            /// `file`, or the kind of the definition.
            kind: String,
            /// The path of a file; the name of a definition, with those around it.
            label: String,
            /// The path of the file.
            path: String,
            lang: String,
            /// The first line; 1 of a file.
            start_line: i64,
        }
}

view! {
    /// The edges of the code graph. `kind` is `contains` (a file or definition and what lies directly
    /// in it), `calls`, `uses` (any other use of a definition), `imports` (from file to file) and
    /// `inherits` (a class and its bases, a type and the traits that it implements). What lies in no
    /// definition belongs to its file. `weight` counts the places, `confidence` is that of the surest.
    #[view(key = [source_id, target_id, kind], tags = [graph])]
    pub code_edges =
        from ast_defs as d
        select {
            source_id: coalesce(d.parent_id, d.file_id),
            target_id: d.def_id,
            kind: "contains",
            weight: 1,
            confidence: 1.0,
        }
        union all (
            from call_edges as e
            group by {
                source_id: coalesce(e.caller_id, stable_id("file", e.path)),
                e.target_id,
                kind: "calls",
            }
            aggregate { weight: count(), confidence: max(e.confidence) }
        )
        union all (
            from references as r
            where r.call_id is null and not (r.kind in ("import", "impl", "base"))
            group by {
                source_id: coalesce(r.def_id, stable_id("file", r.path)),
                r.target_id,
                kind: "uses",
            }
            aggregate { weight: count(), confidence: max(r.confidence) }
            where source_id != target_id
        )
        union all (
            from import_edges as e
            where e.target_file_id is not null and e.target_file_id != e.file_id
            group by {
                source_id: e.file_id,
                target_id: e.target_file_id,
                kind: "imports",
            }
            aggregate { weight: count(), confidence: 0.95 }
        )
        union all (
            from supertypes as s
            select {
                source_id: s.def_id,
                target_id: s.base_id,
                kind: "inherits",
                weight: 1,
                confidence: 0.9,
            }
        )
        audit { weight >= 1, confidence > 0.0 and confidence <= 1.0 }
        contract {
            /// The node that the edge leaves: a `file_id` or a `def_id`.
            source_id: String,
            /// The node that it leads to.
            target_id: String,
            /// `contains`, `calls`, `uses`, `imports` or `inherits`.
            kind: String,
            /// How many places of the text make the edge.
            weight: i64,
            /// How sure the surest of them is, 1 at most.
            confidence: f64,
        }
}

view! {
    /// What is known of the nodes of the code graph, one row for each property: the attributes of
    /// definitions (`ast_defs`), their documentation, decorators and sizes; sizes and modules of files.
    #[view(tags = [graph])]
    pub code_props =
        from ast_defs as d
        unnest map_entries(d.attrs) as attr
        select { node_id: d.def_id, key: attr.key, value: attr.value }
        union all (
            from ast_defs as d
            where d.doc is not null
            select { node_id: d.def_id, key: "doc", value: d.doc }
        )
        union all (
            from ast_defs as d
            unnest d.decorators as decorator
            select { node_id: d.def_id, key: "decorator", value: decorator }
        )
        union all (
            from ast_defs as d
            where d.is_public
            select { node_id: d.def_id, key: "is_public", value: "true" }
        )
        union all (
            from ast_defs as d
            where d.param_count is not null
            select {
                node_id: d.def_id,
                key: "param_count",
                value: cast(d.param_count as String),
            }
        )
        union all (
            from ast_defs as d
            where d.body_tokens is not null
            select {
                node_id: d.def_id,
                key: "body_tokens",
                value: cast(d.body_tokens as String),
            }
        )
        union all (
            from source_files as f
            select { node_id: f.file_id, key: "size", value: cast(f.size as String) }
        )
        union all (
            from source_files as f
            select { node_id: f.file_id, key: "line_count", value: cast(f.line_count as String) }
        )
        union all (
            from source_files as f
            select { node_id: f.file_id, key: "module", value: f.module }
        )
        audit { key != "" }
        contract {
            /// The node: a `file_id` or a `def_id`.
            node_id: String,
            /// The property: `doc`, `decorator`, `is_public`, `size`, or a key of `attrs` of
            /// `ast_defs`.
            key: String,
            /// Its value as a text.
            value: String,
        }
}
