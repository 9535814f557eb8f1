//! Which call calls which definition, as far as names tell.
//!
//! Nothing here knows types. A call is led to a definition when its name leaves one choice: of what
//! its file imports, of what its file defines, of what the whole tree defines. Each way has its
//! confidence, and a name with two definitions in one place leads nowhere.

use belvedere::view;

use crate::schema::{ast_calls, ast_defs};
use crate::views::imports::import_edges;

view! {
    /// Definitions that can be called, by file and name, where there is one of the name.
    pub callables_in_file =
        from ast_defs as d
        where d.kind in ("function", "method", "class", "fn", "struct", "macro")
        group by { d.path, d.name, is_macro: d.kind == "macro" }
        aggregate { def_id: min(d.def_id), n: count() }
        where n == 1
        select { path, name, is_macro, def_id }
        contract { path: String, name: String, is_macro: bool, def_id: String }
}

view! {
    /// Definitions that can be called, by language and name, where there is one of the name.
    pub callables_in_tree =
        from ast_defs as d
        where d.kind in ("function", "method", "class", "fn", "struct", "macro")
        group by { d.lang, d.name, is_macro: d.kind == "macro" }
        aggregate { def_id: min(d.def_id), n: count() }
        where n == 1
        select { lang, name, is_macro, def_id }
        contract { lang: String, name: String, is_macro: bool, def_id: String }
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
    /// Calls with the definition that they lead to. `reason` says why, `confidence` how sure that
    /// is: `imported` (the file imports the name, or the module it is called in) 0.95, `same_file`
    /// 0.8, `only_one` (of that name in the tree) 0.5, and 0.3 for a method of some value.
    #[view(key = [call_id], tags = [calls, graph])]
    pub call_edges =
        from ast_calls as c
        derive { calls_macro: c.callee like "%!", is_method: coalesce(c.qualifier, "") like "%()" }
        left join imported_names_in_file as i on i.path == c.path and i.binds == c.name
        left join callables_in_file as it on
            it.path == i.target_path and it.name == i.name and it.is_macro == calls_macro
        left join imported_names_in_file as m on m.path == c.path and m.binds == c.qualifier
        left join callables_in_file as mt on
            mt.path == m.target_path and mt.name == c.name and mt.is_macro == calls_macro
        left join callables_in_file as f on
            f.path == c.path and f.name == c.name and f.is_macro == calls_macro
        left join callables_in_tree as t on
            t.lang == c.lang and t.name == c.name and t.is_macro == calls_macro
        derive {
            imported: case when c.qualifier is null then it.def_id else mt.def_id end,
        }
        derive { target: coalesce(imported, f.def_id, t.def_id) }
        where target is not null
        join ast_defs as d on d.def_id == target
        select {
            c.call_id,
            c.path,
            caller_id: c.def_id,
            c.callee,
            c.start_line,
            target_id: d.def_id,
            target_path: d.path,
            target_qualname: d.qualname,
            reason: case
                when imported is not null then "imported"
                when f.def_id is not null then "same_file"
                else "only_one"
            end,
            confidence: case
                when imported is not null then 0.95
                when f.def_id is not null and not is_method then 0.8
                when not is_method and c.qualifier is null then 0.5
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
    /// How many calls lead to each definition, and from how many others.
    pub fan_in =
        from call_edges as e
        group by { e.target_id }
        aggregate { n_calls: count(), n_callers: count(distinct e.caller_id) }
        contract { target_id: String, n_calls: i64, n_callers: i64 }
}

view! {
    /// How many definitions each definition calls.
    pub fan_out =
        from call_edges as e
        where e.caller_id is not null
        group by { e.caller_id }
        aggregate { n_targets: count(distinct e.target_id) }
        contract { caller_id: Option<String>, n_targets: i64 }
}

view! {
    /// Definitions that are called, with the calls that lead to them (`n_calls`), the definitions
    /// that call them (`fan_in`) and those that they call (`fan_out`).
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
