//! One build of DataFusion for every selection of packages.
//!
//! Cargo unites the features of the packages that a command selects. If a narrower selection asks
//! for a dependency of DataFusion with other features than the whole workspace does, it compiles a
//! DataFusion of its own; the crate `belvedere-features` then lacks a line.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata, PackageId};

use super::Findings;
use crate::process;
use crate::workspace::Workspace;

/// The packages that take long to compile.
const ROOTS: &[&str] = &["datafusion", "deltalake-core"];

/// What the loops of CONTRIBUTING.md select, with tests and without. Build scripts are left out:
/// those of the code index need other features on the host, where no DataFusion is built.
const SELECTIONS: &[&[&str]] = &[
    &["--package=belvedere", "--edges=normal,dev"],
    &["--package=belvedere-views", "--edges=normal,dev"],
    &["--package=belvedere-it", "--edges=normal,dev"],
    &["--package=shop", "--edges=normal,dev"],
    &["--package=lookup", "--edges=normal,dev"],
    &["--package=reports", "--edges=normal,dev"],
    &["--package=belvedere-views", "--edges=normal"],
];

/// For each package with its version, the sets of features with which it is built. There are two
/// where a procedural macro needs others than the program.
type Variants = BTreeMap<String, BTreeSet<String>>;

/// Compares the selections with the workspace.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let below = below(&workspace.metadata, ROOTS);
    let whole = variants(workspace, &["--workspace", "--edges=normal,dev"])?;
    for selection in SELECTIONS {
        for problem in missing(&whole, &variants(workspace, selection)?, &below) {
            findings.problem(format!("{}: {problem}", selection.join(" ")));
        }
    }
    Ok(())
}

fn variants(workspace: &Workspace, selection: &[&str]) -> Result<Variants> {
    let mut command = workspace.cargo(&["tree", "--locked", "--prefix=none", "--format={p}|{f}"]);
    command.args(selection);
    Ok(parse(&process::output(&mut command)?))
}

/// Lines such as `serde_core v1.0.229|alloc,std`, with `(*)` behind what was printed before.
fn parse(tree: &str) -> Variants {
    let mut variants = Variants::new();
    for line in tree.lines() {
        let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') else {
            continue;
        };
        let package = package.trim_end_matches(" (proc-macro)").to_owned();
        variants.entry(package).or_default().insert(features.to_owned());
    }
    variants
}

/// What `narrow` builds with features that `whole` does not build it with, among `below`.
fn missing(whole: &Variants, narrow: &Variants, below: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for (package, features) in narrow.iter().filter(|(package, _)| below.contains(*package)) {
        let known = whole.get(package);
        for features in features.difference(known.unwrap_or(&BTreeSet::new())) {
            problems.push(format!(
                "`{package}` is built with the features `{features}`, which no build of the \
                 workspace uses; add what is missing to features/Cargo.toml"
            ));
        }
    }
    problems
}

/// The packages that `roots` are built from, as `cargo tree` prints them.
fn below(metadata: &Metadata, roots: &[&str]) -> BTreeSet<String> {
    let Some(resolve) = &metadata.resolve else { return BTreeSet::new() };
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let is_root = |id: &PackageId| roots.contains(&metadata[id].name.as_str());
    let mut waiting: Vec<&PackageId> = nodes.keys().copied().filter(|id| is_root(id)).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dep in nodes.get(id).into_iter().flat_map(|node| &node.deps) {
            if dep.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development) {
                waiting.push(&dep.pkg);
            }
        }
    }
    seen.into_iter().map(|id| format!("{} v{}", metadata[id].name, metadata[id].version)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{missing, parse};

    #[test]
    fn a_selection_with_other_features_is_found() {
        let whole = parse("md-5 v0.10.6|default,std\nserde v1.0.0 (proc-macro)|std (*)\n");
        let narrow = parse("md-5 v0.10.6|\nserde v1.0.0|std\nother v1.0.0|x\n");
        let below = ["md-5 v0.10.6", "serde v1.0.0"].map(str::to_owned);
        let found = missing(&whole, &narrow, &BTreeSet::from(below));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("`md-5 v0.10.6` is built with the features ``"), "{found:?}");
    }
}
