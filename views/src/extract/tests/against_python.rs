//! Python files, against what Python's own `ast` module finds in them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;

/// Runs Python with a script and an input; says why not when there is no Python.
fn python(script: &str, input: &str) -> Option<String> {
    let spawned = Command::new("python3")
        .args(["-X", "utf8", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            eprintln!("skipped: python3 cannot be run ({error})");
            return None;
        }
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "python3 failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The facts that the script prints, from our rows.
fn facts(extracted: &Extracted) -> Vec<String> {
    let prefixed = |letter: &str, lines: Vec<String>| {
        lines.into_iter().map(|line| format!("{letter} {line}")).collect::<Vec<_>>()
    };
    let def_columns = ["kind", "qualname", "start_line", "end_line", "param_count"];
    let mut facts = prefixed("D", extracted.lines("ast_defs", &def_columns));
    facts.extend(prefixed("C", extracted.lines("ast_calls", &["start_line", "name", "arg_count"])));
    let from = extracted.lines("ast_imports", &["kind", "start_line", "module", "name", "alias"]);
    facts.extend(from.into_iter().map(|line| {
        let parts: Vec<&str> = line.split(' ').collect();
        let [kind, line, module, name, alias] = parts[..] else { panic!("{line}") };
        let imported = if kind == "import" { module } else { name };
        format!("I {line} {imported} {alias}")
    }));
    facts.sort();
    facts
}

/// Compares every file below `root`; returns how many Python could parse.
fn compare(root: &Path, leave_out: &[&str]) -> Option<usize> {
    let tree = CodeTree::open(root, &SourceOptions::default()).unwrap();
    let mut inputs = tree.list(&|_| ()).unwrap().inputs;
    inputs.retain(|input| {
        Lang::of(&input.key) == Some(Lang::Python)
            && !leave_out.iter().any(|folder| input.key.starts_with(folder))
    });
    let paths: Vec<_> =
        inputs.iter().map(|input| tree.root.join(&input.key).display().to_string()).collect();
    let output = python(include_str!("ast_facts.py"), &paths.join("\n"))?;
    let mut expected = output.split("F ").skip(1).peekable();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for (input, path) in inputs.iter().zip(&paths) {
        // A line of facts never begins with `F `, but a name could hold it.
        let mut section = expected.next().unwrap_or("").to_owned();
        while let Some(more) = expected.next_if(|next| !paths.iter().any(|p| next.starts_with(p))) {
            section = format!("{section}F {more}");
        }
        let section = section.strip_prefix(path.as_str()).unwrap().trim();
        let mut extracted = Extracted::default();
        tree.extract(input, &mut |table, batch| {
            extracted.emit(table, batch);
            Ok(())
        })
        .unwrap();
        if section == "X" {
            continue;
        }
        compared += 1;
        let mut expected: Vec<&str> = section.lines().collect();
        expected.sort_unstable();
        let mut actual = facts(&extracted);
        // `from __future__ import *` parses in Python and is refused later.
        if extracted.count("ast_errors") > 0 {
            expected.retain(|fact| !fact.starts_with('I'));
            actual.retain(|fact| !fact.starts_with('I'));
        }
        if actual != expected {
            let missing = expected.iter().filter(|fact| !actual.iter().any(|a| a == **fact));
            let extra = actual.iter().filter(|fact| !expected.contains(&fact.as_str()));
            wrong.push(format!(
                "{path}: missing {:?}, extra {:?}",
                missing.take(5).collect::<Vec<_>>(),
                extra.take(5).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} files differ:\n{}", wrong.len(), wrong.join("\n"));
    Some(compared)
}

#[test]
fn the_standard_library_has_the_facts_that_python_finds() {
    let Some(root) = python("import sysconfig; print(sysconfig.get_path('stdlib'))", "") else {
        return;
    };
    let root = PathBuf::from(root.trim());
    if !root.is_dir() {
        eprintln!("skipped: `{}` has no standard library", root.display());
        return;
    }
    let compared = compare(&root, &["site-packages/", "dist-packages/"]);
    assert!(compared.is_some_and(|compared| compared > 100), "{compared:?}");
}

/// Forms that the grammar could take for something else.
#[test]
fn unusual_forms_have_the_facts_that_python_finds() {
    let folder = tempfile::tempdir().unwrap();
    for (number, text) in include_str!("unusual_forms.txt").split("----\n").enumerate() {
        fs::write(folder.path().join(format!("{number}.py")), text).unwrap();
    }
    fs::write(folder.path().join("return.py"), "def f():\r    g(1)\rclass C: pass\r").unwrap();
    fs::write(folder.path().join("feed.py"), "def f(): g()\n\x0c\ndef h():\n\x0c    g(2)\n")
        .unwrap();
    fs::write(folder.path().join("mark.py"), b"\xef\xbb\xbfdef f(): g()\n").unwrap();
    fs::write(folder.path().join("latin.py"), b"# coding: latin-1\ndef \xe9(): g('\xe9')\n")
        .unwrap();
    if let Some(compared) = compare(folder.path(), &[]) {
        assert!(compared > 100, "{compared}");
    }
}
