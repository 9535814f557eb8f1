//! What names stand for across files: scopes, bindings, and every use that leads to a definition.

use belvedere::view;
use belvedere_udfs::stable_id;

use crate::schema::{ast_bindings, ast_refs, ast_scopes};
use crate::views::members::{glob_names, glob_names_of_globs, import_defs, module_names};
use crate::views::templates::agreed;
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
        audit { parent < scope }
        contract {
            path: String,
            scope: i64,
            kind: String,
            def_id: Option<String>,
            /// The scope around it.
            parent: i64,
            /// The kind of that scope.
            parent_kind: String,
            /// The innermost definition that the scope around is the inside of or lies in.
            parent_def_id: Option<String>,
        }
}

view! {
    /// Bound names, with the definition or file that each stands for (`target_id`, NULL where that
    /// is not in the tree, and for variables), the type of its values as far as it is written, and
    /// how often the file uses it.
    #[view(key = [path, bstart], tags = [names])]
    pub bindings =
        from ast_bindings as b
        left join import_defs as v on v.import_id == b.import_id and v.space == "value"
        left join import_defs as t on t.import_id == b.import_id and t.space == "type"
        left join import_defs as m on m.import_id == b.import_id and m.space == "macro"
        left join value_types as y on y.path == b.path and y.bstart == b.bstart
        select {
            b.path,
            b.lang,
            b.scope,
            b.scope_kind,
            b.in_def_id,
            b.name,
            b.kind,
            b.bstart,
            b.bend,
            b.start_line,
            target_id: coalesce(b.def_id, v.target_id, t.target_id, m.target_id),
            y.type_id,
            b.use_count,
        }
        audit { bstart between 0 and bend, use_count >= 0 }
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
            /// What the name stands for: a `def_id` or a `file_id`.
            target_id: Option<String>,
            /// The definition of the type of its values.
            type_id: Option<String>,
            use_count: i64,
        }
}

view! {
    /// Bases where a class or type has one only: what `super()` means.
    #[view(materialize = view, tags = [internal])]
    pub only_bases =
        from agreed<supertypes>(base_id, def_id) as s
        select { s.* }
        contract {
            def_id: String,
            /// Its only base.
            base_id: String,
        }
}

view! {
    /// Uses of names that come after others, as far as it is known what holds them: a container,
    /// and how that is known.
    #[view(tags = [internal])]
    pub qualified_refs =
        from ast_refs as r
        // What is called on something else than a name leads nowhere.
        where r.qualifier is not null and not starts_with(r.text, "()")
        derive {
            // The scopes of the file have told what these mean.
            is_bare: r.binding is not null and r.lang == "rust"
                and replace(replace(concat(r.qualifier, "::"), "super::", ""), "self::", "") == "",
            // In a module inside of a file, `self` and `super` are resolved by its scopes.
            inside: r.binding is not null
                and (starts_with(r.text, "self::") or starts_with(r.text, "super::")),
            written: concat(replace(r.qualifier, "::", "."), "."),
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
        where not is_bare and split_part(dots, ".", 4) == ""
        derive {
            third: split_part(dots, ".", 3),
            on_self: head in ("self", "Self", "cls") and not (r.text like "self::%"),
        }
        left join import_defs as h on h.import_id == r.bound_import_id and h.space == world
        derive { head_id: coalesce(r.bound_def_id, h.target_id) }
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
                else coalesce(head_id, v.type_id, g.target_id)
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
            r.lang,
            r.kind,
            r.space,
            r.text,
            r.name,
            r.call_id,
            r.def_id,
            r.bstart,
            r.bend,
            r.start_line,
            container: around,
            by: case
                when whole is not null and s.base_id is not null then "inherited"
                when whole is not null then "path"
                when on_self and second == "" then "self"
                when f.type_id is not null or e.type_id is not null then "field"
                when head_id is null and v.type_id is not null and v.is_declared then "declared"
                when head_id is null and v.type_id is not null then "constructed"
                when g.target_id is not null then "glob"
                else "path"
            end,
        }
        contract {
            path: String,
            lang: String,
            kind: String,
            space: String,
            text: String,
            name: String,
            call_id: Option<String>,
            def_id: Option<String>,
            bstart: i64,
            bend: i64,
            start_line: i64,
            /// What holds the name: a `file_id` or a `def_id`.
            container: String,
            /// How that is known: a `reason` of `references`.
            by: String,
        }
}

view! {
    /// Uses of bare names that lead to a definition or a file: what the file binds, what globs bring
    /// into it, and `Self`.
    #[view(tags = [internal])]
    pub bare_references =
        with bare = (
            from ast_refs as r
            where r.qualifier is null or (r.binding is not null and r.lang == "rust"
                and replace(replace(concat(r.qualifier, "::"), "super::", ""), "self::", "") == "")
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
                r.space,
                r.binding,
                r.bound_def_id,
                r.bound_import_id,
            }
        )
        // Each sort of names by itself: most are bound in their file, and no join sees those.
        from bare as r
        where r.bound_def_id is not null
        select {
            r.* except (space, binding, bound_def_id, bound_import_id),
            target_id: r.bound_def_id,
            reason: "same_file",
        }
        union all (
            from bare as r
            join import_defs as h on h.import_id == r.bound_import_id and h.space == r.space
            where r.bound_def_id is null
            select {
                r.* except (space, binding, bound_def_id, bound_import_id),
                h.target_id,
                reason: "imported",
            }
        )
        union all (
            from bare as r
            join owners as o on o.def_id == r.def_id
            where r.binding is null and r.text == "Self"
            select {
                r.* except (space, binding, bound_def_id, bound_import_id),
                target_id: o.owner_id,
                reason: "self",
            }
        )
        union all (
            from bare as r
            where r.binding is null and r.text != "Self"
            left join glob_names as g on
                g.container == stable_id("file", r.path) and g.name == r.name
                and g.space == r.space
            left join glob_names_of_globs as i on
                i.container == stable_id("file", r.path) and i.name == r.name
                and i.space == r.space
            derive { target: coalesce(g.target_id, i.target_id) }
            where target is not null
            select {
                r.* except (space, binding, bound_def_id, bound_import_id),
                target_id: target,
                reason: "glob",
            }
        )
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
            /// What the name leads to: a `def_id` or a `file_id`.
            target_id: String,
            /// How that is known: see the view.
            reason: String,
        }
}

view! {
    /// Uses of names that come after others and lead to a definition or a file: a member of what
    /// holds them, of its own, brought by an import of all names, or inherited.
    #[view(tags = [internal])]
    pub member_references =
        from qualified_refs as q
        left join module_names as x on
            x.container == q.container and x.name == q.name and x.space == q.space
        left join impl_members as m on
            m.container == q.container and m.name == q.name and m.space == q.space
        left join glob_names as g on
            g.container == q.container and g.name == q.name and g.space == q.space
        left join glob_names_of_globs as h on
            h.container == q.container and h.name == q.name and h.space == q.space
        left join inherited_members as b on
            b.container == q.container and b.name == q.name and b.space == q.space
        left join inherited_from_afar as c on
            c.container == q.container and c.name == q.name and c.space == q.space
        derive {
            own: coalesce(m.target_id, x.target_id),
            inherited: coalesce(b.target_id, c.target_id),
            brought: coalesce(g.target_id, h.target_id),
        }
        derive { target: coalesce(own, brought, inherited) }
        where target is not null
        select {
            q.path,
            q.lang,
            q.kind,
            q.text,
            q.name,
            q.call_id,
            q.def_id,
            q.bstart,
            q.bend,
            q.start_line,
            target_id: target,
            reason: case
                when own is null and brought is not null then "glob"
                when own is null and q.by in ("self", "path") then "inherited"
                else q.by
            end,
        }
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
            /// What the name leads to: a `def_id` or a `file_id`.
            target_id: String,
            /// How that is known: see the view.
            reason: String,
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
        from bare_references as r
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
            r.target_id,
            r.reason,
        }
        union all (
            from member_references as m
            select {
                m.path,
                m.lang,
                m.kind,
                m.text,
                m.name,
                m.call_id,
                m.def_id,
                m.bstart,
                m.bend,
                m.start_line,
                m.target_id,
                m.reason,
            }
        )
        derive {
            confidence: case
                when reason in ("same_file", "imported") then 0.95
                when reason in ("path", "self") then 0.9
                when reason in ("inherited", "glob", "declared") then 0.8
                else 0.7
            end,
        }
        audit { confidence > 0.0 and confidence <= 1.0 }
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
            /// What the name leads to: a `def_id` or a `file_id`.
            target_id: String,
            /// How that is known: see the table above.
            reason: String,
            /// How sure that is, 1 at most.
            confidence: f64,
        }
}
