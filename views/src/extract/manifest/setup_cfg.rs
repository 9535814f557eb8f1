//! `setup.cfg`: a package of Python as setuptools reads it. Sections, keys, and values that go on in
//! indented lines; whatever else is there is another tool's.

use std::ops::Range;

use super::{Dependency, Facts, Package, Written, names};

/// A value: its lines, without what is around them, and where each is written.
type Lines<'a> = Vec<(&'a str, Range<usize>)>;

/// One key of a section.
struct Entry<'a> {
    section: &'a str,
    key: String,
    lines: Lines<'a>,
}

/// What a manifest in `folder` says.
pub(super) fn facts(text: &str, folder: &str) -> Facts {
    let entries = entries(text);
    let find = |section: &str, key: &str| {
        let mut all = entries.iter().filter(|entry| entry.section == section);
        all.find(|entry| entry.key == key).map(|entry| entry.lines.as_slice())
    };
    let first = |section, key| find(section, key).and_then(|lines| lines.first());
    let mut facts = Facts::default();
    let source = || {
        let found = first("options.packages.find", "where").map(|(line, _)| *line);
        found.or_else(|| {
            // `=src` is the folder of all packages that no other line tells of.
            let mut lines = find("options", "package_dir")?.iter();
            lines.find_map(|(line, _)| line.strip_prefix('=').map(str::trim))
        })
    };
    if let Some((name, at)) = first("metadata", "name") {
        facts.package = Some(Package {
            name: Written { text: (*name).to_owned(), at: at.clone() },
            version: first("metadata", "version").map(|(version, _)| (*version).to_owned()),
            crate_name: None,
            lib_path: None,
            source_folder: source().and_then(|path| names::below(folder, path)),
        });
    }
    for entry in &entries {
        let kind = match (entry.section, entry.key.as_str()) {
            ("options", "install_requires") => "normal",
            ("options", "setup_requires") => "build",
            ("options", "tests_require") => "dev",
            ("options.extras_require", _) => "extra",
            _ => continue,
        };
        for (line, at) in &entry.lines {
            let Some((name, rest)) = names::requirement(line) else { continue };
            facts.dependencies.push(Dependency {
                name: Written { text: name.to_owned(), at: at.clone() },
                kind,
                package: name.to_owned(),
                requirement: (!rest.is_empty()).then(|| rest.to_owned()),
                target_folder: None,
                is_inherited: false,
                is_optional: kind == "extra",
            });
        }
    }
    facts
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let (mut section, mut start, mut is_open) = ("", 0, false);
    for whole in text.split_inclusive('\n') {
        let line = whole.trim();
        let at = start + (whole.len() - whole.trim_start().len());
        let is_indented = at > start;
        start += whole.len();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (value, value_at) = if is_indented && is_open {
            (line, at)
        } else if let Some(name) = line.strip_prefix('[') {
            section = name.split(']').next().unwrap_or(name).trim();
            is_open = false;
            continue;
        } else if let Some(end) = line.find(['=', ':']) {
            let key = line[..end].trim().to_lowercase().replace('-', "_");
            entries.push(Entry { section, key, lines: Lines::new() });
            is_open = true;
            let rest = &line[end + 1..];
            (rest.trim(), at + end + 1 + (rest.len() - rest.trim_start().len()))
        } else {
            continue;
        };
        if let (Some(entry), false) = (entries.last_mut(), value.is_empty()) {
            entry.lines.push((value, value_at..value_at + value.len()));
        }
    }
    entries
}
