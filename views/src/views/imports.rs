//! Imports, resolved to files of the tree, and the dependencies that they make.

use belvedere::view;
use belvedere_udfs::arg_min;

use crate::resolve::{import_around, import_candidates};
use crate::schema::{ast_imports, source_files};
use crate::views::packages::{file_packages, package_names};

view! {
    /// The files that each import may lead to, by rank, and what it means in them.
    #[view(tags = [internal])]
    pub import_matches =
        from ast_imports as i
        left join file_packages as p on p.path == i.path
        derive { head: split_part(replace(i.module, "::", "."), ".", 1) }
        left join package_names as n on n.package_id == p.package_id and n.name == head
        unnest import_candidates(
            i.path, i.lang, i.kind, i.module, i.name, i.level,
            import_around(p.folder, p.source, n.name is not null, n.source)
        ) as candidate
        join source_files as f on f.module_path == candidate.module_path and f.lang == i.lang
        select { i.import_id, rank: candidate.rank, rest: candidate.rest, target_path: f.path }
        contract {
            import_id: String,
            /// How likely the file is: the lower, the likelier.
            rank: i64,
            /// What is left of the import: names in that file, joined by `.`; empty for the file
            /// itself.
            rest: String,
            /// The path of the file.
            target_path: String,
        }
}

view! {
    /// The rank of the likeliest file of each import.
    #[view(materialize = view, tags = [internal])]
    pub import_ranks =
        from import_matches as m
        group by { m.import_id }
        aggregate { rank: min(m.rank) }
        contract {
            import_id: String,
            /// The lowest `rank` of a file that it may lead to.
            rank: i64,
        }
}

view! {
    /// The likeliest file of each import. A module in two files (`.py` and `.pyi`) is the first.
    #[view(tags = [internal])]
    pub import_targets =
        from import_matches as m
        join import_ranks as r on r.import_id == m.import_id and r.rank == m.rank
        group by { m.import_id }
        aggregate { target_path: min(m.target_path), rest: min(m.rest), target_count: count() }
        contract {
            import_id: String,
            /// The path of the likeliest file.
            target_path: String,
            /// What is left of the import: names in that file, joined by `.`; empty for the file
            /// itself.
            rest: String,
            /// How many files are as likely.
            target_count: i64,
        }
}

view! {
    /// Of imports of Rust that may lead to a file, the likeliest file around it: one name can be a
    /// module and a function or macro beside it.
    #[view(tags = [internal])]
    pub import_items =
        with ranks = (
            from import_matches as m
            where m.rest != ""
            group by { m.import_id }
            aggregate { rank: min(m.rank) }
        )
        from import_matches as m
        join ast_imports as i on i.import_id == m.import_id
        join ranks as r on r.import_id == m.import_id and r.rank == m.rank
        where i.lang == "rust" and i.kind == "use"
        group by { m.import_id }
        aggregate { target_path: min(m.target_path), rest: min(m.rest) }
        contract {
            import_id: String,
            /// The path of the file around.
            target_path: String,
            /// What is left of the import: names in that file, joined by `.`.
            rest: String,
        }
}

view! {
    /// Imports with the file that they lead to; NULL where it is not in the tree. What is imported
    /// from there is its `member`: names joined by `.`, NULL for the file itself.
    #[view(key = [import_id], tags = [imports])]
    pub import_edges =
        from ast_imports as i
        left join import_targets as t on t.import_id == i.import_id
        left join source_files as f on f.path == t.target_path
        select {
            i.import_id,
            i.file_id,
            i.path,
            i.lang,
            i.kind,
            i.module,
            i.name,
            i.binds,
            i.start_line,
            target_file_id: f.file_id,
            target_path: f.path,
            target_module: f.module,
            member: nullif(t.rest, ""),
        }
        audit { whole: (target_file_id is null) == (target_path is null) }
        contract {
            import_id: String,
            file_id: String,
            path: String,
            lang: String,
            kind: String,
            module: String,
            name: Option<String>,
            binds: Option<String>,
            start_line: i64,
            /// The file that the import leads to.
            target_file_id: Option<String>,
            /// The path of that file.
            target_path: Option<String>,
            /// The module of that file.
            target_module: Option<String>,
            /// What is imported from there: names joined by `.`; NULL for the file itself.
            member: Option<String>,
        }
}

view! {
    /// The files of the names that dotted imports of Python bind: `import a.b` binds `a`. That is the
    /// one around the file of `a.b`; where the tree has none of that, the one that `import a` means.
    #[view(tags = [internal])]
    pub import_heads =
        with dotted = (
            from import_edges as e
            where e.lang == "python" and e.kind == "import" and e.module like "%.%"
            select {
                e.import_id,
                e.path,
                e.lang,
                e.target_path,
                head: split_part(e.module, ".", 1),
                below: length(e.module) - length(split_part(e.module, ".", 1)),
            }
        )
        from dotted as e
        join source_files as f on f.path == e.target_path
        // Dots that broken sources have twice are none of the path.
        derive { around: substr(f.module_path, 1, greatest(length(f.module_path) - e.below, 0)) }
        join source_files as h on h.module_path == around and h.lang == e.lang
        group by { e.import_id }
        aggregate { file_id: arg_min(h.file_id, h.path) }
        union all (
            from dotted as e
            where e.target_path is null
            left join file_packages as p on p.path == e.path
            left join package_names as n on n.package_id == p.package_id and n.name == e.head
            unnest import_candidates(
                e.path, e.lang, "import", e.head, nullif(e.lang, e.lang), 0,
                import_around(p.folder, p.source, n.name is not null, n.source)
            ) as candidate
            join source_files as f on
                f.module_path == candidate.module_path and f.lang == e.lang
            group by { e.import_id }
            aggregate { file_id: arg_min(f.file_id, candidate.rank) }
        )
        contract {
            import_id: String,
            /// The file of the name.
            file_id: Option<String>,
        }
}

view! {
    /// Which file depends on which, and by how many imported names.
    #[view(key = [path, target_path], tags = [imports])]
    pub module_dependencies =
        from import_edges as e
        join source_files as f on f.file_id == e.file_id
        join source_files as t on t.file_id == e.target_file_id
        where f.file_id != t.file_id
        group by { f.path, f.module, target_path: t.path, target_module: t.module }
        aggregate { import_count: count() }
        audit { path != target_path, import_count >= 1 }
        contract {
            /// The path of the file that imports.
            path: String,
            /// The module of that file.
            module: String,
            /// The path of the file that it depends on.
            target_path: String,
            /// The module of that file.
            target_module: String,
            /// How many imported names lead there.
            import_count: i64,
        }
}
