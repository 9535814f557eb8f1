//! `pyproject.toml`: a package of Python, as PEP 621 or Poetry writes it, and the folder that its build
//! tool takes modules from.

use super::tables::{self, Table, Value};
use super::{Dependency, Facts, Package, Written, names};

/// What a manifest in `folder` says.
pub(super) fn facts(text: &str, folder: &str) -> Result<Facts, String> {
    let document = tables::parse(text)?;
    let mut facts = Facts::default();
    let project = tables::table(&document, &["project"]);
    let poetry = tables::table(&document, &["tool", "poetry"]);
    let named = [project, poetry].into_iter().flatten().find_map(|of| {
        let name = tables::written(of, "name").filter(|name| !name.text.trim().is_empty())?;
        Some((of, name))
    });
    match named {
        Some((of, name)) => {
            let version = tables::text(of, "version").map(str::to_owned);
            let source_folder =
                source_folder(&document).and_then(|path| names::below(folder, path));
            facts.package =
                Some(Package { name, version, crate_name: None, lib_path: None, source_folder });
        }
        None if project.is_some() => {
            facts.problem = Some("the project has no `name`".to_owned());
        }
        None => {}
    }
    if let Some(project) = project {
        push_list(&mut facts, tables::items(project, "dependencies"), "normal");
        push_lists(&mut facts, tables::table(project, &["optional-dependencies"]), "extra");
    }
    push_lists(&mut facts, tables::table(&document, &["dependency-groups"]), "dev");
    if let Some(build) = tables::table(&document, &["build-system"]) {
        push_list(&mut facts, tables::items(build, "requires"), "build");
    }
    if let Some(poetry) = poetry {
        push_poetry(&mut facts, poetry, folder);
    }
    Ok(facts)
}

/// The first folder that a build tool is told to take modules from.
fn source_folder<'t>(document: &'t Table<'_>) -> Option<&'t str> {
    let at = |path: &[&str], key: &str| {
        tables::table(document, path).and_then(|table| tables::first_text(table, key))
    };
    let poetry = || {
        let poetry = tables::table(document, &["tool", "poetry"])?;
        tables::text(tables::items(poetry, "packages").first()?.get_ref().as_table()?, "from")
    };
    let wheel = ["tool", "hatch", "build", "targets", "wheel"];
    at(&["tool", "setuptools", "packages", "find"], "where")
        .or_else(|| at(&["tool", "setuptools", "package-dir"], ""))
        .or_else(|| at(&["tool", "maturin"], "python-source"))
        .or_else(|| at(&["tool", "pdm", "build"], "package-dir"))
        .or_else(|| at(&["tool", "uv", "build-backend"], "module-root"))
        .or_else(poetry)
        .or_else(|| at(&wheel, "sources"))
        .or_else(|| {
            // `packages = ["src/name"]`
            at(&wheel, "packages")
                .map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
        })
}

fn push_lists(facts: &mut Facts, lists: Option<&Table<'_>>, kind: &'static str) {
    for list in lists.into_iter().flat_map(Table::values) {
        push_list(facts, list.get_ref().as_array().map_or(&[], |items| items), kind);
    }
}

fn push_list(facts: &mut Facts, items: &[Value<'_>], kind: &'static str) {
    for item in items {
        let Some((name, rest)) = item.get_ref().as_str().and_then(names::requirement) else {
            continue;
        };
        facts.dependencies.push(Dependency {
            name: Written { text: name.to_owned(), at: item.span() },
            kind,
            package: name.to_owned(),
            requirement: (!rest.is_empty()).then(|| rest.to_owned()),
            target_folder: None,
            is_inherited: false,
            is_optional: kind == "extra",
        });
    }
}

fn push_poetry(facts: &mut Facts, poetry: &Table<'_>, folder: &str) {
    let groups = tables::table(poetry, &["group"]).into_iter().flat_map(Table::values);
    let groups = groups.filter_map(|group| group.get_ref().as_table());
    let of_groups = groups.filter_map(|group| tables::table(group, &["dependencies"]));
    let kinds = [("dependencies", "normal"), ("dev-dependencies", "dev")];
    let own =
        kinds.into_iter().filter_map(|(key, kind)| Some((tables::table(poetry, &[key])?, kind)));
    for (table, kind) in own.chain(of_groups.map(|table| (table, "dev"))) {
        for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != "python") {
            let details = value.get_ref().as_table();
            let text = |key| details.and_then(|details| tables::text(details, key));
            let name = Written { text: key.get_ref().to_string(), at: key.span() };
            facts.dependencies.push(Dependency {
                kind,
                package: name.text.clone(),
                requirement: value.get_ref().as_str().or(text("version")).map(str::to_owned),
                target_folder: text("path").and_then(|path| names::below(folder, path)),
                is_inherited: false,
                is_optional: details.is_some_and(|details| tables::is_set(details, "optional")),
                name,
            });
        }
    }
}
