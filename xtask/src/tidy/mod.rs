//! `cargo xtask tidy`: the house rules as a check.
//!
//! Each rule is a function from the workspace to what it found: problems, which fail, and remarks,
//! which are shown. All rules run, so that one run shows everything.

use anyhow::{Result, bail};

use crate::workspace::Workspace;

mod brevity;

mod codes;

mod documents;

mod duplicates;

mod edges;

mod features;

mod modules;

mod sources;

/// What the rules found.
#[derive(Default)]
struct Findings {
    /// What must be mended.
    problems: Vec<String>,
    /// What is worth a look.
    remarks: Vec<String>,
}

impl Findings {
    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }
}

type Rule = fn(&Workspace, &mut Findings) -> Result<()>;

const RULES: &[Rule] = &[
    edges::check,
    features::check,
    duplicates::check,
    sources::check,
    brevity::check,
    modules::check,
    codes::check,
    documents::check,
];

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut findings = Findings::default();
    for rule in RULES {
        rule(workspace, &mut findings)?;
    }
    for remark in &findings.remarks {
        println!("remark: {remark}");
    }
    for problem in &findings.problems {
        eprintln!("tidy: {problem}");
    }
    match findings.problems.len() {
        0 => Ok(()),
        1 => bail!("one rule is broken"),
        n => bail!("{n} rules are broken"),
    }
}
