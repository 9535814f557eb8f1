//! Where an import may lead, by the rules of the language, the path of the file, and what manifests say
//! of the packages around it.
//!
//! Each candidate is a `module_path` as `source_files` has it. Which of them is a file of the tree
//! is asked by a join, so that resolving a whole tree costs one hash table.

use belvedere::{ArrowType, udf};

use crate::extract::lang::{self, Lang};

mod crates;
mod modules;

#[cfg(test)]
mod tests;

/// A module path that an import may mean.
#[derive(ArrowType, Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The lower, the likelier.
    pub rank: i64,
    /// The path without extension, as in `source_files`.
    pub module_path: String,
    /// What is left of the import: names in that file, joined by `.`; empty for the file itself.
    pub rest: String,
}

/// What manifests say of the file with an import, and of the first name in it.
#[derive(ArrowType, Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// The folder of the package that the file belongs to.
    pub folder: Option<&'a str>,
    /// Where the code of that package begins: in Rust the first file of its library, in Python the
    /// folder that modules are taken from.
    pub source: Option<&'a str>,
    /// Whether the first name is one by which that package knows another, or itself.
    pub is_package: bool,
    /// Where the code of the package with that name begins, if it is in the tree.
    pub outer: Option<&'a str>,
}

/// A folder around a file.
#[derive(ArrowType, Clone, Debug, PartialEq, Eq)]
pub struct Enclosing {
    /// How many folders are around it; 0 for the root.
    pub depth: i64,
    /// The folder; empty for the root.
    pub folder: String,
}

/// Paths longer than this come from a program, not from a person.
const PARTS_MAX: usize = 64;

/// Module paths that an import may mean, the likeliest first.
///
/// The arguments but the last are columns of `ast_imports`; `around` is what manifests say.
/// An absolute import of Python is looked for where the file's package keeps its modules, in the package
/// that the first name belongs to, and below each folder around the file and their `src` and `lib`, the
/// outermost first. A path of Rust is looked for from the root of the crate, from the module itself, and
/// in the crate that the first name means; where no manifest is around the file, in the folders beside
/// the crate's. A name can be a module or something in one, so both are candidates.
///
/// ```sql
/// SELECT import_candidates('pkg/a.py', 'python', 'from', 'b', 'c', 1, import_around('', 'src', false, NULL));
/// ----
/// [{rank: 0, module_path: pkg/b/c, rest: }, {rank: 1, module_path: pkg/b, rest: c}]
/// ```
#[udf(tags = [symbol])]
pub fn import_candidates(
    path: &str,
    lang: &str,
    kind: &str,
    module: &str,
    name: Option<&str>,
    level: i64,
    around: Around<'_>,
) -> Vec<Candidate> {
    let name = name.filter(|name| *name != "*");
    let mut found = Found::default();
    match lang {
        "python" => modules::find(&mut found, path, (module, name), level, around),
        "rust" => crates::find(&mut found, path, (kind, module, name), level, around),
        _ => {}
    }
    found.candidates
}

/// What manifests say of the file with an import, and of the first name in it, as `import_candidates` takes
/// it.
///
/// `folder` is that of the file's package, and `source` says where its code begins: in Rust the first file
/// of its library, in Python the folder that modules are taken from. `is_package` says whether the package
/// knows one by the first name, and `outer` where the code of that begins, if it is in the tree.
///
/// ```sql
/// SELECT import_around('w/one', 'w/one/src/lib.rs', true, 'w/two/lib.rs');
/// ----
/// {folder: w/one, source: w/one/src/lib.rs, is_package: true, outer: w/two/lib.rs}
/// ```
#[udf(tags = [symbol])]
pub fn import_around<'a>(
    folder: Option<&'a str>,
    source: Option<&'a str>,
    is_package: bool,
    outer: Option<&'a str>,
) -> Around<'a> {
    Around { folder, source, is_package, outer }
}

/// The folders around a file, the innermost first.
///
/// ```sql
/// SELECT enclosing_folders('a/b/c.py');
/// ----
/// [{depth: 2, folder: a/b}, {depth: 1, folder: a}, {depth: 0, folder: }]
/// ```
#[udf(tags = [symbol])]
pub fn enclosing_folders(path: &str) -> Vec<Enclosing> {
    let mut folders = Vec::new();
    let mut folder = path;
    while !folder.is_empty() {
        folder = parent(folder);
        folders.push(folder);
    }
    let depths = (0..folders.len() as i64).rev();
    let enclosing = folders.iter().zip(depths);
    enclosing.map(|(folder, depth)| Enclosing { depth, folder: (*folder).to_owned() }).collect()
}

/// The module that a file is, as code outside of its package names it.
///
/// `folder`, `source` and `crate_name` are what the manifest of its package says. A file of Rust that
/// is no part of the library is told by its place in the package.
///
/// ```sql
/// SELECT package_module('w/one/src/a/b.rs', 'rust', 'w/one', 'w/one/src/lib.rs', 'the_one');
/// ----
/// the_one::a::b
/// ```
#[udf(tags = [symbol])]
pub fn package_module(
    path: &str,
    lang: &str,
    folder: &str,
    source: Option<&str>,
    crate_name: Option<&str>,
) -> Option<String> {
    let (lang, separator) = match lang {
        "rust" => (Lang::Rust, "::"),
        "python" => (Lang::Python, "."),
        _ => return None,
    };
    let module_path = lang::module_path(path, lang);
    let within = match lang {
        Lang::Rust => source.map(|root| parent(root).to_owned()),
        Lang::Python => Some(source.map_or_else(|| join(folder, &["src"]), str::to_owned)),
    };
    let inner = within.as_deref().and_then(|within| below(within, module_path));
    let inner = if Some(path) == source { Some("") } else { inner };
    let inner = inner.or_else(|| below(folder, module_path))?;
    let parts = crate_name.into_iter().chain(inner.split('/').filter(|part| !part.is_empty()));
    let module = parts.collect::<Vec<_>>().join(separator);
    (!module.is_empty()).then_some(module)
}

#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
}

impl Found {
    /// Adds the path of `parts` below `folder`, then those of fewer parts, at least `parts_min`.
    fn push(&mut self, folder: &str, parts: &[&str], parts_min: usize) {
        for count in (parts_min..=parts.len()).rev() {
            self.push_path(join(folder, &parts[..count]), &parts[count..]);
        }
    }

    /// Adds a path in which `rest` is looked for.
    fn push_path(&mut self, path: String, rest: &[&str]) {
        if self.candidates.iter().all(|known| known.module_path != path) {
            let rank = i64::try_from(self.candidates.len()).unwrap_or(i64::MAX);
            self.candidates.push(Candidate { rank, module_path: path, rest: rest.join(".") });
        }
    }
}

fn join(folder: &str, parts: &[&str]) -> String {
    let folder = Some(folder).filter(|folder| !folder.is_empty());
    folder.into_iter().chain(parts.iter().copied()).collect::<Vec<_>>().join("/")
}

/// The folder around a path, or the root.
fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// What is left of a path below a folder, if it lies there.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    match path.strip_prefix(folder)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    }
}
