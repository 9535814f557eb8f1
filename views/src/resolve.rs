//! Where an import may lead, by the rules of the language and the path of the file alone.
//!
//! Each candidate is a `module_path` as `source_files` has it. Which of them is a file of the tree
//! is asked by a join, so that resolving a whole tree costs one hash table.

use belvedere::{ArrowType, udf};

use crate::extract::lang::{self, Lang};

/// A module path that an import may mean.
#[derive(ArrowType, Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The lower, the likelier.
    pub rank: i64,
    /// The path without extension, as in `source_files`.
    pub module_path: String,
    /// What is left of the import: names in that file, joined by `.`; empty for the file itself.
    pub rest: String,
}

/// Names of folders that hold packages without being one.
const SOURCE_FOLDERS: [&str; 2] = ["src", "lib"];

/// Paths longer than this come from a program, not from a person.
const PARTS_MAX: usize = 64;

/// Module paths that an import may mean, the likeliest first.
///
/// The arguments are columns of `ast_imports`.
/// An absolute import of Python is looked for below each folder around the file and their `src` and
/// `lib`, the outermost first; a path of Rust from the root of the crate, from the module itself,
/// and in the folders beside the crate's. A name can be a module or something in one, so both are
/// candidates.
///
/// ```sql
/// SELECT import_candidates('pkg/a.py', 'python', 'from', 'b', 'c', 1);
/// ----
/// [{rank: 0, module_path: pkg/b/c, rest: }, {rank: 1, module_path: pkg/b, rest: c}]
/// ```
#[udf(tags = [symbol])]
pub fn import_candidates(
    path: &str,
    lang: &str,
    kind: &str,
    module: &str,
    name: Option<&str>,
    level: i64,
) -> Vec<Candidate> {
    let name = name.filter(|name| *name != "*");
    let mut found = Found::default();
    match lang {
        "python" => python(&mut found, path, module, name, level),
        "rust" => {
            rust(&mut found, lang::module_path(path, Lang::Rust), (kind, module, name), level)
        }
        _ => {}
    }
    found.candidates
}

#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
}

impl Found {
    /// Adds the path of `parts` below `folder`, then those of fewer parts, at least `parts_min`.
    fn push(&mut self, folder: &str, parts: &[&str], parts_min: usize) {
        for count in (parts_min..=parts.len()).rev() {
            let path = join(folder, &parts[..count]);
            if self.candidates.iter().all(|known| known.module_path != path) {
                let rank = i64::try_from(self.candidates.len()).unwrap_or(i64::MAX);
                let rest = parts[count..].join(".");
                self.candidates.push(Candidate { rank, module_path: path, rest });
            }
        }
    }
}

fn join(folder: &str, parts: &[&str]) -> String {
    let folder = Some(folder).filter(|folder| !folder.is_empty());
    folder.into_iter().chain(parts.iter().copied()).collect::<Vec<_>>().join("/")
}

/// The folder around a path, or the root.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn python(found: &mut Found, path: &str, module: &str, name: Option<&str>, level: i64) {
    let mut parts: Vec<&str> = module.split('.').filter(|part| !part.is_empty()).collect();
    let parts_min = parts.len();
    parts.extend(name);
    if parts.len() > PARTS_MAX {
        return;
    }
    if level > 0 {
        // One dot is the folder of the file, be it an `__init__` or not.
        let mut folder = parent(path);
        for _ in 1..level {
            // A source may have as many dots as it likes; above the root is nothing.
            if folder.is_empty() {
                break;
            }
            folder = parent(folder);
        }
        found.push(folder, &parts, parts_min);
        return;
    }
    let mut folders: Vec<&str> = Vec::new();
    let mut folder = path;
    while !folder.is_empty() {
        folder = parent(folder);
        folders.push(folder);
    }
    for folder in folders.into_iter().rev() {
        found.push(folder, &parts, parts_min.max(1));
        for inner in SOURCE_FOLDERS {
            found.push(&join(folder, &[inner]), &parts, parts_min.max(1));
        }
    }
}

fn rust(
    found: &mut Found,
    module_path: &str,
    (kind, module, name): (&str, &str, Option<&str>),
    level: i64,
) {
    let mut parts: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    parts.extend(name);
    if parts.len() > PARTS_MAX {
        return;
    }
    let root = crate_root(module_path);
    let mut inline = level;
    match parts.first() {
        Some(&"crate") => found.push(root, &parts[1..], 0),
        // `mod a;` means the file of `a` and nothing around it.
        Some(&"self") if kind == "mod" => found.push(module_path, &parts[1..], parts.len() - 1),
        Some(&("self" | "super")) => {
            let mut folder = module_path;
            let ups = parts.iter().take_while(|part| matches!(**part, "self" | "super"));
            let count = ups.clone().count();
            for _ in ups.filter(|part| **part == "super") {
                match inline {
                    1.. => inline -= 1,
                    _ => folder = parent(folder),
                }
            }
            // What is left inside of the file is no file.
            if inline <= 0 {
                found.push(folder, &parts[count..], 0);
            }
        }
        Some(first) => {
            found.push(module_path, &parts, 1);
            found.push(root, &parts, 1);
            let beside = parent(parent(root));
            let dashed = first.replace('_', "-");
            for folder in [dashed.as_str(), first] {
                found.push(&join(beside, &[folder, "src"]), &parts[1..], 0);
            }
        }
        None => {}
    }
}

/// The innermost `src` folder, or the folder of the file.
fn crate_root(module_path: &str) -> &str {
    let is_src = |at: &usize| {
        let rest = &module_path[*at..];
        rest == "src" || rest.starts_with("src/")
    };
    let starts = module_path.match_indices('/').map(|(at, _)| at + 1);
    let src = std::iter::once(0).chain(starts).rfind(is_src);
    src.map_or(parent(module_path), |at| &module_path[..at + "src".len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        (path, lang, kind): (&str, &str, &str),
        (module, name, level): (&str, Option<&str>, i64),
        expected: &[&str],
    ) {
        let candidates = import_candidates(path, lang, kind, module, name, level);
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
        let below = import_candidates("a/src/b.rs", "rust", "use", "super::x", None, i64::MIN);
        let zero = import_candidates("a/src/b.rs", "rust", "use", "super::x", None, 0);
        assert_eq!(below, zero);
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
}
