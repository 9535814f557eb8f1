//! `Cargo.toml`: a package, the library that it has, and what it depends on.

use super::tables::{self, Key, Table, Value};
use super::{Dependency, Facts, Package, Written, names};

/// Tables of dependencies, with the kind that they give. Cargo still reads the second spelling.
const DEPENDENCIES: [(&str, &str); 5] = [
    ("dependencies", "normal"),
    ("dev-dependencies", "dev"),
    ("dev_dependencies", "dev"),
    ("build-dependencies", "build"),
    ("build_dependencies", "build"),
];

/// What a manifest in `folder` says.
pub(super) fn facts(text: &str, folder: &str) -> Result<Facts, String> {
    let document = tables::parse(text)?;
    let mut facts = Facts::default();
    let package =
        tables::table(&document, &["package"]).or_else(|| tables::table(&document, &["project"]));
    if let Some(of) = package {
        match tables::written(of, "name").filter(|name| !name.text.trim().is_empty()) {
            Some(name) => facts.package = Some(self::package(&document, of, name, folder)),
            None => facts.problem = Some("the package has no `name`".to_owned()),
        }
    }
    push_all(&mut facts, &document, folder);
    if let Some(targets) = tables::table(&document, &["target"]) {
        for target in targets.values() {
            if let Some(target) = target.get_ref().as_table() {
                push_all(&mut facts, target, folder);
            }
        }
    }
    if let Some(workspace) = tables::table(&document, &["workspace", "dependencies"]) {
        push(&mut facts, workspace, "workspace", folder);
    }
    Ok(facts)
}

fn package(document: &Table<'_>, of: &Table<'_>, name: Written, folder: &str) -> Package {
    let lib = tables::table(document, &["lib"]);
    let lib_text = |key| lib.and_then(|lib| tables::text(lib, key));
    Package {
        version: tables::text(of, "version").map(str::to_owned),
        crate_name: Some(
            lib_text("name").map_or_else(|| names::crate_name(&name.text), str::to_owned),
        ),
        lib_path: names::below(folder, lib_text("path").unwrap_or("src/lib.rs")),
        source_folder: None,
        name,
    }
}

fn push_all(facts: &mut Facts, document: &Table<'_>, folder: &str) {
    for (key, kind) in DEPENDENCIES {
        if let Some(table) = tables::table(document, &[key]) {
            push(facts, table, kind, folder);
        }
    }
}

fn push(facts: &mut Facts, table: &Table<'_>, kind: &'static str, folder: &str) {
    facts
        .dependencies
        .extend(table.iter().map(|(key, value)| dependency(key, value, kind, folder)));
}

fn dependency(key: &Key<'_>, value: &Value<'_>, kind: &'static str, folder: &str) -> Dependency {
    let details = value.get_ref().as_table();
    let text = |key| details.and_then(|details| tables::text(details, key));
    let is_set = |key| details.is_some_and(|details| tables::is_set(details, key));
    let name = Written { text: key.get_ref().to_string(), at: key.span() };
    Dependency {
        package: text("package").unwrap_or(&name.text).to_owned(),
        requirement: value.get_ref().as_str().or_else(|| text("version")).map(str::to_owned),
        target_folder: text("path").and_then(|path| names::below(folder, path)),
        is_inherited: is_set("workspace"),
        is_optional: is_set("optional"),
        kind,
        name,
    }
}
