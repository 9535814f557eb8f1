//! The views over sources that nobody has written for a test: packages of Python's standard library, or
//! as many of them as the Python here has. Without one the test is skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use belvedere::refresh::Outcome;

use crate::code_index::empty;
use crate::hostile::ids_are_unique_and_lead_somewhere;

/// Packages that import each other, with classes, decorators and coroutines.
const PACKAGES: [&str; 5] = ["asyncio", "concurrent", "importlib", "json", "logging"];

/// Views that such sources have rows for.
const FILLED: [&str; 12] = [
    "bindings",
    "call_edges",
    "code_edges",
    "def_decorators",
    "hot_symbols",
    "module_dependencies",
    "\"references\"",
    "supertypes",
    "symbols",
    "undocumented_defs",
    "unused_defs",
    "value_types",
];

fn standard_library() -> Option<PathBuf> {
    let script = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let printed = Command::new("python3").args(["-c", script]).output().ok()?;
    let library = PathBuf::from(String::from_utf8(printed.stdout).ok()?.trim());
    library.join("json/decoder.py").exists().then_some(library)
}

/// Copies the sources of a folder, those below it too.
fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_views_promise_holds_in_a_tree_of_others() {
    let Some(library) = standard_library() else {
        eprintln!("skipped: `python3` has no standard library");
        return;
    };
    let lab = empty();
    for package in PACKAGES {
        copy(&library.join(package), &lab.source.join(package));
    }
    let report = lab.run().await;
    assert!(report.published);
    let failed: Vec<_> = report.nodes.iter().filter(|n| n.outcome == Outcome::Failed).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(report.warnings, Vec::<String>::new());
    ids_are_unique_and_lead_somewhere(&lab).await;
    for view in FILLED {
        let filled = lab.query(&format!("select count(*) > 0 from {view}")).await;
        assert_eq!(filled, ["true"], "{view}");
    }
}
