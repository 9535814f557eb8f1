//! House rules for single files: headers, names, forbidden words, lengths.
//!
//! Forbidden words are written in two parts here, so that this file does not contain them.

use std::path::Path;

use anyhow::Result;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use super::Findings;
use crate::workspace::Workspace;

/// The longest function, from its brace to its brace.
const FUNCTION_LINES: usize = 70;

/// A file that is longer may hold two ideas.
const FILE_LINES: usize = 500;

/// Names that say nothing about what a file holds.
const NAMES: &[&str] =
    &["common", "helper", "helpers", "manager", "misc", "processor", "util", "utils"];

/// What no file of the repository may mention, and why.
const WORDS: &[(&str, &str)] = &[
    (concat!("/ro", "ot/"), "a machine's path"),
    (concat!("/wo", "rk/"), "a machine's path"),
    (concat!("/ho", "me/"), "a machine's path"),
    (concat!("crates", ".io"), "a registry's host"),
    (concat!("py", "pi.org"), "a registry's host"),
    (concat!("to", "do!("), "unfinished code"),
    (concat!("unimple", "mented!("), "unfinished code"),
];

/// Files that tools write and that may mention anything.
const EXEMPT: &[&str] = &["Cargo.lock", "benches/rivals/Cargo.lock"];

/// Checks every file of the repository.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    for file in workspace.files()? {
        if EXEMPT.iter().any(|exempt| file == Path::new(exempt)) {
            continue;
        }
        // What is not text has no words.
        let Ok(text) = std::fs::read_to_string(workspace.path(&file)) else { continue };
        let name = file.display().to_string();
        for word in words(&text) {
            findings.problem(format!("{name}: {word}"));
        }
        if file.extension().is_some_and(|extension| extension == "rs") && !is_case(&file) {
            source(&file, &text, findings);
        }
    }
    Ok(())
}

/// Whether it is a compile-fail case, which looks as its users' code would.
fn is_case(file: &Path) -> bool {
    file.starts_with("tests/ui")
        && file != Path::new("tests/ui/ui.rs")
        && file != Path::new("tests/ui/lib.rs")
}

fn source(file: &Path, text: &str, findings: &mut Findings) {
    let name = file.display();
    if !text.starts_with("//! ") {
        findings.problem(format!("{name}: no `//!` header that says what lives here"));
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    if NAMES.contains(&&*stem) {
        findings.problem(format!("{name}: `{stem}` does not say what lives here"));
    }
    let sessions =
        ["runtime/src/session", "tests", "benches"].iter().any(|folder| file.starts_with(folder));
    let makes = |line: &str| line.contains(concat!("SessionContext", "::new"));
    if !sessions && text.lines().any(|line| makes(line) && !line.trim_start().starts_with("//")) {
        findings.problem(format!("{name}: sessions come from `belvedere::Runtime` only"));
    }
    let lines = text.lines().count();
    if lines > FILE_LINES {
        findings.remark(format!("{name} has {lines} lines: is it still one idea?"));
    }
    for (function, lines) in long_functions(text) {
        findings
            .problem(format!("{name}: `{function}` has {lines} lines, more than {FUNCTION_LINES}"));
    }
}

fn words(text: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .flat_map(|(at, line)| {
            let found = WORDS.iter().filter(move |(word, _)| line.contains(word));
            found.map(move |(word, why)| format!("line {} has {why} (`{word}`)", at + 1))
        })
        .collect()
}

/// The functions that are too long, tests excepted: a test may list many cases.
fn long_functions(text: &str) -> Vec<(String, usize)> {
    // A file that does not parse is the compiler's to report.
    let Ok(file) = syn::parse_file(text) else { return Vec::new() };
    let mut lengths = Lengths::default();
    lengths.visit_file(&file);
    lengths.long
}

#[derive(Default)]
struct Lengths {
    long: Vec<(String, usize)>,
}

impl Lengths {
    fn measure(&mut self, attrs: &[syn::Attribute], name: &syn::Ident, block: &syn::Block) {
        let span = block.span();
        let lines = span.end().line - span.start().line + 1;
        let is_test = attrs.iter().any(|attr| attr.path().is_ident("test"));
        if lines > FUNCTION_LINES && !is_test {
            self.long.push((name.to_string(), lines));
        }
    }
}

impl<'ast> Visit<'ast> for Lengths {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.attrs, &item.sig.ident, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.attrs, &item.sig.ident, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Findings, long_functions, source, words};

    fn problems(file: &str, text: &str) -> Vec<String> {
        let mut findings = Findings::default();
        source(Path::new(file), text, &mut findings);
        findings.problems
    }

    #[test]
    fn a_header_and_a_speaking_name_are_needed() {
        assert!(problems("a/spans.rs", "//! Spans.\nfn f() {}\n").is_empty());
        assert_eq!(problems("a/spans.rs", "fn f() {}\n").len(), 1);
        assert_eq!(problems("a/utils.rs", "//! Things.\n").len(), 1);
    }

    #[test]
    fn sessions_are_made_in_one_place() {
        let text = concat!("//! X.\nfn f() { SessionContext", "::new(); }\n");
        assert_eq!(problems("runtime/src/plan.rs", text).len(), 1);
        assert!(problems("runtime/src/session/mod.rs", text).is_empty());
    }

    #[test]
    fn forbidden_words_are_found_with_their_line() {
        let text = format!("fine\nsee {}x\n", concat!("/ro", "ot/"));
        assert_eq!(words(&text).len(), 1);
        assert!(words(&text)[0].starts_with("line 2 has a machine's path"));
        assert!(words("target/root\n").is_empty());
    }

    #[test]
    fn long_functions_are_measured_and_tests_are_not() {
        let body = "let _ = 1;\n".repeat(70);
        let long = long_functions(&format!("fn f() {{\n{body}}}\n#[test]\nfn t() {{\n{body}}}\n"));
        assert_eq!(long, [("f".to_owned(), 72)]);
        assert!(long_functions("fn f() { }\n").is_empty());
    }
}
