//! Which call calls which definition.
//!
//! What a call leads to by scopes, imports, paths and written types is told by `references`. Of the
//! rest, a call is led to a definition whose name is the only one in the file or the tree: below 0.5
//! it is a guess.

use belvedere::view;

use crate::schema::{ast_defs, ast_refs};
use crate::views::imports::import_edges;
use crate::views::references::references;
use crate::views::templates::agreed;
use crate::views::types::dotted_modules;

view! {
    /// Methods and macros by language and name, where there is one of the name in the tree.
    #[view(tags = [internal])]
    pub callables_in_tree =
        with callables = (
            from ast_defs as d
            where d.kind in ("method", "macro")
            select { d.lang, d.name, is_macro: d.kind == "macro", d.def_id }
        )
        from agreed<callables>(def_id, lang, name, is_macro) as a
        join ast_defs as d on d.def_id == a.def_id
        left join ast_defs as p on p.def_id == d.parent_id
        select {
            a.*,
            d.path,
            d.bstart,
            d.bend,
            around_bstart: coalesce(p.bstart, d.bstart),
            around_bend: coalesce(p.bend, d.bend),
        }
        contract {
            lang: String,
            name: String,
            /// Whether it is a macro; else it is a method.
            is_macro: bool,
            /// The only definition of the name.
            def_id: String,
            /// Its file.
            path: String,
            /// Its first byte.
            bstart: i64,
            /// The byte after its last.
            bend: i64,
            /// The first byte of what it lies in: a class, an `impl`, a trait.
            around_bstart: i64,
            /// The byte after the last of that.
            around_bend: i64,
        }
}

view! {
    /// Calls that nothing but a name tells of: of macros, and of methods on values of which nothing
    /// is known, where the tree has one of the name. What comes from an import that leads out of
    /// the tree is known to be elsewhere. A method that calls one of its own name on what has no
    /// name hands on to another; what is called on `super()` is no member of the class around.
    #[view(tags = [internal])]
    pub guessed_calls =
        from ast_refs as c
        where c.call_id is not null
        derive {
            by_macro: c.space == "macro",
            on_value: c.qualifier is not null and not (c.text like "%::%"),
        }
        join callables_in_tree as t on
            t.lang == c.lang and t.name == c.name and t.is_macro == by_macro
        where on_value or by_macro
        derive {
            in_target: c.path == t.path and c.bstart between t.bstart and t.bend,
            beside_target: c.path == t.path and c.bstart between t.around_bstart and t.around_bend,
        }
        where not (starts_with(c.text, "().") and in_target)
            and not (starts_with(c.text, "super().") and beside_target)
        left join import_edges as i on i.import_id == c.bound_import_id
        derive {
            // All that a module has is told by its file.
            of_module: c.lang == "python" and c.qualifier == i.binds
                and (i.kind == "import" or (i.target_file_id is not null and i.member is null)),
        }
        where (i.import_id is null or i.target_file_id is not null)
            and not coalesce(of_module, false)
        anti join dotted_modules as m on m.path == c.path and m.module == c.qualifier
        anti join references as r on
            r.path == c.path and r.bstart == c.bstart and r.bend == c.bend and r.kind == c.kind
        select {
            c.call_id,
            c.path,
            caller_id: c.def_id,
            callee: c.text,
            c.start_line,
            target_id: t.def_id,
            confidence: case when by_macro then 0.5 else 0.3 end,
        }
        contract {
            call_id: String,
            path: String,
            /// The innermost definition that the call lies in.
            caller_id: Option<String>,
            callee: String,
            start_line: i64,
            /// The definition that it may lead to.
            target_id: String,
            /// How sure that is: 0.5 of a macro, 0.3 of a method.
            confidence: f64,
        }
}

view! {
    /// Calls with what they lead to: by scopes, imports and types, or by a name.
    #[view(materialize = view, tags = [internal])]
    pub call_targets =
        from references as r
        where r.call_id is not null
        select {
            r.call_id,
            r.path,
            caller_id: r.def_id,
            callee: r.text,
            r.start_line,
            r.target_id,
            r.reason,
            r.confidence,
        }
        union all (
            from guessed_calls as g
            select {
                g.call_id,
                g.path,
                g.caller_id,
                g.callee,
                g.start_line,
                g.target_id,
                reason: "only_one",
                g.confidence,
            }
        )
        contract {
            call_id: String,
            path: String,
            /// The innermost definition that the call lies in.
            caller_id: Option<String>,
            callee: String,
            start_line: i64,
            /// The definition or file that the call leads to.
            target_id: String,
            /// How that is known: a `reason` of `references`, or `only_one`.
            reason: String,
            /// How sure that is, 1 at most; below 0.5 it is a guess.
            confidence: f64,
        }
}

view! {
    /// Calls, those in macros among them (`ast_refs`), with the definition that they lead to.
    /// `reason` says why, `confidence` how sure that is. Beyond the reasons of `references` there is
    /// `only_one`: a macro (0.5), or a method on a value of which nothing is known (0.3), that is
    /// the only one of its name in the tree.
    #[view(key = [call_id], tags = [calls, graph])]
    pub call_edges =
        from call_targets as c
        join ast_defs as d on d.def_id == c.target_id
        select {
            c.call_id,
            c.path,
            c.caller_id,
            c.callee,
            c.start_line,
            c.target_id,
            target_path: d.path,
            target_qualname: d.qualname,
            c.reason,
            c.confidence,
        }
        audit { confidence > 0.0 and confidence <= 1.0 }
        contract {
            call_id: String,
            path: String,
            caller_id: Option<String>,
            callee: String,
            start_line: i64,
            /// The definition that the call leads to.
            target_id: String,
            /// The path of that definition's file.
            target_path: String,
            /// The name of that definition, with those around it.
            target_qualname: String,
            reason: String,
            confidence: f64,
        }
}

view! {
    /// How many calls lead to each definition, and from how many others; guesses aside.
    #[view(materialize = view, tags = [internal])]
    pub fan_in =
        from call_edges as e
        where e.confidence >= 0.5
        group by { e.target_id, e.caller_id }
        aggregate { n: count() }
        group by { target_id }
        aggregate {
            n_calls: coalesce(sum(n), 0),
            n_callers: sum(case when caller_id is null then 0 else 1 end),
        }
        contract {
            target_id: String,
            /// How many calls lead to the definition.
            n_calls: i64,
            /// How many definitions those calls lie in.
            n_callers: i64,
        }
}

view! {
    /// How many definitions each definition calls; guesses aside.
    #[view(materialize = view, tags = [internal])]
    pub fan_out =
        from call_edges as e
        where e.caller_id is not null and e.confidence >= 0.5
        group by { e.caller_id, e.target_id }
        aggregate { n: count() }
        group by { caller_id }
        aggregate { n_targets: count() }
        contract {
            caller_id: Option<String>,
            /// How many definitions it calls.
            n_targets: i64,
        }
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
        audit { n_calls >= 1, fan_in between 0 and n_calls }
        contract {
            def_id: String,
            path: String,
            kind: String,
            qualname: String,
            n_calls: i64,
            fan_in: i64,
            /// How many definitions it calls.
            fan_out: i64,
        }
}
