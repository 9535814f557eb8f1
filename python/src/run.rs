//! Runs, told as they go on.
//!
//! A run tells its steps on threads of its own; Python asks for them, and calls whom it likes with them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use belvedere::Runtime;
use belvedere::delta;
use belvedere::delta::publication::Pointer;
use belvedere::query::Reading;
use belvedere::refresh::{self, NodeReport, Observer, RunReport, RunRequest, Step};
use belvedere::view::ParamValue;
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::error::{run_error, stopped};
use crate::executor::Task;

/// What is to be run: everything that is linked.
pub(crate) fn request(
    warehouse: &Path,
    source: PathBuf,
    params: Vec<(String, String, String)>,
    tables: BTreeMap<String, String>,
) -> RunRequest {
    let mut request = RunRequest::linked(warehouse, source);
    for (view, param, value) in params {
        request.params = request.params.with(view, param, ParamValue::Text(value));
    }
    request.tables = tables;
    request
}

/// A run that goes on. Dropped, it stops; nothing is lost.
#[pyclass(frozen, module = "belvedere")]
pub(crate) struct Run {
    events: Mutex<Receiver<Value>>,
    task: Task<delta::Result<RunReport>>,
    done: Mutex<Option<delta::Result<RunReport>>>,
}

impl Run {
    pub(crate) fn start(py: Python<'_>, runtime: Runtime, request: RunRequest) -> PyResult<Self> {
        let (sender, events) = mpsc::channel();
        let observer = Arc::new(Telling { sender: Mutex::new(sender) });
        let work = async move { refresh::run(&runtime, &request, observer as _).await };
        let task = Task::start(py, work)?;
        Ok(Self { events: Mutex::new(events), task, done: Mutex::default() })
    }

    fn done(&self) -> MutexGuard<'_, Option<delta::Result<RunReport>>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Run {
    /// Waits for a moment; returns the events since the last call, each as a text of JSON, and none where
    /// there will be no more.
    fn events(&self, py: Python<'_>) -> PyResult<Option<Vec<String>>> {
        if self.done().is_some() {
            return Ok(None);
        }
        if let Some(report) = self.task.wait_a_moment(py)? {
            *self.done() = Some(report);
        }
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(to_tell(events.try_iter().collect())))
    }

    /// The report as JSON, when there are no more events.
    fn report(&self) -> PyResult<String> {
        match &*self.done() {
            Some(Ok(report)) => Ok(report_to_json(report).to_string()),
            Some(Err(failed)) => Err(run_error(failed)),
            None => Err(stopped()),
        }
    }

    /// Stops the run, and waits until it does not hold the warehouse any more.
    fn stop(&self, py: Python<'_>) {
        if self.done().is_none() {
            self.task.stop(py);
        }
    }
}

/// The events that are told: of counts that stand behind each other, one.
fn to_tell(waiting: Vec<Value>) -> Vec<String> {
    let mut told: Vec<Value> = Vec::new();
    for mut event in waiting {
        let before = told.last().filter(|before| before["event"] == event["event"]);
        let counts = event["event"] == "reading" || event["event"] == "hashed";
        if let Some(before) = before.filter(|_| counts) {
            if let (Some(more), Some(bytes)) = (before["bytes"].as_u64(), event["bytes"].as_u64()) {
                event["bytes"] = (more + bytes).into();
            }
            told.pop();
        }
        told.push(event);
    }
    told.iter().map(Value::to_string).collect()
}

/// An observer that sends events to the thread that waits.
struct Telling {
    sender: Mutex<Sender<Value>>,
}

impl Telling {
    fn send(&self, event: Value) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        // Where nobody listens any more, the run is being dropped.
        let _ = sender.send(event);
    }
}

impl Observer for Telling {
    fn step(&self, step: &Step<'_>) -> ControlFlow<()> {
        self.send(match step {
            Step::Locked => json!({ "event": "locked" }),
            Step::Replacing { before } => {
                json!({ "event": "replacing", "before": before.display().to_string() })
            }
            Step::Listed { source, inputs, ignored, changed } => json!({
                "event": "listed", "source": source, "inputs": inputs, "ignored": ignored,
                "changed": changed,
            }),
            Step::Staged { source } => json!({ "event": "staged", "source": source }),
            Step::Writing { node } => json!({ "event": "writing", "node": node }),
            Step::Auditing { node } => json!({ "event": "auditing", "node": node }),
            Step::Done(report) => {
                let mut event = node_to_json(report);
                event["event"] = "done".into();
                event
            }
            Step::Publishing => json!({ "event": "publishing" }),
            Step::Published => json!({ "event": "published" }),
            Step::Tidied { node } => json!({ "event": "tidied", "node": node }),
        });
        ControlFlow::Continue(())
    }

    fn hashed(&self, bytes: u64) {
        self.send(json!({ "event": "hashed", "bytes": bytes }));
    }

    fn extracted(&self, done: usize, total: usize) {
        self.send(json!({ "event": "reading", "done": done, "total": total }));
    }
}

fn report_to_json(report: &RunReport) -> Value {
    json!({
        "publication": report.publication,
        "published": report.published,
        "nodes": report.nodes.iter().map(node_to_json).collect::<Vec<_>>(),
        "replaced": report.replaced,
        "retired": report.retired,
        "inputs": report.inputs,
        "ignored": report.ignored,
        "extracted": report.extracted,
        "extracted_bytes": report.extracted_bytes,
        "warnings": report.warnings,
    })
}

fn node_to_json(report: &NodeReport) -> Value {
    json!({
        "node": report.node,
        "kind": report.kind.name(),
        "outcome": report.outcome.name(),
        "reason": report.reason.to_string(),
        "rows": report.size.rows,
        "files": report.size.files,
        "bytes": report.size.bytes,
        "seconds": report.elapsed.as_secs_f64(),
    })
}

/// What is published, by name.
pub(crate) fn published(reading: &Reading) -> serde_json::Result<String> {
    let nodes = reading.publication().map(|publication| {
        let nodes = publication.nodes.iter();
        nodes.map(|(name, pointer)| pointer_to_json(name, pointer)).collect::<Vec<_>>()
    });
    serde_json::to_string(&json!({
        "publication": reading.publication().map_or(0, |publication| publication.id),
        "nodes": nodes.unwrap_or_default(),
    }))
}

/// What is published of a table or view.
pub(crate) fn pointer_to_json(name: &str, pointer: &Pointer) -> Value {
    json!({
        "name": name,
        "kind": pointer.kind.name(),
        "rows": pointer.size.rows,
        "files": pointer.size.files,
        "bytes": pointer.size.bytes,
        "version": pointer.version,
        "uri": pointer.uri,
        "published_at": pointer.published_at,
    })
}
