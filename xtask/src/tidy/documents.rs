//! Documents: the README's promises, links that lead somewhere, commands that exist, quoted files.

use std::path::Path;

use anyhow::Result;
use clap::CommandFactory as _;

use super::Findings;
use crate::Cli;
use crate::workspace::Workspace;

/// Longer, nobody reads it.
const README_LINES: usize = 220;

/// The two commands that a newcomer needs.
const README_COMMANDS: &[&str] = &["cargo run --release -- run --source .", "cargo xtask test"];

const DOCUMENTS: &[&str] =
    &["README.md", "ARCHITECTURE.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"];

/// Checks what is written in Markdown.
pub(super) fn check(workspace: &Workspace, findings: &mut Findings) -> Result<()> {
    for document in DOCUMENTS.iter().filter(|document| !workspace.path(document).is_file()) {
        findings.problem(format!("{document} is missing"));
    }
    if let Ok(readme) = std::fs::read_to_string(workspace.path("README.md")) {
        for problem in readme_problems(&readme) {
            findings.problem(format!("README.md: {problem}"));
        }
    }
    let command = Cli::command();
    let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    for file in workspace.files()? {
        if file.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = crate::workspace::read(&workspace.path(&file))?;
        let folder = workspace.path(file.parent().unwrap_or(Path::new("")));
        for link in dead_links(&text, |link| folder.join(link).exists()) {
            findings.problem(format!("{}: `{link}` leads nowhere", file.display()));
        }
        for quoted in stale_quotes(&text, |path| crate::workspace::read(&workspace.path(path)).ok())
        {
            findings.problem(format!("{}: `{quoted}` is quoted as it is not", file.display()));
        }
        for verb in unknown_verbs(&text, &verbs) {
            findings.problem(format!("{}: there is no `cargo xtask {verb}`", file.display()));
        }
    }
    Ok(())
}

fn readme_problems(text: &str) -> Vec<String> {
    let mut problems: Vec<String> = README_COMMANDS
        .iter()
        .filter(|command| !text.contains(*command))
        .map(|command| format!("`{command}` is missing"))
        .collect();
    let lines = text.lines().count();
    if lines > README_LINES {
        problems.push(format!("{lines} lines are more than {README_LINES}"));
    }
    problems
}

/// Links to files of the repository that are not there. Code is not searched for links.
fn dead_links(text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut in_code = false;
    let mut dead = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (at, opening) in line.match_indices("](") {
            // Within backticks it is code, such as a pattern.
            if line[..at].matches('`').count() % 2 == 1 {
                continue;
            }
            let Some((link, _)) = line[at + opening.len()..].split_once(')') else { continue };
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !link.contains("://") && !exists(file) {
                dead.push(link.to_owned());
            }
        }
    }
    dead
}

/// What precedes a block of code that is a file of the repository.
const QUOTE: &str = "<!-- file: ";

/// Files that are quoted otherwise than they are.
fn stale_quotes(text: &str, read: impl Fn(&Path) -> Option<String>) -> Vec<&str> {
    let current = |quote: &&str| -> Option<bool> {
        let (file, rest) = quote.split_once(" -->\n```")?;
        let (_, code) = rest.split_once('\n')?;
        let wanted = read(Path::new(file))?;
        Some(code.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with("```")))
    };
    let quotes = text.split(QUOTE).skip(1);
    let stale = quotes.filter(|quote| current(quote) != Some(true));
    stale.map(|quote| quote.split(" -->").next().unwrap_or_default()).collect()
}

fn unknown_verbs<'a>(text: &'a str, known: &[&str]) -> Vec<&'a str> {
    let is_verb = |c: char| c.is_ascii_lowercase() || c == '-';
    text.split("cargo xtask ")
        .skip(1)
        .map(|rest| rest.split(|c: char| !is_verb(c)).next().unwrap_or_default())
        .filter(|verb| !verb.is_empty() && !known.contains(verb))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{dead_links, readme_problems, stale_quotes, unknown_verbs};

    #[test]
    fn the_readme_has_its_commands_and_stays_short() {
        let text = "cargo run --release -- run --source .\ncargo xtask test\n";
        assert!(readme_problems(text).is_empty());
        assert_eq!(readme_problems("cargo xtask test\n").len(), 1);
        assert_eq!(readme_problems(&text.repeat(200)).len(), 1);
    }

    #[test]
    fn links_are_followed_outside_of_code() {
        let text = "[a](there.md#x) [`b`](gone.md) [c](https://x.y/z) [d](#e)\n\
                    `[.]([0-9])`\n```\n[f](no)\n```\n";
        assert_eq!(dead_links(text, |file| file == "there.md"), ["gone.md"]);
    }

    #[test]
    fn quoted_files_are_compared() {
        let text = |code: &str| format!("x\n<!-- file: a.rs -->\n```rust\n{code}```\ny\n");
        let read = |_: &std::path::Path| Some("fn f() {}\n".to_owned());
        assert!(stale_quotes(&text("fn f() {}\n"), read).is_empty());
        assert_eq!(stale_quotes(&text("fn g() {}\n"), read), ["a.rs"]);
        assert_eq!(stale_quotes(&text("fn f() {}\nfn g() {}\n"), read), ["a.rs"]);
        assert_eq!(stale_quotes(&text("fn f() {}\n"), |_| None), ["a.rs"]);
    }

    #[test]
    fn commands_name_verbs_that_exist() {
        let text = "`cargo xtask test`, `cargo xtask gen-stubs --check`, `cargo xtask fly`, \
                    `cargo xtask VERB`";
        assert_eq!(unknown_verbs(text, &["test", "gen-stubs"]), ["fly"]);
    }
}
