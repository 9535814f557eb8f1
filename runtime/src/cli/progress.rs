//! How a run looks while it goes on: bars on a terminal, plain lines elsewhere.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::{Terminal, bytes, count, number};
use crate::refresh::{NodeReport, Observer, Outcome, Step};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// The observer of the verb `run`.
#[derive(Debug)]
pub(super) struct Progress {
    terminal: Arc<Terminal>,
    bar: Mutex<ProgressBar>,
    hashed: AtomicU64,
    published: AtomicBool,
}

impl Progress {
    pub(super) fn new(terminal: Arc<Terminal>) -> Self {
        let progress = Self {
            terminal,
            bar: Mutex::new(ProgressBar::hidden()),
            hashed: AtomicU64::new(0),
            published: AtomicBool::new(false),
        };
        progress.spin("looking for inputs");
        progress
    }

    /// Whether the new versions are published.
    pub(super) fn published(&self) -> bool {
        self.published.load(Ordering::Relaxed)
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.replace(ProgressBar::hidden());
    }

    fn target(&self) -> ProgressDrawTarget {
        if self.terminal.live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
    }

    fn spin(&self, message: &str) {
        let bar = ProgressBar::with_draw_target(None, self.target());
        bar.set_style(style("{spinner} {wide_msg} {elapsed}"));
        bar.set_message(message.to_owned());
        bar.enable_steady_tick(TICK);
        self.replace(bar);
    }

    fn count_to(&self, total: usize, message: &str) {
        let bar = ProgressBar::with_draw_target(Some(total as u64), self.target());
        bar.set_style(style("{spinner} {msg} {wide_bar} {human_pos}/{human_len} {elapsed}"));
        bar.set_message(message.to_owned());
        bar.enable_steady_tick(TICK);
        self.replace(bar);
    }

    fn replace(&self, next: ProgressBar) {
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.finish_and_clear();
        *bar = next;
    }

    fn with_bar(&self, f: impl FnOnce(&ProgressBar)) {
        f(&self.bar.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes a line above the bar.
    fn line(&self, text: &str) {
        self.with_bar(|bar| bar.suspend(|| self.terminal.line(text)));
    }

    fn done(&self, report: &NodeReport) {
        let terminal = &self.terminal;
        let (sign, shown) = match report.outcome {
            Outcome::Written | Outcome::Described | Outcome::Adopted => (terminal.green("✓"), true),
            Outcome::Skipped | Outcome::Pinned => ("·".to_owned(), terminal.verbose),
            Outcome::Failed => (terminal.red("✗"), true),
            Outcome::Held => ("–".to_owned(), true),
        };
        if shown {
            self.line(&format!(
                "{sign} {:<24} {:<9} {:>12} rows  {:>6.1} s  {}",
                report.node,
                report.outcome.name(),
                number(report.size.rows),
                report.elapsed.as_secs_f64(),
                report.reason
            ));
        }
    }
}

impl Observer for Progress {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        match step {
            Step::Listed { source, inputs, ignored, changed } => {
                let (inputs, ignored) = (count(*inputs, "input", "inputs"), number(*ignored));
                let changed = number(*changed as u64);
                self.line(&format!("{source}: {inputs}, {ignored} ignored, {changed} to read"));
                self.spin("planning");
            }
            Step::Replacing { before } => self.with_bar(|bar| {
                bar.suspend(|| {
                    self.terminal.warning(&format!(
                        "this warehouse was filled from `{}`, whose rows are replaced\n\
                         help: --warehouse names another folder of tables for another source",
                        before.display()
                    ));
                });
            }),
            Step::Staged { .. } => self.spin("planning"),
            Step::Writing { node } => self.spin(&format!("writing {node}")),
            Step::Auditing { node } => self.spin(&format!("auditing {node}")),
            Step::Done(report) => self.done(report),
            Step::Publishing => self.spin("publishing"),
            Step::Published => {
                self.published.store(true, Ordering::Relaxed);
                self.spin("tidying up");
            }
            Step::Locked | Step::Tidied { .. } => {}
        }
        ControlFlow::Continue(())
    }

    fn hashed(&self, more: u64) {
        let all = self.hashed.fetch_add(more, Ordering::Relaxed) + more;
        self.with_bar(|bar| bar.set_message(format!("reading inputs: {}", bytes(all))));
    }

    fn extracted(&self, done: usize, total: usize) {
        let counting = {
            let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
            bar.length() == Some(total as u64)
        };
        if !counting {
            self.count_to(total, "reading");
        }
        // Several threads report, not always in order.
        self.with_bar(|bar| bar.set_position(bar.position().max(done as u64)));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}
