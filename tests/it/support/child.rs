//! A run in a process of its own, which can be killed.
//!
//! The child is this test binary again, told by the environment to run one test only, which does
//! the run and reports each step on standard output. At a step that it is told of it waits to be
//! killed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use belvedere::refresh::{Observer, Step, run};

use super::warehouse::{Lab, runtime};

const WAREHOUSE: &str = "BELVEDERE_IT_WAREHOUSE";
const SOURCE: &str = "BELVEDERE_IT_SOURCE";
const STOP_AT: &str = "BELVEDERE_IT_STOP_AT";
/// What precedes a step on standard output.
const MARK: &str = "step: ";

/// Starts a run that waits at step number `stop_at`, or goes through if there is none.
pub(crate) fn spawn(lab: &Lab, stop_at: Option<usize>) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "support::child::the_run_of_a_child", "--nocapture", "--test-threads=1"])
        .env(WAREHOUSE, &lab.warehouse)
        .env(SOURCE, &lab.source)
        .env(STOP_AT, stop_at.map_or(String::new(), |step| step.to_string()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs a child up to a step and kills it there; returns the step's name, or `None` if the run
/// ended before.
pub(crate) fn kill_at(lab: &Lab, step: usize) -> Option<String> {
    let mut child = spawn(lab, Some(step));
    let mut steps = steps(&mut child);
    let reached = steps.nth(step);
    child.kill().unwrap();
    child.wait().unwrap();
    reached
}

/// Runs a child and kills it after a time; returns whether it was still running.
pub(crate) fn kill_after(lab: &Lab, time: Duration) -> bool {
    let mut child = spawn(lab, None);
    // The time counts from the first step: starting the process is not what is tested.
    let mut steps = steps(&mut child);
    steps.next();
    std::thread::sleep(time);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

fn steps(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.filter_map(|line| line.unwrap().split_once(MARK).map(|(_, step)| step.to_owned()))
}

struct Reporting {
    stop_at: Option<usize>,
    seen: std::sync::atomic::AtomicUsize,
}

impl Observer for Reporting {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        let number = self.seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut out = std::io::stdout().lock();
        writeln!(out, "{MARK}{step}").unwrap();
        out.flush().unwrap();
        if self.stop_at == Some(number) {
            drop(out);
            loop {
                std::thread::park();
            }
        }
        ControlFlow::Continue(())
    }
}

/// The other side of [`spawn`]; nothing to do when the binary runs its own tests.
#[tokio::test(flavor = "multi_thread")]
async fn the_run_of_a_child() {
    let (Some(warehouse), Some(source)) = (std::env::var_os(WAREHOUSE), std::env::var_os(SOURCE))
    else {
        return;
    };
    let mut request = Lab::new().request();
    request.warehouse = PathBuf::from(warehouse);
    request.source = PathBuf::from(source);
    let stop_at = std::env::var(STOP_AT).unwrap().parse().ok();
    let observer = Reporting { stop_at, seen: 0.into() };
    run(&runtime(), &request, std::sync::Arc::new(observer)).await.unwrap();
}
