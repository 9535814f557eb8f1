//! Names, versions and paths as manifests write them, in forms that can be compared.

use crate::extract::lang::Lang;

/// The form in which names of packages are compared: Python's of PEP 503, in which case and the sort of
/// separators count for nothing; of Rust the name itself.
pub(super) fn normal(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Rust => name.to_owned(),
        Lang::Python => {
            let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("-").to_lowercase()
        }
    }
}

/// What code calls a crate whose package has that name.
pub(super) fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

/// The part of a version, or of what is required of one, that versions which are compatible share: `1` of
/// `1.2.3`, `0.25` of `^0.25.1`. There is none where several are let in: `>=1`, `*`.
pub(super) fn series(version: &str) -> Option<String> {
    let version = version.split(',').next().unwrap_or(version).trim();
    let version = version.trim_start_matches(['^', '~', '=']).trim_start();
    let version = version.split(['-', '+']).next().unwrap_or(version);
    let mut numbers = version.split('.').map(|part| part.trim().parse::<u64>().ok());
    let major = numbers.next().flatten()?;
    if major > 0 {
        return Some(major.to_string());
    }
    let minor = numbers.next().flatten()?;
    if minor > 0 {
        return Some(format!("0.{minor}"));
    }
    let patch = numbers.next().flatten()?;
    Some(format!("0.0.{patch}"))
}

/// A path that a manifest in `folder` writes, as keys of files are written; nothing where it leads out of
/// the tree.
pub(super) fn below(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '\\']) || path.contains(":/") || path.contains(":\\") {
        return None;
    }
    let mut parts: Vec<String> =
        folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part.replace('\\', r"\\")),
        }
    }
    Some(parts.join("/"))
}

/// A requirement as PEP 508 writes it, `name[extra] >= 1; marker`: the name, and what follows it.
pub(super) fn requirement(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (name, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compatible_versions_share_a_series() {
        let cases = [
            ("1.2.3", Some("1")),
            ("^1", Some("1")),
            ("~1.2", Some("1")),
            ("=0.25.18+spec-1.1.0", Some("0.25")),
            ("0.25", Some("0.25")),
            ("0.0.3-rc.1", Some("0.0.3")),
            ("1.*", Some("1")),
            ("0", None),
            ("0.0", None),
            ("*", None),
            (">=1, <3", None),
            ("", None),
            ("99999999999999999999999.1", None),
        ];
        for (version, expected) in cases {
            assert_eq!(series(version).as_deref(), expected, "{version}");
        }
    }

    #[test]
    fn paths_stay_below_the_root() {
        let cases = [
            ("a/b", "../c", Some("a/c")),
            ("a", ".", Some("a")),
            ("", "src//lib.rs", Some("src/lib.rs")),
            ("a", "..", Some("")),
            ("a", "../..", None),
            ("", "/etc", None),
            ("", "C:/x", None),
            ("", r"a\b", Some(r"a\\b")),
        ];
        for (folder, path, expected) in cases {
            assert_eq!(below(folder, path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn names_of_python_are_compared_without_regard_to_separators() {
        assert_eq!(normal(Lang::Python, "My_Pack.age--x"), "my-pack-age-x");
        assert_eq!(normal(Lang::Rust, "My_Pack-age"), "My_Pack-age");
        assert_eq!(requirement(" Foo.bar[x] >= 1 ; y"), Some(("Foo.bar", "[x] >= 1 ; y")));
        assert_eq!(requirement("@ x"), None);
    }
}
