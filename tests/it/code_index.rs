//! The code index from a folder of sources to its views, by a project small enough to check by hand.

use std::fs;
use std::path::Path;

use belvedere::view::{Relation, ViewGraph};
use belvedere_views::extract::CODE;

use crate::support::warehouse::{Lab, all_skipped};

const FILES: [(&str, &str); 9] = [
    ("app.py", include_str!("code_index/app.py.txt")),
    ("pkg/__init__.py", ""),
    ("pkg/util.py", include_str!("code_index/util.py.txt")),
    ("pkg/broken.py", "def half(:\n    pass\n"),
    ("star.py", "from pkg.util import *\n\nhelper(copy(1, 2))\ninner()\nrun()\n"),
    ("src/lib.rs", include_str!("code_index/lib.rs.txt")),
    ("src/shape.rs", include_str!("code_index/shape.rs.txt")),
    ("notes.txt", "no source\n"),
    (".gitignore", "target\n"),
];

fn relations() -> Vec<&'static Relation> {
    let graph = ViewGraph::linked().unwrap();
    let relations = graph.nodes().iter().map(|node| node.relation());
    relations.filter(|relation| relation.module.starts_with("belvedere_views::")).collect()
}

pub(crate) fn write(root: &Path, path: &str, content: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

pub(crate) fn empty() -> Lab {
    let mut lab = Lab::new();
    lab.kind = &CODE;
    lab.relations = relations();
    lab
}

pub(crate) fn project() -> Lab {
    let lab = empty();
    for (path, content) in FILES {
        write(&lab.source, path, content.as_bytes());
    }
    write(&lab.source, "latin.py", b"x = '\xe9'\n");
    write(&lab.source, "target/ignored.rs", b"fn ignored() {}");
    lab
}

/// What is asked of each relation: everything but ids and hashes.
const QUERIES: [&str; 35] = [
    "select path, lang, size, line_count, blank_lines, comment_lines, encoding, parsed, module, \
     module_path from source_files",
    "select path, lang, kind, qualname, is_public, param_count, trait_name, decorators, \
     start_line, end_line from ast_defs",
    "select path, kind, callee, arg_count, start_line, span from ast_calls",
    "select path, kind, text, name, qualifier, start_line from ast_refs",
    "select path, kind, bstart, bend, start_line, end_line from ast_scopes",
    "select path, kind, name, spaces, type_name, value_name, start_line from ast_bindings",
    "select path, line, bstart, bend, text from source_lines",
    "select path, kind, module, name, alias, binds, level from ast_imports",
    "select path, kind, message, start_line from ast_errors",
    "select path, lang, kind, message from extract_errors",
    "select path, count(*), max(depth) from ast_nodes group by path",
    "select path, callee, key, value from call_attrs",
    "select path, callee, length, line_count, def_qualname, in_def from call_spans",
    "select path, kind, qualname, length, line_count from def_spans",
    "select path, kind, name, parent_kind, parent_name from def_tree",
    "select path, kind, qualname, decorator from def_decorators",
    "select path, kind, symbol, is_public from symbols",
    "select path, kind, module, name, target_path from import_edges",
    "select path, module, target_path, target_module, import_count from module_dependencies",
    "select path, callee, start_line, target_path, target_qualname, reason, confidence \
     from call_edges",
    "select path, kind, qualname, n_calls, fan_in, fan_out from hot_symbols",
    "select path, kind, qualname, line_count, token_count, param_count, call_count \
     from function_metrics",
    "select path, line_count, code_lines, def_count, public_count, function_count, call_count, \
     import_count, error_count from file_metrics",
    "select path, kind, qualname, copy_count, token_count from duplicate_bodies",
    "select path, kind, qualname, is_public, is_implicit from unused_defs",
    "select sort, path, kind, message, line from diagnostics",
    "select path, kind, parent_kind from scope_edges",
    "select path, kind, name, scope_kind, target_id is not null, type_id is not null, use_count \
     from bindings",
    "select r.path, r.kind, r.text, r.start_line, coalesce(d.qualname, f.path), r.reason, \
     r.confidence from references r left join ast_defs d on d.def_id = r.target_id \
     left join source_files f on f.file_id = r.target_id",
    "select a.qualname, b.qualname from supertypes s join ast_defs a on a.def_id = s.def_id \
     join ast_defs b on b.def_id = s.base_id",
    "select path, kind, qualname from undocumented_defs",
    "select cycle, path from module_cycles",
    "select kind, label, path, lang, start_line from code_nodes",
    "select e.kind, s.path, s.label, t.path, t.label, e.weight, e.confidence from code_edges e \
     join code_nodes s on s.node_id = e.source_id join code_nodes t on t.node_id = e.target_id",
    "select n.path, n.label, p.key, p.value from code_props p \
     join code_nodes n on n.node_id = p.node_id",
];

/// Of its own, or from the column that it passes on.
#[test]
fn every_column_of_every_relation_has_a_doc() {
    let graph = ViewGraph::linked().unwrap();
    let mut without = Vec::new();
    for relation in relations() {
        let position = graph.position(relation.name).unwrap();
        let columns = &graph.nodes()[position].facts().unwrap().columns;
        let docs = columns.iter().zip(graph.docs(position).unwrap());
        let missing = docs.filter(|(_, doc)| doc.is_none());
        without.extend(missing.map(|(column, _)| format!("{}.{}", relation.name, column.name)));
    }
    assert!(without.is_empty(), "no doc: {}", without.join(", "));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_view_has_the_rows_that_the_sources_say() {
    let lab = project();
    let report = lab.run().await;
    assert!(report.published);
    // `target`, and no file in it.
    assert_eq!((report.inputs, report.ignored), (8, 1));
    let mut text = String::new();
    for query in QUERIES {
        text.push_str(&format!("{query}\n----\n{}\n\n", lab.query(query).await.join("\n")));
    }
    insta::assert_snapshot!(text);
}

/// `Type::method` is a method of that type: of which of two in a file, and of none elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn calls_by_path_lead_to_methods_of_the_type_they_name() {
    let lab = empty();
    let types = "struct Key;\nimpl Key { fn new() {} fn only() {} }\n\
                 struct Lock;\nimpl Lock { fn new() {} }\n";
    write(&lab.source, "types.rs", types.as_bytes());
    let calls = "mod types;\nuse types::*;\nfn main() { Key::new(); Lock::new(); Vec::new(); Vec::only(); }\n";
    write(&lab.source, "main.rs", calls.as_bytes());
    lab.run().await;
    let edges = "select callee, target_qualname, reason, confidence from call_edges order by 1";
    let expected = ["Key::new|Key::new|glob|0.8", "Lock::new|Lock::new|glob|0.8"];
    assert_eq!(lab.query(edges).await, expected);
}

const TANGLE: [(&str, &str); 11] = [
    ("py/__init__.py", "from .core import engine as start\nfrom .deep import *\n"),
    ("py/core.py", include_str!("code_index/core.py.txt")),
    ("py/deep/__init__.py", "from .inner import leaf\n"),
    ("py/deep/inner.py", "def leaf(): pass\ndef hidden(): pass\n"),
    ("main.py", include_str!("code_index/main.py.txt")),
    ("rs/src/lib.rs", include_str!("code_index/tangle.rs.txt")),
    ("rs/src/a/mod.rs", "pub mod inner;\npub use inner::Other as Another;\n"),
    ("rs/src/a/inner.rs", include_str!("code_index/inner.rs.txt")),
    ("rs/src/kinds.rs", include_str!("code_index/kinds.rs.txt")),
    ("rs/src/user.rs", include_str!("code_index/user.rs.txt")),
    ("other/src/lib.rs", "use rs::Thing;\nfn f() { Thing::new(); rs::free(); }\n"),
];

/// Names that mean something else than they seem to, and definitions behind several imports.
#[tokio::test(flavor = "multi_thread")]
async fn calls_lead_through_shadows_reexports_and_types() {
    let lab = empty();
    for (path, content) in TANGLE {
        write(&lab.source, path, content.as_bytes());
    }
    lab.run().await;
    let edges = "select path, start_line, callee, target_path, target_qualname, reason \
                 from call_edges order by path, start_line, callee";
    let calls = "select r.path, r.start_line, r.text from ast_refs r left join call_edges e \
                 on e.call_id = r.call_id where r.call_id is not null and e.call_id is null \
                 order by 1, 2, 3";
    let cycles = "select cycle, path, file_count from module_cycles order by path";
    let unused = "select path, qualname from unused_defs where not is_implicit order by 1, 2";
    let mut text = String::new();
    for query in [edges, calls, cycles, unused] {
        text.push_str(&format!("{query}\n----\n{}\n\n", lab.query(query).await.join("\n")));
    }
    insta::assert_snapshot!(text);
}

/// What the queries above do not ask: ids are unique, and lead to where they say.
#[tokio::test(flavor = "multi_thread")]
async fn ids_are_unique_and_can_be_computed_again() {
    let lab = project();
    lab.run().await;
    for (table, id, again) in [
        ("source_files", "file_id", "stable_id('file', path)"),
        ("ast_defs", "def_id", "span_id('def', path, bstart, bend)"),
        ("ast_calls", "call_id", "span_id('call', path, bstart, bend)"),
        ("ast_imports", "import_id", "span_id('import', path, bstart, bend)"),
    ] {
        let sql = format!(
            "select count(*) > 0, count(*) = count(distinct {id}), bool_and({id} = {again}) from {table}"
        );
        assert_eq!(lab.query(&sql).await, ["true|true|true"], "{table}");
    }
    let keys = [
        ("call_attrs", "call_id || key"),
        ("call_spans", "call_id"),
        ("def_spans", "def_id"),
        ("def_tree", "def_id"),
        ("symbols", "def_id"),
        ("import_edges", "import_id"),
        ("call_edges", "call_id"),
        ("scope_edges", "path || scope"),
        ("bindings", "path || ':' || bstart"),
        ("references", "path || ':' || bstart || kind"),
        ("value_types", "path || ':' || bstart"),
        ("undocumented_defs", "def_id"),
        ("file_metrics", "file_id"),
        ("function_metrics", "def_id"),
        ("hot_symbols", "def_id"),
        ("unused_defs", "def_id"),
        ("duplicate_bodies", "def_id"),
    ];
    for (view, key) in keys {
        let sql = format!("select count(*) > 0, count(*) = count(distinct {key}) from {view}");
        assert_eq!(lab.query(&sql).await, ["true|true"], "{view}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_parsed_again() {
    let lab = project();
    lab.run().await;
    assert!(all_skipped(&lab.run().await));
    // The same size, other content.
    let util = include_str!("code_index/util.py.txt").replace("helper", "handle");
    write(&lab.source, "pkg/util.py", util.as_bytes());
    write(&lab.source, "src/new.rs", b"pub fn new() {}\n");
    fs::remove_file(lab.source.join("app.py")).unwrap();
    let report = lab.run().await;
    assert_eq!(report.extracted, 2);
    assert!(lab.rows().await == lab.rows_from_nothing().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_without_sources_gives_empty_views() {
    let lab = empty();
    let report = lab.run().await;
    assert_eq!((report.inputs, report.published), (0, true));
    assert_eq!(lab.query("select count(*) from call_edges").await, ["0"]);
    assert_eq!(lab.query("select count(*) from diagnostics").await, ["0"]);
}

const HANDED_ON: [(&str, &str); 6] = [
    ("made/src/lib.rs", "#[proc_macro]\npub fn view(text: T) -> T { text }\n"),
    ("face/src/lib.rs", "pub mod view;\npub mod texts;\npub use made::view;\n"),
    ("face/src/view.rs", "pub fn lower() {}\n"),
    ("face/src/texts.rs", "mod few;\npub use self::few::*;\n"),
    ("face/src/texts/few.rs", "pub fn wrong() {}\n"),
    (
        "user/src/lib.rs",
        "use face::{texts, view};\nfn f() { texts::wrong(); view::lower(); view! { text } }\n",
    ),
];

/// A module whose names a glob brings, and a macro that is a function beside a module of its name.
#[tokio::test(flavor = "multi_thread")]
async fn calls_lead_through_modules_of_globs_and_to_functions_that_are_macros() {
    let lab = empty();
    for (path, content) in HANDED_ON {
        write(&lab.source, path, content.as_bytes());
    }
    lab.run().await;
    let edges = "select callee, target_path, target_qualname, reason, confidence from call_edges \
                 order by 1";
    let expected = [
        "texts::wrong|face/src/texts/few.rs|wrong|glob|0.8",
        "view!|made/src/lib.rs|view|imported|0.95",
        "view::lower|face/src/view.rs|lower|path|0.9",
    ];
    assert_eq!(lab.query(edges).await, expected);
}

const HANDED_BACK: [(&str, &str); 2] = [
    (
        "shapes.py",
        "class B: pass\n\nclass C(B):\n    def __init__(self):\n        super().__init__()\n\n    \
         def render(self):\n        def again(): super().render()\n        self.parts()[0].render()\n        \
         super().other()\n        self.parts()[0].other()\n\n    def other(self): pass\n",
    ),
    (
        "len.rs",
        "struct S;\nimpl S { fn size(&self) { self.all().size(); } fn f(&self) { g().size() } }\n",
    ),
];

/// What has no name is another value than the one whose method is called.
#[tokio::test(flavor = "multi_thread")]
async fn no_guess_leads_a_call_into_the_method_that_it_stands_in() {
    let lab = empty();
    for (path, content) in HANDED_BACK {
        write(&lab.source, path, content.as_bytes());
    }
    lab.run().await;
    let edges = "select callee, start_line, target_qualname, reason, confidence from call_edges \
                 order by 1, 2";
    let expected = ["().other|11|C.other|only_one|0.3", "().size|2|S::size|only_one|0.3"];
    assert_eq!(lab.query(edges).await, expected);
}

const DOTTED: [(&str, &str); 9] = [
    // Broken sources have dots without a name.
    ("broken.py", "import p...sub\nimport p..sub.\nimport .p.sub\nimport p.sub..\np.go()\n"),
    ("p/__init__.py", "from p.impl import go\n"),
    ("p/impl.py", "def go(): pass\n"),
    ("p/sub.py", "def deep(): pass\n"),
    ("pkg/__init__.py", ""),
    ("pkg/a.py", "class K:\n    def f2(self):\n        pass\n"),
    ("both.py", "import p\nimport p.sub\np.go()\np.sub.deep()\n"),
    ("gone.py", "import p.sub\nimport p.built\np.go()\np.sub.deep()\n"),
    ("none.py", "import pkg\nimport pkg.a\npkg.f2()\npkg.a.f2()\npkg.a.K.f2(0)\nx.f2()\n"),
];

/// `import a.b` binds `a`, and what a module lacks is no method of a class.
#[tokio::test(flavor = "multi_thread")]
async fn calls_lead_through_what_dotted_imports_bind() {
    let lab = empty();
    for (path, content) in DOTTED {
        write(&lab.source, path, content.as_bytes());
    }
    lab.run().await;
    let edges = "select path, callee, target_path, target_qualname, reason, confidence \
                 from call_edges order by 1, 2";
    let expected = [
        "both.py|p.go|p/impl.py|go|path|0.9",
        "both.py|p.sub.deep|p/sub.py|deep|path|0.9",
        "gone.py|p.go|p/impl.py|go|path|0.9",
        "gone.py|p.sub.deep|p/sub.py|deep|path|0.9",
        "none.py|pkg.a.K.f2|pkg/a.py|K.f2|only_one|0.3",
        "none.py|x.f2|pkg/a.py|K.f2|only_one|0.3",
    ];
    assert_eq!(lab.query(edges).await, expected);
}
