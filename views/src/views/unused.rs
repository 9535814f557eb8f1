//! Definitions that nothing names, and public ones that nobody has explained.

use belvedere::view;
use belvedere_udfs::map_get_default;

use crate::schema::{ast_defs, ast_refs};
use crate::views::references::references;

view! {
    /// How often other definitions, or files outside of definitions, name each definition. That a
    /// type has an `impl` is no use of it, nor that a function calls itself.
    #[view(materialize = view, tags = [internal])]
    pub def_uses =
        from references as r
        where r.kind != "impl" and coalesce(r.def_id != r.target_id, true)
        group by { r.target_id }
        aggregate { use_count: count() }
        contract {
            /// The definition or file.
            target_id: String,
            /// How many uses lead to it.
            use_count: i64,
        }
}

view! {
    /// How often each name is used and leads somewhere, where the file does not bind the bare name.
    #[view(materialize = view, tags = [internal])]
    pub led_names =
        from references as r
        where not (r.reason in ("same_file", "imported")) or r.text like "%::%"
        group by { r.lang, r.name }
        aggregate { use_count: count() }
        contract {
            lang: String,
            name: String,
            /// How many such uses there are.
            use_count: i64,
        }
}

view! {
    /// Names whose uses lead nowhere: members of values of which nothing is known, names that come
    /// from outside of the tree, tokens.
    #[view(tags = [internal])]
    pub open_names =
        from ast_refs as r
        where r.binding is null or r.qualifier is not null
        group by { used_in: r.lang, used: r.name }
        aggregate { n: count() }
        left join led_names as t on t.lang == used_in and t.name == used
        select { lang: used_in, name: used, use_count: n - coalesce(t.use_count, 0) }
        where use_count > 0
        contract {
            lang: String,
            name: String,
            /// How many of its uses lead nowhere.
            use_count: i64,
        }
}

view! {
    /// Definitions that nothing uses: no use leads to one (`references`), and no use that leads
    /// nowhere has its name. `is_implicit` marks those that something else than a name may well use:
    /// names with dunders, `main`, what the implementation of a trait has, what has a decorator or
    /// attribute, and the variants of an `enum` that has one. A public one (`is_public`) may be there for others.
    #[view(key = [def_id], tags = [definitions])]
    pub unused_defs =
        from ast_defs as d
        left join def_uses as u on u.target_id == d.def_id
        left join open_names as o on o.lang == d.lang and o.name == d.name
        where not (d.kind in ("impl", "mod")) and u.use_count is null and o.use_count is null
        left join ast_defs as p on p.def_id == d.parent_id and d.kind == "variant"
        select {
            d.def_id,
            d.path,
            d.lang,
            d.kind,
            d.name,
            d.qualname,
            d.start_line,
            d.is_public,
            is_implicit: (starts_with(d.name, "__") and ends_with(d.name, "__"))
                or d.name in ("main", "_")
                or d.trait_name is not null
                or array_length(d.decorators) > 0
                or coalesce(array_length(p.decorators), 0) > 0,
        }
        audit { named: not (kind in ("impl", "mod")), start_line >= 1 }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            name: String,
            qualname: String,
            start_line: i64,
            is_public: bool,
            /// Whether something else than a name may well use it.
            is_implicit: bool,
        }
}

view! {
    /// Public definitions without documentation: `pub` ones of Rust (no `pub(crate)`), and of Python
    /// those without a leading underscore that are not inside of functions.
    #[view(key = [def_id], tags = [definitions, docs])]
    pub undocumented_defs =
        from ast_defs as d
        left join ast_defs as p on p.def_id == d.parent_id
        where d.doc is null and d.is_public and d.kind != "impl" and d.trait_name is null
            and (d.lang == "python" or map_get_default(d.attrs, "visibility", "") == "pub")
            and (p.kind is null or not (p.kind in ("function", "method", "fn")))
            and (p.is_public is null or p.is_public or p.kind == "impl")
        select { d.def_id, d.path, d.lang, d.kind, d.qualname, d.start_line }
        audit { named: kind != "impl", start_line >= 1 }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            qualname: String,
            start_line: i64,
        }
}
