//! Versions: what must be there once, and what may be there twice for a reason.
//!
//! Two arrows or two DataFusions do not fit together, whatever the compiler says. Of the rest, a
//! second version is compile time that somebody pays for; each is listed with who brings it, and
//! an entry that explains nothing is an error too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::Findings;
use crate::workspace::Workspace;

/// Beginnings of names of packages that pass values to each other.
const SINGLE: &[&str] =
    &["arrow", "datafusion", "deltalake", "inventory", "object_store", "parquet", "sqlparser"];

/// A package that is there in several versions, and why.
///
/// `cargo tree --target all -i NAME@VERSION` tells who asks for one.
const REASONS: &[(&str, &str)] = &[
    ("alloc-no-stdlib", "as alloc-stdlib"),
    ("alloc-stdlib", "brotli 8 has the older, deltalake-core's brotli-decompressor the newer"),
    ("base64", "object_store and its reqwest have the older"),
    ("blake2", "datafusion-functions has the older"),
    ("block-buffer", "as digest"),
    ("brotli-decompressor", "parquet's brotli has the older, deltalake-core the newer"),
    ("core-foundation", "reqwest's system-configuration, on macOS only"),
    ("crypto-common", "as digest"),
    ("darling", "deltalake-core's validator has the older"),
    ("darling_core", "as darling"),
    ("darling_macro", "as darling"),
    ("digest", "datafusion-functions' blake2 and object_store's md-5 have the older"),
    ("foldhash", "as hashbrown"),
    ("getrandom", "one for each generation of rand"),
    ("hashbrown", "dashmap and petgraph, both DataFusion's, have one older each"),
    ("itertools", "deltalake-core and object_store have the older, sqllogictest the oldest"),
    ("md-5", "object_store and sqllogictest have the older, datafusion-functions the newer"),
    ("num-bigint", "DataFusion's bigdecimal has the older, arrow-buffer the newer"),
    ("r-efi", "getrandom on UEFI only"),
    ("rand", "DataFusion and object_store each have theirs, sqllogictest the oldest"),
    ("rand_chacha", "as rand"),
    ("rand_core", "as rand"),
    ("reqwest", "object_store has the older, deltalake-core's kernel the newer"),
    ("syn", "deltalake-core's macros have the older"),
    ("unicode-width", "sqllogictest has the older"),
    ("windows-sys", "ring has the older, on Windows only"),
    ("zstd", "arrow-ipc and parquet have the older, async-compression the newer"),
    ("zstd-safe", "as zstd"),
];

/// Compares the lock file with the lists.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in &workspace.metadata.packages {
        versions.entry(&package.name).or_default().insert(package.version.to_string());
    }
    for problem in problems(&versions, REASONS) {
        findings.problem(problem);
    }
    Ok(())
}

fn problems(versions: &BTreeMap<&str, BTreeSet<String>>, reasons: &[(&str, &str)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let listed = versions.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        if SINGLE.iter().any(|single| name.starts_with(single)) {
            problems.push(format!("`{name}` must be there once, these are {listed}"));
        } else if !reasons.iter().any(|(known, _)| known == name) {
            problems.push(format!(
                "`{name}` is there as {listed}: agree with the others on one, or say in \
                 xtask/src/tidy/duplicates.rs who brings the second (`cargo tree --target all -i {name}@…`)"
            ));
        }
    }
    for (name, _) in reasons {
        if versions.get(name).is_none_or(|versions| versions.len() < 2) {
            problems.push(format!("`{name}` is there once; its reason in duplicates.rs is stale"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::problems;

    fn versions<'a>(packages: &[(&'a str, &[&str])]) -> BTreeMap<&'a str, BTreeSet<String>> {
        packages
            .iter()
            .map(|(name, versions)| (*name, versions.iter().map(|v| (*v).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn two_arrows_have_no_excuse() {
        let found = problems(&versions(&[("arrow-array", &["59.0.0", "58.0.0"])]), &[]);
        assert_eq!(found, ["`arrow-array` must be there once, these are 58.0.0, 59.0.0"]);
    }

    #[test]
    fn a_second_version_needs_a_reason_and_a_reason_a_second_version() {
        let two = versions(&[("syn", &["2.0.0", "3.0.0"])]);
        assert_eq!(problems(&two, &[]).len(), 1);
        assert!(problems(&two, &[("syn", "others")]).is_empty());
        let found = problems(&versions(&[("syn", &["3.0.0"])]), &[("syn", "others")]);
        assert_eq!(found, ["`syn` is there once; its reason in duplicates.rs is stale"]);
    }
}
