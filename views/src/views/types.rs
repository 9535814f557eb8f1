//! Types, as far as they are written: of an `impl`, of what a class is made from, of variables and
//! fields that are declared or made by a constructor.

use belvedere::view;
use belvedere_udfs::{arg_min, stable_id};

use crate::resolve::{import_around, import_candidates};
use crate::schema::{ast_bindings, ast_defs, ast_refs, ast_scopes, source_files};
use crate::views::imports::import_edges;
use crate::views::members::{glob_names, import_defs, module_names};
use crate::views::packages::{file_packages, package_names};
use crate::views::templates::{agreed, brought};

view! {
    /// Paths of Rust that begin at no name of their file (`crate::a`, `super`, another crate), with
    /// the files that they may lead to.
    #[view(tags = [internal])]
    pub path_matches =
        from ast_refs as r
        where r.lang == "rust" and r.binding is null and r.kind != "import"
            and ends_with(r.text, concat("::", r.name))
            and r.qualifier is not null
        derive { head: split_part(r.qualifier, "::", 1) }
        where head != "Self" and head == lower(head) and not (r.qualifier like "%(%")
        group by { of_file: r.path, of_lang: r.lang, of_scope: r.scope, r.qualifier }
        aggregate { n: count() }
        join ast_scopes as s on s.path == of_file and s.scope == of_scope
        left join file_packages as p on p.path == of_file
        left join package_names as m on
            m.package_id == p.package_id and m.name == split_part(qualifier, "::", 1)
        unnest import_candidates(
            of_file, of_lang, "use", qualifier, nullif(of_lang, of_lang),
            s.module_depth,
            import_around(p.folder, p.source, m.name is not null, m.source)
        ) as candidate
        join source_files as f on f.module_path == candidate.module_path and f.lang == of_lang
        group by { path: of_file, scope: of_scope, qualifier }
        aggregate {
            container: arg_min(f.file_id, candidate.rank),
            rest: arg_min(candidate.rest, candidate.rank),
        }
        contract {
            path: String,
            scope: i64,
            qualifier: String,
            /// The likeliest file: its `file_id`.
            container: Option<String>,
            /// What is left of the path: names in that file, joined by `.`; empty for the file
            /// itself.
            rest: Option<String>,
        }
}

view! {
    /// What those paths stand for.
    #[view(tags = [internal])]
    pub path_targets =
        from path_matches as p
        derive { first: split_part(p.rest, ".", 1), second: split_part(p.rest, ".", 2) }
        left join module_names as a on
            a.container == p.container and a.name == first and a.space == "type"
        left join glob_names as g on
            g.container == p.container and g.name == first and g.space == "type"
        derive { inner: coalesce(a.target_id, g.target_id) }
        left join module_names as b on
            b.container == inner and b.name == second and b.space == "type"
        derive {
            target: case
                when first == "" then p.container
                when second == "" then inner
                else b.target_id
            end,
        }
        where target is not null
        select { p.path, p.scope, p.qualifier, target_id: target }
        contract {
            path: String,
            scope: i64,
            qualifier: String,
            /// What the path stands for: a `file_id` or a `def_id`.
            target_id: String,
        }
}

view! {
    /// The files that dotted imports of Python make known by their whole name (`import a.b`).
    #[view(tags = [internal])]
    pub dotted_modules =
        from import_edges as e
        where e.lang == "python" and e.kind == "import" and e.module like "%.%"
            and e.binds == split_part(e.module, ".", 1) and e.target_file_id is not null
        group by { e.path, e.module }
        aggregate { target_id: min(e.target_file_id) }
        contract {
            path: String,
            module: String,
            /// The file of the module.
            target_id: Option<String>,
        }
}

view! {
    /// What the bases of classes, the traits of `impl`s and their types are.
    #[view(tags = [internal])]
    pub type_refs =
        from ast_refs as r
        where r.kind in ("base", "impl")
        derive {
            one: not (coalesce(r.qualifier, "") like "%::%")
                and not (coalesce(r.qualifier, "") like "%.%"),
        }
        left join import_defs as h on h.import_id == r.bound_import_id and h.space == r.space
        derive { head_id: coalesce(r.bound_def_id, h.target_id) }
        left join path_targets as p on
            p.path == r.path and p.scope == r.scope and p.qualifier == r.qualifier
        left join dotted_modules as m on m.path == r.path and m.module == r.qualifier
        derive {
            around: coalesce(p.target_id, m.target_id, case when one then head_id end),
        }
        left join module_names as x on
            x.container == around and x.name == r.name and x.space == r.space
        left join glob_names as g on
            g.container == stable_id("file", r.path) and g.name == r.name and g.space == r.space
        derive {
            target: case
                when r.qualifier is null then coalesce(head_id, g.target_id)
                else x.target_id
            end,
        }
        where target is not null and r.def_id is not null
        select { r.kind, r.lang, r.def_id, target_id: target }
        contract {
            kind: String,
            lang: String,
            /// The class or `impl` that names it.
            def_id: String,
            /// What the name means: a `def_id` or a `file_id`.
            target_id: String,
        }
}

view! {
    /// The type of each `impl`.
    #[view(tags = [internal])]
    pub impl_types =
        with impls = (
            from type_refs as t where t.kind == "impl" select { t.def_id, type_id: t.target_id }
        )
        from agreed<impls>(type_id, def_id) as a
        select { a.* }
        contract {
            def_id: String,
            /// The definition of its type.
            type_id: String,
        }
}

view! {
    /// What each class or type takes members from: its bases, the traits that it implements.
    #[view(key = [def_id, base_id], tags = [definitions])]
    pub supertypes =
        from type_refs as t
        left join impl_types as i on i.def_id == t.def_id
        where t.kind == "base"
        group by { def_id: coalesce(i.type_id, t.def_id), base_id: t.target_id }
        aggregate { n: count() }
        where def_id != base_id
        select { def_id, base_id }
        audit { def_id != base_id }
        contract {
            /// The class or type.
            def_id: String,
            /// The base, or the trait that it implements.
            base_id: String,
        }
}

view! {
    /// Members that `impl`s give to types. Of several with one name, those without a trait come
    /// first; two of one sort lead nowhere.
    #[view(tags = [internal])]
    pub impl_members =
        from ast_bindings as b
        join ast_defs as d on d.def_id == b.def_id
        left join impl_types as t on t.def_id == b.in_def_id
        where b.scope_kind == "impl"
        unnest b.spaces as space
        derive { container: coalesce(t.type_id, b.in_def_id), own: d.trait_name is null }
        group by { container, b.name, space }
        aggregate {
            own_def: min(case when own then b.def_id end),
            own_count: sum(case when own then 1 else 0 end),
            any_def: min(b.def_id),
            any_count: count(),
        }
        derive {
            target: case when own_count == 1 then own_def when any_count == 1 then any_def end,
        }
        where target is not null and container is not null
        select { container, name, space, target_id: target }
        contract {
            /// The definition of the type; the `impl` itself where that is not in the tree.
            container: String,
            name: String,
            /// The world of names: `type`, `value` or `macro`.
            space: String,
            /// The definition of the member.
            target_id: String,
        }
}

view! {
    /// Members that types have from their bases and traits, where only one gives the name.
    #[view(tags = [internal])]
    pub inherited_members =
        from brought<supertypes, module_names>(def_id, base_id) as b
        select { b.* }
        contract {
            container: String,
            name: String,
            space: String,
            /// The definition of the member.
            target_id: String,
        }
}

view! {
    /// Members that types have from the bases of their bases.
    #[view(tags = [internal])]
    pub inherited_from_afar =
        from brought<supertypes, inherited_members>(def_id, base_id) as b
        select { b.* }
        contract {
            container: String,
            name: String,
            space: String,
            /// The definition of the member.
            target_id: String,
        }
}

view! {
    /// The class or type that `self`, `Self` or `cls` means in each definition.
    #[view(tags = [internal])]
    pub owners =
        from ast_defs as d
        left join ast_defs as p on p.def_id == d.parent_id
        left join ast_defs as q on q.def_id == p.parent_id
        left join ast_defs as r on r.def_id == q.parent_id
        derive {
            owner: case
                when d.kind in ("class", "impl", "trait", "struct", "enum") then d.def_id
                when p.kind in ("class", "impl", "trait", "enum") then p.def_id
                when q.kind in ("class", "impl", "trait") then q.def_id
                when r.kind in ("class", "impl", "trait") then r.def_id
            end,
        }
        where owner is not null
        left join impl_types as t on t.def_id == owner
        select { d.def_id, owner_id: coalesce(t.type_id, owner) }
        contract {
            def_id: String,
            /// The definition of that class or type; the `impl` where that is not in the tree.
            owner_id: String,
        }
}

view! {
    /// Definitions that say which type a value is of: types, and variants of an `enum`.
    #[view(tags = [internal])]
    pub type_defs =
        from ast_defs as d
        where d.kind in ("class", "struct", "enum", "union", "trait", "variant")
        select {
            d.def_id,
            d.kind,
            type_id: case when d.kind == "variant" then d.parent_id else d.def_id end,
        }
        where type_id is not null
        contract {
            def_id: String,
            kind: String,
            /// The type: the `enum` of a variant, or else the definition itself.
            type_id: String,
        }
}

view! {
    /// The types of variables, parameters and fields: those that are declared, and those of what a
    /// constructor made (`T()`, `T::new()`, `T { … }`).
    #[view(key = [path, bstart], tags = [names])]
    pub value_types =
        from ast_bindings as b
        where b.type_name is not null or b.value_name is not null
        derive {
            is_declared: b.type_name is not null,
            written: replace(coalesce(b.type_name, b.value_name), "::", "."),
            at: case when b.type_name is not null then b.type_binding else b.value_binding end,
            world: case when b.lang == "rust" then "type" else "value" end,
        }
        derive {
            head: split_part(written, ".", 1),
            second: split_part(written, ".", 2),
            third: split_part(written, ".", 3),
            last: split_part(written, ".", -1),
            before: regexp_replace(coalesce(b.type_name, b.value_name), "(::|\\.)[^:.]*$", ""),
        }
        left join import_defs as h on h.import_id == b.of_import_id and h.space == world
        left join glob_names as g on
            g.container == stable_id("file", b.path) and g.name == head and g.space == world
            and at is null
        left join path_targets as p on
            p.path == b.path and p.scope == b.scope and p.qualifier == before
        left join dotted_modules as m on m.path == b.path and m.module == before
        derive {
            begin: coalesce(b.of_def_id, h.target_id, g.target_id),
            around: coalesce(p.target_id, m.target_id),
        }
        left join module_names as x on
            x.container == coalesce(around, begin)
            and x.name == case when around is null then second else last end
            and x.space == world
        left join type_defs as d on d.def_id == begin and around is null
        left join type_defs as e on e.def_id == x.target_id
        left join type_defs as f on f.def_id == around
        derive { first_is_type: d.def_id is not null, second_is_type: e.def_id is not null }
        derive {
            target: case
                when around is not null and second_is_type then e.type_id
                when not is_declared and b.lang == "rust"
                    and coalesce(f.kind, "") in ("struct", "enum", "union") then around
                when around is not null then null
                when second == "" and first_is_type then d.type_id
                when third == "" and second_is_type then e.type_id
                // `T::new()`, and `m::T::new()`.
                when is_declared or b.lang == "python" then null
                when third == "" and first_is_type then d.type_id
                when second_is_type then e.type_id
            end,
        }
        where target is not null
        select {
            b.path,
            b.bstart,
            b.name,
            b.kind,
            b.in_def_id,
            is_declared,
            type_id: target,
        }
        audit { of_value: kind != "import", bstart >= 0 }
        contract {
            path: String,
            bstart: i64,
            name: String,
            kind: String,
            in_def_id: Option<String>,
            /// Whether the type is declared; else a constructor tells it.
            is_declared: bool,
            /// The definition of the type.
            type_id: String,
        }
}

view! {
    /// The types of fields, where all that is known of one says the same.
    #[view(tags = [internal])]
    pub field_types =
        with fields = (
            from value_types as v
            where v.kind == "field" and v.in_def_id is not null
            select { container: v.in_def_id, v.name, v.type_id }
        )
        from agreed<fields>(type_id, container, name) as a
        select { a.* }
        contract {
            /// The definition of the type that has the field.
            container: String,
            name: String,
            /// The definition of the type of the field.
            type_id: String,
        }
}
