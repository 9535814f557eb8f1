//! Whole trees: what is listed, and what happens when it changes.

use super::*;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn open(root: &Path, exclude: &[&Path]) -> Result<CodeTree, String> {
    let exclude = exclude.iter().map(|path| path.to_path_buf()).collect();
    CodeTree::open(root, &SourceOptions { exclude }).map_err(|error| error.to_string())
}

fn extract_one(tree: &CodeTree, input: &Input) -> (Input, Extracted) {
    let mut extracted = Extracted::default();
    let read = tree
        .extract(input, &mut |table, batch| {
            extracted.emit(table, batch);
            Ok(())
        })
        .unwrap();
    (read, extracted)
}

#[test]
fn equal_content_at_two_paths_has_equal_hashes_and_different_ids() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", "def f(): g()\n");
    write(folder.path(), "b/a.py", "def f(): g()\n");
    let (listing, extracted) = extract_tree(folder.path());
    assert_eq!(listing.inputs[0].content_hash, listing.inputs[1].content_hash);
    for (table, id) in
        [("source_files", "file_id"), ("ast_defs", "def_id"), ("ast_calls", "call_id")]
    {
        let ids = extracted.lines(table, &[id]);
        assert_eq!(ids.len(), 2);
        assert_ne!(ids[0], ids[1]);
    }
}

#[test]
fn a_listing_tells_content_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", "x = 1\n");
    let tree = open(folder.path(), &[]).unwrap();
    let list = || tree.list(&|_| ()).unwrap().inputs;
    let first = list();
    assert_eq!((first[0].key.as_str(), first[0].bytes), ("a.py", 6));
    write(folder.path(), "a.py", "x = 1\n");
    assert_eq!(list(), first);
    write(folder.path(), "a.py", "x = 2\n");
    assert_ne!(list(), first);
}

#[test]
fn progress_is_told_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", &"x = 1\n".repeat(100_000));
    write(folder.path(), "b.rs", "fn f() {}");
    let bytes = std::sync::atomic::AtomicU64::new(0);
    let tell = |count| {
        bytes.fetch_add(count, Ordering::Relaxed);
    };
    open(folder.path(), &[]).unwrap().list(&tell).unwrap();
    assert_eq!(bytes.into_inner(), 600_009);
}

#[test]
fn a_file_that_changes_or_vanishes_after_it_was_listed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", "f()\n");
    let tree = open(folder.path(), &[]).unwrap();
    let listed = tree.list(&|_| ()).unwrap().inputs.remove(0);
    write(folder.path(), "a.py", "g()\n");
    let (read, extracted) = extract_one(&tree, &listed);
    assert_ne!(read.content_hash, listed.content_hash);
    assert_eq!(read, tree.list(&|_| ()).unwrap().inputs[0]);
    check(extracted.lines("ast_calls", &["callee"]), &["g"]);
    fs::remove_file(folder.path().join("a.py")).unwrap();
    let (read, extracted) = extract_one(&tree, &listed);
    assert_ne!(read.content_hash, listed.content_hash);
    check(extracted.lines("extract_errors", &["path", "lang", "kind"]), &["a.py python vanished"]);
    assert_eq!(extracted.count("source_files"), 0);
}

#[test]
fn a_source_that_cannot_be_opened_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "a.py", "");
    fs::create_dir(root.join("warehouse")).unwrap();
    let error = |path: &Path, exclude: &[&Path]| open(path, exclude).unwrap_err();
    assert!(error(&root.join("gone"), &[]).contains("give the path of a folder"));
    assert!(error(&root.join("a.py"), &[]).contains("is no folder"));
    assert!(error(&root.join("warehouse"), &[&root.join("warehouse")]).contains("is excluded"));
}

#[test]
fn an_empty_tree_has_no_inputs() {
    let (listing, extracted) = extract_tree(tempfile::tempdir().unwrap().path());
    assert!(listing.inputs.is_empty() && extracted.0.is_empty());
}

#[test]
fn what_is_excluded_need_not_exist_yet() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = folder.path().join("sub/../warehouse");
    fs::create_dir(folder.path().join("sub")).unwrap();
    let tree = open(folder.path(), &[&folder.path().join("warehouse"), &warehouse]).unwrap();
    write(folder.path(), "warehouse/a.py", "");
    write(folder.path(), "b.py", "");
    let keys: Vec<_> = tree.list(&|_| ()).unwrap().inputs.into_iter().map(|i| i.key).collect();
    assert_eq!(keys, ["b.py"]);
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes_are_extracted() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xff\xfe.py");
    if let Err(error) = fs::write(folder.path().join(name), "f()\n") {
        eprintln!("skipped: the file system takes no such name ({error})");
        return;
    }
    let (listing, extracted) = extract_tree(folder.path());
    assert_eq!(listing.inputs[0].key, r"\xff\xfe.py");
    check(extracted.lines("ast_calls", &["path", "callee"]), &[r"\xff\xfe.py f"]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", "f()\n");
    write(folder.path(), "b/c.py", "f()\n");
    let close = |path: &str, mode| {
        let path = folder.path().join(path);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    close("a.py", 0);
    close("b", 0);
    let readable = fs::read(folder.path().join("a.py")).is_ok();
    let result = (!readable).then(|| extract_tree(folder.path()));
    close("b", 0o755);
    match result {
        Some((_, extracted)) => check(
            extracted.lines("extract_errors", &["path", "kind"]),
            &["a.py unreadable", "b unreadable"],
        ),
        None => eprintln!("skipped: this user may read everything"),
    }
}

/// Rows are handed on in batches of a bounded size, whatever the file.
#[test]
fn batches_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", &"f(1)\n".repeat(20_000));
    let (_, extracted) = extract_tree(folder.path());
    assert_eq!(extracted.count("ast_calls"), 20_000);
    let rows: Vec<_> = extracted.0["ast_calls"].iter().map(RecordBatch::num_rows).collect();
    assert!(rows.len() > 1 && rows.iter().all(|rows| *rows <= 8192), "{rows:?}");
}
