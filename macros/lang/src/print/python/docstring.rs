//! Docstrings: what `help()`, editors and Sphinx show, in the words of the reference of SQL.

use super::example::Examples;
use super::{INDENT, WIDTH};
use crate::print::fill;
use crate::print::registry::{Function, FunctionKind};
use crate::view::builtins::Builtin;

/// The lines of a function's documentation.
pub(super) fn lines(function: &Function, examples: &Examples<'_>) -> Vec<String> {
    let width = WIDTH - INDENT.len();
    // A summary is one line, however long: tools show it alone.
    let mut lines = fill(&function.summary, usize::MAX);
    for paragraph in &function.paragraphs {
        lines.push(String::new());
        lines.extend(fill(paragraph, width));
    }
    let kind = match function.calls {
        Some(_) => Some("An async function: a session has to allow it."),
        None => sentence(function.kind),
    };
    if let Some(kind) = kind {
        lines.push(String::new());
        lines.extend(fill(kind, width));
    }
    if !function.aliases.is_empty() {
        lines.push(String::new());
        lines.extend(fill(&format!("In SQL also: {}.", function.aliases.join(", ")), width));
    }
    lines.extend(typed(examples.of(function)));
    for example in &function.examples {
        lines.push(String::new());
        lines.push("In SQL::".to_owned());
        lines.push(String::new());
        lines.extend(example.sql.lines().map(|line| format!("{INDENT}{}", line.trim_end())));
        let rows = example.expected.lines();
        lines.extend(rows.map(|row| format!("{INDENT}-- {}", row.trim_end())));
    }
    lines
}

/// Sessions of Python's prompt.
fn typed(sessions: Vec<Vec<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    for (position, session) in sessions.into_iter().enumerate() {
        lines.push(String::new());
        if position == 0 {
            lines.push("Examples:".to_owned());
        }
        lines.extend(session.into_iter().map(|line| format!("{INDENT}{line}")));
    }
    lines
}

/// The lines of the documentation of a built-in with these forms, one of them with fewer arguments.
pub(super) fn of_builtin(
    forms: &[&Builtin],
    short: Option<&Builtin>,
    kind: FunctionKind,
) -> Vec<String> {
    let width = WIDTH - INDENT.len();
    let mut lines = Vec::new();
    for form in forms {
        let width = if lines.is_empty() { usize::MAX } else { width };
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(fill(form.docs, width));
    }
    let mut paragraphs = Vec::new();
    paragraphs.extend(short.map(|form| {
        let mut docs = form.docs.chars();
        let first: String = docs.next().into_iter().flat_map(char::to_lowercase).collect();
        let long = forms.first().map(|form| called(form)).unwrap_or_default();
        format!("It is called as `{long}`, or as `{}`: {first}{}", called(form), docs.as_str())
    }));
    paragraphs.extend(sentence(kind).map(str::to_owned));
    if let Some(form) = forms.first() {
        let names = other_names(form);
        if !names.is_empty() {
            paragraphs.push(format!("In SQL also: {}.", names.join(", ")));
        }
    }
    for paragraph in paragraphs {
        lines.push(String::new());
        lines.extend(fill(&paragraph, width));
    }
    let forms: Vec<&Builtin> = forms.iter().copied().chain(short).collect();
    lines.extend(typed(Examples::new(&[]).of_builtin(&forms)));
    lines
}

/// `range(start, stop, step)`.
fn called(form: &Builtin) -> String {
    let names: Vec<&str> = form.params().iter().map(|param| param.name.as_str()).collect();
    format!("{}({})", form.name, names.join(", "))
}

/// What SQL calls a function of DataFusion besides.
pub(super) fn other_names(form: &Builtin) -> Vec<&'static str> {
    let engine = Some(form.engine).filter(|engine| *engine != form.name);
    let mut names: Vec<&str> = engine.into_iter().chain(form.aliases.iter().copied()).collect();
    names.dedup();
    names
}

/// What a function of a kind is.
const fn sentence(kind: FunctionKind) -> Option<&'static str> {
    match kind {
        FunctionKind::Scalar => None,
        FunctionKind::Table => Some("A table function: `runtime` is what plans and runs it."),
        FunctionKind::Aggregate => Some("An aggregate: one value for a group of rows."),
        FunctionKind::Window => Some(
            "A window function: a value for each row. The window is given here, or by `.over(…)`.",
        ),
    }
}

/// The lines as a docstring of a function: its end stands alone when there is more than one.
pub(super) fn print(lines: &[String], indent: &str) -> String {
    // What has backslashes is raw, unless quotes have to be escaped in it.
    let quotes = |line: &String| line.contains("\"\"\"");
    let raw = lines.iter().any(|line| line.contains('\\')) && !lines.iter().any(quotes);
    let (prefix, escaped) = match raw {
        true => ("r", lines.to_vec()),
        false => ("", lines.iter().map(|line| escaped(line)).collect()),
    };
    match escaped.as_slice() {
        [] => String::new(),
        [line] => {
            let gap = if line.ends_with(['"', '\\']) { " " } else { "" };
            format!("{indent}{prefix}\"\"\"{line}{gap}\"\"\"\n")
        }
        [first, rest @ ..] => {
            let mut text = format!("{indent}{prefix}\"\"\"{first}\n");
            for line in rest {
                text.push_str(format!("{indent}{line}").trim_end());
                text.push('\n');
            }
            text.push_str(&format!("{indent}\"\"\"\n"));
            text
        }
    }
}

fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"")
}
