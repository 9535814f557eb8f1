//! Who may depend on whom: the picture of ARCHITECTURE.md as a table.
//!
//! Edges inside the workspace are compared for every kind of dependency. For the crates that must
//! stay light, the dependencies from outside are listed too.

use std::collections::BTreeSet;

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata};

use super::Findings;
use crate::process;
use crate::workspace::Workspace;

/// A package and the packages of the workspace that it may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("belvedere-benches", &["belvedere", "belvedere-udfs"]),
    ("belvedere-features", &[]),
    ("belvedere-lang", &[]),
    ("belvedere-macros", &["belvedere-lang"]),
    ("belvedere", &["belvedere-features", "belvedere-lang", "belvedere-macros"]),
    ("belvedere-udfs", &["belvedere"]),
    ("belvedere-allocator", &[]),
    ("belvedere-views", &["belvedere", "belvedere-allocator", "belvedere-udfs"]),
    ("belvedere-python", &["belvedere", "belvedere-lang"]),
    ("belvedere-native", &["belvedere-python", "belvedere-udfs", "belvedere-views"]),
    ("belvedere-ui", &["belvedere", "belvedere-macros"]),
    (
        "belvedere-it",
        &["belvedere", "belvedere-lang", "belvedere-macros", "belvedere-udfs", "belvedere-views"],
    ),
    ("lookup", &["belvedere"]),
    ("own-functions", &["belvedere", "belvedere-python"]),
    ("reports", &["belvedere"]),
    ("shop", &["belvedere"]),
    ("xtask", &["belvedere-lang"]),
];

/// Edges that only the feature `engine` may switch on.
const OPTIONAL: &[(&str, &str)] =
    &[("belvedere", "belvedere-features"), ("belvedere", "belvedere-lang")];

/// A package and all that it may take from outside, tests excepted: macros are built before
/// anything else can be.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("belvedere-lang", &["darling", "proc-macro2", "quote", "serde", "syn"]),
    ("belvedere-macros", &["darling", "proc-macro2", "quote", "syn"]),
];

/// Beginnings of the names of packages that a build without features must not contain.
const HEAVY: &[&str] = &["datafusion", "deltalake", "object_store", "parquet", "tokio"];

/// Compares the workspace with the tables.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    for problem in problems(&edges(&workspace.metadata)) {
        findings.problem(problem);
    }
    for package in ["belvedere", "xtask"] {
        let mut command = workspace.cargo(&[
            "tree",
            "--locked",
            "--package",
            package,
            "--no-default-features",
            "--edges=normal,build",
            "--prefix=none",
            "--format={p}",
        ]);
        let tree = process::output(&mut command)?;
        for name in heavy(&tree) {
            findings.problem(format!("`{package}` without features contains `{name}`"));
        }
    }
    Ok(())
}

/// A dependency as a manifest declares it.
struct Edge {
    from: String,
    to: String,
    inside: bool,
    optional: bool,
    dev: bool,
}

fn edges(metadata: &Metadata) -> Vec<Edge> {
    let packages = metadata.workspace_packages();
    let members: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let edge = |from: &str, dependency: &cargo_metadata::Dependency| Edge {
        from: from.to_owned(),
        to: dependency.name.clone(),
        inside: members.contains(dependency.name.as_str()),
        optional: dependency.optional,
        dev: dependency.kind == DependencyKind::Development,
    };
    packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| edge(&package.name, dependency))
        })
        .collect()
}

fn problems(edges: &[Edge]) -> Vec<String> {
    let mut problems = Vec::new();
    for Edge { from, to, inside, optional, dev } in edges {
        let allowed = if *inside { EDGES } else { OUTSIDE };
        let row = allowed.iter().find(|(package, _)| package == from);
        let wrong = match row {
            Some((_, targets)) => !targets.contains(&to.as_str()),
            None => *inside,
        };
        // What only tests need does not weigh on those who use a package.
        if wrong && (*inside || !*dev) {
            problems.push(format!("`{from}` must not depend on `{to}` (ARCHITECTURE.md, edges)"));
        }
        if OPTIONAL.contains(&(from.as_str(), to.as_str())) && !optional && !dev {
            problems.push(format!("`{from}` may depend on `{to}` under a feature only"));
        }
    }
    problems
}

fn heavy(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| HEAVY.iter().any(|prefix| name.starts_with(prefix)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Edge, heavy, problems};

    fn edge(from: &str, to: &str, inside: bool) -> Edge {
        Edge { from: from.to_owned(), to: to.to_owned(), inside, optional: false, dev: false }
    }

    #[test]
    fn edges_of_the_picture_pass() {
        let edges = [
            edge("belvedere-macros", "belvedere-lang", true),
            edge("belvedere-macros", "syn", false),
            edge("belvedere-views", "tree-sitter", false),
        ];
        assert!(problems(&edges).is_empty());
    }

    #[test]
    fn an_edge_against_the_picture_is_named() {
        let found = problems(&[edge("belvedere-lang", "belvedere", true)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("`belvedere-lang` must not depend on `belvedere`"));
        assert_eq!(problems(&[edge("belvedere-new", "belvedere", true)]).len(), 1);
    }

    #[test]
    fn light_crates_take_nothing_else_from_outside_but_for_tests() {
        let mut anyhow = edge("belvedere-macros", "anyhow", false);
        assert_eq!(problems(std::slice::from_ref(&anyhow)).len(), 1);
        anyhow.dev = true;
        assert!(problems(&[anyhow]).is_empty());
    }

    #[test]
    fn the_language_hangs_on_a_feature() {
        let found = problems(&[edge("belvedere", "belvedere-lang", true)]);
        assert_eq!(found, ["`belvedere` may depend on `belvedere-lang` under a feature only"]);
    }

    #[test]
    fn heavy_packages_are_known_by_their_beginning() {
        let tree = "belvedere v0.1.0\narrow-array v59.3.2\ndatafusion-expr v55.2.0 (*)\ntokio v1\n";
        assert_eq!(heavy(tree).into_iter().collect::<Vec<_>>(), ["datafusion-expr", "tokio"]);
    }
}
