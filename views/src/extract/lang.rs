//! The languages of the index, and what a file's path says about it.
//!
//! A path gives the language (by extension) and the module's name in two notations: `module_path`,
//! the same for both languages, which imports are resolved against, and `module`, as a programmer
//! of the language would write it. Neither needs another file, so a row depends on its file alone.

/// A language that files are parsed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    /// `.py`, `.pyi`
    Python,
    /// `.rs`
    Rust,
}

impl Lang {
    /// The language of a file, by the extension of its name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        match extension.to_ascii_lowercase().as_str() {
            "py" | "pyi" => Some(Self::Python),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }

    /// The name in the column `lang`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }

    /// The file names that stand for the folder they lie in.
    const fn index_names(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["__init__"],
            Self::Rust => &["mod", "lib", "main"],
        }
    }
}

/// The path without its extension, and without a last part that stands for its folder: `a/b` for
/// `a/b.py`, `a/b/__init__.py`, `a/b.rs` and `a/b/mod.rs`; empty for an index file in the root.
pub(crate) fn module_path(path: &str, lang: Lang) -> &str {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    if lang.index_names().contains(&name) { folder } else { stem }
}

/// The module's name as the language writes it.
///
/// Python: the parts after the last `src` or `site-packages` folder, joined by `.`. Rust: all parts
/// but `src`, joined by `::` (so the crate goes by its folder), `crate` when nothing is left.
pub(crate) fn module(path: &str, lang: Lang) -> String {
    let parts: Vec<&str> = module_path(path, lang).split('/').filter(|p| !p.is_empty()).collect();
    match lang {
        Lang::Python => {
            let root = parts.iter().rposition(|p| matches!(*p, "src" | "site-packages"));
            parts[root.map_or(0, |at| at + 1)..].join(".")
        }
        Lang::Rust => {
            let kept: Vec<&str> = parts.into_iter().filter(|p| *p != "src").collect();
            if kept.is_empty() { "crate".to_owned() } else { kept.join("::") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_is_told_by_the_extension() {
        let cases = [
            ("a.py", Some(Lang::Python)),
            ("a/b.pyi", Some(Lang::Python)),
            ("A.PY", Some(Lang::Python)),
            ("a/b.rs", Some(Lang::Rust)),
            ("a.b/rs", None),
            (".py", None),
            ("a/.rs", None),
            ("py", None),
            ("a.pyc", None),
        ];
        for (path, expected) in cases {
            assert_eq!(Lang::of(path), expected, "{path}");
        }
    }

    #[test]
    fn modules_are_named_after_paths() {
        let cases = [
            ("a/b.py", "a/b", "a.b"),
            ("a/b/__init__.py", "a/b", "a.b"),
            ("src/a/b.pyi", "src/a/b", "a.b"),
            ("lib/site-packages/x/y.py", "lib/site-packages/x/y", "x.y"),
            ("__init__.py", "", ""),
            ("src/lib.rs", "src", "crate"),
            ("src/a/mod.rs", "src/a", "a"),
            ("src/a/b.rs", "src/a/b", "a::b"),
            ("runtime/src/view/model.rs", "runtime/src/view/model", "runtime::view::model"),
            ("build.rs", "build", "build"),
        ];
        for (path, expected_path, expected) in cases {
            let lang = Lang::of(path).unwrap();
            assert_eq!(module_path(path, lang), expected_path, "{path}");
            assert_eq!(module(path, lang), expected, "{path}");
        }
    }
}
