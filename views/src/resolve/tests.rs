//! Imports, and the files that they may mean.

use super::*;

#[track_caller]
fn check(
    (path, lang, kind): (&str, &str, &str),
    (module, name, level): (&str, Option<&str>, i64),
    expected: &[&str],
) {
    check_around((path, lang, kind), (module, name, level), Around::default(), expected);
}

#[track_caller]
fn check_around(
    (path, lang, kind): (&str, &str, &str),
    (module, name, level): (&str, Option<&str>, i64),
    around: Around<'_>,
    expected: &[&str],
) {
    let candidates = import_candidates(path, lang, kind, module, name, level, around);
    let paths: Vec<_> = candidates.iter().map(|c| c.module_path.as_str()).collect();
    assert_eq!(paths, expected);
    let ranks: Vec<_> = candidates.iter().map(|c| c.rank).collect();
    assert_eq!(ranks, (0..candidates.len() as i64).collect::<Vec<_>>());
}

#[test]
fn python_looks_from_the_outermost_folder() {
    let file = ("a/b/c.py", "python", "import");
    check(
        file,
        ("x.y", None, 0),
        &[
            "x/y",
            "src/x/y",
            "lib/x/y",
            "a/x/y",
            "a/src/x/y",
            "a/lib/x/y",
            "a/b/x/y",
            "a/b/src/x/y",
            "a/b/lib/x/y",
        ],
    );
    let top = ("c.py", "python", "from");
    check(top, ("x", Some("f"), 0), &["x/f", "x", "src/x/f", "src/x", "lib/x/f", "lib/x"]);
    check(top, ("x", Some("*"), 0), &["x", "src/x", "lib/x"]);
}

#[test]
fn dots_beyond_the_root_are_no_more_folders() {
    check(("a/b.py", "python", "from"), ("x", None, i64::MAX), &["x"]);
    let to = |level| {
        let around = Around::default();
        import_candidates("a/src/b.rs", "rust", "use", "super::x", None, level, around)
    };
    assert_eq!(to(i64::MIN), to(0));
}

#[test]
fn dots_count_folders() {
    let file = ("a/b/c.py", "python", "from");
    check(file, ("x", Some("f"), 1), &["a/b/x/f", "a/b/x"]);
    check(file, ("", Some("x"), 1), &["a/b/x", "a/b"]);
    check(file, ("x", None, 2), &["a/x"]);
    check(file, ("", Some("x"), 9), &["x", ""]);
    check(("a/__init__.py", "python", "from"), ("x", None, 1), &["a/x"]);
}

#[test]
fn rust_paths_begin_at_the_crate_the_module_or_a_crate_beside() {
    let file = ("w/one/src/a/b.rs", "rust", "use");
    check(file, ("crate::x", Some("T"), 0), &["w/one/src/x/T", "w/one/src/x", "w/one/src"]);
    check(file, ("super", Some("T"), 0), &["w/one/src/a/T", "w/one/src/a"]);
    check(file, ("super::super", Some("*"), 0), &["w/one/src"]);
    check(file, ("super", Some("*"), 1), &["w/one/src/a/b"]);
    check(
        file,
        ("self::c", Some("T"), 0),
        &["w/one/src/a/b/c/T", "w/one/src/a/b/c", "w/one/src/a/b"],
    );
    check(
        file,
        ("two_x", Some("T"), 0),
        &[
            "w/one/src/a/b/two_x/T",
            "w/one/src/a/b/two_x",
            "w/one/src/two_x/T",
            "w/one/src/two_x",
            "w/two-x/src/T",
            "w/two-x/src",
            "w/two_x/src/T",
            "w/two_x/src",
        ],
    );
    check(("src/a/mod.rs", "rust", "mod"), ("self", Some("b"), 0), &["src/a/b"]);
    check(("build.rs", "rust", "use"), ("crate", Some("T"), 0), &["T", ""]);
}

/// Of a package in `w/one` whose library is `w/one/src/lib.rs`.
fn one<'a>(outer: Option<&'a str>, is_package: bool) -> Around<'a> {
    Around { folder: Some("w/one"), source: Some("w/one/src/lib.rs"), is_package, outer }
}

#[test]
fn names_of_crates_are_those_that_manifests_say() {
    let file = ("w/one/src/a/b.rs", "rust", "use");
    let other = Some("elsewhere/two/src/lib.rs");
    check_around(
        file,
        ("two", Some("T"), 0),
        one(other, true),
        &["elsewhere/two/src/T", "elsewhere/two/src"],
    );
    // The file that a library begins with has any name, and its modules lie beside it.
    check_around(
        file,
        ("two::x", Some("T"), 0),
        one(Some("two/two.rs"), true),
        &["two/x/T", "two/x", "two/two"],
    );
    // A dependency that is not in the tree is no module of that name.
    check_around(file, ("serde", Some("T"), 0), one(None, true), &[]);
    // What no manifest names is a module, and never a folder beside.
    check_around(
        file,
        ("x", Some("T"), 0),
        one(None, false),
        &["w/one/src/a/b/x/T", "w/one/src/a/b/x", "w/one/src/x/T", "w/one/src/x"],
    );
    check_around(
        file,
        ("core", Some("T"), 0),
        one(None, false),
        &["w/one/src/a/b/core/T", "w/one/src/a/b/core"],
    );
}

#[test]
fn a_library_is_known_by_its_name_to_what_lies_beside_it() {
    let own = one(Some("w/one/src/lib.rs"), true);
    let use_of = |path| (path, "rust", "use");
    check_around(
        use_of("w/one/tests/it/a.rs"),
        ("one", Some("T"), 0),
        own,
        &[
            "w/one/tests/it/a/one/T",
            "w/one/tests/it/a/one",
            "w/one/tests/it/one/T",
            "w/one/tests/it/one",
            "w/one/src/T",
            "w/one/src",
        ],
    );
    let expected = ["w/one/tests/it/x/T", "w/one/tests/it/x", "w/one/tests/it"];
    check_around(use_of("w/one/tests/it/a.rs"), ("crate::x", Some("T"), 0), own, &expected);
    let expected = ["w/one/src/bin/tool/x/T", "w/one/src/bin/tool/x", "w/one/src/bin/tool"];
    check_around(use_of("w/one/src/bin/tool/main.rs"), ("crate::x", Some("T"), 0), own, &expected);
    check_around(use_of("w/one/build.rs"), ("crate", Some("T"), 0), own, &["w/one/T", "w/one"]);
    let flat = Around { folder: Some("one"), source: Some("one/one.rs"), ..Around::default() };
    let expected = ["one/x/T", "one/x", "one/one"];
    check_around(use_of("one/a/b.rs"), ("crate::x", Some("T"), 0), flat, &expected);
    let root = Around { folder: Some(""), source: Some("src/lib.rs"), ..Around::default() };
    check_around(use_of("src/a.rs"), ("crate", Some("T"), 0), root, &["src/T", "src"]);
    // Modules lie beside the file that a crate begins with.
    let module = |path| (path, "rust", "mod");
    check_around(module("one/one.rs"), ("self", Some("a"), 0), flat, &["one/a"]);
    check_around(module("w/one/tests/t.rs"), ("self", Some("a"), 0), own, &["w/one/tests/a"]);
    check_around(module("w/one/src/a.rs"), ("self", Some("b"), 0), own, &["w/one/src/a/b"]);
    let expected = ["one/a/T", "one/a", "one/one/a/T", "one/one/a", "one/one"];
    check_around(use_of("one/one.rs"), ("self::a", Some("T"), 0), flat, &expected);
}

#[test]
fn modules_are_looked_for_where_their_package_keeps_them() {
    let around = Around {
        folder: Some("py"),
        source: Some("py/code"),
        is_package: true,
        outer: Some("other"),
    };
    let expected = [
        "py/code/x",
        "py/src/x",
        "py/x",
        "other/src/x",
        "other/x",
        "x",
        "src/x",
        "lib/x",
        "py/lib/x",
        "py/code/src/x",
        "py/code/lib/x",
    ];
    check_around(("py/code/a.py", "python", "import"), ("x", None, 0), around, &expected);
    check_around(("py/code/a.py", "python", "from"), ("x", None, 1), around, &["py/code/x"]);
}

#[test]
fn folders_are_told_from_the_innermost_to_the_root() {
    let folders = |path| {
        let found = enclosing_folders(path).into_iter();
        found.map(|e| format!("{} {}", e.depth, e.folder)).collect::<Vec<_>>()
    };
    assert_eq!(folders("a/b/c.py"), ["2 a/b", "1 a", "0 "]);
    assert_eq!(folders("c.py"), ["0 "]);
    assert!(folders("").is_empty());
}

#[test]
fn modules_are_named_as_other_packages_name_them() {
    let rust = |path, source| package_module(path, "rust", "w", Some(source), Some("one"));
    let cases = [
        ("w/src/lib.rs", "w/src/lib.rs", "one"),
        ("w/src/main.rs", "w/src/lib.rs", "one"),
        ("w/src/a/mod.rs", "w/src/lib.rs", "one::a"),
        ("w/src/bin/tool.rs", "w/src/lib.rs", "one::bin::tool"),
        ("w/tests/it/main.rs", "w/src/lib.rs", "one::tests::it"),
        ("w/code/any.rs", "w/code/any.rs", "one"),
        ("w/code/a.rs", "w/code/any.rs", "one::a"),
    ];
    for (path, source, expected) in cases {
        assert_eq!(rust(path, source).as_deref(), Some(expected), "{path}");
    }
    let python = |path, source| package_module(path, "python", "w", source, None);
    let cases = [
        ("w/a/b.py", None, Some("a.b")),
        ("w/src/a/__init__.py", None, Some("a")),
        ("w/code/a.py", Some("w/code"), Some("a")),
        ("w/tests/t.py", Some("w/code"), Some("tests.t")),
        ("w/src/__init__.py", None, None),
    ];
    for (path, source, expected) in cases {
        assert_eq!(python(path, source).as_deref(), expected, "{path}");
    }
}
