//! Manifests, those that their tools refuse among them.

use crate::extract::tests::{check, extract};

const PACKAGES: [&str; 8] =
    ["path", "lang", "kind", "name", "normal_name", "version", "series", "crate_name"];
const DEPENDENCIES: [&str; 8] = [
    "kind",
    "name",
    "package",
    "requirement",
    "series",
    "target_folder",
    "is_inherited",
    "is_optional",
];

#[test]
fn a_manifest_of_cargo_names_a_package_its_library_and_what_it_depends_on() {
    let text = include_bytes!("tests/cargo.toml.txt");
    let extracted = extract("a/b/Cargo.toml", text);
    check(
        extracted.lines("packages", &PACKAGES),
        &["a/b/Cargo.toml rust cargo my-crate my-crate 0.25.1 0.25 mine"],
    );
    let place = ["folder", "lib_path", "source_folder", "span", "start_line", "end_line"];
    check(extracted.lines("packages", &place), &["a/b a/rust/my.rs - <17 27 0 byte true> 2 2"]);
    check(
        extracted.lines("package_dependencies", &DEPENDENCIES),
        &[
            "normal far far * - - false false",
            "normal other real-name - - a/real false false",
            "normal plain plain 1.2 1 - false false",
            "normal shared shared - - - true false",
            "dev local local - - a/b false true",
            "normal libc libc 0.2 0.2 - false false",
            "workspace shared shared 3 3 a/b/shared false false",
        ],
    );
    assert_eq!(extracted.count("source_files"), 0);
    assert_eq!(extracted.count("extract_errors"), 0);
}

#[test]
fn a_library_has_the_name_and_place_that_cargo_gives_it() {
    let extracted = extract("Cargo.toml", b"[package]\nname = 'a-b'\nversion.workspace = true\n");
    check(
        extracted.lines("packages", &["crate_name", "lib_path", "version", "folder"]),
        &["a_b src/lib.rs - "],
    );
}

#[test]
fn a_workspace_alone_is_no_package() {
    let text = b"[workspace]\nmembers = ['a']\n[workspace.dependencies]\na = '1'\n";
    let extracted = extract("Cargo.toml", text);
    assert_eq!((extracted.count("packages"), extracted.count("extract_errors")), (0, 0));
    check(
        extracted.lines("package_dependencies", &["package_id", "kind", "name"]),
        &["- workspace a"],
    );
}

#[test]
fn a_manifest_of_python_tells_where_modules_are() {
    let extracted = extract("py/pyproject.toml", include_bytes!("tests/pyproject.toml.txt"));
    check(
        extracted.lines("packages", &PACKAGES),
        &["py/pyproject.toml python pyproject My.Package my-package 1.2 - -"],
    );
    check(extracted.lines("packages", &["folder", "source_folder"]), &["py py/code"]);
    check(
        extracted.lines("package_dependencies", &DEPENDENCIES),
        &[
            "normal Foo_Bar foo-bar [x] >= 1 - - false false",
            "normal baz baz - - - false false",
            "extra extra extra ~=2 - - false true",
            "dev pytest pytest - - - false false",
            "build hatchling hatchling - - - false false",
        ],
    );
}

#[test]
fn build_tools_name_the_folder_of_modules_in_their_own_ways() {
    let cases = [
        ("[tool.setuptools.package-dir]\n'' = 'a'", "a"),
        ("[tool.maturin]\npython-source = 'b'", "b"),
        ("[tool.pdm.build]\npackage-dir = 'c'", "c"),
        ("[tool.uv.build-backend]\nmodule-root = ''", ""),
        ("[tool.hatch.build.targets.wheel]\npackages = ['d/pkg']", "d"),
        ("[tool.hatch.build.targets.wheel]\nsources = ['e']", "e"),
        ("[tool.poetry]\npackages = [{ include = 'x', from = 'f' }]", "f"),
        ("[tool.ruff]\nline-length = 88", "-"),
        ("[tool.maturin]\npython-source = '../..'", "-"),
    ];
    for (tool, folder) in cases {
        let text = format!("[project]\nname = 'x'\n{tool}\n");
        let extracted = extract("pyproject.toml", text.as_bytes());
        check(extracted.lines("packages", &["source_folder"]), &[folder]);
    }
}

#[test]
fn poetry_and_setuptools_have_forms_of_their_own() {
    let extracted = extract("a/pyproject.toml", include_bytes!("tests/poetry.toml.txt"));
    check(extracted.lines("packages", &["name"]), &["x"]);
    check(
        extracted.lines("package_dependencies", &["kind", "name", "requirement", "target_folder"]),
        &["normal foo - foo", "dev bar 1 -"],
    );
    let extracted = extract("setup.cfg", include_bytes!("tests/setup.cfg.txt"));
    let columns = ["kind", "name", "normal_name", "version", "source_folder", "start_line"];
    check(extracted.lines("packages", &columns), &["setup_cfg My_Name my-name 1 src 3"]);
    check(
        extracted.lines("package_dependencies", &["kind", "name", "requirement", "start_line"]),
        &["normal foo >= 1 9", "normal bar - 11", "extra baz ; y 13"],
    );
}

#[track_caller]
fn check_failure(path: &str, bytes: &[u8], kind: &str, message: &str) {
    let extracted = extract(path, bytes);
    let columns = ["path", "lang", "kind", "message"];
    check(extracted.lines("extract_errors", &columns), &[&format!("{path} - {kind} {message}")]);
    assert_eq!((extracted.count("packages"), extracted.count("source_files")), (0, 0));
}

#[test]
fn what_is_wrong_with_a_manifest_is_told() {
    let bad =
        |path, text: &str, message| check_failure(path, text.as_bytes(), "bad_manifest", message);
    bad("Cargo.toml", "\n[package\n", "unclosed table, expected `]`, see line 2");
    bad("Cargo.toml", "[package]\nversion = '1'\n", "the package has no `name`");
    bad("Cargo.toml", "[package]\nname = ' '\n", "the package has no `name`");
    bad("pyproject.toml", "[project]\n", "the project has no `name`");
    let message = "the content is not utf-8, see byte 8";
    check_failure("a/Cargo.toml", b"name = '\xff'", "not_text", message);
    for large in [super::BYTES_MAX + 1, 9 * 1024 * 1024] {
        let message = format!("it has {large} bytes, the limit is 1048576");
        check_failure("Cargo.toml", &vec![b'#'; large], "too_large", &message);
    }
}

/// What takes a parser long, or deep: as much of it as a manifest may have.
#[test]
fn no_manifest_is_too_much() {
    let most = super::BYTES_MAX - 64;
    let many =
        |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let hostile = [
        "[".repeat(most),
        format!("a = {}", "[".repeat(most)),
        format!("a = {}", "{ b = ".repeat(most / 6)),
        format!("a{} = 1", ".a".repeat(most / 2)),
        format!("[{}a]", "a.".repeat(most / 2)),
        "[a]\n".repeat(most / 4),
        "[[a]]\n".repeat(most / 6),
        many(most / 24, &|n| format!("[a{n}.b]\nc.d = 1\n")),
        format!("[dependencies]\n{}", many(most / 16, &|n| format!("a{n} = '1'\n"))),
        "\"".repeat(most),
        format!("a = '''{}", "x\n".repeat(most / 2)),
        "\0".repeat(most),
        format!("[metadata]\nname = x\n{}", " y\n".repeat(most / 3)),
        "=\n".repeat(most / 2),
    ];
    for text in hostile {
        for path in ["Cargo.toml", "pyproject.toml", "setup.cfg"] {
            let extracted = extract(path, text.as_bytes());
            assert_eq!(extracted.count("source_files"), 0);
        }
    }
}

/// Values of other types than a manifest has there.
#[test]
fn other_types_than_expected_are_passed_over() {
    let extracted = extract("Cargo.toml", include_bytes!("tests/types.toml.txt"));
    check(extracted.lines("packages", &["name", "version", "lib_path"]), &["a - src/lib.rs"]);
    check(
        extracted.lines("package_dependencies", &["name", "requirement"]),
        &[" 1", "b -", "c -", "d -"],
    );
    assert_eq!(extracted.count("extract_errors"), 0);
    let text = b"tool = 1\ndependency-groups = { a = 1, b = [1] }\nbuild-system = []\n\
        [project]\nname = 'a'\ndependencies = 'x'\noptional-dependencies = []\n";
    let extracted = extract("pyproject.toml", text);
    assert_eq!((extracted.count("packages"), extracted.count("package_dependencies")), (1, 0));
}
