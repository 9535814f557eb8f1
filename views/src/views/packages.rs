//! Packages: which files belong to which, which depend on which, and by what names their code reaches
//! each other.

use belvedere::view;
use belvedere_udfs::arg_max;

use crate::resolve::{enclosing_folders, package_module};
use crate::schema::manifests::{package_dependencies, packages};
use crate::schema::source_files;
use crate::views::templates::agreed;

view! {
    /// The package that each file belongs to: that of the nearest manifest above it. Where a
    /// `pyproject.toml` and a `setup.cfg` in one folder name one each, it is that of the first.
    #[view(key = [path], tags = [packages])]
    pub file_packages =
        with nearest = (
            from source_files as f
            unnest enclosing_folders(f.path) as around
            join packages as p on p.folder == around.folder and p.lang == f.lang
            derive { order: around.depth * 2 + case when p.kind == "setup_cfg" then 0 else 1 end }
            group by { f.path }
            aggregate { package_id: arg_max(p.package_id, order) }
        )
        from nearest as n
        join packages as p on p.package_id == n.package_id
        derive { begin: coalesce(p.lib_path, p.source_folder) }
        select {
            n.path,
            p.package_id,
            package: p.name,
            p.folder,
            source: begin,
            module: package_module(n.path, p.lang, p.folder, begin, p.crate_name),
        }
        audit { below: folder == "" or starts_with(path, concat(folder, "/")) }
        contract {
            /// The file.
            path: String,
            /// The package.
            package_id: String,
            /// Its name.
            package: String,
            /// The folder of its manifest.
            folder: String,
            /// Where its code begins: `lib_path` or `source_folder` of `packages`.
            source: Option<String>,
            /// The module that it is to other packages: `crate_name::mod`, `pkg.mod`.
            module: Option<String>,
        }
}

view! {
    /// What the dependencies are that a workspace says: of the nearest manifest above that has one of the
    /// name.
    #[view(tags = [internal])]
    pub inherited_dependencies =
        from package_dependencies as d
        where d.is_inherited
        unnest enclosing_folders(d.path) as around
        join package_dependencies as w on
            w.folder == around.folder and w.lang == d.lang and w.name == d.name
        where w.kind == "workspace"
        group by { d.dependency_id }
        aggregate { workspace_id: arg_max(w.dependency_id, around.depth) }
        contract {
            dependency_id: String,
            /// The dependency of the workspace that says what it is.
            workspace_id: Option<String>,
        }
}

view! {
    /// Packages by name, series and the folder around theirs: libraries that lie beside each other are of
    /// one lock file. Of two of one series it is the last by path.
    #[view(materialize = view, tags = [internal])]
    pub packages_beside =
        from packages as p
        derive {
            around: regexp_replace(p.folder, "/?[^/]*$", ""),
            of_series: coalesce(p.series, ""),
        }
        group by { p.lang, p.normal_name, of_series, around }
        aggregate { package_id: arg_max(p.package_id, p.path) }
        contract {
            lang: String,
            normal_name: String,
            /// The series; empty where it is not known.
            of_series: String,
            /// The folder around that of the package.
            around: String,
            /// The package.
            package_id: Option<String>,
        }
}

view! {
    /// Packages by name and series, where the tree has one of them.
    #[view(materialize = view, tags = [internal])]
    pub packages_in_tree =
        with named = (
            from packages as p
            select { p.lang, p.normal_name, of_series: coalesce(p.series, ""), p.package_id }
        )
        from agreed<named>(package_id, lang, normal_name, of_series) as a
        select { a.* }
        contract {
            lang: String,
            normal_name: String,
            /// The series; empty where it is not known.
            of_series: String,
            /// The only package of the name and the series.
            package_id: String,
        }
}

view! {
    /// Packages by name, where the tree has one of the name.
    #[view(materialize = view, tags = [internal])]
    pub packages_alone =
        with named = (from packages as p select { p.lang, p.normal_name, p.package_id })
        from agreed<named>(package_id, lang, normal_name) as a
        select { a.* }
        contract {
            lang: String,
            normal_name: String,
            /// The only package of the name.
            package_id: String,
        }
}

view! {
    /// Dependencies of packages with the package of the tree that they lead to (`target_id`, NULL where it
    /// is not in the tree): the one in the folder that the manifest or its workspace says, or else of that
    /// name and a version that may do, beside the package or alone in the tree.
    #[view(key = [dependency_id], tags = [packages, graph])]
    pub package_edges =
        from package_dependencies as d
        join packages as o on o.package_id == d.package_id
        left join inherited_dependencies as h on h.dependency_id == d.dependency_id
        left join package_dependencies as w on w.dependency_id == h.workspace_id
        derive {
            meant: coalesce(w.package, d.package),
            at: coalesce(w.target_folder, d.target_folder),
            asked: coalesce(w.series, d.series, ""),
            beside: regexp_replace(d.folder, "/?[^/]*$", ""),
        }
        left join packages as a on
            a.folder == at and a.lang == d.lang and a.normal_name == meant
            and a.kind != "setup_cfg"
        left join packages_beside as b on
            b.around == beside and b.lang == d.lang and b.normal_name == meant
            and b.of_series == asked
        left join packages_in_tree as t on
            t.lang == d.lang and t.normal_name == meant and t.of_series == asked
        left join packages_alone as e on e.lang == d.lang and e.normal_name == meant
        left join packages as s on s.package_id == e.package_id
        derive {
            target: case
                when at is not null then a.package_id
                when asked == "" or s.series is null
                    then coalesce(b.package_id, t.package_id, s.package_id)
                else coalesce(b.package_id, t.package_id)
            end,
        }
        left join packages as p on p.package_id == target
        select {
            d.dependency_id,
            o.package_id,
            o.path,
            d.lang,
            d.kind,
            d.name,
            package: meant,
            is_renamed: d.lang == "rust" and d.name != meant,
            d.start_line,
            target_id: p.package_id,
            target_path: p.path,
        }
        audit { whole: (target_id is null) == (target_path is null) }
        contract {
            /// The dependency.
            dependency_id: String,
            /// The package that has it.
            package_id: String,
            /// Its manifest.
            path: String,
            /// Its language.
            lang: String,
            /// `normal`, `dev`, `build` or `extra`.
            kind: String,
            /// The name that the manifest gives it.
            name: String,
            /// The `normal_name` of the package that is meant.
            package: String,
            /// Whether the manifest calls it by another name than its own.
            is_renamed: bool,
            /// The line of the manifest.
            start_line: i64,
            /// The package that it leads to.
            target_id: Option<String>,
            /// Its manifest.
            target_path: Option<String>,
        }
}

view! {
    /// The modules of Python that packages have outermost: what other packages import them by.
    #[view(tags = [internal])]
    pub package_modules =
        from file_packages as f
        join source_files as s on s.path == f.path
        where s.lang == "python"
        derive { below: case when f.folder == "" then "" else concat(f.folder, "/") end }
        derive {
            within: case
                when f.source is not null then f.source
                when starts_with(f.path, concat(below, "src/")) then concat(below, "src")
                else f.folder
            end,
        }
        where within == "" or starts_with(f.path, concat(within, "/"))
        derive { first: case when within == "" then 1 else length(within) + 2 end }
        derive { outermost: split_part(substr(s.module_path, first), "/", 1) }
        group by { f.package_id, name: outermost }
        aggregate { within: min(within) }
        where name != ""
        contract {
            package_id: String,
            /// The module, without what is inside of it.
            name: String,
            /// The folder that it lies in; empty for the root.
            within: Option<String>,
        }
}

view! {
    /// The names by which the code of each package reaches packages: crates of Rust, modules of Python.
    /// `source` says where the code of that package begins; it is NULL where that is not in the tree, or
    /// where one name may mean two.
    #[view(key = [package_id, name], tags = [packages])]
    pub package_names =
        with names = (
            // Without another name in the manifest, a crate has the one that its own manifest gives.
            from package_edges as e
            left join packages as p on p.package_id == e.target_id
            where e.lang == "rust"
            select {
                e.package_id,
                name: case
                    when e.is_renamed then replace(e.name, "-", "_")
                    else coalesce(p.crate_name, replace(e.name, "-", "_"))
                end,
                target_id: e.target_id,
                source: p.lib_path,
            }
            union all (
                from packages as p
                where p.crate_name is not null
                select {
                    p.package_id,
                    name: p.crate_name,
                    target_id: p.package_id,
                    source: p.lib_path,
                }
            )
            union all (
                from package_edges as e
                join package_modules as m on m.package_id == e.target_id
                select {
                    e.package_id,
                    m.name,
                    target_id: e.target_id,
                    source: m.within,
                }
            )
        )
        from names as n
        group by { n.package_id, n.name }
        aggregate {
            least: min(n.target_id),
            greatest: max(n.target_id),
            least_source: min(n.source),
        }
        select {
            package_id,
            name,
            target_id: case when least == greatest then least end,
            source: case when least == greatest then least_source end,
        }
        contract {
            /// The package whose code uses the name.
            package_id: String,
            /// The name.
            name: String,
            /// The package that it means.
            target_id: Option<String>,
            /// Where its code begins: the first file of its library, or the folder of its modules.
            source: Option<String>,
        }
}
