//! Every source file is compiled: a file that no `mod` names is dead code or a test that never runs.
//!
//! Starting from the roots that cargo knows, `mod name;` is followed as rustc does it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Findings;
use crate::workspace::Workspace;

/// Folders whose files are inputs of tests.
const INPUTS: &[&str] = &["tests/ui/cases", "tests/data"];

/// Roots of packages outside of the workspace.
const OUTSIDE: &[&str] = &["benches/rivals/src/main.rs"];

/// Compares the files that are there with those that are reached.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    let mut reached = BTreeSet::new();
    for package in workspace.metadata.workspace_packages() {
        for target in &package.targets {
            follow(target.src_path.as_std_path(), true, &mut reached);
        }
    }
    for root in OUTSIDE {
        follow(&workspace.path(root), true, &mut reached);
    }
    for file in workspace.files()? {
        let is_rust = file.extension().is_some_and(|extension| extension == "rs");
        let is_input = INPUTS.iter().any(|folder| file.starts_with(folder));
        if is_rust && !is_input && !reached.contains(&workspace.path(&file)) {
            findings
                .problem(format!("{}: no `mod` names it, so it is not compiled", file.display()));
        }
    }
    Ok(())
}

/// Adds `file` and all that its `mod` items name. What cannot be read or parsed is rustc's to say.
fn follow(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.to_path_buf()) {
        return;
    }
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let Ok(syntax) = syn::parse_file(&text) else { return };
    let is_mod = file.file_name().is_some_and(|name| name == "mod.rs");
    let folder = if is_root || is_mod {
        file.parent().map(Path::to_path_buf)
    } else {
        Some(file.with_extension(""))
    };
    if let Some(folder) = folder {
        follow_items(&syntax.items, &folder, reached);
    }
}

fn follow_items(items: &[syn::Item], folder: &Path, reached: &mut BTreeSet<PathBuf>) {
    for item in items {
        let syn::Item::Mod(module) = item else { continue };
        let name = module.ident.to_string();
        let name = name.trim_start_matches("r#");
        match &module.content {
            Some((_, items)) => follow_items(items, &folder.join(name), reached),
            None => {
                let flat = folder.join(format!("{name}.rs"));
                let nested = folder.join(name).join("mod.rs");
                let named = named_path(module).map(|path| folder.join(path));
                // The modules of a file that is named so lie beside it, as those of a root do.
                let beside = named.is_some();
                let found = named.unwrap_or(if flat.is_file() { flat } else { nested });
                follow(&found, beside, reached);
            }
        }
    }
}

/// The file that `#[path = "…"]` names.
fn named_path(module: &syn::ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attr| match &attr.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{follow, named_path};

    #[test]
    fn a_module_may_name_its_file() {
        let module = syn::parse_str("#[path = \"private.rs\"] pub mod __private;");
        assert_eq!(module.ok().as_ref().and_then(named_path).as_deref(), Some("private.rs"));
        let plain = syn::parse_str("mod plain;");
        assert_eq!(plain.ok().as_ref().and_then(named_path), None);
    }

    #[test]
    fn this_crate_is_reached_from_its_root() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut reached = BTreeSet::new();
        follow(&root.join("main.rs"), true, &mut reached);
        assert!(reached.contains(&root.join("tidy/mod.rs")));
        assert!(reached.contains(&root.join("tidy/modules.rs")));
        assert!(reached.iter().all(|file| file.is_file()), "{reached:?}");
    }
}
