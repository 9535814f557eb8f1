//! `cargo xtask test`: everything, cheapest first.
//!
//! Every step runs, whatever the ones before it found: one run shows all that is wrong. A step is
//! one or more commands; what a test runner says in the end (`test result: …`) is repeated in the
//! summary, so that it can be read without scrolling through the builds.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::workspace::Workspace;
use crate::{gen_docs, gen_stubs, process, snapshot, tidy, wheel};

/// What `test` can be asked.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only these steps, as the summary calls them.
    steps: Vec<String>,
}

/// A step: its name and what it does.
struct Step {
    name: &'static str,
    action: Action,
}

enum Action {
    /// Commands of cargo, each with its environment.
    Cargo(&'static [CargoCommand]),
    /// A verb of this program.
    Verb(fn(&Workspace) -> Result<()>),
    /// Tests of another runner: whether they pass, and what it said.
    Tests(fn(&Workspace) -> Result<Tested>),
}

/// Whether the tests of another runner pass, and what it said.
type Tested = (bool, Vec<String>);

struct CargoCommand {
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const fn cargo(args: &'static [&'static str]) -> CargoCommand {
    CargoCommand { args, env: &[] }
}

/// The steps in order. The light ones never build DataFusion; clippy and the pages of rustdoc
/// share the metadata of the dependencies, the heavy tests and the snapshot their code.
const STEPS: &[Step] = &[
    Step { name: "format", action: Action::Cargo(&[cargo(&["fmt", "--all", "--check"])]) },
    Step { name: "tidy", action: Action::Verb(tidy::run) },
    Step {
        name: "unit",
        action: Action::Cargo(&[
            cargo(&[
                "test",
                "--locked",
                "--package=belvedere-lang",
                "--package=belvedere-macros",
                "--package=xtask",
            ]),
            cargo(&["test", "--locked", "--package=belvedere-udfs"]),
            cargo(&["test", "--locked", "--package=belvedere-allocator"]),
            cargo(&["test", "--locked", "--package=belvedere", "--no-default-features", "--lib"]),
        ]),
    },
    Step {
        name: "compile-fail",
        action: Action::Cargo(&[cargo(&["test", "--locked", "--package=belvedere-ui"])]),
    },
    Step {
        name: "clippy",
        action: Action::Cargo(&[cargo(&[
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "--deny=warnings",
        ])]),
    },
    Step {
        name: "rustdoc",
        action: Action::Cargo(&[CargoCommand {
            args: &["doc", "--locked", "--workspace", "--no-deps"],
            env: &[("RUSTDOCFLAGS", "--deny=warnings")],
        }]),
    },
    Step {
        name: "integration",
        action: Action::Cargo(&[cargo(&[
            "test",
            "--locked",
            "--no-fail-fast",
            "--package=belvedere",
            "--package=belvedere-views",
            "--package=belvedere-it",
            "--package=shop",
            "--package=lookup",
            "--package=own-functions",
            "--package=reports",
        ])]),
    },
    Step { name: "registry", action: Action::Verb(check_registry) },
    Step { name: "stubs", action: Action::Verb(check_stubs) },
    Step { name: "python", action: Action::Tests(wheel::test) },
    Step { name: "pages", action: Action::Verb(check_pages) },
];

fn check_registry(workspace: &Workspace) -> Result<()> {
    snapshot::refresh(workspace, crate::generated::Mode::Check)
}

fn check_stubs(workspace: &Workspace) -> Result<()> {
    // The step before this one has compared the registry with the linked functions.
    gen_stubs::run(workspace, &gen_stubs::Options { check: true, no_build: true })
}

fn check_pages(workspace: &Workspace) -> Result<()> {
    gen_docs::run(workspace, &gen_docs::Options { check: true })
}

/// What became of a step.
struct Outcome {
    name: &'static str,
    passed: bool,
    time: Duration,
    /// What the test runners said, or the error of a verb.
    notes: Vec<String>,
}

/// Runs the verb.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let steps = chosen(&options.steps)?;
    let mut outcomes = Vec::new();
    for step in steps {
        println!("\n=== {}", step.name);
        let start = Instant::now();
        let (passed, notes) = match perform(workspace, &step.action) {
            Ok(result) => result,
            Err(error) => {
                eprintln!("error: {error:#}");
                (false, vec![format!("{error:#}")])
            }
        };
        outcomes.push(Outcome { name: step.name, passed, time: start.elapsed(), notes });
    }
    println!("\n{}", summary(&outcomes));
    let failed: Vec<_> =
        outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| outcome.name).collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "failed: {}; run them alone by `cargo xtask test {}`",
        failed.join(", "),
        failed.join(" ")
    )
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step `{unknown}`; the steps are {}", known.join(", "));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(wanted).collect())
}

fn perform(workspace: &Workspace, action: &Action) -> Result<(bool, Vec<String>)> {
    match action {
        Action::Verb(verb) => verb(workspace).map(|()| (true, Vec::new())),
        Action::Tests(tests) => tests(workspace),
        Action::Cargo(commands) => {
            let mut passed = true;
            let mut notes = Vec::new();
            for CargoCommand { args, env } in *commands {
                let mut command: Command = workspace.cargo(args);
                command.envs(env.iter().copied());
                let (ok, results) = process::tee(&mut command, is_test_result)?;
                if !ok {
                    notes.push(format!("`{}` failed", process::shown(&command)));
                }
                passed &= ok;
                notes.extend(results);
            }
            Ok((passed, notes))
        }
    }
}

fn is_test_result(line: &str) -> bool {
    // A runner without a single test says nothing worth repeating.
    line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed; 0 ignored")
}

fn summary(outcomes: &[Outcome]) -> String {
    let mut text = String::from("=== summary\n");
    for outcome in outcomes {
        let verdict = if outcome.passed { "passed" } else { "FAILED" };
        let seconds = outcome.time.as_secs_f64();
        text.push_str(&format!("{:<13} {verdict} {seconds:>7.1} s\n", outcome.name));
        for note in outcome.notes.iter().flat_map(|note| note.lines()) {
            text.push_str(&format!("{:<14}{note}\n", ""));
        }
    }
    let notes = || outcomes.iter().flat_map(|outcome| &outcome.notes);
    let [passed, failed, ignored] = ["passed", "failed", "ignored"]
        .map(|what| notes().map(|note| count(note, what)).sum::<usize>());
    text.push_str(&format!("tests: {passed} passed, {failed} failed, {ignored} ignored\n"));
    text
}

/// The number before `what` in `test result: ok. 3 passed; 0 failed` or `pytest: 3 passed in 1.2s`.
fn count(result: &str, what: &str) -> usize {
    let told = result.strip_prefix("test result:").or_else(|| result.strip_prefix("pytest:"));
    let words: Vec<&str> = told.unwrap_or_default().split([' ', ';', ',']).collect();
    let before = words.windows(2).find(|pair| pair[1] == what).map(|pair| pair[0]);
    before.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, STEPS, chosen, count, is_test_result, summary};

    #[test]
    fn an_unknown_step_lists_the_known_ones() {
        let error = chosen(&["clipy".to_owned()]).map(|_| ()).expect_err("unknown").to_string();
        assert!(error.starts_with("no step `clipy`; the steps are format, tidy"), "{error}");
        assert_eq!(chosen(&[]).map(|steps| steps.len()).ok(), Some(STEPS.len()));
        let two = chosen(&["tidy".to_owned(), "format".to_owned()]);
        assert_eq!(
            two.map(|steps| steps[0].name).ok(),
            Some("format"),
            "order is that of the list"
        );
    }

    #[test]
    fn results_of_runners_are_kept_and_empty_ones_are_not() {
        assert!(is_test_result("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(is_test_result("test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured"));
        assert!(!is_test_result("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(!is_test_result("running 3 tests"));
    }

    #[test]
    fn the_summary_repeats_what_the_runners_said() {
        let outcome = |name, passed, notes: &[&str]| Outcome {
            name,
            passed,
            time: Duration::from_millis(1500),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        };
        let text = summary(&[
            outcome("format", true, &[]),
            outcome(
                "unit",
                false,
                &["`cargo test` failed", "test result: FAILED. 1 passed; 2 failed; 3 ignored"],
            ),
        ]);
        assert_eq!(
            text,
            "=== summary\n\
             format        passed     1.5 s\n\
             unit          FAILED     1.5 s\n              \
             `cargo test` failed\n              \
             test result: FAILED. 1 passed; 2 failed; 3 ignored\n\
             tests: 1 passed, 2 failed, 3 ignored\n"
        );
    }

    #[test]
    fn results_of_every_runner_are_counted() {
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; finished in 1.20s";
        assert_eq!(["passed", "failed", "ignored"].map(|what| count(cargo, what)), [3, 0, 1]);
        let pytest = "pytest: 1 failed, 12 passed, 2 skipped in 3.45s";
        assert_eq!(["passed", "failed", "ignored"].map(|what| count(pytest, what)), [12, 1, 0]);
    }
}
