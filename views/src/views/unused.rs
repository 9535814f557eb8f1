//! Definitions that nothing names.

use belvedere::view;

use crate::schema::{ast_defs, ast_imports, ast_refs};

view! {
    /// Names that are called, by language.
    pub called_names =
        from ast_refs as c
        where c.name is not null
        group by { c.lang, c.name }
        aggregate { n_calls: count() }
        contract { lang: String, name: Option<String>, n_calls: i64 }
}

view! {
    /// Names that are imported, by language.
    pub imported_names =
        from ast_imports as i
        where i.name is not null and i.name != "*"
        group by { i.lang, i.name }
        aggregate { n_imports: count() }
        contract { lang: String, name: Option<String>, n_imports: i64 }
}

view! {
    /// Functions, methods, classes and macros whose name is nowhere called or imported. A value that
    /// is passed on (`map(f)`) is no call. `is_implicit` marks those that something else than a call
    /// may well use: names with dunders, `main`, methods of a trait's implementation, and what has a
    /// decorator or attribute.
    #[view(key = [def_id], tags = [definitions])]
    pub unused_defs =
        from ast_defs as d
        left join called_names as c on c.lang == d.lang and c.name == d.name
        left join imported_names as i on i.lang == d.lang and i.name == d.name
        where d.kind in ("function", "method", "class", "fn", "macro")
            and c.n_calls is null
            and i.n_imports is null
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
                or d.name == "main"
                or d.trait_name is not null
                or array_length(d.decorators) > 0,
        }
        contract {
            def_id: String,
            path: String,
            lang: String,
            kind: String,
            name: String,
            qualname: String,
            start_line: i64,
            is_public: bool,
            is_implicit: bool,
        }
}
