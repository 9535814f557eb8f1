//! Packages: what manifests say leads imports and calls from one to the other, and away from what has
//! the same name by chance.

use belvedere::refresh::Outcome;

use crate::code_index::{empty, write};

/// A workspace with a crate that goes by other names, libraries whose files lie anywhere, versions of one
/// crate beside each other, and packages of Python that keep their modules in folders of their own.
const TREE: [(&str, &str); 31] = [
    (
        "Cargo.toml",
        "[workspace]\nmembers = ['app']\n[workspace.dependencies]\n\
         lang = { package = 'acme-lang', path = 'macros/lang' }\n",
    ),
    ("macros/lang/Cargo.toml", "[package]\nname = 'acme-lang'\nversion.workspace = true\n"),
    ("macros/lang/src/lib.rs", "pub mod types;\npub fn parse() {}\n"),
    ("macros/lang/src/types.rs", "pub struct Ty;\nimpl Ty { pub fn new() {} }\n"),
    (
        "app/Cargo.toml",
        "[package]\nname = 'the-app'\n[dependencies]\nlang.workspace = true\n\
         short = { package = 'acme-tools', path = '../tools' }\nserde = '1'\n\
         [dev-dependencies]\nfar = { path = '../../far' }\n",
    ),
    (
        "app/src/lib.rs",
        "mod serde_like;\nuse lang::types::Ty;\nuse serde::nothing;\nuse core::chance;\n\
         pub fn run() { Ty::new(); lang::parse(); short::help(); nothing(); chance(); }\n",
    ),
    ("app/src/serde.rs", "pub fn nothing() {}\n"),
    ("app/src/serde_like.rs", "pub fn f() { crate::run() }\n"),
    ("core/src/lib.rs", "pub fn chance() {}\n"),
    ("app/tests/it/main.rs", "mod more;\nfn t() { the_app::run(); crate::more::also(); }\n"),
    ("app/tests/it/more.rs", "pub fn also() {}\n"),
    (
        "tools/Cargo.toml",
        "[package]\nname = 'acme-tools'\nversion = '0.3.1'\n[lib]\nname = 'handy'\n\
         path = 'handy.rs'\n",
    ),
    ("tools/handy.rs", "mod deep;\npub fn help() { crate::deep::dig() }\n"),
    ("tools/deep.rs", "pub fn dig() { crate::help() }\n"),
    ("tools/examples/show.rs", "mod parts;\nfn main() { handy::help(); parts::part() }\n"),
    ("tools/examples/parts/mod.rs", "pub fn part() {}\n"),
    ("vendor/dup-1.0.9/Cargo.toml", "[package]\nname = 'dup'\nversion = '1.0.9'\n"),
    ("vendor/dup-1.0.9/src/lib.rs", "pub fn old() {}\n"),
    ("vendor/dup-2.1.0/Cargo.toml", "[package]\nname = 'dup'\nversion = '2.1.0'\n"),
    ("vendor/dup-2.1.0/src/lib.rs", "pub fn old() {}\n"),
    ("vendor/user/Cargo.toml", "[package]\nname = 'user'\n[dependencies.dup]\nversion = '1'\n"),
    ("vendor/user/src/lib.rs", "pub fn go() { dup::old() }\n"),
    ("lone/Cargo.toml", "[package]\nname = 'lone'\n[dependencies]\ndup = '3'\nhandy = '*'\n"),
    ("lone/src/lib.rs", "pub fn go() { dup::old(); handy::help(); }\n"),
    (
        "py/one/pyproject.toml",
        "[project]\nname = 'One.Package'\n[tool.setuptools.packages.find]\nwhere = ['code']\n",
    ),
    ("py/one/code/one_mod/__init__.py", "from one_mod.deep import hello\n"),
    ("py/one/code/one_mod/deep.py", "def hello(): pass\n"),
    ("py/two/setup.cfg", "[metadata]\nname = two\n[options]\ninstall_requires = one_package>=1\n"),
    ("py/two/two_mod.py", "import one_mod\none_mod.hello()\n"),
    ("py/three/setup.cfg", "[metadata]\nname = three\n"),
    ("py/three/three_mod.py", "from one_mod import hello\nhello()\n"),
];

#[tokio::test(flavor = "multi_thread")]
async fn imports_and_calls_go_from_package_to_package_as_manifests_say() {
    let lab = empty();
    for (path, content) in TREE {
        write(&lab.source, path, content.as_bytes());
    }
    let report = lab.run().await;
    assert!(report.nodes.iter().all(|node| node.outcome != Outcome::Failed), "{report:?}");
    assert_eq!(report.warnings, Vec::<String>::new());
    let mut text = String::new();
    for query in [
        "select path, lang, kind, name, normal_name, version, series, crate_name, folder, lib_path, \
         source_folder, start_line from packages order by path",
        "select path, kind, name, package, requirement, series, target_folder, is_inherited, \
         is_optional, start_line from package_dependencies order by path, kind, name",
        "select path, package, folder, source, module from file_packages order by path",
        "select path, kind, name, package, is_renamed, target_path from package_edges \
         order by path, name",
        "select a.name, n.name, b.name, n.source from package_names n \
         join packages a on a.package_id = n.package_id \
         left join packages b on b.package_id = n.target_id order by 1, 2",
        "select path, symbol from symbols order by path, symbol",
        "select path, module, name, target_path, member from import_edges order by path, start_line",
        "select path, callee, target_path, target_qualname, reason, confidence from call_edges \
         order by path, callee, start_line",
    ] {
        text.push_str(&format!("{query}\n----\n{}\n\n", lab.query(query).await.join("\n")));
    }
    insta::assert_snapshot!(text);
}

/// A manifest that its tool refuses is a row, and what lies below it is led as if it were not there.
#[tokio::test(flavor = "multi_thread")]
async fn broken_manifests_are_rows_and_nothing_fails() {
    let lab = empty();
    for (path, content) in TREE {
        write(&lab.source, path, content.as_bytes());
    }
    write(&lab.source, "app/Cargo.toml", b"[package]\nname = 'the-app'\nname = 'again'\n");
    write(&lab.source, "tools/Cargo.toml", b"\xff\xfe");
    write(&lab.source, "py/one/pyproject.toml", b"[project]\ndependencies = ['x']\n");
    write(&lab.source, "py/two/setup.cfg", b"\0[[[\n===\n  x\n[metadata\nname\n");
    write(&lab.source, "vendor/dup-2.1.0/Cargo.toml", &vec![b'#'; 2 << 20]);
    // Two packages of one name in one place, and one that depends on itself.
    write(&lab.source, "vendor/user/pyproject.toml", b"[project]\nname = 'user'\n");
    write(&lab.source, "vendor/user/setup.cfg", b"[metadata]\nname = user\n");
    let itself = b"[package]\nname = 'lone'\n[dependencies]\nlone = { path = '.' }\n";
    write(&lab.source, "lone/Cargo.toml", itself);
    let report = lab.run().await;
    assert!(report.published);
    assert!(report.nodes.iter().all(|node| node.outcome != Outcome::Failed), "{report:?}");
    assert_eq!(report.warnings, Vec::<String>::new());
    let errors = "select path, kind, message from extract_errors order by path";
    let expected = [
        "app/Cargo.toml|bad_manifest|duplicate key, see line 3",
        "py/one/pyproject.toml|bad_manifest|the project has no `name`",
        "tools/Cargo.toml|not_text|the content is not utf-8, see byte 0",
        "vendor/dup-2.1.0/Cargo.toml|too_large|it has 2097152 bytes, the limit is 1048576",
    ];
    assert_eq!(lab.query(errors).await, expected);
    let names = "select count(*), count(distinct package_id) from packages";
    assert_eq!(lab.query(names).await, ["7|7"]);
}
