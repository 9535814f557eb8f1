//! The base tables that manifests fill: `Cargo.toml`, `pyproject.toml`, `setup.cfg`.

use belvedere::table;
use belvedere_udfs::Span;

table! {
    /// Packages, one row for each manifest that names one. A workspace without a package of its own has
    /// none.
    #[table(key = [package_id])]
    pub packages {
        /// The package: `stable_id('package', path)`.
        package_id: String,
        /// The manifest.
        path: String,
        /// The language of its code.
        lang: String,
        /// `cargo`, `pyproject` or `setup_cfg`.
        kind: String,
        /// The name.
        name: String,
        /// The name as dependencies are compared with it: Python's without regard to case and
        /// separators.
        normal_name: String,
        /// The version; NULL where the manifest does not say it.
        version: Option<String>,
        /// Rust: the part of it that compatible versions share: `1` of `1.2.3`, `0.25` of `0.25.1`.
        series: Option<String>,
        /// Rust: what code calls its library.
        crate_name: Option<String>,
        /// The folder of the manifest; empty for the root.
        folder: String,
        /// Rust: the file that its library begins with, be it there or not.
        lib_path: Option<String>,
        /// Python: the folder that the build tool is told to take modules from.
        source_folder: Option<String>,
        /// Where the name is written.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        kind in ("cargo", "pyproject", "setup_cfg"),
        trim(name) != "",
        of_rust: (lang == "rust") == (crate_name is not null),
        bstart >= 0 and bstart < bend,
        start_line between 1 and end_line,
    }
}

table! {
    /// Dependencies that manifests name, one row each: of packages, and those of workspaces that their
    /// members may inherit.
    #[table(key = [dependency_id])]
    pub package_dependencies {
        /// The dependency: `span_id('dependency', path, bstart, bend, kind)`.
        dependency_id: String,
        /// The package that has it; NULL where the manifest names none.
        package_id: Option<String>,
        /// The manifest.
        path: String,
        /// The language of its code.
        lang: String,
        /// `normal`, `dev`, `build`, `extra` (of Python, what users may ask for), or `workspace` for
        /// what members may inherit.
        kind: String,
        /// The name that it has in this manifest.
        name: String,
        /// The `normal_name` of the package that is meant.
        package: String,
        /// What is required of its version, and what else follows the name.
        requirement: Option<String>,
        /// Rust: the series that is required, as far as it is one.
        series: Option<String>,
        /// The folder of the manifest; empty for the root.
        folder: String,
        /// The folder that the package is said to lie in, if that is one of the tree.
        target_folder: Option<String>,
        /// Whether a workspace says what it is.
        is_inherited: bool,
        /// Whether it can be left out.
        is_optional: bool,
        /// Where the name is written; of a list of Python, the whole item.
        span: Span,
        /// The first byte.
        bstart: i64,
        /// The byte after the last.
        bend: i64,
        /// The first line.
        start_line: i64,
        /// The last line.
        end_line: i64,
    }
    audit {
        kind in ("normal", "dev", "build", "extra", "workspace"),
        bstart >= 0 and bstart < bend,
        start_line between 1 and end_line,
    }
}
