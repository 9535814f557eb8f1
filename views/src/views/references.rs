//! What names stand for across files: scopes, bindings, and every use that leads to a definition.

use belvedere::view;
use belvedere_udfs::stable_id;

use crate::schema::{ast_bindings, ast_refs, ast_scopes};
use crate::views::members::{
    binding_targets, glob_names, glob_names_of_globs, import_defs, module_names,
};
use crate::views::types::{
    dotted_modules, field_types, impl_members, inherited_from_afar, inherited_members, owners,
    path_targets, supertypes, value_types,
};

view! {
    /// Which scope lies directly in which.
    #[view(key = [path, scope], tags = [names])]
    pub scope_edges =
        from ast_scopes as s
        join ast_scopes as p on p.path == s.path and p.scope == s.parent
        select {
            s.path,
            s.scope,
            s.kind,
            s.def_id,
            parent: p.scope,
            parent_kind: p.kind,
            parent_def_id: p.def_id,
        }
        contract {
            path: String,
            scope: i64,
            kind: String,
            def_id: Option<String>,
            parent: i64,
            parent_kind: String,
            parent_def_id: Option<String>,
        }
}

view! {
    /// How often the names that a file binds are used in it.
    pub uses_of_bindings =
        from ast_refs as r
        where r.binding is not null
        group by { r.path, r.binding }
        aggregate { use_count: count() }
        contract { path: String, binding: Option<i64>, use_count: i64 }
}

view! {
    /// Bound names, with the definition or file that each stands for (`target_id`, NULL where that
    /// is not in the tree, and for variables), the type of its values as far as it is written, and
    /// how often the file uses it.
    #[view(key = [path, bstart], tags = [names])]
    pub bindings =
        from ast_bindings as b
        join ast_scopes as s on s.path == b.path and s.scope == b.scope
        left join import_defs as v on v.import_id == b.import_id and v.space == "value"
        left join import_defs as t on t.import_id == b.import_id and t.space == "type"
        left join import_defs as m on m.import_id == b.import_id and m.space == "macro"
        left join value_types as y on y.path == b.path and y.bstart == b.bstart
        left join uses_of_bindings as u on u.path == b.path and u.binding == b.bstart
        select {
            b.path,
            b.lang,
            b.scope,
            scope_kind: s.kind,
            in_def_id: s.def_id,
            b.name,
            b.kind,
            b.bstart,
            b.bend,
            b.start_line,
            target_id: coalesce(b.def_id, v.target_id, t.target_id, m.target_id),
            y.type_id,
            use_count: coalesce(u.use_count, 0),
        }
        contract {
            path: String,
            lang: String,
            scope: i64,
            scope_kind: String,
            in_def_id: Option<String>,
            name: String,
            kind: String,
            bstart: i64,
            bend: i64,
            start_line: i64,
            target_id: Option<String>,
            type_id: Option<String>,
            use_count: i64,
        }
}

view! {
    /// Bases where a class or type has one only: what `super()` means.
    pub only_bases =
        from supertypes as s
        group by { s.def_id }
        aggregate { base_id: min(s.base_id), n: count() }
        where n == 1
        select { def_id, base_id: coalesce(base_id, "") }
        contract { def_id: String, base_id: String }
}

view! {
    /// What comes before the last name of each use: a container, and how that is known.
    pub qualified_refs =
        from ast_refs as r
        where r.qualifier is not null
        derive {
            // In a module inside of a file, `self` and `super` are resolved by its scopes.
            inside: r.binding is not null
                and (starts_with(r.text, "self::") or starts_with(r.text, "super::")),
            written: concat(replace(coalesce(r.qualifier, ""), "::", "."), "."),
            world: case
                when r.lang == "rust" and r.text like "%::%" then "type"
                else "value"
            end,
        }
        derive {
            dots: case
                when inside then replace(replace(written, "super.", ""), "self.", "")
                else written
            end,
        }
        derive { head: split_part(dots, ".", 1), second: split_part(dots, ".", 2) }
        where split_part(dots, ".", 4) == ""
        derive {
            third: split_part(dots, ".", 3),
            on_self: head in ("self", "Self", "cls") and not (r.text like "self::%"),
        }
        left join binding_targets as h on
            h.path == r.path and h.bstart == r.binding and h.space == world
        left join value_types as v on v.path == r.path and v.bstart == r.binding
        left join owners as o on o.def_id == r.def_id
        left join only_bases as s on s.def_id == o.owner_id and dots == "super()."
        left join path_targets as p on
            p.path == r.path and p.scope == r.scope and p.qualifier == r.qualifier
        left join dotted_modules as m on m.path == r.path and m.module == r.qualifier
        left join glob_names as g on
            g.container == stable_id("file", r.path) and g.name == head and g.space == world
            and r.binding is null and not on_self
        derive {
            whole: coalesce(s.base_id, p.target_id, m.target_id),
            begin: case
                when on_self then o.owner_id
                else coalesce(h.target_id, v.type_id, g.target_id)
            end,
        }
        left join module_names as x on
            x.container == begin and x.name == second and x.space == world
        left join field_types as f on f.container == begin and f.name == second
        derive { inner: case when world == "type" then x.target_id
            else coalesce(x.target_id, f.type_id) end }
        left join module_names as y on
            y.container == inner and y.name == third and y.space == world
        left join field_types as e on e.container == inner and e.name == third
        derive {
            around: coalesce(whole, case
                when second == "" then begin
                when third == "" then inner
                when world == "type" then y.target_id
                else coalesce(y.target_id, e.type_id)
            end),
        }
        where around is not null
        select {
            r.path,
            r.bstart,
            r.bend,
            r.kind,
            container: coalesce(around, ""),
            by: case
                when whole is not null and s.base_id is not null then "inherited"
                when whole is not null then "path"
                when on_self and second == "" then "self"
                when f.type_id is not null or e.type_id is not null then "field"
                when h.target_id is null and v.type_id is not null and v.is_declared then "declared"
                when h.target_id is null and v.type_id is not null then "constructed"
                when g.target_id is not null then "glob"
                else "path"
            end,
        }
        contract {
            path: String,
            bstart: i64,
            bend: i64,
            kind: String,
            container: String,
            by: String,
        }
}

view! {
    /// Uses of names that lead to a definition or a file of the tree (`target_id`), by scopes,
    /// imports, globs, paths, and the types of values as far as they are written. `reason` says how,
    /// `confidence` how sure that is:
    ///
    /// | `reason` | what it says | `confidence` |
    /// |---|---|---|
    /// | `same_file` | the file defines the name, and no nearer scope binds it | 0.95 |
    /// | `imported` | the file imports it | 0.95 |
    /// | `path` | a path of modules and types leads to it | 0.9 |
    /// | `self` | the class or type around, or a member of its own | 0.9 |
    /// | `inherited` | a member that the class or type has from a base or trait | 0.8 |
    /// | `glob` | an import of all names brings it | 0.8 |
    /// | `declared` | a member of the type that the value is declared with | 0.8 |
    /// | `field` | a member of the type of a field | 0.7 |
    /// | `constructed` | a member of the type whose constructor made the value | 0.7 |
    #[view(key = [path, bstart, kind], tags = [names, graph])]
    pub references =
        from ast_refs as r
        derive {
            is_bare: r.qualifier is null or (r.binding is not null and r.lang == "rust"
                and replace(replace(concat(r.qualifier, "::"), "super::", ""), "self::", "") == ""),
        }
        left join binding_targets as h on
            h.path == r.path and h.bstart == r.binding and h.space == r.space and is_bare
        left join glob_names as g on
            g.container == stable_id("file", r.path) and g.name == r.name and g.space == r.space
            and r.qualifier is null and r.binding is null
        left join glob_names_of_globs as i on
            i.container == stable_id("file", r.path) and i.name == r.name and i.space == r.space
            and r.qualifier is null and r.binding is null
        left join owners as o on o.def_id == r.def_id and r.text == "Self"
        left join qualified_refs as q on
            q.path == r.path and q.bstart == r.bstart and q.bend == r.bend and q.kind == r.kind
        left join module_names as x on
            x.container == q.container and x.name == r.name and x.space == r.space
        left join impl_members as m on
            m.container == q.container and m.name == r.name and m.space == r.space
        left join inherited_members as b on
            b.container == q.container and b.name == r.name and b.space == r.space
        left join inherited_from_afar as c on
            c.container == q.container and c.name == r.name and c.space == r.space
        derive {
            by_glob: coalesce(g.target_id, i.target_id),
            own: coalesce(m.target_id, x.target_id),
            inherited: coalesce(b.target_id, c.target_id),
        }
        derive { target: coalesce(h.target_id, o.owner_id, by_glob, own, inherited) }
        where target is not null
        derive {
            reason: case
                when h.target_id is not null and h.kind == "import" then "imported"
                when h.target_id is not null then "same_file"
                when o.owner_id is not null then "self"
                when by_glob is not null then "glob"
                when own is null and q.by in ("self", "path") then "inherited"
                else coalesce(q.by, "path")
            end,
        }
        select {
            r.path,
            r.lang,
            r.kind,
            r.text,
            r.name,
            r.call_id,
            r.def_id,
            r.bstart,
            r.bend,
            r.start_line,
            target_id: coalesce(target, ""),
            reason,
            confidence: case
                when reason in ("same_file", "imported") then 0.95
                when reason in ("path", "self") then 0.9
                when reason in ("inherited", "glob", "declared") then 0.8
                else 0.7
            end,
        }
        // A module and a macro of one name stand in one scope: the use is one all the same.
        distinct on { path, bstart, kind } order by confidence desc, target_id
        contract {
            path: String,
            lang: String,
            kind: String,
            text: String,
            name: String,
            call_id: Option<String>,
            def_id: Option<String>,
            bstart: i64,
            bend: i64,
            start_line: i64,
            target_id: String,
            reason: String,
            confidence: f64,
        }
}
