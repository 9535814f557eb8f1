//! Modules of Python: where an import may lead.

use super::{Around, Found, PARTS_MAX, join, parent};

/// Names of folders that hold packages without being one.
const SOURCE_FOLDERS: [&str; 2] = ["src", "lib"];

pub(super) fn find(
    found: &mut Found,
    path: &str,
    (module, name): (&str, Option<&str>),
    level: i64,
    around: Around<'_>,
) {
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
    let parts_min = parts_min.max(1);
    if let Some(source) = around.source {
        found.push(source, &parts, parts_min);
    }
    for folder in [around.folder, around.outer].into_iter().flatten() {
        found.push(&join(folder, &["src"]), &parts, parts_min);
        found.push(folder, &parts, parts_min);
    }
    let mut folders: Vec<&str> = Vec::new();
    let mut folder = path;
    while !folder.is_empty() {
        folder = parent(folder);
        folders.push(folder);
    }
    for folder in folders.into_iter().rev() {
        found.push(folder, &parts, parts_min);
        for inner in SOURCE_FOLDERS {
            found.push(&join(folder, &[inner]), &parts, parts_min);
        }
    }
}
