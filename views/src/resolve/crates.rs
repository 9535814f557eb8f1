//! Crates and modules of Rust: where a path may lead.
//!
//! A crate begins with one file, its root, and its modules lie in the folder of that file. Which crate a
//! file belongs to is told by its place in the package: Cargo's folders `src`, `src/bin`, `tests`,
//! `examples` and `benches`, and the library's root where the manifest names another.

use super::{Around, Found, PARTS_MAX, below, join, parent};
use crate::extract::lang::{self, Lang};

/// Crates that no manifest names. Modules may have these names too, and are then meant in their own parent
/// alone.
const STANDARD: [&str; 4] = ["std", "core", "alloc", "proc_macro"];

/// Folders of a package in which each file, and each folder with a `main.rs`, is a crate.
const TARGETS: [&str; 4] = ["src/bin", "tests", "examples", "benches"];

/// A file with a path in it.
struct File<'a> {
    module_path: &'a str,
    /// The folder that its modules lie in: that of its name, or, where a crate begins with it, its own.
    inside: &'a str,
    around: Around<'a>,
}

pub(super) fn find(
    found: &mut Found,
    path: &str,
    (kind, module, name): (&str, &str, Option<&str>),
    level: i64,
    around: Around<'_>,
) {
    let mut parts: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    parts.extend(name);
    if parts.len() > PARTS_MAX {
        return;
    }
    let module_path = lang::module_path(path, Lang::Rust);
    let inside = if is_root(path, module_path, around) { parent(path) } else { module_path };
    let file = File { module_path, inside, around };
    match parts.first() {
        Some(&"crate") => own(found, &file, &parts[1..], 0),
        // `mod a;` means the file of `a` and nothing around it.
        Some(&"self") if kind == "mod" => found.push(inside, &parts[1..], parts.len() - 1),
        Some(&("self" | "super")) => relative(found, &file, &parts, level),
        Some(&first) => named(found, &file, first, &parts),
        None => {}
    }
}

/// Whether a crate begins with the file, as far as manifests tell.
fn is_root(path: &str, module_path: &str, around: Around<'_>) -> bool {
    if around.source == Some(path) {
        return true;
    }
    let rest = around.folder.and_then(|folder| below(folder, module_path));
    let is_target =
        |rest: &str, target| below(target, rest).is_some_and(|name| !name.contains('/'));
    rest.is_some_and(|rest| {
        rest == "build" || TARGETS.into_iter().any(|target| is_target(rest, target))
    })
}

fn relative(found: &mut Found, file: &File<'_>, parts: &[&str], mut inline: i64) {
    let mut folder = file.module_path;
    let ups = parts.iter().take_while(|part| matches!(**part, "self" | "super"));
    let count = ups.clone().count();
    let mut is_above = false;
    for _ in ups.filter(|part| **part == "super") {
        match inline {
            1.. => inline -= 1,
            _ => (folder, is_above) = (parent(folder), true),
        }
    }
    // What is left inside of the file is no file.
    if inline > 0 {
        return;
    }
    if !is_above {
        found.push(file.inside, &parts[count..], 1);
    }
    found.push(folder, &parts[count..], 0);
}

/// A path that begins with a name: of a module here, of another crate, or, before the edition 2018, of a
/// module in the root.
fn named(found: &mut Found, file: &File<'_>, first: &str, parts: &[&str]) {
    let around = file.around;
    let is_own = around.outer.is_some() && around.outer == around.source;
    if !around.is_package || is_own {
        found.push(file.inside, parts, 1);
        if !STANDARD.contains(&first) {
            own(found, file, parts, 1);
        }
    }
    match around.outer {
        Some(root) => push_crate(found, root, &parts[1..], 0),
        None if around.folder.is_some() || STANDARD.contains(&first) => {}
        None => {
            let beside = parent(parent(crate_folder(file.module_path)));
            let dashed = first.replace('_', "-");
            for folder in [dashed.as_str(), first] {
                found.push(&join(beside, &[folder, "src"]), &parts[1..], 0);
            }
        }
    }
}

/// Adds what a path below the root of the file's own crate may mean.
fn own(found: &mut Found, file: &File<'_>, parts: &[&str], parts_min: usize) {
    let (module_path, around) = (file.module_path, file.around);
    let Some(rest) = around.folder.and_then(|folder| below(folder, module_path)) else {
        found.push(crate_folder(module_path), parts, parts_min);
        return;
    };
    let folder = around.folder.unwrap_or("");
    let target = TARGETS.into_iter().find_map(|target| Some((target, below(target, rest)?)));
    let root = around.source.filter(|root| below(parent(root), module_path).is_some());
    match (target, root) {
        (Some((target, inner)), _) if !inner.is_empty() => {
            let name = inner.split('/').next().unwrap_or(inner);
            found.push(&join(folder, &[target, name]), parts, parts_min);
        }
        (_, Some(root)) => push_crate(found, root, parts, parts_min),
        _ if below("src", rest).is_some() => {
            found.push(&join(folder, &["src"]), parts, parts_min);
        }
        _ => found.push(folder, parts, parts_min),
    }
}

/// Adds what a path below the root of a crate may mean; `root` is the file that it begins with.
fn push_crate(found: &mut Found, root: &str, parts: &[&str], parts_min: usize) {
    let root_module = lang::module_path(root, Lang::Rust);
    let folder = parent(root);
    found.push(folder, parts, parts_min.max(1));
    if parts_min == 0 {
        found.push_path(root_module.to_owned(), parts);
    }
}

/// The innermost `src` folder, or the folder of the file: where no manifest tells more.
fn crate_folder(module_path: &str) -> &str {
    let is_src = |at: &usize| {
        let rest = &module_path[*at..];
        rest == "src" || rest.starts_with("src/")
    };
    let starts = module_path.match_indices('/').map(|(at, _)| at + 1);
    let src = std::iter::once(0).chain(starts).rfind(is_src);
    src.map_or(parent(module_path), |at| &module_path[..at + "src".len()])
}
