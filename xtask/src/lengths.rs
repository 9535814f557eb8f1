//! How many lines functions take: those of the standard library, and functions of DataFusion
//! beside the same functions here.
//!
//! Lines are those that rustfmt makes, without blank ones. The lines of a function outside of its
//! body are its attributes, its signature and its last brace; documents are counted apart, since
//! every way to write a function has them. Of a file of DataFusion all lines count but its licence
//! and its tests.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Item};

use crate::workspace::{self, Workspace};

/// Where the functions of the standard library are.
const STANDARD: &str = "udfs/src";

/// The functions of DataFusion as they are written here.
const REWRITTEN: &str = "tests/it/rewritten/functions.rs";

/// What attributes make functions.
const KINDS: &[&str] = &["udaf", "udf", "udtf", "udwf"];

/// The lines of one function.
pub(crate) struct Length {
    name: String,
    /// What documents it.
    docs: usize,
    /// Attributes, signatures, braces.
    pub(crate) outside: usize,
    /// All that belongs to it, helpers behind it as well.
    all: usize,
}

/// The functions of the standard library, the shortest first.
pub(crate) fn standard(workspace: &Workspace) -> Result<Vec<Length>> {
    let mut lengths = Vec::new();
    for file in workspace.files()? {
        let is_source = file.extension().is_some_and(|extension| extension == "rs");
        let is_tests = file.file_name().is_some_and(|name| name == "tests.rs");
        if file.starts_with(STANDARD) && is_source && !is_tests {
            lengths.extend(read(&workspace.path(&file))?);
        }
    }
    lengths.sort_by_key(|length| length.outside);
    Ok(lengths)
}

/// The middle one of what is sorted, 0 of nothing.
pub(crate) fn median(mut sorted: impl ExactSizeIterator<Item = usize>) -> usize {
    let middle = sorted.len() / 2;
    sorted.nth(middle).unwrap_or(0)
}

/// The page that shows functions of DataFusion in this language.
pub(crate) fn page(workspace: &Workspace, command: &str) -> Result<String> {
    let standard = standard(workspace)?;
    let mut docs: Vec<usize> = standard.iter().map(|length| length.docs).collect();
    docs.sort_unstable();
    let text = workspace::read(&workspace.path(REWRITTEN))?;
    let theirs = functions_of_datafusion(workspace)?;
    let mut rows = String::new();
    for length in functions(&text)? {
        let (file, lines) = file_of(&theirs, &length.name)?;
        let (name, all) = (&length.name, length.all);
        rows.push_str(&format!("| `{name}` | `{file}` | {lines} | {all} | {} |\n", length.docs));
    }
    Ok(format!(
        include_str!("lengths.md"),
        command = command,
        rows = rows,
        count = standard.len(),
        outside = median(standard.iter().map(|length| length.outside)),
        docs = median(docs.iter().copied()),
        quoted = format_args!("<!-- file: {REWRITTEN} -->\n```rust\n{text}```"),
    ))
}

/// The sources of DataFusion's functions, of the version that is locked.
fn functions_of_datafusion(workspace: &Workspace) -> Result<PathBuf> {
    let packages = &workspace.metadata.packages;
    let package = packages.iter().find(|package| package.name.as_str() == "datafusion-functions");
    let package = package.context("`datafusion-functions` is not locked")?;
    let folder = package.manifest_path.parent().context("a manifest without a folder")?;
    Ok(folder.join("src").into_std_path_buf())
}

/// The file that holds a function there, below the sources, and its lines.
fn file_of(sources: &Path, function: &str) -> Result<(String, usize)> {
    let folders = ["string", "unicode", "math", "datetime"];
    let file = folders
        .iter()
        .map(|folder| format!("{folder}/{function}.rs"))
        .find(|file| sources.join(file).is_file())
        .with_context(|| format!("DataFusion has no file of `{function}`"))?;
    let text = workspace::read(&sources.join(&file))?;
    Ok((file, lines_of_code(&text)))
}

/// The lines of a file without its licence, its tests and blank ones.
fn lines_of_code(text: &str) -> usize {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let licence = |line: &&str| line.trim().is_empty() || line.starts_with("// ") || *line == "//";
    code.lines().skip_while(licence).filter(|line| !line.trim().is_empty()).count()
}

fn read(path: &Path) -> Result<Vec<Length>> {
    functions(&workspace::read(path)?).with_context(|| format!("cannot read {}", path.display()))
}

/// The functions of a file, each with the helpers that follow it.
fn functions(text: &str) -> Result<Vec<Length>> {
    let lines: Vec<&str> = text.lines().collect();
    let filled = |first: usize, last: usize| {
        lines[first - 1..last].iter().filter(|line| !line.trim().is_empty()).count()
    };
    let mut found: Vec<Length> = Vec::new();
    for item in &syn::parse_file(text)?.items {
        let (first, last) = (item.span().start().line, item.span().end().line);
        let (name, attributes) = match item {
            Item::Fn(item) => (item.sig.ident.to_string(), &item.attrs),
            Item::Impl(item) => {
                (item.self_ty.span().source_text().unwrap_or_default(), &item.attrs)
            }
            _ => continue,
        };
        let all = filled(first, last);
        if attributes.iter().any(is_kind) {
            let docs =
                attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).count();
            let outside = all - docs - in_bodies(item, &filled);
            found.push(Length { name, docs, outside, all });
        } else if let (Item::Fn(_), Some(function)) = (item, found.last_mut()) {
            function.all += all;
        }
    }
    Ok(found)
}

fn is_kind(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| KINDS.iter().any(|kind| segment.ident == kind))
}

/// The lines between the braces of the functions of an item.
fn in_bodies(item: &Item, filled: &dyn Fn(usize, usize) -> usize) -> usize {
    struct Bodies<'a>(usize, &'a dyn Fn(usize, usize) -> usize);
    impl<'ast> Visit<'ast> for Bodies<'_> {
        fn visit_block(&mut self, block: &'ast Block) {
            let (open, close) = (block.span().start().line, block.span().end().line);
            self.0 += if close > open { (self.1)(open + 1, close - 1) } else { 0 };
        }
    }
    let mut bodies = Bodies(0, filled);
    visit::visit_item(&mut bodies, item);
    bodies.0
}

#[cfg(test)]
mod tests {
    use super::{functions, lines_of_code, median};

    #[test]
    fn bodies_and_documents_are_counted_apart() {
        let text = "use a::b;\n\n/// One.\n/// Two.\n#[udf]\nfn f(\n    a: i64,\n) -> i64 {\n    \
                    let b = a;\n\n    b\n}\n\nfn helper() {}\n\n#[udaf]\nimpl Aggregate for A {\n    \
                    type State = i64;\n\n    fn finish(x: &i64) -> i64 {\n        *x\n    }\n}\n";
        let found = functions(text).unwrap();
        let counts: Vec<_> = found.iter().map(|f| (f.docs, f.outside, f.all)).collect();
        assert_eq!(counts, [(2, 5, 10), (0, 6, 7)]);
    }

    #[test]
    fn neither_licences_nor_tests_count() {
        let text =
            "// Licensed\n//\n// to you.\n\nuse a;\n\n// Why.\nfn f() {}\n#[cfg(test)]\nmod t;\n";
        assert_eq!(lines_of_code(text), 3);
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median([1, 2, 9].into_iter()), 2);
        assert_eq!(median(std::iter::empty()), 0);
    }
}
