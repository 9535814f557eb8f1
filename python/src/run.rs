//! Runs, told as they go on.
//!
//! A run tells its steps on threads of its own; they are handed to Python on the thread that waits.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use belvedere::Runtime;
use belvedere::delta::publication::Pointer;
use belvedere::query::Reading;
use belvedere::refresh::{self, NodeReport, Observer, RunReport, RunRequest, Step};
use belvedere::view::ParamValue;
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::error::run_error;
use crate::executor::wait_ticking;

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

/// Runs; `progress` is called with each event as a text of JSON. Returns the report as JSON.
pub(crate) fn run(
    py: Python<'_>,
    runtime: Runtime,
    request: RunRequest,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let (sender, events) = mpsc::channel();
    let observer = Arc::new(Telling { sender: Mutex::new(sender) });
    let work = async move { refresh::run(&runtime, &request, observer as _).await };
    let report = wait_ticking(py, work, |py| tell(py, progress.as_ref(), &events))?;
    let report = report.map_err(|error| run_error(&error))?;
    Ok(report_to_json(&report).to_string())
}

/// Hands events to Python; counts that were overtaken by others are left out.
fn tell(py: Python<'_>, progress: Option<&Py<PyAny>>, events: &Receiver<Value>) -> PyResult<()> {
    let waiting: Vec<Value> = events.try_iter().collect();
    let Some(progress) = progress else { return Ok(()) };
    for (position, event) in waiting.iter().enumerate() {
        let next = waiting.get(position + 1);
        let overtaken = next.is_some_and(|next| next["event"] == event["event"]);
        if overtaken && (event["event"] == "reading" || event["event"] == "hashed") {
            continue;
        }
        progress.call1(py, (event.to_string(),))?;
    }
    Ok(())
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
            Step::Replacing { before } => json!({ "event": "replacing", "before": before }),
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

fn pointer_to_json(name: &str, pointer: &Pointer) -> Value {
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
