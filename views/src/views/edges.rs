//! Which call calls which definition, as far as names tell.
//!
//! Nothing here knows the types of values. A call is led to a definition when its name leaves one
//! choice: of what its file imports, of the methods of the type that its path names, of what its file
//! defines, of what the whole tree defines. Each way has its confidence, and a name with two
//! definitions in one place leads nowhere. Below 0.5 it is a guess.

use belvedere::view;

use crate::schema::{ast_defs, ast_refs};
use crate::views::imports::import_edges;

view! {
    /// Definitions that can be called, by file and name, where there is one of the name among the
    /// methods, or among the others.
    pub callables_in_file =
        from ast_defs as d
        where d.kind in ("function", "method", "class", "fn", "struct", "macro")
        group by { d.path, d.name, is_macro: d.kind == "macro", is_method: d.kind == "method" }
        aggregate { def_id: min(d.def_id), n: count() }
        where n == 1
        select { path, name, is_macro, is_method, def_id }
        contract {
            path: String,
            name: String,
            is_macro: bool,
            is_method: bool,
            def_id: String,
        }
}

view! {
    /// Definitions that can be called, by language and name, where there is one of the name.
    pub callables_in_tree =
        from ast_defs as d
        where d.kind in ("function", "method", "class", "fn", "struct", "macro")
        group by { d.lang, d.name, is_macro: d.kind == "macro" }
        aggregate { def_id: min(d.def_id), kind: min(d.kind), n: count() }
        where n == 1
        derive { is_method: coalesce(kind == "method", false) }
        select { lang, name, is_macro, is_method, def_id }
        contract { lang: String, name: String, is_macro: bool, is_method: bool, def_id: String }
}

view! {
    /// Methods by the name of their type, where the types of this name have one of the name.
    pub methods_by_type =
        from ast_defs as d
        join ast_defs as t on t.def_id == d.parent_id
        where d.kind == "method" and t.kind in ("impl", "trait", "class")
        group by { d.lang, type_name: t.name, d.name }
        aggregate { def_id: min(d.def_id), n: count() }
        where n == 1
        select { lang, type_name, name, def_id }
        contract { lang: String, type_name: String, name: String, def_id: String }
}

view! {
    /// Names that a file imports from one other file, whatever branches the imports are in.
    pub imported_names_in_file =
        from import_edges as e
        where e.binds is not null and e.target_path is not null
        group by { e.path, e.binds }
        aggregate {
            target_path: min(e.target_path),
            name: min(e.name),
            n_targets: count(distinct e.target_path),
            n_names: count(distinct e.name),
        }
        where n_targets == 1 and n_names <= 1
        select { path, binds, target_path, name }
        contract {
            path: String,
            binds: Option<String>,
            target_path: Option<String>,
            name: Option<String>,
        }
}

view! {
    /// Definitions that a file gets by an import of all names (`from a import *`, `use a::*`),
    /// where there is one of the name.
    pub callables_by_glob =
        from import_edges as e
        join callables_in_file as d on d.path == e.target_path
        join ast_defs as t on t.def_id == d.def_id
        where e.name == "*" and e.path != d.path and t.parent_id is null
        group by { e.path, d.name, d.is_macro }
        aggregate { def_id: min(d.def_id), n: count(distinct d.def_id) }
        where n == 1
        select { path, name, is_macro, def_id }
        contract { path: String, name: String, is_macro: bool, def_id: String }
}

view! {
    /// Calls, those in macros among them (`ast_refs`), with the definition that they lead to.
    /// `reason` says why, `confidence` how sure that is: `imported` (the name, or what it is called
    /// on) 0.95; `same_file` 0.9 for a bare name, 0.8 on `self`; `glob` (imported with all names of
    /// a file) 0.8; `type` (`Type::method`, the only one of a type of this name) 0.7; `only_one` (of
    /// its name in the tree) 0.5 for a macro. A call on some value whose method is the only one of
    /// its name, in the file or in the tree, and one by the path of a module that is not imported,
    /// have 0.3.
    #[view(key = [call_id], tags = [calls, graph])]
    pub call_edges =
        from ast_refs as c
        derive {
            calls_macro: c.callee like "%!",
            is_bare: c.qualifier is null,
            on_self: coalesce(c.qualifier, "") in ("self", "Self", "cls"),
            by_path: not (c.qualifier is null) and ends_with(c.callee, concat("::", c.name)),
        }
        // A bare name is never a method, and what is called on a value is nothing else.
        derive {
            on_value: not is_bare and not calls_macro,
            of_type: case
                when by_path then split_part(c.qualifier, "::", -1)
                when c.lang == "python" then split_part(c.qualifier, ".", -1)
            end,
        }
        // What is called by a path belongs to the type or the module that the path names.
        derive {
            may_be_here: not by_path or on_self,
            of_module: by_path and coalesce(of_type == lower(of_type), false),
        }
        left join imported_names_in_file as i on i.path == c.path and i.binds == c.name
        left join callables_in_file as it on
            it.path == i.target_path and it.name == i.name and it.is_macro == calls_macro
            and it.is_method == on_value
        left join imported_names_in_file as m on m.path == c.path and m.binds == c.qualifier
        left join callables_in_file as mf on
            mf.path == m.target_path and mf.name == c.name and mf.is_macro == calls_macro
            and mf.is_method == is_bare
        left join callables_in_file as mm on
            mm.path == m.target_path and mm.name == c.name and mm.is_macro == calls_macro
            and mm.is_method == on_value
        left join methods_by_type as o on
            o.lang == c.lang and o.type_name == of_type and o.name == c.name
        left join callables_in_file as f on
            f.path == c.path and f.name == c.name and f.is_macro == calls_macro
            and f.is_method == on_value and may_be_here
        left join callables_by_glob as g on
            g.path == c.path and g.name == c.name and g.is_macro == calls_macro
        left join callables_in_tree as t on
            t.lang == c.lang and t.name == c.name and t.is_macro == calls_macro
            and (t.is_method == (on_value and not by_path) or c.lang == "python")
        derive {
            imported: case when is_bare then it.def_id else coalesce(mf.def_id, mm.def_id) end,
            by_glob: case when is_bare then g.def_id end,
            // No language lets a bare name mean something of a file that is not imported; a macro
            // of Rust reaches all that comes after it.
            only_one: case
                when calls_macro then t.def_id
                when not is_bare and (not by_path or of_module) then t.def_id
            end,
        }
        derive { target: coalesce(o.def_id, imported, f.def_id, by_glob, only_one) }
        derive { is_imported: coalesce(target == imported, false) }
        join ast_defs as d on d.def_id == target
        select {
            call_id: c.ref_id,
            c.path,
            caller_id: c.def_id,
            c.callee,
            c.start_line,
            target_id: d.def_id,
            target_path: d.path,
            target_qualname: d.qualname,
            reason: case
                when is_imported then "imported"
                when o.def_id is not null then "type"
                when f.def_id is not null then "same_file"
                when by_glob is not null then "glob"
                else "only_one"
            end,
            confidence: case
                when is_imported then 0.95
                when o.def_id is not null then 0.7
                when f.def_id is not null and is_bare then 0.9
                when f.def_id is not null and on_self then 0.8
                when f.def_id is not null then 0.3
                when by_glob is not null then 0.8
                when calls_macro then 0.5
                else 0.3
            end,
        }
        contract {
            call_id: String,
            path: String,
            caller_id: Option<String>,
            callee: String,
            start_line: i64,
            target_id: String,
            target_path: String,
            target_qualname: String,
            reason: String,
            confidence: f64,
        }
}

view! {
    /// How many calls lead to each definition, and from how many others; guesses aside.
    pub fan_in =
        from call_edges as e
        where e.confidence >= 0.5
        group by { e.target_id }
        aggregate { n_calls: count(), n_callers: count(distinct e.caller_id) }
        contract { target_id: String, n_calls: i64, n_callers: i64 }
}

view! {
    /// How many definitions each definition calls; guesses aside.
    pub fan_out =
        from call_edges as e
        where e.caller_id is not null and e.confidence >= 0.5
        group by { e.caller_id }
        aggregate { n_targets: count(distinct e.target_id) }
        contract { caller_id: Option<String>, n_targets: i64 }
}

view! {
    /// Definitions that are called, with the calls that lead to them (`n_calls`), the definitions
    /// that call them (`fan_in`) and those that they call (`fan_out`); guesses aside.
    #[view(key = [def_id], tags = [definitions, graph])]
    pub hot_symbols =
        from ast_defs as d
        join fan_in as i on i.target_id == d.def_id
        left join fan_out as o on o.caller_id == d.def_id
        select {
            d.def_id,
            d.path,
            d.kind,
            d.qualname,
            i.n_calls,
            fan_in: i.n_callers,
            fan_out: coalesce(o.n_targets, 0),
        }
        contract {
            def_id: String,
            path: String,
            kind: String,
            qualname: String,
            n_calls: i64,
            fan_in: i64,
            fan_out: i64,
        }
}
