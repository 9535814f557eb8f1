//! What files, modules and types hold by name, with what imports and globs bring into them.
//!
//! A container is a file (its `file_id`) or a definition (its `def_id`), and so is what a name in it
//! stands for. Imports are followed from file to file, three times at most: a name that is handed
//! on more often leads nowhere. A name that two definitions share in one container leads nowhere
//! either, but in Python, where the last one wins.

use belvedere::view;
use belvedere_udfs::{arg_max, stable_id};

use crate::schema::{ast_bindings, ast_imports, ast_refs};
use crate::views::imports::{import_edges, import_heads, import_items};
use crate::views::templates::{agreed, brought, followed};

view! {
    /// Names that files, modules, classes and traits bind, one row for each world of names: a
    /// definition, or an import where there is none.
    #[view(tags = [internal])]
    pub module_members =
        from ast_bindings as b
        where b.scope_kind in ("file", "mod", "class", "trait", "struct", "enum")
            and (b.def_id is not null or b.import_id is not null)
        unnest b.spaces as space
        derive {
            container: case
                when b.scope_kind == "file" then stable_id("file", b.path)
                else b.in_def_id
            end,
        }
        group by { container, b.name, space, b.lang }
        aggregate {
            last_def: arg_max(b.def_id, b.bstart),
            least_def: min(b.def_id),
            greatest_def: max(b.def_id),
            // `mod a;` brings a module, and `use b::a;` beside it something else.
            sure_import: min(case when array_length(b.spaces) == 1 then b.import_id end),
            any_import: min(b.import_id),
        }
        where container is not null
        select {
            container,
            name,
            space,
            def_id: case when least_def == greatest_def or lang == "python" then last_def end,
            import_id: case when least_def is null then coalesce(sure_import, any_import) end,
        }
        contract {
            /// What binds the name: a `file_id`, or the `def_id` of a module, class or trait.
            container: String,
            name: String,
            /// The world of names: `type`, `value` or `macro`.
            space: String,
            /// The definition of the name; NULL where there is none, or more than one in Rust.
            def_id: Option<String>,
            /// The import that brings the name, where no definition does.
            import_id: Option<String>,
        }
}

view! {
    /// Where to look for what an import brings: the container, the name in it, and a name below
    /// that, for each world of names that it may be of.
    #[view(tags = [internal])]
    pub import_steps =
        from ast_imports as i
        join import_edges as e on e.import_id == i.import_id
        left join ast_refs as r on r.path == i.path and r.bstart == i.bstart and r.kind == "import"
            and i.lang == "rust"
        left join import_items as n on n.import_id == i.import_id
        left join import_heads as h on h.import_id == i.import_id
        derive {
            below: replace(replace(concat(i.module, "::"), "super::", ""), "self::", ""),
        }
        derive {
            // The file binds the module that it imports from, or all that it imports.
            is_local: r.bound_def_id is not null
                and (below == "" or below == concat(split_part(below, "::", 1), "::")),
        }
        unnest string_to_array(case when i.lang == "rust" then "type,value,macro" else "value" end,
            ",") as world
        derive {
            // The name of a module may be that of a function or macro too.
            is_item: e.member is null and n.import_id is not null and world != "type",
            // `import a.b` binds `a`, and leads to the file of `a.b`.
            is_head: i.kind == "import" and i.alias is null and i.module like "%.%",
        }
        derive {
            container: case
                when is_head then h.file_id
                when is_local then r.bound_def_id
                when is_item then stable_id("file", n.target_path)
                else e.target_file_id
            end,
            within: case
                when is_head then ""
                when is_local and below == "" then ""
                when is_local then coalesce(i.name, "")
                when is_item then coalesce(n.rest, "")
                else coalesce(e.member, "")
            end,
        }
        where container is not null and world is not null
        derive {
            first: split_part(within, ".", 1),
            second: split_part(within, ".", 2),
        }
        select {
            i.import_id,
            space: world,
            container,
            first: case when first == "*" then "" else first end,
            first_space: case when second == "" or i.lang == "python" then world else "type" end,
            second,
        }
        contract {
            import_id: String,
            /// The world of names that the import may be of: `type`, `value` or `macro`.
            space: String,
            /// Where to look: a `file_id` or a `def_id`.
            container: String,
            /// The name to look for there; empty for what is looked in.
            first: String,
            /// The world of names that this name is of.
            first_space: String,
            /// The name to look for in what the first one means; empty if there is none.
            second: String,
        }
}

view! {
    /// What imports bring that is defined where they lead, and the imports there that bring the
    /// rest: the one that gives the first name (`via`), or the last of two (`via_last`).
    #[view(tags = [internal])]
    pub imports_direct =
        from import_steps as s
        left join module_members as a on
            a.container == s.container and a.name == s.first and a.space == s.first_space
        left join module_members as b on
            b.container == a.def_id and b.name == s.second and b.space == s.space
        select {
            s.import_id,
            s.space,
            s.container,
            s.first,
            s.first_space,
            s.second,
            via: a.import_id,
            via_last: b.import_id,
            target_id: case
                when s.first == "" and s.space != "macro" then s.container
                when s.first == "" then null
                when s.second == "" then a.def_id
                else b.def_id
            end,
        }
        contract {
            import_id: String,
            space: String,
            container: String,
            first: String,
            first_space: String,
            second: String,
            /// The import that gives the first name.
            via: Option<String>,
            /// The import that gives the second name.
            via_last: Option<String>,
            /// What the import brings, as far as it is known: a `file_id` or a `def_id`.
            target_id: Option<String>,
        }
}

view! {
    /// What imports bring, through one more import.
    #[view(tags = [internal])]
    pub imports_via_one =
        from followed<imports_direct>() as e
        select { e.* }
        contract {
            import_id: String,
            space: String,
            container: String,
            first: String,
            first_space: String,
            second: String,
            via: Option<String>,
            via_last: Option<String>,
            /// What the import brings, as far as it is known: a `file_id` or a `def_id`.
            target_id: Option<String>,
        }
}

view! {
    /// Containers that take all names of another (`from a import *`, `use a::*`).
    #[view(tags = [internal])]
    pub glob_edges =
        from ast_imports as i
        join imports_direct as t on t.import_id == i.import_id
        where i.name == "*" and t.target_id is not null and t.space in ("type", "value")
        derive { around: coalesce(i.def_id, i.file_id), source: t.target_id }
        where around != source
        group by { container: around, source }
        aggregate { n: count() }
        contract {
            /// What takes the names: a `file_id` or a `def_id`.
            container: String,
            /// What it takes the names of: a `file_id` or a `def_id`.
            source: String,
            /// How many imports do so.
            n: i64,
        }
}

view! {
    /// Names that are used where their file does not bind them, before or after others, and names
    /// that imports go through. Nothing in the tree asks for what files, types and globs have
    /// besides: generated bindings have millions of such names, and globs of globs would multiply
    /// them.
    #[view(tags = [internal])]
    pub asked_names =
        from ast_refs as r
        where r.binding is null or r.qualifier is not null or r.kind == "import"
        select { r.name }
        union (
            from ast_refs as r
            unnest string_to_array(replace(r.qualifier, "::", "."), ".") as part
            where part is not null
            select { name: part }
        )
        union (from import_steps as s select { name: s.first })
        contract {
            /// The name.
            name: String,
        }
}

view! {
    /// Names that globs bring and something asks for, where all globs that bring one mean the same.
    #[view(tags = [internal])]
    pub glob_names =
        with brought = (
            from glob_edges as g
            join module_members as m on m.container == g.source
            semi join asked_names as a on a.name == m.name
            left join imports_via_one as e on e.import_id == m.import_id and e.space == m.space
            where not starts_with(m.name, "_")
            select {
                g.container,
                m.name,
                m.space,
                target_id: coalesce(m.def_id, e.target_id),
            }
        )
        from agreed<brought>(target_id, container, name, space) as a
        select { a.* }
        contract {
            container: String,
            name: String,
            space: String,
            /// What the name means: a `file_id` or a `def_id`.
            target_id: String,
        }
}

view! {
    /// Of those, the names that globs bring which globs have brought before.
    #[view(tags = [internal])]
    pub glob_names_of_globs =
        from brought<glob_edges, glob_names>(container, source) as b
        select { b.* }
        contract {
            container: String,
            name: String,
            space: String,
            /// What the name means: a `file_id` or a `def_id`.
            target_id: String,
        }
}

view! {
    /// What imports bring, through one more import or through globs.
    #[view(tags = [internal])]
    pub imports_via_globs =
        from imports_via_one as e
        left join glob_names as g on
            g.container == e.container and g.name == e.first and g.space == e.first_space
        left join glob_names_of_globs as h on
            h.container == e.container and h.name == e.first and h.space == e.first_space
        derive { by_glob: coalesce(g.target_id, h.target_id) }
        left join module_members as b on
            b.container == by_glob and b.name == e.second and b.space == e.space
        select {
            e.import_id,
            e.space,
            e.first_space,
            e.second,
            e.via,
            e.via_last,
            target_id: coalesce(
                e.target_id,
                case when e.second == "" then by_glob else b.def_id end
            ),
        }
        contract {
            import_id: String,
            space: String,
            first_space: String,
            second: String,
            via: Option<String>,
            via_last: Option<String>,
            /// What the import brings, as far as it is known: a `file_id` or a `def_id`.
            target_id: Option<String>,
        }
}

view! {
    /// What each import brings in each world of names: a file, or a definition however often it was
    /// exported again on its way, three times at most.
    #[view(key = [import_id, space], tags = [imports])]
    pub import_defs =
        from followed<imports_via_globs>() as e
        where e.target_id is not null
        select { e.import_id, e.space, e.target_id }
        contract {
            import_id: String,
            space: String,
            /// What the import brings: a `file_id` or a `def_id`.
            target_id: String,
        }
}

view! {
    /// What each name in a file, module, class or trait that something asks for stands for: a
    /// definition or a file.
    #[view(tags = [internal])]
    pub module_names =
        from module_members as m
        semi join asked_names as a on a.name == m.name
        left join import_defs as e on e.import_id == m.import_id and e.space == m.space
        derive { target: coalesce(m.def_id, e.target_id) }
        where target is not null
        select { m.container, m.name, m.space, target_id: target }
        contract {
            container: String,
            name: String,
            space: String,
            /// What the name means: a `file_id` or a `def_id`.
            target_id: String,
        }
}
