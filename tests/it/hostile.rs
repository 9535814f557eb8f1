//! A tree that means harm: names and texts that occur twice where one expects them once, and files
//! that are no sources. The index is made of it all the same, and what each relation promises holds.

use std::fs;
use std::path::Path;

use belvedere::refresh::Outcome;

use crate::code_index::{empty, write};
use crate::support::warehouse::Lab;

/// Files under names that repeat, or that quoting gets wrong.
const FILES: [(&str, &str); 25] = [
    ("one/lib.rs", include_str!("hostile/twice.rs.txt")),
    ("two/lib.rs", include_str!("hostile/twice.rs.txt")),
    ("two/src/lib.rs", include_str!("hostile/twice.rs.txt")),
    ("two/src/twin.rs", "pub fn found() {}\n"),
    ("two/src/twin/mod.rs", "pub fn found() {}\nuse super::*;\nuse crate::twin::*;\n"),
    ("py/twice.py", include_str!("hostile/twice.py.txt")),
    ("py/twice.pyi", "class A: ...\nclass A: ...\ndef f(): ...\ndef f(): ...\n"),
    ("py/twice/__init__.py", "from . import *\nfrom .twice import *\nfrom twice import *\n"),
    ("py/__init__.py", "from .twice import *, A\nfrom .twice import A, A, A as A\n"),
    ("empty.rs", ""),
    ("empty.py", ""),
    ("blank.rs", "\n\n\n"),
    ("mark.rs", "\u{feff}"),
    ("mark.py", "\u{feff}def marked(): pass\r\nmarked()\r\n"),
    ("windows.rs", "\u{feff}fn a() {}\r\nfn b() { a(); }\r\n// end\r"),
    ("returns.py", "def a(): pass\ra()\rb = a\r"),
    ("feeds.py", "def a():\x0c\n    pass\n\x0c\n\x0ba()\n\u{2028}b()\n"),
    ("no_end.rs", "fn a() { a() }"),
    ("missing.rs", "fn f(x: X<impl Fn() -> >) -> A<, B> where : C { let  = ; .x(); use ; a::; }\n"),
    (
        "missing_too.rs",
        "impl<const N: , T: > for  { fn (&self) -> { Self:: } } struct S<: 'a>(, );\n",
    ),
    ("missing.py", "def (a, : b, *): \n  = .b; a. ; import ; from  import x as \nclass A(, ): 1\n"),
    ("o'hare \"x\" %_\\.rs", "fn quoted() { quoted() }\n"),
    ("täßt/ﬁne.py", "def ﬁne(): pass\nfine(); ﬁne()\n"),
    ("new\nline.py", "def a(): pass\na()\n"),
    ("🦀.rs", "fn größe() {}\nfn grö\u{308}ße() { größe(); r#fn(); }\nfn r#fn() {}\n"),
];

fn tree() -> Lab {
    let lab = empty();
    for (path, content) in FILES {
        write(&lab.source, path, content.as_bytes());
    }
    let root = &lab.source;
    write(root, "binary.rs", &[0, 159, 146, 150, 255, 10, 0, 1]);
    write(root, "zeros.py", b"f()\n\0\0\0\nf()\n");
    write(root, "long.rs", format!("fn f() {{ {} }}\n", "f(); ".repeat(20_000)).as_bytes());
    write(root, "long.py", format!("x = [{}]\n", "f(x), ".repeat(20_000)).as_bytes());
    let nested = format!("{}fn f() {{ f() }}{}\n", "mod m { ".repeat(200), "}".repeat(200));
    write(root, "nested.rs", nested.as_bytes());
    let chain = format!("fn f() {{ a{} }}\n", ".b()".repeat(2_000));
    write(root, "chain.rs", chain.as_bytes());
    let many: String = (0..3_000).map(|n| format!("use a::{{b as c{n}, b as c{n}}};\n")).collect();
    write(root, "many.rs", many.as_bytes());
    links(root);
    lab
}

#[cfg(unix)]
fn links(root: &Path) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    fs::create_dir_all(root.join("links")).unwrap();
    symlink("..", root.join("links/up")).unwrap();
    symlink("loop.rs", root.join("links/loop.rs")).unwrap();
    symlink("nowhere.py", root.join("links/broken.py")).unwrap();
    symlink("../empty.rs", root.join("links/other.rs")).unwrap();
    fs::write(root.join(OsStr::from_bytes(b"by\xfftes.rs")), "fn bytes() { bytes() }\n").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"by\\xfftes.rs")), "fn bytes() { bytes() }\n").unwrap();
}

#[cfg(not(unix))]
fn links(_: &Path) {}

/// What tells the rows of the base tables apart. A run asks it of the tables that declare a `key`; of the
/// largest ones, which declare none, it is asked here alone.
const KEYS: [(&str, &str); 12] = [
    ("source_files", "path"),
    ("source_lines", "path, line"),
    ("ast_nodes", "path, node"),
    ("ast_calls", "call_id"),
    ("ast_refs", "path, bstart, kind"),
    ("ast_scopes", "path, scope"),
    ("ast_bindings", "path, bstart"),
    ("ast_defs", "def_id"),
    ("ast_imports", "import_id"),
    ("ast_errors", "error_id"),
    ("packages", "path"),
    ("package_dependencies", "dependency_id"),
];

/// What leads somewhere, by a column that is the id of something.
const LINKS: [(&str, &str, &str); 15] = [
    ("ast_calls", "def_id", "select def_id from ast_defs"),
    ("ast_defs", "parent_id", "select def_id from ast_defs"),
    ("ast_bindings", "in_def_id", "select def_id from ast_defs"),
    ("ast_bindings", "import_id", "select import_id from ast_imports"),
    ("ast_refs", "bound_def_id", "select def_id from ast_defs"),
    ("ast_refs", "bound_import_id", "select import_id from ast_imports"),
    (
        "\"references\"",
        "target_id",
        "select def_id from ast_defs union all select file_id from source_files",
    ),
    ("call_edges", "target_id", "select def_id from ast_defs"),
    ("import_edges", "target_file_id", "select file_id from source_files"),
    ("code_edges", "source_id", "select node_id from code_nodes"),
    ("code_edges", "target_id", "select node_id from code_nodes"),
    ("supertypes", "base_id", "select def_id from ast_defs"),
    ("file_packages", "package_id", "select package_id from packages"),
    ("package_dependencies", "package_id", "select package_id from packages"),
    ("package_edges", "target_id", "select package_id from packages"),
];

/// Holds [`KEYS`] and [`LINKS`] against a tree.
pub(crate) async fn ids_are_unique_and_lead_somewhere(lab: &Lab) {
    for (table, key) in KEYS {
        let twice = format!(
            "select {key}, count(*) from {table} group by {key} having count(*) > 1 limit 5"
        );
        assert_eq!(lab.query(&twice).await, Vec::<String>::new(), "{table}");
    }
    for (table, column, ids) in LINKS {
        let lost = format!(
            "select {column} from {table} where {column} is not null and {column} not in ({ids}) \
             limit 5"
        );
        assert_eq!(lab.query(&lost).await, Vec::<String>::new(), "{table}.{column}");
    }
}

/// Audits are asked of every stored view, the columns of its `key` among them.
#[tokio::test(flavor = "multi_thread")]
async fn what_relations_promise_holds_in_a_tree_that_means_harm() {
    let lab = tree();
    let report = lab.run().await;
    assert!(report.published);
    let failed: Vec<_> = report.nodes.iter().filter(|n| n.outcome == Outcome::Failed).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(report.warnings, Vec::<String>::new());

    ids_are_unique_and_lead_somewhere(&lab).await;
    for table in ["ast_nodes", "ast_calls", "ast_refs", "ast_scopes", "ast_bindings", "ast_defs"] {
        let outside = format!(
            "select t.path, t.bstart, t.bend from {table} t join source_files f on f.path = t.path \
             where t.bstart < 0 or t.bend < t.bstart or t.bend > f.size or t.start_line < 1 \
             limit 5"
        );
        assert_eq!(lab.query(&outside).await, Vec::<String>::new(), "{table}");
    }
    let names = "select replace(path, chr(10), '|'), kind from extract_errors";
    assert_eq!(lab.query(names).await, ["binary.rs|not_text"]);
}

/// What there is twice is there twice, and no name leads to one of two as if there were no other.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_twice_is_told_apart() {
    let lab = empty();
    for (path, content) in FILES.iter().filter(|(path, _)| path.starts_with("two/")) {
        write(&lab.source, path, content.as_bytes());
    }
    lab.run().await;
    let defs = "select kind, qualname, count(*) from ast_defs where path = 'two/src/lib.rs' \
                group by kind, qualname having count(*) > 1";
    let expected = [
        "fn|chosen|2",
        "fn|f|3",
        "fn|inner::one_more|2",
        "fn|inner::one|2",
        "impl|Both|4",
        "macro|make|2",
        "method|Both::name|2",
        "mod|inner|2",
        "struct|Both|2",
        "variant|E::A|2",
        "variant|Kind::Same|2",
    ];
    assert_eq!(lab.query(defs).await, expected);
    let files = "select count(distinct path) from symbols where symbol = 'two::twin::found'";
    assert_eq!(lab.query(files).await, ["2"]);
}
